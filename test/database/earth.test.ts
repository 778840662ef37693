/** Positions in the database: as far apart as the gazetteer says, found by their index, and restored from a dump. */
import { type SQL, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { metresBetween as metresInCode } from '../../src/civic/places.ts';
import { type Database, rows } from '../../src/database/database.ts';
import { boxAround, metresBetween, positionOf } from '../../src/database/earth.ts';
import { openTestDatabase } from './given.ts';

const TAKORADI = { latitude: 4.8976, longitude: -1.7602 };
let database: Database;

beforeAll(async () => {
  database = await openTestDatabase();
});

afterAll(() => database.close());

const at = ({ latitude, longitude }: { latitude: number; longitude: number }): SQL =>
  positionOf(sql`${latitude}::float8`, sql`${longitude}::float8`);

it.each([
  ['itself', TAKORADI],
  ['a street on', { latitude: 4.8977, longitude: -1.7602 }],
  ['Sekondi', { latitude: 4.9434, longitude: -1.7137 }],
  ['Accra', { latitude: 5.6037, longitude: -0.187 }],
  ['across the date line', { latitude: -16.5, longitude: 179.9 }],
  ['the other side of the earth', { latitude: -4.8976, longitude: 178.2398 }],
])('the way to %s is as long as the gazetteer says', async (_name, to) => {
  const [found] = await rows<{ metres: number; boxed: boolean }>(
    database.tx,
    sql`select ${metresBetween(at(TAKORADI), at(to))} as metres, ${at(to)} <@ ${boxAround(at(TAKORADI), 7300)} as boxed`,
  );
  const metres = metresInCode(TAKORADI, to);
  expect(Math.abs((found?.metres ?? Number.NaN) - metres)).toBeLessThanOrEqual(1e-3 + metres * 1e-6);
  // What is as near lies in the box; what lies in it need not be as near.
  if (metres <= 7300) expect(found?.boxed).toBe(true);
  if (metres > 30_000) expect(found?.boxed).toBe(false);
});

it('half a position is none', async () => {
  const half = positionOf(sql`null::float8`, sql`1::float8`);
  expect(await rows(database.tx, sql`select ${half} is null as none`)).toEqual([{ none: true }]);
});

it('rows and indexes are made anew where no schema is searched, as a restored dump does it', async () => {
  await database.inTransaction(async (tx) => {
    await tx.execute(sql`insert into projects (key, title, state, latitude, longitude, record, updated_at)
      values ('x-earth', 'A bridge', 'ongoing', 4.9, -1.75, '{}', now())`);
    await tx.execute(sql`insert into reports (category, department, description, latitude, longitude, place_name, anonymous,
        language, state, sent_at, updated_at)
      values ('drain', 'works', 'It is choked', 4.9, -1.75, 'Ketan', true, 'en', 'sent', now(), now())`);
  });
  const indexes = await rows<{ name: string }>(
    database.tx,
    sql`select indexname as name from pg_indexes where schemaname = 'public'`,
  );
  expect(indexes.map(({ name }) => name)).toEqual(expect.arrayContaining(['projects_at', 'reports_at']));
  await database.inTransaction(async (tx) => {
    const tables = await rows<{ name: string }>(
      tx,
      sql`select tablename as name from pg_tables where schemaname = 'public'`,
    );
    await tx.execute(sql`select set_config('search_path', '', true)`);
    await tx.execute(sql`update public.projects set latitude = 4.91 where key = 'x-earth'`);
    for (const { name } of tables) await tx.execute(sql`reindex table public.${sql.identifier(name)}`);
  });
  await database.tx.execute(sql`delete from reports where description = 'It is choked'`);
  await database.tx.execute(sql`delete from projects where key = 'x-earth'`);
});
