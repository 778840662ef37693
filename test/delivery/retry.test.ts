import { describe, expect, it } from 'vitest';
import {
  afterFailure,
  type Failure,
  type Fate,
  MISCONFIGURED_SECONDS,
  pauseSeconds,
  RETRY_SECONDS_MAX,
  SEND_TRIES_MAX,
} from '../../src/delivery/retry.ts';

const again = (inSeconds: number): Fate => ({ do: 'again', inSeconds, countsAsTry: true });
const gone: Fate = { do: 'fail', markBlocked: false };

const table: [label: string, failure: Failure, attempts: number, fate: Fate][] = [
  [
    'too fast, for so long',
    { kind: 'throttled', retryAfterSeconds: 31 },
    1,
    { do: 'pauseChannel', seconds: 31 },
  ],
  ['too fast, for nobody knows how long', { kind: 'throttled' }, 1, { do: 'pauseChannel', seconds: 5 }],
  ['too fast is never a reason to give up', { kind: 'throttled' }, 900, { do: 'pauseChannel', seconds: 5 }],
  ['away, first try', { kind: 'unreachable' }, 1, again(1.5)],
  ['away, third try', { kind: 'unreachable' }, 3, again(6)],
  ['away, and the network says for how long', { kind: 'unreachable', retryAfterSeconds: 40 }, 1, again(40)],
  ['away, last try', { kind: 'unreachable' }, SEND_TRIES_MAX, gone],
  ['may have arrived', { kind: 'unknown' }, 1, again(1.5)],
  ['may have arrived, last try', { kind: 'unknown' }, SEND_TRIES_MAX, gone],
  ['the receiver does not want it', { kind: 'blocked' }, 1, { do: 'fail', markBlocked: true }],
  ['cannot be sent as it is', { kind: 'rejected' }, 1, gone],
  [
    'the room moved',
    { kind: 'rejected', movedTo: 'telegram:-1002' },
    1,
    { do: 'move', to: 'telegram:-1002' },
  ],
  ['the room moves for ever', { kind: 'rejected', movedTo: 'telegram:-1002' }, SEND_TRIES_MAX, gone],
  ['the topic is gone', { kind: 'topicLost' }, 1, { do: 'reopenTopic', inSeconds: 0 }],
  ['the topic is gone again and again', { kind: 'topicLost' }, 3, { do: 'reopenTopic', inSeconds: 6 }],
  ['the topic is gone for ever', { kind: 'topicLost' }, SEND_TRIES_MAX, gone],
  [
    'our own account is at fault',
    { kind: 'misconfigured' },
    900,
    { do: 'again', inSeconds: MISCONFIGURED_SECONDS, countsAsTry: false },
  ],
];

describe('what becomes of a letter that did not go', () => {
  it.each(table)('%s', (_label, failure, attempts, fate) => {
    expect(afterFailure(failure, attempts, 0.5)).toEqual(fate);
  });

  it('gives up a one-time code when nobody knows whether it arrived, and only then', () => {
    expect(afterFailure({ kind: 'unknown' }, 1, 0.5, { once: true })).toEqual(gone);
    expect(afterFailure({ kind: 'unreachable' }, 1, 0.5, { once: true })).toEqual(again(1.5));
  });

  it('waits longer each time, within bounds, and never all at the same moment', () => {
    for (let attempts = 1; attempts < 40; attempts += 1) {
      const [early, late] = [pauseSeconds(attempts, 0), pauseSeconds(attempts, 0.999)];
      expect(early).toBeGreaterThanOrEqual(1);
      expect(late).toBeLessThanOrEqual(RETRY_SECONDS_MAX);
      expect(late / early).toBeCloseTo(2, 1);
      expect(pauseSeconds(attempts + 1, 0.5)).toBeGreaterThanOrEqual(pauseSeconds(attempts, 0.5));
    }
  });
});
