/** Lets messages through one by one, with pauses like a person's, and no more in a day than the number bears. */
import type { World } from '../../world.ts';
import { SendError } from '../channel.ts';
import { type Care, counted, left, pauseMs, secondsLeft } from './care.ts';
import type { TallyFile } from './tally.ts';

/** Who waited longer for the letter before is sent back unsent: the pump's lease must not run out meanwhile. */
export const TURN_SECONDS_MAX = 15;
/** Parts of one letter follow each other more quickly. */
const PART_PAUSE_SHARE = 0.2;

export type Gate = {
  /** One after the other, in the order asked. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Waits until the next message may go. Throws SendError: throttled when the day is full, unreachable when `signal` says
   * that it is time to stop.
   */
  pass(what: { counts: boolean; isPart: boolean }, signal: AbortSignal): Promise<void>;
  /** One was handed over: it is counted, and the next pause begins. */
  went(counts: boolean): void;
};

export type GateOptions = {
  care: Care;
  tally: TallyFile;
  timeZone: string;
  world: Pick<World, 'now' | 'random' | 'sleep'>;
  /** The day is full; it goes on in so many seconds. */
  onFull: (againInSeconds: number) => void;
  /** It is not full. */
  onFree: () => void;
};

export function openGate({ care, tally, timeZone, world, onFull, onFree }: GateOptions): Gate {
  let busy: Promise<unknown> = Promise.resolve();
  let lastMs = Number.NEGATIVE_INFINITY;
  let pause = 0;
  const nowMs = () => world.now().getTime();

  return {
    inTurn(work) {
      const askedMs = nowMs();
      const turn = busy.then(() => {
        if (nowMs() - askedMs <= TURN_SECONDS_MAX * 1000) return work();
        throw new SendError('throttled', 'WhatsApp: the letter before it took long', {
          retryAfterSeconds: 1,
        });
      });
      busy = turn.catch(() => {});
      return turn;
    },
    async pass({ counts, isPart }, signal) {
      if (counts && left(care, tally.read(), world.now(), timeZone) === 0) {
        const retryAfterSeconds = secondsLeft(world.now(), timeZone);
        onFull(retryAfterSeconds);
        throw new SendError('throttled', 'WhatsApp: the day is full', { retryAfterSeconds });
      }
      if (counts) onFree();
      // A clock that was set back must not make a pause of hours.
      const waitMs = Math.min(lastMs + pause * (isPart ? PART_PAUSE_SHARE : 1) - nowMs(), pause);
      if (waitMs > 0) await world.sleep(waitMs, signal);
      if (signal.aborted) throw new SendError('unreachable', 'WhatsApp: the channel stops');
    },
    went(counts) {
      if (counts) tally.write(counted(tally.read(), world.now(), timeZone));
      lastMs = nowMs();
      pause = pauseMs(care, world.random());
    },
  };
}
