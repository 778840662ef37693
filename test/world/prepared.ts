/**
 * The embedded database with every statement prepared once for the session. Planning is most of what small statements
 * cost, and the worlds say the same few hundred statements a million times.
 */
import type { PGlite, Results, Transaction } from '@electric-sql/pglite';
import { types } from '@electric-sql/pglite';
import type { SQL } from 'drizzle-orm';
import type { Tx } from '../../src/database/database.ts';

type Client = PGlite | Transaction;
export type Query = { sql: string; params: unknown[] };
type Dialect = { sqlToQuery(statement: unknown): Query };

/** Texts as drizzle asks for them. */
const asText = (text: string) => text;
const TIMES = [types.TIMESTAMP, types.TIMESTAMPTZ, types.INTERVAL, types.DATE];

export type Rewrite = (statement: string) => string;

export type Prepared = {
  read(statement: SQL): Query;
  /** One statement by itself. */
  say(query: Query, rewrite: Rewrite | undefined): Promise<unknown>;
  /** Statements by themselves. */
  tx(rewrite: Rewrite | undefined): Tx;
  inTransaction<T>(work: (tx: Tx) => Promise<T>, rewrite: Rewrite | undefined): Promise<T>;
};

export async function openPrepared(pglite: PGlite, drizzled: Tx): Promise<Prepared> {
  const names = new Map<string, string>();
  const { dialect } = drizzled as unknown as { dialect: Dialect };
  for (const type of TIMES) pglite.parsers[type] = asText;
  await pglite.exec('set plan_cache_mode = force_generic_plan');

  async function execute(client: Client, query: Query, rewrite: Rewrite | undefined): Promise<Results> {
    const text = rewrite ? rewrite(query.sql) : query.sql;
    const known = names.get(text);
    const name = known ?? `said_${names.size}`;
    names.set(text, name);
    const given = query.params.length === 0 ? '' : `(${query.params.map(literal).join(', ')})`;
    // The first time in the same call: a world must not run another way because a statement was new.
    const first = known === undefined ? `prepare ${name} as ${text}; ` : '';
    const results = await client.exec(`${first}execute ${name}${given}`);
    return results.at(-1) as Results;
  }

  const over = (client: Client, inner: Tx, rewrite: Rewrite | undefined): Tx =>
    openTx(
      (query) => execute(client, query, rewrite),
      (statement) => dialect.sqlToQuery(statement),
      inner,
    );

  return {
    read: (statement) => dialect.sqlToQuery(statement),
    say: (query, rewrite) => execute(pglite, query, rewrite),
    tx: (rewrite) => over(pglite, drizzled, rewrite),
    inTransaction: (work, rewrite) =>
      drizzled.transaction((inner) => {
        const { client } = (inner as unknown as { session: { client: Transaction } }).session;
        return work(over(client, inner as unknown as Tx, rewrite));
      }),
  };
}

/** As much of drizzle's face as the house looks at. */
export function openTx(
  say: (query: Query) => Promise<unknown>,
  read: (statement: SQL) => Query,
  inner?: Tx,
): Tx {
  const tx = {
    execute: (statement: SQL) => say(read(statement)),
    insert: inner?.insert.bind(inner),
    _: { session: { prepareQuery: (query: Query) => ({ execute: () => say(query) }) } },
  };
  return tx as unknown as Tx;
}

/** A value as PostgreSQL reads it for a parameter whose type it knows. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (value instanceof Uint8Array) return `'\\x${Buffer.from(value).toString('hex')}'`;
  return `'${String(value).replaceAll("'", "''")}'`;
}
