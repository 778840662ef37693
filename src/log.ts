/**
 * One line a happening, for whoever looks after the machine. Facts are numbers, kinds and our own ids;
 * never an address, a name, a word that somebody wrote, or a secret.
 */
import { pino } from 'pino';

export type Facts = { [name: string]: string | number | boolean | null | undefined };

export type Log = {
  info(event: string, facts?: Facts): void;
  warn(event: string, facts?: Facts): void;
  error(event: string, facts?: Facts): void;
};

export function openLog(level: string): Log {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
  return {
    info: (event, facts = {}) => logger.info(facts, event),
    warn: (event, facts = {}) => logger.warn(facts, event),
    error: (event, facts = {}) => logger.error(facts, event),
  };
}

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };

/**
 * What may be logged of an error: its kind, its code or that of its cause, and where it was thrown. Messages of
 * drivers hold what people wrote, and a stack begins with the message, so both are left out.
 */
export function errorFacts(error: unknown): Facts {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = codeIn(error) ?? codeIn(error.cause);
  const stack = error.stack ?? '';
  const begin = stack.indexOf(error.message);
  const frames = begin < 0 ? [] : stack.slice(begin + error.message.length).split('\n');
  const at = frames.find((line) => /^ +at .*\/src\/[^ ]+:\d+:\d+\)?$/.test(line));
  return { error: error.name, code, at: at?.replace(/^ +at .*\/src\//, 'src/').replace(/\)$/, '') };
}

function codeIn(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
