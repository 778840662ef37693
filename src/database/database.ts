/**
 * The store behind everything: one Postgres, embedded (PGlite) or a server (`pg`), behind one type.
 * This room must not know what the tables mean.
 */
import { type SQL, sql } from 'drizzle-orm';
import { type PgDatabase, PgDialect, type PgQueryResultHKT } from 'drizzle-orm/pg-core';
import type * as schema from './schema.ts';

/** Something on which statements run: the database itself, or a transaction of it. */
export type Tx = PgDatabase<PgQueryResultHKT, typeof schema>;

/** A lock that one process holds until it releases it, dies, or loses its connection. */
export type Lock = {
  /** Resolves when the lock is lost without having been released; never rejects. */
  lost: Promise<void>;
  release(): Promise<void>;
};

export type Database = {
  readonly kind: 'embedded' | 'server';
  /** For single statements, each its own transaction. */
  readonly tx: Tx;
  /**
   * Runs `work` in one transaction. A COMMIT may succeed although the caller gets an error (the line was cut in
   * between), so `work` must be safe to repeat; on a server it is repeated when another transaction got in its way
   * or its line dropped. Throws what `work` throws; `isAway` (away.ts) tells whether the database was away.
   */
  inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** An exclusive lock by name among all processes on this database; undefined when another one holds it. */
  holdLock(name: string): Promise<Lock | undefined>;
  close(): Promise<void>;
};

/** The database cannot be opened as the settings stand. The message is for the operator and names the setting. */
export class CannotOpen extends Error {
  override readonly name = 'CannotOpen';
}

/**
 * The rows of a statement written by hand. The caller names their type and casts in SQL what drivers read differently.
 * A server keeps the plan of each statement from one call to the next.
 */
export async function rows<Row>(tx: Tx, statement: SQL): Promise<Row[]> {
  const query = dialect.sqlToQuery(statement);
  const prepared = tx._.session.prepareQuery(query, undefined, nameOf(query.sql), false);
  const result = (await prepared.execute()) as { rows: Row[] };
  return result.rows;
}

/**
 * A set of ids as one parameter, for `id = any(…)`: the plan then goes by the index however large the table was when the
 * plan was made.
 */
export const idSet = (ids: readonly number[]): SQL => sql`${`{${ids.join(',')}}`}::bigint[]`;

const dialect = new PgDialect();
/** Statements whose plans are kept; their texts stand in the code, so there are not many. */
const PLANS_MAX = 300;
const names = new Map<string, string>();

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= PLANS_MAX) return known;
  const name = `kasa_${names.size}`;
  names.set(text, name);
  return name;
}
