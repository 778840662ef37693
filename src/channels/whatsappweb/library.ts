/** The library, loaded only when it is used: it and its puppeteer take a second that other starts should not pay. */
import { existsSync, readlinkSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type WAWebJS from 'whatsapp-web.js';
import type { Client } from 'whatsapp-web.js';

export type Library = Pick<typeof WAWebJS, 'Client' | 'LocalAuth' | 'MessageMedia' | 'Location' | 'Poll'>;

/** What we use of the library's Client. It emits events, and `pupBrowser` is there once the browser runs. */
export type Phone = Pick<
  Client,
  | 'on'
  | 'initialize'
  | 'destroy'
  | 'getState'
  | 'getChats'
  | 'getMessageById'
  | 'getContactLidAndPhone'
  | 'sendMessage'
  | 'sendSeen'
> & {
  readonly info?: { wid?: { _serialized?: string } };
  readonly pupBrowser?: Client['pupBrowser'] | null;
};

export type PhoneOptions = {
  /** The program of the browser. */
  browser: string;
  /** Where the session and all that belongs to it lies. */
  folder: string;
  asRoot: boolean;
  /** A page that stands in for WhatsApp's: `<folder>/<version>.html`. For tests. */
  page?: { folder: string; version: string } | undefined;
  /** More arguments for the browser. For tests. */
  args?: readonly string[] | undefined;
};

export const loadLibrary = async (): Promise<Library> => (await import('whatsapp-web.js')).default;

const SESSION = 'session';
export const sessionIn = (folder: string): string => join(folder, SESSION);

/** A phone that has not begun. Its browser ends with this process, however that ends: it hangs on a pipe to it. */
export function makePhone(
  library: Library,
  { browser, folder, asRoot, page, args = [] }: PhoneOptions,
): Phone {
  const auth = new library.LocalAuth({ dataPath: folder });
  // When the phone logs out the session is deleted by us, once the browser that writes into it has ended.
  auth.logout = async () => {};
  return new library.Client({
    authStrategy: auth,
    // Nothing of WhatsApp's page is kept; the default would write it into the working folder.
    ...(page
      ? { webVersion: page.version, webVersionCache: { type: 'local', path: page.folder, strict: true } }
      : { webVersionCache: { type: 'none' } }),
    puppeteer: {
      executablePath: browser,
      headless: browser.includes('headless-shell') ? 'shell' : true,
      pipe: true,
      // Kasa itself answers signals; puppeteer would end the process in the middle of it.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      args: [...BROWSER_ARGS, ...(asRoot ? ['--no-sandbox'] : []), ...args],
    },
  });
}

const BROWSER_ARGS = [
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * A browser that was killed leaves its lock in the session, and in a container made anew no browser would start again. Only
 * the lock of one that does not run any more is taken away.
 */
export function freeSession(folder: string): void {
  const lock = join(sessionIn(folder), 'SingletonLock');
  const [, host, pid] = /^(.*)-(\d+)$/.exec(linkAt(lock) ?? '') ?? [];
  if (host === undefined || (host === hostname() && runs(Number(pid)))) return;
  for (const name of ['SingletonLock', 'SingletonCookie', 'SingletonSocket']) {
    rmSync(join(sessionIn(folder), name), { force: true });
  }
}

export function deleteSession(folder: string): void {
  rmSync(sessionIn(folder), { recursive: true, force: true, maxRetries: 5 });
}

export const hasSession = (folder: string): boolean => existsSync(sessionIn(folder));

function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
