/** What the library complains of, what it leaves behind, and what of that ends the process. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SendError } from '../../../src/channels/channel.ts';
import { TookTooLong } from '../../../src/channels/whatsappweb/bounded.ts';
import { isClosed, toSendError } from '../../../src/channels/whatsappweb/errors.ts';
import { isOfLibrary } from '../../../src/channels/whatsappweb/rejections.ts';

const named = (name: string, message: string) => Object.assign(new Error(message), { name });
const from = (error: Error, file: string) =>
  Object.assign(error, { stack: `${error.name}: x\n    at f (${file}:1:1)` });
const CLIENT = '/app/node_modules/whatsapp-web.js/src/Client.js';
const CDP = '/app/node_modules/puppeteer-core/lib/cjs/puppeteer/cdp/Connection.js';

describe('a complaint', () => {
  it.each([
    [new Error("Attempted to use detached Frame 'A1'."), 'unreachable'],
    [named('TargetCloseError', 'Protocol error (Runtime.callFunctionOn): Target closed'), 'unknown'],
    [new Error('Execution context was destroyed, most likely because of a navigation.'), 'unknown'],
    [new TookTooLong('no end after 15 s'), 'unknown'],
    [new Error('No LID for user'), 'blocked'],
    [new Error('wid error: invalid wid'), 'blocked'],
    [new Error('Evaluation failed: whatever a secret of 233200000001@c.us'), 'rejected'],
    ['words alone', 'rejected'],
    [undefined, 'rejected'],
  ])('%s is %s, without its words', (error, kind) => {
    const complaint = toSendError(error, 'text');
    expect([complaint.kind, complaint.cause]).toEqual([kind, undefined]);
    expect(complaint.message).not.toMatch(/secret|2332|A1/);
  });

  it('of our own stays as it is', () => {
    const own = new SendError('throttled', 'the day is full');
    expect(toSendError(own, 'text')).toBe(own);
    expect(isClosed(own)).toBe(false);
  });
});

describe('what the library leaves behind', () => {
  it.each<[string, unknown, boolean]>([
    ['a closed target', named('TargetCloseError', 'Target closed'), true],
    ['a detached frame', from(new Error('Attempted to use detached Frame'), CDP), true],
    ['a page that lost its functions', from(new TypeError('window.require is not a function'), CLIENT), true],
    ['its bare words', 'auth timeout', true],
    ['other words', 'timeout', false],
    ['a fault of ours', from(new TypeError('x is undefined'), '/app/src/delivery/pump.ts'), false],
    [
      'a fault of ours inside its call',
      from(new TypeError('x'), `${CLIENT}:1)\n at g (/app/src/channels/whatsappweb/hear.ts`),
      false,
    ],
    [
      'a closed connection of something else',
      from(new Error('Connection closed.'), '/app/node_modules/pg/lib/client.js'),
      false,
    ],
    ['nothing', undefined, false],
  ])('%s', (_, reason, is) => expect(isOfLibrary(reason)).toBe(is));

  it('does not end the process, and everything else ends it as before', () => {
    const run = (reason: string, off = false) => {
      const code = `
        const { passOverRejections } = await import('./src/channels/whatsappweb/rejections.ts');
        const off = passOverRejections({ info() {}, warn() {}, error() {} });
        ${off ? 'off();' : ''}
        Promise.reject(${reason});
        setTimeout(() => console.log('lives'), 50);`;
      const cwd = fileURLToPath(new URL('../../..', import.meta.url));
      return spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
        cwd,
        encoding: 'utf8',
      });
    };
    const closed = "Object.assign(new Error('Target closed'), { name: 'TargetCloseError' })";
    expect(run(closed)).toMatchObject({ status: 0, stdout: 'lives\n' });
    const other = run("new Error('a fault of ours')");
    expect([other.status, other.stdout]).toEqual([1, '']);
    expect(other.stderr).toContain('a fault of ours');
    expect(run(closed, true).status).toBe(1);
  });
});
