/** What a database's complaints mean: away for a while, or a quarrel between transactions. */

/** Class 08: connection; 53: no room (disk, memory, connections); the rest one by one. PostgreSQL manual, appendix A. */
const AWAY_CLASSES = ['08', '53'];
const AWAY_STATES = new Set([
  '57P01', // an administrator ended the connection
  '57P02', // another session crashed the server
  '57P03', // it is starting or stopping
  '57P05', // it ended an idle session
  '25P03', // it ended a session that was idle in a transaction
  '25006', // it only reads: a standby that has not taken over yet
]);
const AWAY_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT', // the server's Unix socket
]);
/** `pg` gives these no code (its lib/client.js and pg-pool/index.js). */
const AWAY_MESSAGES = new Set([
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'timeout expired',
  'timeout exceeded when trying to connect',
  'Query read timeout',
]);
const QUARRELS = new Set(['40001', '40P01']);
const CAUSES_MAX = 8;

/**
 * Whether the database is away (not reached, line lost, starting, no room): the same may work in a while, so a
 * webhook answers 503. A statement that the server cut off as too slow (57014) is not: it would be too slow again.
 */
export function isAway(error: unknown): boolean {
  return chain(error).some(({ code, message }) => {
    if (code === undefined) return AWAY_MESSAGES.has(message);
    return AWAY_CODES.has(code) || AWAY_STATES.has(code) || AWAY_CLASSES.includes(stateClass(code));
  });
}

/** Whether two transactions got in each other's way and this one was undone: at once it may succeed. */
export function isQuarrel(error: unknown): boolean {
  return chain(error).some(({ code }) => code !== undefined && QUARRELS.has(code));
}

/** The first code in the chain of causes: a SQLSTATE or a code of Node. */
export function codeOf(error: unknown): string | undefined {
  return chain(error).find(({ code }) => code !== undefined)?.code;
}

function stateClass(code: string): string {
  return /^[0-9A-Z]{5}$/.test(code) ? code.slice(0, 2) : '';
}

/** drizzle wraps what drivers throw, and Node wraps what each address of a host answered. */
function chain(error: unknown): { code: string | undefined; message: string }[] {
  const found: { code: string | undefined; message: string }[] = [];
  let next = error;
  while (next instanceof Error && found.length < CAUSES_MAX) {
    found.push({
      code: 'code' in next && typeof next.code === 'string' ? next.code : undefined,
      message: next.message,
    });
    next = next.cause;
  }
  return found;
}
