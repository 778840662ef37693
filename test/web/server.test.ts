import { Router } from 'express';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WebhookChannel } from '../../src/channels/channel.ts';
import { silentLog } from '../../src/log.ts';
import { openServer, type Server } from '../../src/web/server.ts';
import { Browser, type House, openHouse } from '../channels/web/house.ts';

let house: House;
beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.close());

const get = (path: string, init: RequestInit = {}) =>
  fetch(house.origin + path, { redirect: 'manual', ...init });

test('health tells whether the database answers', async () => {
  const well = await get('/health');
  expect([well.status, await well.json()]).toEqual([200, { database: 'up' }]);
  house.state.away = true;
  const ill = await get('/health');
  expect([ill.status, await ill.json()]).toEqual([503, { database: 'down' }]);
});

test('a database that never answers is down, not waited for', async () => {
  const server = await lonely({ health: () => new Promise(() => {}) });
  const began = Date.now();
  expect((await fetch(`http://127.0.0.1:${server.port}/health`)).status).toBe(503);
  expect(Date.now() - began).toBeLessThan(4000);
  await server.close();
});

test('metrics are plain text', async () => {
  const response = await get('/metrics');
  expect(response.headers.get('content-type')).toContain('text/plain');
  expect(await response.text()).toBe('kasa_letters_total 3\n');
});

test('the front door leads to the chat; everything else is not there, in plain words', async () => {
  const door = await get('/');
  expect([door.status, door.headers.get('location')]).toEqual([302, '/chat']);
  for (const path of ['/nowhere', '/chat/nowhere', '/channels/web', '/chat/../etc/passwd', '/.env']) {
    const response = await get(path);
    expect([path, response.status]).toEqual([path, 404]);
    expect(await response.text()).toContain('nothing at this address');
  }
});

test.each(['/', '/chat', '/health', '/nowhere', '/chat/chat.js'])(
  '%s carries the guarding headers',
  async (path) => {
    const { headers } = await get(path);
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';script-src 'self';/);
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe(path.startsWith('/chat') ? 'same-origin' : 'no-referrer');
    expect(headers.get('permissions-policy')).toBe('geolocation=(self), microphone=(self), camera=()');
  },
);

test.each([
  ['a fault of ours', new Error('secret words of Ama'), 500],
  ['a database that is away', Object.assign(new Error('secret'), { code: 'ECONNREFUSED' }), 503],
  ['a database that restarts', Object.assign(new Error('secret'), { code: '57P01' }), 503],
  ['a fault of the request', Object.assign(new Error('secret'), { status: 400 }), 400],
])('%s is told without its details', async (_, error, status) => {
  const lines: unknown[] = [];
  const routes = Router().get('/', () => {
    throw error;
  });
  const log = { ...silentLog, error: (...line: unknown[]) => void lines.push(line) };
  const server = await lonely({ log, channels: [{ name: 'odd', routes } as unknown as WebhookChannel] });
  const response = await fetch(`http://127.0.0.1:${server.port}/channels/odd`);
  expect(response.status).toBe(status);
  expect(await response.text()).not.toContain('secret');
  expect(lines).toHaveLength(status >= 500 ? 1 : 0);
  expect(JSON.stringify(lines)).not.toContain('secret');
  await server.close();
});

test('a request that says it is far too large is answered before it is read', async () => {
  const ama = await new Browser('Ama', house).open();
  const { request } = await import('node:http');
  const status = await new Promise((resolve, reject) => {
    const large = request(`${house.origin}/chat/letters`, {
      method: 'POST',
      headers: { cookie: ama.cookie, 'content-length': 200 * 1024 * 1024, 'content-type': 'text/plain' },
    });
    large.on('response', (response) => resolve(response.statusCode));
    large.on('error', reject);
    large.flushHeaders();
  });
  expect(status).toBe(413);
});

test('closing ends the open streams and takes nothing more', async () => {
  const server = house.server;
  const ama = await new Browser('Ama', house).open();
  const stream = await ama.stream(0);
  const began = Date.now();
  await server.close();
  await stream.ended;
  expect(Date.now() - began).toBeLessThan(2000);
  await expect(get('/health')).rejects.toThrow();
});

test('a port that is taken is said at once', async () => {
  await expect(lonely({ port: house.server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

function lonely(more: Partial<Parameters<typeof openServer>[0]>): Promise<Server> {
  return openServer({
    port: 0,
    host: '127.0.0.1',
    channels: [],
    health: async () => {},
    metrics: async () => '',
    log: silentLog,
    ...more,
  });
}
