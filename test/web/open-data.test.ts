import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { saveProjects } from '../../src/civic/projects/store.ts';
import type { Database } from '../../src/database/database.ts';
import { silentLog } from '../../src/log.ts';
import { openData } from '../../src/web/open-data.ts';
import { openServer, type Server } from '../../src/web/server.ts';
import { openTestDatabase, truncate } from '../database/given.ts';

let database: Database;
let server: Server;
/** How often a package was made. */
let made = 0;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await truncate(database);
  made = 0;
  server = await openServer({
    port: 0,
    host: '127.0.0.1',
    channels: [],
    health: async () => {},
    metrics: async () => '',
    log: silentLog,
    openData: openData(database.tx, () => {
      made += 1;
      return { uri: 'https://kasa.example.org/open-data/oc4ids.json', name: 'Assembly', prefix: 'abc123' };
    }),
  });
});
afterEach(() => server.close());

const get = (init: RequestInit = {}) => fetch(`http://127.0.0.1:${server.port}/open-data/oc4ids.json`, init);
const save = (title: string, at = '2026-11-20T12:00:00Z') =>
  saveProjects(database.tx, [{ key: 'A', record: { id: 'A', title } }], 'import', new Date(at));

test('without a project there is no package, and that is said', async () => {
  const response = await get();
  expect([response.status, response.headers.get('cache-control')]).toEqual([404, 'no-store']);
  expect(await response.json()).toEqual({
    error: 'No project is published yet, and OC4IDS knows no empty package.',
  });
});

test('anybody may fetch it, from any page', async () => {
  await save('A clinic');
  const response = await get();
  expect(response.status).toBe(200);
  const { headers } = response;
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(headers.get('access-control-allow-origin')).toBe('*');
  expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  expect(headers.get('cache-control')).toBe('public, max-age=60');
  expect(await response.json()).toEqual({
    uri: 'https://kasa.example.org/open-data/oc4ids.json',
    publisher: { name: 'Assembly' },
    publishedDate: '2026-11-20T12:00:00.000Z',
    version: '0.9',
    projects: [{ id: 'oc4ids-abc123-A', title: 'A clinic' }],
  });
});

test('it comes small to whom takes it so, and whole to others', async () => {
  await save('A clinic');
  const plain = await get({ headers: { 'Accept-Encoding': 'identity' } });
  expect(plain.headers.get('content-encoding')).toBeNull();
  const text = await plain.text();
  const { request } = await import('node:http');
  const small = await new Promise<Buffer>((resolve, reject) => {
    const asked = request(plain.url, { headers: { 'accept-encoding': 'gzip' } }, async (response) => {
      const pieces: Buffer[] = [];
      for await (const piece of response) pieces.push(piece as Buffer);
      resolve(Buffer.concat(pieces));
    });
    asked.on('error', reject).end();
  });
  expect(gunzipSync(small).toString()).toBe(text);
});

test('who has it already gets nothing again, until something changes', async () => {
  await save('A clinic');
  const tag = (await get()).headers.get('etag') ?? '';
  const same = await get({ headers: { 'If-None-Match': tag } });
  expect([same.status, await same.text()]).toEqual([304, '']);
  await save('A larger clinic', '2026-11-21T12:00:00Z');
  const other = await get({ headers: { 'If-None-Match': tag } });
  expect(other.status).toBe(200);
  expect(await other.text()).toContain('A larger clinic');
});

test('its head can be asked for alone', async () => {
  await save('A clinic');
  const whole = await get();
  for (const encoding of ['gzip', 'identity']) {
    const head = await get({ method: 'HEAD', headers: { 'Accept-Encoding': encoding } });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(head.headers.get('etag')).toBe(whole.headers.get('etag'));
  }
});

test('it is made once for a change, however many ask', async () => {
  await save('A clinic');
  await Promise.all([get(), get(), get()]);
  await get();
  expect(made).toBe(1);
  await save('A larger clinic', '2026-11-21T12:00:00Z');
  await get();
  expect(made).toBe(2);
});
