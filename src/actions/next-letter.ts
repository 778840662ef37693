/** When the next digest comes to somebody. */
import { nextLetter } from '../broadcasts/digest/clock.ts';
import type { Around } from './action.ts';

/** When nobody says otherwise. */
export const DEFAULT_HOUR = 8;

/** `next`: when the next letter comes, in milliseconds since 1970; null where no day is set for it. */
export function nextFor(
  beganAt: number,
  hour: number,
  { now, settings }: Around,
): { hour: string; next: number | null } {
  const at = settings.digest && nextLetter(now, beganAt, hour, settings.digest).getTime();
  return { hour: `${String(hour).padStart(2, '0')}:00`, next: at ?? null };
}
