/** A server that drops lines, goes away, falls silent. What needs one runs when TEST_DATABASE_URL is given. */

import { once } from 'node:events';
import { createServer } from 'node:net';
import { DrizzleQueryError, sql } from 'drizzle-orm';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { isAway, isQuarrel } from '../../src/database/away.ts';
import { CannotOpen, type Database, rows } from '../../src/database/database.ts';
import { SERVER_BOUNDS } from '../../src/database/line.ts';
import { openDatabase } from '../../src/database/open.ts';
import { openServer } from '../../src/database/server.ts';
import { type Log, silentLog } from '../../src/log.ts';
import { realWorld } from '../../src/world.ts';
import { asAdmin, createOnServer, serverUrl, urlOf } from './given.ts';
import { type Process, start } from './process.ts';
import { type CuttingProxy, openProxy } from './proxy.ts';

const coded = (code: string) => Object.assign(new Error('words of Ama'), { code });

/** Writes acknowledged between two cuts, so that each cut meets writers at work. */
const WRITES_A_ROUND = 8;

describe('a database that is away', () => {
  test.each([
    '57P01',
    '57P02',
    '57P03',
    '08006',
    '08001',
    '53300',
    '53100',
    'ECONNREFUSED',
    'ECONNRESET',
    'ETIMEDOUT',
  ])('is told by %s, however wrapped', (code) => {
    expect(isAway(coded(code))).toBe(true);
    expect(isAway(new DrizzleQueryError('select', [], coded(code)))).toBe(true);
  });

  test.each(['23505', '57014', '42P01', '22P05', '40001', '08', 'ERR_INVALID_ARG_TYPE'])(
    'is not told by %s',
    (code) => {
      expect(isAway(coded(code))).toBe(false);
    },
  );

  test('is told apart from a quarrel and from what is no error of a database', () => {
    expect([coded('40001'), coded('40P01'), coded('57P01')].map(isQuarrel)).toEqual([true, true, false]);
    expect([undefined, 'ECONNRESET', new Error('timeout expired'), new Error('expired')].map(isAway)).toEqual(
      [false, false, true, false],
    );
  });

  test('is told by a port where nobody listens, and by one where nobody answers', async () => {
    const mute = createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as { port: number };
    const url = `postgres://kasa@127.0.0.1:${port}/kasa`;
    const silent = openServer(url, realWorld, silentLog, { ...SERVER_BOUNDS, connectMsMax: 200 });
    expect(await failure(silent.inTransaction(async () => {}))).toSatisfy(isAway);
    mute.close();
    const absent = openServer(url.replace(`${port}`, '1'), realWorld, silentLog);
    expect(await failure(absent.tx.execute(sql`select 1`))).toSatisfy(isAway);
    expect(await failure(absent.holdLock('telegram'))).toSatisfy(isAway);
    await Promise.all([silent.close(), absent.close()]);
  });

  test('stops a start with the name of the setting, after some waiting', async () => {
    const waited: number[] = [];
    const world = { ...realWorld, sleep: async (ms: number) => void waited.push(ms) };
    const open = (databaseUrl: string) => openDatabase({ dataDir: '', databaseUrl, world, log: silentLog });
    await expect(open('postgres://kasa:secret@127.0.0.1:1/kasa')).rejects.toThrow(
      new CannotOpen('DATABASE_URL: no server answers there (ECONNREFUSED)'),
    );
    expect(waited).toHaveLength(29);
    await expect(open('localhost')).rejects.toThrow('DATABASE_URL must look like postgres://');
  });
});

async function failure(work: PromiseLike<unknown>): Promise<unknown> {
  return work.then(
    () => 'it succeeded',
    (error: unknown) => error,
  );
}

