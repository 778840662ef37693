/** Stands between a part of the house and its database, so that a bug can change when its statements run. */
import type { SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { Database, Tx } from '../../../src/database/database.ts';
import { openTx, type Query } from '../prepared.ts';

const dialect = new PgDialect();
export const read = (statement: SQL): Query => dialect.sqlToQuery(statement);

type Session = { prepareQuery(query: Query): { execute(): Promise<unknown> } };

export const sayOn = (tx: Tx, query: Query): Promise<unknown> =>
  (tx._ as unknown as { session: Session }).session.prepareQuery(query).execute();

/** `say` answers each statement in place of the transaction. */
export function between(tx: Tx, say: (query: Query, itself: () => Promise<unknown>) => Promise<unknown>): Tx {
  return openTx((query) => say(query, () => sayOn(tx, query)), read, tx);
}

/** A database whose transactions run with `work` changed. */
export function withTransactions(
  database: Database,
  inTransaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
): Database {
  return { ...database, inTransaction };
}

/** A rewrite that must find what it changes, or the bug was not planted. */
export function rewriting(find: RegExp, put: string) {
  let planted = 0;
  return {
    rewrite(statement: string): string {
      const changed = statement.replace(find, put);
      if (changed !== statement) planted += 1;
      return changed;
    },
    isPlanted: () => planted > 0,
  };
}
