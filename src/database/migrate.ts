import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { codeOf } from './away.ts';
import { CannotOpen, type Database, rows, type Tx } from './database.ts';

const FOLDER = fileURLToPath(new URL('../../drizzle/', import.meta.url));
const EXTENSIONS = ['pg_trgm', 'unaccent', 'cube'];
/** insufficient_privilege; undefined_file and feature_not_supported: the extension's files are not installed. */
const NO_RIGHT = '42501';
const NOT_INSTALLED = ['58P01', '0A000'];

/**
 * Brings the tables up to date: every migration of `drizzle/` that has not run yet, each in its own transaction.
 * Safe when several processes start at once: they wait for each other. Throws `CannotOpen` when the server's user
 * lacks a right.
 */
export async function migrate(database: Database): Promise<void> {
  const journal = JSON.parse(await readFile(`${FOLDER}meta/_journal.json`, 'utf8')) as {
    entries: { tag: string }[];
  };
  for (const { tag } of journal.entries) {
    const text = await readFile(`${FOLDER}${tag}.sql`, 'utf8');
    try {
      await database.inTransaction((tx) => runOnce(tx, tag, text.split('--> statement-breakpoint')));
    } catch (error) {
      throw explained(error, tag);
    }
  }
}

async function runOnce(tx: Tx, tag: string, statements: string[]): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('kasa migrations', 0))`);
  // Not `if not exists` alone: that still asks for the right to create, and a notice would be printed at each start.
  const [table] = await rows<{ made: boolean }>(
    tx,
    sql`select to_regclass('migrations') is not null as made`,
  );
  if (!table?.made) {
    await tx.execute(
      sql`create table migrations (name text primary key, ran_at timestamptz not null default now())`,
    );
  }
  const ran = await rows(tx, sql`select 1 from migrations where name = ${tag}`);
  if (ran.length > 0) return;
  for (const statement of statements) await tx.execute(sql.raw(statement));
  await tx.execute(sql`insert into migrations (name) values (${tag})`);
}

function explained(error: unknown, tag: string): unknown {
  const code = codeOf(error);
  if (code !== undefined && NOT_INSTALLED.includes(code)) {
    return new CannotOpen(
      `DATABASE_URL: the server lacks one of the extensions ${EXTENSIONS.join(', ')}; install its contrib package`,
      { cause: error },
    );
  }
  if (code === NO_RIGHT) {
    const statements = EXTENSIONS.map((name) => `create extension if not exists ${name};`).join(' ');
    return new CannotOpen(
      `DATABASE_URL: its user may not run the migration ${tag}. Let it own the database; or let the owner give it the ` +
        `right to create tables in the schema public, and run: ${statements}`,
      { cause: error },
    );
  }
  return error;
}