describe.each(serverUrl ? ['a server'] : [])('%s', () => {
  let given: Awaited<ReturnType<typeof createOnServer>>;
  let proxy: CuttingProxy;
  let database: Database;
  const logged: string[] = [];
  const log: Log = {
    ...silentLog,
    warn: (event, facts) => void logged.push(JSON.stringify({ event, ...facts })),
  };
  const bounds = { ...SERVER_BOUNDS, silenceMsMax: 2_000 };

  beforeEach(async () => {
    given = await createOnServer();
    const { hostname, port } = new URL(given.url);
    proxy = await openProxy({ host: hostname, port: Number(port || 5432) });
    database = openServer(through(given.url), realWorld, log, bounds);
    logged.length = 0;
  });
  afterEach(async () => {
    await proxy.restore();
    await database.close();
    await proxy.close();
    await given.drop();
  });
  const through = (url: string) => {
    const near = new URL(url);
    near.hostname = '127.0.0.1';
    near.port = `${proxy.port}`;
    return near.href;
  };

  test('that ends lines under four writers loses nothing acknowledged and ends no process', {
    timeout: 60_000,
  }, async () => {
    const uncaught: unknown[] = [];
    const onUncaught = (error: unknown) => uncaught.push(error);
    process.on('uncaughtException', onUncaught);
    onTestFinished(() => void process.off('uncaughtException', onUncaught));
    const acknowledged: string[] = [];
    const strange: unknown[] = [];
    let going = true;
    const writers = ['Ama', 'Kofi', 'Esi', 'Kwame'].map(async (name) => {
      for (let n = 0; going; n += 1) {
        const key = `${name}-${n}`;
        const error = await database
          .inTransaction(async (tx) => {
            for (const room of ['left', 'right']) {
              await tx.execute(
                sql`insert into topics (room, key, title) values (${room}, ${key}, '') on conflict do nothing`,
              );
            }
          })
          .then(
            () => acknowledged.push(key) && undefined,
            (thrown: unknown) => thrown,
          );
        if (error !== undefined && !isAway(error)) strange.push(error);
      }
    });
    const ends = await asAdmin(async (admin) => {
      let ended = 0;
      for (let round = 0; round < 25; round += 1) {
        // By what was written and not by the clock: the machine may be busy.
        const enough = acknowledged.length + WRITES_A_ROUND;
        do await new Promise((resolve) => setTimeout(resolve, 50));
        while (acknowledged.length < enough);
        if (round % 5 === 4) proxy.cut();
        const { rowCount } = await admin.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and application_name = 'kasa'`,
          [new URL(given.url).pathname.slice(1)],
        );
        ended += rowCount ?? 0;
      }
      return ended;
    });
    going = false;
    await Promise.all(writers);
    const kept = await rows<{ key: string; sides: number }>(
      database.tx,
      sql`select key, count(*) as sides from topics group by key`,
    );
    const keys = new Set(kept.map((row) => row.key));
    expect(ends).toBeGreaterThan(25);
    expect(acknowledged.length).toBeGreaterThanOrEqual(25 * WRITES_A_ROUND);
    expect(acknowledged.filter((key) => !keys.has(key))).toEqual([]);
    expect(kept.filter((row) => row.sides !== 2)).toEqual([]);
    expect(strange).toEqual([]);
    expect(uncaught).toEqual([]);
    expect(logged.join('\n')).not.toMatch(/Ama|Kofi|insert into/);
  });

  test('whose line is cut in the middle of a transaction is given the whole of it again', {
    timeout: 20_000,
  }, async () => {
    let tries = 0;
    const answer = await database.inTransaction(async (tx) => {
      tries += 1;
      await tx.execute(sql`insert into topics (room, key, title) values ('works', ${`${tries}`}, '')`);
      if (tries < 3) proxy.cut();
      return (await rows<{ key: string }>(tx, sql`select key from topics`))[0]?.key;
    });
    expect([tries, answer]).toEqual([3, '3']);
    expect(await rows(database.tx, sql`select key from topics`)).toEqual([{ key: '3' }]);
  });

  test('that undoes one of two quarrelling transactions is asked again', { timeout: 20_000 }, async () => {
    await database.tx.execute(
      sql`insert into topics (room, key, title) values ('works', 'a', ''), ('works', 'b', '')`,
    );
    let met = 0;
    let meet = () => {};
    const both = new Promise<void>((resolve) => {
      meet = resolve;
    });
    const change = (first: string, second: string) =>
      database.inTransaction(async (tx) => {
        await tx.execute(sql`update topics set opened = opened + 1 where key = ${first}`);
        met += 1;
        if (met >= 2) meet();
        await both;
        await tx.execute(sql`update topics set opened = opened + 1 where key = ${second}`);
      });
    await Promise.all([change('a', 'b'), change('b', 'a')]);
    expect(met).toBe(3);
    expect(await rows(database.tx, sql`select opened from topics`)).toEqual([{ opened: 2 }, { opened: 2 }]);
  });

  test('that falls silent is given up in time, in a statement and in a transaction, and used again when it is back', {
    timeout: 30_000,
  }, async () => {
    await database.tx.execute(sql`select 1`);
    const times: number[] = [];
    const timed = async (work: () => PromiseLike<unknown>) => {
      const began = performance.now();
      expect(await failure(work())).toSatisfy(isAway);
      times.push(performance.now() - began);
    };
    await timed(() => {
      proxy.blackHole();
      return database.tx.execute(sql`select 1`);
    });
    await proxy.restore();
    await timed(() =>
      database.inTransaction(async (tx) => {
        await tx.execute(sql`insert into topics (room, key, title) values ('works', 'lost', '')`);
        proxy.blackHole();
        await tx.execute(sql`select 1`);
      }),
    );
    await proxy.restore();
    await timed(() =>
      database.inTransaction(async (tx) => {
        await tx.execute(sql`insert into topics (room, key, title) values ('works', 'lost too', '')`);
        proxy.blackHole();
      }),
    );
    for (const time of times) expect(time).toBeLessThan(bounds.silenceMsMax + 500);
    await proxy.restore();
    expect(await database.inTransaction((tx) => rows(tx, sql`select count(*) as n from topics`))).toEqual([
      { n: 0 },
    ]);
  });

  test('tells the holder of a lock that its line is lost', { timeout: 30_000 }, async () => {
    const held = await database.holdLock('telegram');
    proxy.cut();
    await held?.lost;
    await held?.release();
    const again = await database.holdLock('telegram');
    expect(again).toBeDefined();
    let lost = false;
    void again?.lost.then(() => {
      lost = true;
    });
    await again?.release();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(lost).toBe(false);
  });

  test('tells it in time when the line only fell silent', { timeout: 30_000 }, async () => {
    const held = await database.holdLock('telegram');
    const began = performance.now();
    proxy.blackHole();
    await held?.lost;
    expect(performance.now() - began).toBeLessThan(12_000);
  });

  test('gives a lock to one process, and to the next when the first is killed', {
    timeout: 60_000,
  }, async () => {
    const processes: Process[] = [1, 2].map(() => start('hold', given.url, 'telegram'));
    onTestFinished(async () => void (await Promise.all(processes.map((one) => one.kill('SIGKILL')))));
    const said = await Promise.all(
      processes.map((one) => Promise.race([one.says('held'), one.says('not held')])),
    );
    expect([...said].sort()).toEqual(['held', 'not held']);
    expect(await database.holdLock('telegram')).toBeUndefined();
    await processes[said.indexOf('held')]?.kill('SIGKILL');
    await expect.poll(() => database.holdLock('telegram'), { timeout: 5_000 }).toBeDefined();
  });

  test('that is empty is migrated by several at once', { timeout: 60_000 }, async () => {
    const name = `${new URL(given.url).pathname.slice(1)}_empty`;
    await asAdmin((admin) => admin.query(`create database ${name} template template0`));
    onTestFinished(() =>
      asAdmin(async (admin) => void (await admin.query(`drop database ${name} with (force)`))),
    );
    const options = { dataDir: '', databaseUrl: urlOf(name), world: realWorld, log: silentLog };
    const opened = await Promise.all([1, 2, 3].map(() => openDatabase(options)));
    for (const one of opened) expect(await rows(one.tx, sql`select key from topics`)).toEqual([]);
    await Promise.all(opened.map((one) => one.close()));
  });

  test('that goes away for a while costs waiting, not the process', async () => {
    const add = () =>
      database.inTransaction((tx) =>
        tx.execute(sql`insert into topics (room, key, title) values ('works', 'a', '')`),
      );
    await proxy.refuse();
    proxy.cut();
    expect(await failure(add())).toSatisfy(isAway);
    expect(await failure(database.tx.execute(sql`select 1`))).toSatisfy(isAway);
    await proxy.restore();
    await add();
    expect(await rows(database.tx, sql`select key from topics`)).toEqual([{ key: 'a' }]);
  });

  test('needs no superuser: its owner may do all; another user is refused with what the owner must run', {
    timeout: 60_000,
  }, async () => {
    const name = new URL(given.url).pathname.slice(1);
    const [owner, guest] = [`${name}_ama`, `${name}_kofi`];
    await asAdmin(async (admin) => {
      for (const role of [owner, guest]) await admin.query(`create role ${role} login password 'secret'`);
      for (const place of ['own', 'lent']) {
        await admin.query(`create database ${name}_${place} owner ${owner} template template0`);
      }
    });
    onTestFinished(() =>
      asAdmin(async (admin) => {
        for (const place of ['own', 'lent']) await admin.query(`drop database ${name}_${place} with (force)`);
        for (const role of [owner, guest]) await admin.query(`drop role ${role}`);
      }),
    );
    const urlFor = (role: string, place: string) =>
      Object.assign(new URL(urlOf(`${name}_${place}`)), { username: role, password: 'secret' });
    const open = (databaseUrl: URL) =>
      openDatabase({ dataDir: '', databaseUrl: databaseUrl.href, world: realWorld, log: silentLog });
    await (await open(urlFor(owner, 'own'))).close();

    const url = urlFor(guest, 'lent');
    const refusal = await failure(open(url));
    expect(refusal).toBeInstanceOf(CannotOpen);
    expect(`${refusal}`).toMatch(/DATABASE_URL.*owner.*run: .*create extension if not exists cube;/);
    expect(`${refusal}`).not.toContain('secret');
    const asOwner = new pg.Client({ connectionString: urlFor(owner, 'lent').href });
    await asOwner.connect();
    await asOwner.query(`grant create on schema public to ${guest}`);
    for (const extension of ['pg_trgm', 'unaccent', 'cube']) {
      await asOwner.query(`create extension if not exists ${extension}`);
    }
    await asOwner.end();
    await (await open(url)).close();
    url.pathname = '/nowhere';
    await expect(open(url)).rejects.toThrow('refuses its user, password or database (3D000)');
  });
});
