/**
 * Whether a network as a whole is away. While it is, one letter at a time feels for it, ever more rarely, and what
 * fails meanwhile is not held against the letters. Times are milliseconds since 1970, handed in.
 */
import type { SendErrorKind } from '../channels/channel.ts';

/** So many letters in a row without any answer of the network, and it is taken to be away. */
export const OUTAGE_FAILURES_MIN = 3;
export const OUTAGE_PAUSE_SECONDS_MAX = 60;

export type Outage = {
  away(): boolean;
  /** Nothing should be sent before then. */
  pausedUntilMs(): number;
  /** Hears how a letter fared: undefined when it went. */
  heard(kind: SendErrorKind | undefined, nowMs: number): void;
};

export function openOutage(): Outage {
  let failures = 0;
  let pauseSeconds = 0;
  let untilMs = 0;
  return {
    away: () => failures >= OUTAGE_FAILURES_MIN,
    pausedUntilMs: () => untilMs,
    heard(kind, nowMs) {
      if (kind !== 'unreachable' && kind !== 'misconfigured' && kind !== 'unknown') {
        failures = 0;
        pauseSeconds = 0;
        untilMs = 0;
        return;
      }
      failures += 1;
      // Letters that were under way together fail together: only the first of them makes the pause longer.
      if (failures < OUTAGE_FAILURES_MIN || nowMs < untilMs) return;
      pauseSeconds = Math.min(pauseSeconds === 0 ? 1 : pauseSeconds * 2, OUTAGE_PAUSE_SECONDS_MAX);
      untilMs = nowMs + pauseSeconds * 1000;
    },
  };
}
