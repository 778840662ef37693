/** Which browser runs, on a made-up machine; and the lock of one that ran before. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findBrowser, INSTALL_BROWSER, type Machine } from '../../../src/channels/whatsappweb/browser.ts';
import {
  deleteSession,
  freeSession,
  hasSession,
  sessionIn,
} from '../../../src/channels/whatsappweb/library.ts';

const machine = (platform: NodeJS.Platform, there: string[], more: Partial<Machine> = {}): Machine => ({
  platform,
  folders: platform === 'win32' ? ['C:\\bin'] : ['/usr/local/bin', '/usr/bin'],
  programs: platform === 'win32' ? ['C:\\Program Files'] : [],
  isThere: (path) => there.includes(path),
  ...more,
});

describe('the browser', () => {
  it.each<[string, (string | undefined)[], Machine, string | undefined]>([
    ['the setting first', ['/opt/a', '/opt/b'], machine('linux', ['/usr/bin/chromium']), '/opt/a'],
    ['then the other one', [undefined, '/opt/b'], machine('linux', ['/usr/bin/chromium']), '/opt/b'],
    [
      'then chromium',
      [],
      machine('linux', ['/usr/bin/google-chrome', '/usr/bin/chromium']),
      '/usr/bin/chromium',
    ],
    [
      'then chromium-browser',
      [],
      machine('linux', ['/usr/bin/google-chrome', '/usr/bin/chromium-browser']),
      '/usr/bin/chromium-browser',
    ],
    [
      'then google-chrome',
      [],
      machine('linux', ['/usr/bin/chrome-headless-shell', '/usr/bin/google-chrome']),
      '/usr/bin/google-chrome',
    ],
    [
      'then the headless shell',
      [],
      machine('linux', ['/usr/bin/chrome-headless-shell']),
      '/usr/bin/chrome-headless-shell',
    ],
    [
      'the first folder of PATH first',
      [],
      machine('linux', ['/usr/bin/chromium', '/usr/local/bin/chromium']),
      '/usr/local/bin/chromium',
    ],
    [
      'the usual place on macOS',
      [],
      machine('darwin', ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']),
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ],
    [
      'the usual place on Windows',
      [],
      machine('win32', ['C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe']),
      'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    ],
    ['none', [undefined], machine('linux', []), undefined],
  ])('%s', (_, wanted, given, found) => expect(findBrowser(wanted, given)).toBe(found));

  it('is asked for in one line', () => expect(INSTALL_BROWSER).not.toMatch(/\n/));
});

describe('the session', () => {
  function withLock(lock: string): { folder: string; there: () => boolean } {
    const folder = mkdtempSync(join(tmpdir(), 'kasa-session-'));
    mkdirSync(sessionIn(folder));
    symlinkSync(lock, join(sessionIn(folder), 'SingletonLock'));
    writeFileSync(join(sessionIn(folder), 'SingletonCookie'), '');
    return { folder, there: () => existsSync(join(sessionIn(folder), 'SingletonCookie')) };
  }

  it.each([
    ['of another machine, which is a container made anew', 'elsewhere-1', false],
    ['of a browser that has ended', `${hostname()}-999999999`, false],
    ['of a browser that runs', `${hostname()}-${process.pid}`, true],
    ['that says nothing', 'odd', true],
  ])('keeps or loses a lock %s', (_, lock, kept) => {
    const { folder, there } = withLock(lock);
    freeSession(folder);
    expect(there()).toBe(kept);
    deleteSession(folder);
    expect(hasSession(folder)).toBe(false);
    expect(() => deleteSession(folder)).not.toThrow();
    expect(() => freeSession(folder)).not.toThrow();
    rmSync(folder, { recursive: true });
  });
});
