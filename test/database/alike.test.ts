/** What both databases must do alike, so that no room has to know which one it runs on. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, rows } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrate.ts';
import { conversations, files, people } from '../../src/database/schema.ts';
import { databases } from './given.ts';

const at = new Date('2026-11-23T08:00:00.123Z');

describe.each(databases)('the database, $name', ({ open }) => {
  let database: Database;
  beforeAll(async () => {
    database = await open();
  }, 30_000);
  afterAll(() => database.close());

  test('reads each kind of value of a statement written by hand', async () => {
    const [row] = await rows(
      database.tx,
      sql`select 5::int8 as small, 9007199254740993::int8 as large, (select count(*) from migrations) > 0 as counted,
        count(*) as count, sum(3::int4) as sum_int4, sum(3::int8) as sum_int8, 7::int2 as int2, 8::int4 as int4,
        0.1::float8 as float8, 1.5::float4 as float4, 1.50::numeric as numeric, true as yes, null::text as nothing,
        '\\x00ff10'::bytea as bytes, ${JSON.stringify({ a: [1, 'b', null] })}::jsonb as json, '"x"'::jsonb as json_text,
        ${at.toISOString()}::timestamptz as at, '2026-11-23'::date as day, interval '2 hours' as long,
        array[1, 2, 9007199254740993]::int8[] as large_ones, array['a', null, 'b,c']::text[] as texts,
        array[true, false] as bools, array[1.5, 2]::float8[] as floats`,
    );
    expect(row).toEqual({
      small: 5,
      large: 9007199254740993n,
      counted: true,
      count: 1,
      sum_int4: 3,
      sum_int8: '3',
      int2: 7,
      int4: 8,
      float8: 0.1,
      float4: 1.5,
      numeric: '1.50',
      yes: true,
      nothing: null,
      bytes: Uint8Array.from([0, 255, 16]),
      json: { a: [1, 'b', null] },
      json_text: 'x',
      at: '2026-11-23 08:00:00.123+00',
      day: '2026-11-23',
      long: '02:00:00',
      large_ones: [1, 2, 9007199254740993n],
      texts: ['a', null, 'b,c'],
      bools: [true, false],
      floats: [1.5, 2],
    });
  });

  test('reads the columns of tables', async () => {
    const [ama] = await database.tx.insert(people).values({ language: 'en', createdAt: at }).returning();
    expect(ama).toMatchObject({ id: 1, anonymous: false, called: null, createdAt: at });
    const state = { frames: [{ step: 'place', values: { lone: 'é' } }] };
    await database.tx
      .insert(conversations)
      .values({ personId: 1, channel: 'console', address: 'console:ama', state });
    expect(await database.tx.select().from(conversations)).toMatchObject([{ id: 1, personId: 1, state }]);
    const data = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    await database.tx
      .insert(files)
      .values({ id: 'f', kind: 'photo', mime: 'image/jpeg', bytes: 256, data, createdAt: at });
    expect((await database.tx.select().from(files))[0]?.data).toEqual(data);
  });

  test('undoes a transaction whose work throws, and a savepoint alone', async () => {
    const count = async () =>
      (await rows<{ n: number }>(database.tx, sql`select count(*) as n from topics`))[0]?.n;
    const add = (key: string) => sql`insert into topics (room, key, title) values ('works', ${key}, 'Works')`;
    const work = database.inTransaction(async (tx) => {
      await tx.execute(add('lost'));
      throw new TypeError('as Kofi wished');
    });
    await expect(work).rejects.toThrow(new TypeError('as Kofi wished'));
    expect(await count()).toBe(0);
    await database.inTransaction(async (tx) => {
      await tx.execute(add('kept'));
      await tx
        .transaction(async (inner) => {
          await inner.execute(add('lost'));
          throw new Error('inner');
        })
        .catch(() => {});
    });
    expect(await count()).toBe(1);
  });

  test('gives a lock to one at a time, by name', async () => {
    const first = await database.holdLock('telegram');
    expect(first).toBeDefined();
    expect(await database.holdLock('telegram')).toBeUndefined();
    const other = await database.holdLock('whatsapp');
    await first?.release();
    await first?.release();
    const second = await database.holdLock('telegram');
    expect(second).toBeDefined();
    await Promise.all([second?.release(), other?.release()]);
  });

  test('is migrated once however often and at once that is asked', async () => {
    await Promise.all([migrate(database), migrate(database), migrate(database)]);
    const names = await rows<{ name: string }>(database.tx, sql`select name from migrations order by name`);
    expect(names.length).toBe(new Set(names.map((row) => row.name)).size);
    expect(names[0]?.name).toBe('0000_extensions');
  });
});
