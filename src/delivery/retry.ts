/**
 * What becomes of a letter that did not go: one pure table, so that the pump has no opinion of its own.
 * It must not know the database, the channel or the clock.
 */
import type { SendErrorKind } from '../channels/channel.ts';
import type { Address } from '../channels/message.ts';

/** An attempt that counts is one of these; then the letter is marked failed and shown. About 20 minutes in all. */
export const SEND_TRIES_MAX = 12;
export const RETRY_FIRST_SECONDS = 2;
export const RETRY_SECONDS_MAX = 300;
/** When a network says "too fast" and not for how long. */
export const THROTTLED_SECONDS = 5;
/** Only a person can mend a wrong token or a missing right, so there is no hurry. */
export const MISCONFIGURED_SECONDS = 60;

export type Failure = {
  kind: SendErrorKind;
  retryAfterSeconds?: number | undefined;
  movedTo?: Address | undefined;
};

/** What to do with the letter, and with what lies around it. */
export type Fate =
  | { do: 'again'; inSeconds: number; countsAsTry: boolean }
  /** Nothing of this channel goes for so long; the letter waits with the others and no try is counted. */
  | { do: 'pauseChannel'; seconds: number }
  /**
   * `markBlocked`: its receiver cannot or will not be reached; what else waits for them is cancelled.
   * `markOptedOut`: they want no letters to many there.
   */
  | { do: 'fail'; markBlocked: boolean; markOptedOut?: boolean }
  /** It waits until the person writes; a template may ask them. */
  | { do: 'wait' }
  | { do: 'reopenTopic'; inSeconds: number }
  /** The room lives at another address now: everything is rewritten and the letter goes there at once. */
  | { do: 'move'; to: Address };

/**
 * `attempts` counts the one that just failed. `random` in [0, 1) spreads the retries of many letters.
 * `once`: a letter that may not arrive twice (a one-time code) is given up when nobody knows whether it arrived.
 * `unknownWaitSeconds`: the network tells so long afterwards whether it went after all (`Limits.unknownWaitSeconds`).
 */
export function afterFailure(
  error: Failure,
  attempts: number,
  random: number,
  { once = false, unknownWaitSeconds = 0 } = {},
): Fate {
  if (error.kind === 'throttled') {
    return { do: 'pauseChannel', seconds: error.retryAfterSeconds ?? THROTTLED_SECONDS };
  }
  if (error.kind === 'misconfigured') {
    return { do: 'again', inSeconds: MISCONFIGURED_SECONDS, countsAsTry: false };
  }
  if (error.kind === 'windowShut') return { do: 'wait' };
  if (error.kind === 'optedOut') return { do: 'fail', markBlocked: false, markOptedOut: true };
  if (error.kind === 'blocked') return { do: 'fail', markBlocked: true };
  if (attempts >= SEND_TRIES_MAX) return { do: 'fail', markBlocked: false };
  if (error.movedTo !== undefined) return { do: 'move', to: error.movedTo };
  if (error.kind === 'rejected') return { do: 'fail', markBlocked: false };
  if (error.kind === 'unknown' && once) return { do: 'fail', markBlocked: false };
  if (error.kind === 'topicLost') {
    return { do: 'reopenTopic', inSeconds: attempts <= 2 ? 0 : pauseSeconds(attempts, random) };
  }
  const leastSeconds = error.kind === 'unknown' ? unknownWaitSeconds : (error.retryAfterSeconds ?? 0);
  const inSeconds = Math.max(pauseSeconds(attempts, random), leastSeconds);
  return { do: 'again', inSeconds, countsAsTry: true };
}

/** Doubles with each attempt up to RETRY_SECONDS_MAX; the upper half of it is random. */
export function pauseSeconds(attempts: number, random: number): number {
  const whole = Math.min(RETRY_FIRST_SECONDS * 2 ** (attempts - 1), RETRY_SECONDS_MAX);
  return whole * (0.5 + random / 2);
}
