/**
 * Databases for tests. Each `open()` gives a fresh one with every migration run: in memory, cloned from an image
 * that is made once and kept beside node_modules; and, when TEST_DATABASE_URL is given, on that server, cloned
 * from a template there and dropped when it is closed.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import type { Database } from '../../src/database/database.ts';
import { openInMemory } from '../../src/database/embedded.ts';
import { migrate } from '../../src/database/migrate.ts';
import { openServer } from '../../src/database/server.ts';
import { silentLog } from '../../src/log.ts';
import { realWorld } from '../../src/world.ts';

const MIGRATIONS = fileURLToPath(new URL('../../drizzle/', import.meta.url));
const IMAGES = fileURLToPath(new URL('../../node_modules/.cache/kasa/', import.meta.url));

export type Kind = { name: string; open(): Promise<Database> };

/** The server for tests, when one is given (`.ci/postgres` starts one). Its user must be allowed to make databases. */
export const serverUrl = process.env.TEST_DATABASE_URL || undefined;

/** Every database that suites of SQL must pass on: `describe.each(databases)('… on $name', ({ open }) => …)`. */
export const databases: Kind[] = [{ name: 'embedded', open: openEmbedded }];
if (serverUrl) databases.push({ name: 'server', open: openOnServer });

/** The one to use where one is enough: the server when there is one, because that is what cities run. */
export function openTestDatabase(): Promise<Database> {
  return (databases.at(-1) as Kind).open();
}

/** Deleting is quick and leaves its traces in the indexes; emptying is slow and leaves none. */
const DELETES_PER_TRUNCATE = 40;
const emptied = new WeakMap<Database, number>();

/** Empties every table and starts the ids at 1 again; a few milliseconds, so that a suite can keep one database. */
export async function truncate(database: Database): Promise<void> {
  const times = (emptied.get(database) ?? 0) + 1;
  emptied.set(database, times);
  await database.tx.execute(sql.raw(times % DELETES_PER_TRUNCATE === 0 ? TRUNCATE : DELETE));
}

const TABLES = `select quote_ident(tablename) from pg_tables where schemaname = 'public' and tablename <> 'migrations'`;
const TRUNCATE = `do $$ begin
  execute 'truncate ' || (select string_agg(name, ', ') from (${TABLES}) as tables(name)) || ' restart identity cascade';
end $$`;
/** In any order, since keys to other tables are not looked at meanwhile. */
const DELETE = `do $$ declare name text; begin
  set local session_replication_role = replica;
  for name in ${TABLES} loop execute 'delete from ' || name; end loop;
  perform setval(format('public.%I', sequencename)::regclass, start_value, false)
    from pg_sequences where schemaname = 'public' and last_value is not null;
  set local session_replication_role = origin;
end $$`;

/** Names the migrations: the image and the template of other migrations are other ones. */
export async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of (await readdir(MIGRATIONS)).filter((name) => name.endsWith('.sql')).sort()) {
    hash.update(file).update(await readFile(MIGRATIONS + file));
  }
  return hash.digest('hex').slice(0, 12);
}

export async function openEmbedded(): Promise<Awaited<ReturnType<typeof openInMemory>>> {
  return openInMemory(await image());
}

/** A database on the server that is dropped when it is closed. */
async function openOnServer(): Promise<Database> {
  const { url, drop } = await createOnServer();
  const database = openServer(url, realWorld, silentLog);
  return { ...database, close: () => database.close().finally(drop) };
}

/** For tests that start processes of their own or stand between: the URL of a fresh migrated database, and its end. */
export async function createOnServer(): Promise<{ url: string; drop(): Promise<void> }> {
  const template = `kasa_template_${await fingerprint()}`;
  const name = `kasa_test_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(async (admin) => {
    await makeTemplate(admin, template);
    await admin.query(`create database ${name} template ${template}`);
  });
  const drop = () =>
    asAdmin(async (admin) => void (await admin.query(`drop database if exists ${name} with (force)`)));
  return { url: urlOf(name), drop };
}

/** Only one test process makes the template; the others wait for it. */
async function makeTemplate(admin: pg.Client, template: string): Promise<void> {
  await admin.query(`select pg_advisory_lock(hashtext($1))`, [template]);
  try {
    const found = await admin.query('select 1 from pg_database where datname = $1', [template]);
    if (found.rows.length > 0) return;
    const unfinished = `${template}_new`;
    await admin.query(`drop database if exists ${unfinished} with (force)`);
    await admin.query(`create database ${unfinished} template template0`);
    const database = openServer(urlOf(unfinished), realWorld, silentLog);
    await migrate(database).finally(() => database.close());
    await admin.query(`alter database ${unfinished} rename to ${template}`);
  } finally {
    await admin.query(`select pg_advisory_unlock(hashtext($1))`, [template]);
  }
}

export async function asAdmin<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

export function urlOf(database: string): string {
  const url = new URL(serverUrl as string);
  url.pathname = `/${database}`;
  return url.href;
}

let made: Promise<Blob> | undefined;

function image(): Promise<Blob> {
  made ??= readOrMake();
  return made;
}

async function readOrMake(): Promise<Blob> {
  const path = `${IMAGES}${await fingerprint()}.tar`;
  const kept = await readFile(path).catch(() => undefined);
  if (kept !== undefined) return new Blob([kept]);
  const database = await openInMemory();
  await migrate(database);
  const blob = await database.pglite.dumpDataDir('none');
  await database.close();
  await mkdir(IMAGES, { recursive: true });
  // Written beside and renamed: several test processes may make it at the same time.
  const beside = `${path}.${process.pid}`;
  await writeFile(beside, Buffer.from(await blob.arrayBuffer()));
  await rename(beside, path);
  for (const name of await readdir(IMAGES)) {
    if (name.endsWith('.tar') && !path.endsWith(name)) await rm(`${IMAGES}${name}`, { force: true });
  }
  return blob;
}
