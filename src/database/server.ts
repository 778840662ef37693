/**
 * A Postgres server, through node-postgres. A line that drops costs the transactions on it, never the process.
 * A pooler in transaction mode (PgBouncer) cannot stand between: sessions hold locks and settings.
 */
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { errorFacts, type Log } from '../log.ts';
import type { World } from '../world.ts';
import { codeOf, isAway, isQuarrel } from './away.ts';
import type { Database, Tx } from './database.ts';
import { lineTo, SERVER_BOUNDS, SILENT } from './line.ts';
import * as schema from './schema.ts';
import { type Holder, holdServerLock } from './server-lock.ts';

/** Below silenceMsMax, so that a line at rest is closed by the pool and does not look like a dead one. */
const IDLE_MS_MAX = 15_000;
const TRANSACTION_TRIES_MAX = 4;
const RETRY_MS_MAX = 100;

/** Does not connect yet; the first statement does. */
export function openServer(url: string, world: World, log: Log, bounds = SERVER_BOUNDS): Database {
  readAsEmbedded();
  const pool = new pg.Pool({
    ...lineTo(url, bounds),
    max: bounds.connectionsMax,
    idleTimeoutMillis: IDLE_MS_MAX,
  });
  pool.on('error', (error) => log.warn('database line lost', errorFacts(error)));
  // A line that drops while a transaction holds it but waits for nothing has no other listener, and would end the process.
  pool.on('connect', (line) => line.on('error', (error) => faults.set(line, error)));
  const tx = drizzle(pool, { schema });
  const held = new Set<Holder>();
  return {
    kind: 'server',
    tx: tx as unknown as Tx,
    inTransaction: (work) => transact(pool, world, log, work),
    holdLock: (name) => holdServerLock(name, lineTo(url, bounds), world, held),
    close: async () => {
      await Promise.all([...held].map((lock) => lock.release()));
      if (!pool.ending) await pool.end();
    },
  };
}

type Line = ReturnType<typeof drizzle<typeof schema, pg.PoolClient>>;

/** drizzle's view of each line of a pool; making one costs more than a small transaction. */
const lines = new WeakMap<pg.PoolClient, Line>();
/** Why a line is dead. The rollback after it fails too, and drizzle then throws only what the rollback said. */
const faults = new WeakMap<pg.PoolClient, Error>();

/**
 * Runs a transaction, and the whole of it again when it was undone by another one or when its line dropped in the
 * middle (the commit may then have succeeded: every work is safe to repeat). A server that cannot be reached, or
 * whose line fell silent, is not tried again here: the caller has waited long enough and knows what to answer.
 *
 * drizzle's own transaction on a pool never gives a line back on which `begin` failed (0.45): a few drops and the
 * pool is empty. So the line is taken and given back here.
 */
async function transact<T>(pool: pg.Pool, world: World, log: Log, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    const client = await pool.connect();
    try {
      const result = await lineOf(client).transaction((inner) => work(inner as unknown as Tx));
      client.release();
      return result;
    } catch (thrown) {
      const error = faults.get(client) ?? thrown;
      const away = isAway(error);
      client.release(away);
      const isWorthwhile = isQuarrel(error) || (away && codeOf(error) !== SILENT);
      if (!isWorthwhile || tried === TRANSACTION_TRIES_MAX) throw error;
      log.warn('transaction repeated', { code: codeOf(error), tried });
      await world.sleep(world.random() * RETRY_MS_MAX * tried);
    }
  }
}

function lineOf(client: pg.PoolClient): Line {
  const line = lines.get(client) ?? drizzle(client, { schema });
  lines.set(client, line);
  return line;
}

/**
 * Makes `pg` read values as PGlite does: int8 as a number while it is safe, bytea as a plain Uint8Array.
 * These are settings of the driver for the whole process; drizzle looks nowhere else.
 */
function readAsEmbedded(): void {
  pg.types.setTypeParser(pg.types.builtins.INT8, readInt8);
  const readTexts = pg.types.getTypeParser(TEXT_ARRAY as never) as (text: string) => string[];
  pg.types.setTypeParser(INT8_ARRAY as never, (text: string) => readTexts(text).map(readInt8));
  pg.types.setTypeParser(
    pg.types.builtins.BYTEA,
    (text: string) => new Uint8Array(Buffer.from(text.slice(2), 'hex')),
  );
}

/** Oids of array types, which the driver's list does not name (pg_type.dat). */
const INT8_ARRAY = 1016;
const TEXT_ARRAY = 1009;

function readInt8(text: string): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}
