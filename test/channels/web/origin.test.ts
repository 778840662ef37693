import { expect, test } from 'vitest';
import { addressOf, cookieOf, newVisitor, visitorOf } from '../../../src/channels/web/identity.ts';
import { cameFrom } from '../../../src/channels/web/origin.ts';

const host = 'kasa.example';
test.each([
  ['the browser says same origin', { 'sec-fetch-site': 'same-origin', host }, undefined, 'us'],
  ['the browser says another site', { 'sec-fetch-site': 'cross-site', host }, undefined, 'elsewhere'],
  ['a sister site of ours', { 'sec-fetch-site': 'same-site', host }, undefined, 'elsewhere'],
  [
    'another site that writes our origin beside it',
    { 'sec-fetch-site': 'cross-site', origin: 'https://kasa.example', host },
    undefined,
    'elsewhere',
  ],
  ['our own host', { origin: 'http://kasa.example', host }, undefined, 'us'],
  ['our own host on another port', { origin: 'http://kasa.example:81', host }, undefined, 'elsewhere'],
  ['another host', { origin: 'http://evil.example', host }, undefined, 'elsewhere'],
  ['a hidden origin', { origin: 'null', host }, undefined, 'elsewhere'],
  ['nothing said', { host }, undefined, 'unsaid'],
  [
    'the public address',
    { origin: 'https://kasa.example', host: '10.0.0.3:3000' },
    'https://kasa.example',
    'us',
  ],
  [
    'the public address without https',
    { origin: 'http://kasa.example', host },
    'https://kasa.example',
    'elsewhere',
  ],
])('%s', (_, headers, publicUrl, expected) => {
  expect(cameFrom(headers, publicUrl)).toBe(expected);
});

test('a key is drawn anew for each visitor, and the address does not hold it', () => {
  const [ama, kofi] = [newVisitor(), newVisitor()];
  expect(ama.key).not.toBe(kofi.key);
  expect(Buffer.from(ama.key, 'base64url')).toHaveLength(32);
  expect(ama.address).toMatch(/^web:[\w-]{32}$/);
  expect(ama.address).not.toContain(ama.key.slice(0, 8));
  expect(addressOf(ama.key)).toBe(ama.address);
});

test('the cookie is for the chat only, and for https only where there is https', () => {
  expect(cookieOf('k', '/chat', false)).toBe(
    'kasa_chat=k; Path=/chat; Max-Age=31536000; HttpOnly; SameSite=Lax',
  );
  expect(cookieOf('k', '/chat', true)).toContain('; Secure');
});

test.each([
  ['none', undefined],
  ['another', 'other=1'],
  ['too short', 'kasa_chat=abc'],
  ['not ours', `kasa_chat=${'!'.repeat(43)}`],
  ['with more behind it', `kasa_chat=${'a'.repeat(44)}`],
])('a cookie that names nobody: %s', (_, cookie) => {
  expect(visitorOf({ headers: { cookie } } as never)).toBeUndefined();
});
