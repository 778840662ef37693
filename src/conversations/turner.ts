/** Takes turns until it is stopped; survives a database that goes away and letters that make the code throw. */
import { NotTogether } from '../actions/action.ts';
import { isAway } from '../database/away.ts';
import { pauseSeconds } from '../delivery/retry.ts';
import { openWaker } from '../delivery/waker.ts';
import { errorFacts, type Log } from '../log.ts';
import { setAside } from './poison.ts';
import { type Turning, takeTurns } from './turn.ts';

/** Letters that other processes stored, and albums that became whole, are found after so long at the latest. */
export const TURN_LOOK_MS = 500;

export type Turner = {
  /** Takes all that waits; resolves with the number of letters. Letters that throw are set aside, alone. */
  turnOnce(): Promise<number>;
  run(): Promise<void>;
  poke(): void;
  stop(): Promise<void>;
};

/** @param posted called when letters may have been queued */
export function openTurner(turning: Turning, log: Log, posted: () => void): Turner {
  const { world } = turning;
  const waker = openWaker(world);
  let stopping = false;
  let running: Promise<void> | undefined;

  /** The whole batch; when it throws, one letter after the other, so that only the guilty one suffers. */
  async function turn(): Promise<{ letters: number; more: boolean }> {
    let letters = 0;
    try {
      const took = await takeTurns(turning);
      if (took.queued) posted();
      return took;
    } catch (error) {
      if (isAway(error)) throw error;
      if (error instanceof NotTogether) log.info('a batch of turns is taken one by one');
      else log.error('a batch of turns failed', errorFacts(error));
      letters = await oneByOne();
    }
    if (letters > 0) posted();
    return { letters, more: letters > 0 };
  }

  async function oneByOne(): Promise<number> {
    for (let taken = 0; ; taken++) {
      try {
        if ((await takeTurns(turning, 1, 1)).letters === 0) return taken;
      } catch (error) {
        if (isAway(error)) throw error;
        log.error('a letter made the code throw and was set aside', errorFacts(error));
        await setAside(turning, error);
      }
    }
  }

  async function loop(): Promise<void> {
    let failures = 0;
    while (!stopping) {
      try {
        const { more } = await turn();
        failures = 0;
        if (!more) await waker.woken(TURN_LOOK_MS);
      } catch (error) {
        failures += 1;
        log.warn('turns wait for the database', errorFacts(error));
        await waker.woken(pauseSeconds(Math.min(failures, 3), world.random()) * 1000);
      }
    }
  }

  return {
    turnOnce: async () => (await turn()).letters,
    run: () => (running ??= loop()),
    poke: () => waker.wake(),
    async stop() {
      stopping = true;
      waker.wake();
      await running;
    },
  };
}
