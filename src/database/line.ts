/** How one line to a Postgres server is opened, and when it is given up. */
import { Socket } from 'node:net';
import type { ClientConfig } from 'pg';

export type ServerBounds = {
  connectionsMax: number;
  connectMsMax: number;
  /** The server cuts off a slower statement; 0 is never. */
  statementMsMax: number;
  /** A line that says nothing for so long while it is in use or idle is given up; 0 is never. Above statementMsMax. */
  silenceMsMax: number;
  /** The server ends a session that sits in an open transaction for so long. */
  idleInTransactionMsMax: number;
};

export const SERVER_BOUNDS: ServerBounds = {
  connectionsMax: 10,
  connectMsMax: 5_000,
  statementMsMax: 20_000,
  silenceMsMax: 25_000,
  idleInTransactionMsMax: 30_000,
};
/** For migrations, which may wait long for each other and for a big table. */
export const PATIENT_BOUNDS: ServerBounds = {
  ...SERVER_BOUNDS,
  connectionsMax: 2,
  statementMsMax: 0,
  silenceMsMax: 0,
  idleInTransactionMsMax: 0,
};

/** How to reach the server. What the URL itself says (sslmode, application_name…) wins. */
export function lineTo(url: string, bounds: ServerBounds): ClientConfig {
  return {
    connectionString: url,
    application_name: 'kasa',
    // Our statements are small and frequent: compiling them (jit) costs up to a second each when the queue is long.
    options: '-c timezone=UTC -c jit=off',
    connectionTimeoutMillis: bounds.connectMsMax,
    statement_timeout: bounds.statementMsMax,
    idle_in_transaction_session_timeout: bounds.idleInTransactionMsMax,
    keepAlive: true,
    stream: () => impatientSocket(bounds.silenceMsMax),
  };
}

/** The code of a line that was given up for its silence: the one that the system itself uses for such lines. */
export const SILENT = 'ETIMEDOUT';

/**
 * A line whose other end is gone without a word is found by its silence. This stands in for `query_timeout` of
 * `pg`, which reports the statement but keeps the dead line: the rollback after it would wait as long again.
 */
export function impatientSocket(silenceMsMax: number): Socket {
  const socket = new Socket();
  socket.setTimeout(silenceMsMax, () => {
    socket.destroy(Object.assign(new Error('the database line fell silent'), { code: SILENT }));
  });
  return socket;
}
