import type { World } from '../../world.ts';
import type { SendError } from '../channel.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** Doubles with each failure in a row, up to half a minute, and is spread so that processes do not march in step. */
export function pauseMs(failures: number, world: World): number {
  const full = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10));
  return full * (0.5 + world.random() / 2);
}

/** What Telegram asks for comes first; what only the assembly can mend is tried slowly. */
export function pauseAfterMs(error: SendError, failures: number, world: World): number {
  if (error.retryAfterSeconds !== undefined) return error.retryAfterSeconds * 1000;
  return error.kind === 'misconfigured' ? LONGEST_PAUSE_MS : pauseMs(failures, world);
}
