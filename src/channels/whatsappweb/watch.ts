/** Watches over a life: nothing is waited for without an end, and it is asked now and then whether it is well. */
import type { World } from '../../world.ts';
import { bounded } from './bounded.ts';
import type { Ending } from './ending.ts';
import type { Phone } from './library.ts';

export type Times = {
  /** From the start until a code is shown or it is ready; and from the scan until it is ready. */
  startSeconds: number;
  /** A code is replaced by the next one within it, or WhatsApp's page has stopped to show any. */
  codeSeconds: number;
  /** How often it is asked whether it is well. */
  lookSeconds: number;
  /** An answer to that takes no longer. */
  answerSeconds: number;
  /** So many looks in a row without a connection, and the browser starts anew. */
  looksOfflineMax: number;
};

export const TIMES: Times = {
  startSeconds: 180,
  codeSeconds: 90,
  lookSeconds: 60,
  answerSeconds: 15,
  looksOfflineMax: 5,
};

/** The line to WhatsApp is there. */
export const CONNECTED = 'CONNECTED';
/** The phone was scanned and hands over what it has. */
const HANDING_OVER = new Set(['PAIRING', 'OPENING', CONNECTED]);

export type Watch = {
  starts(): void;
  codeShown(): void;
  /** It is not ready yet, but something happens. */
  goesOn(): void;
  isReady(): void;
};

export type Watched = {
  phone: Pick<Phone, 'getState'>;
  times: Times;
  world: Pick<World, 'sleep'>;
  connected(is: boolean): void;
};

export function openWatch({ phone, times, world, connected }: Watched, { over, end }: Ending): Watch {
  let deadline = new AbortController();
  let ready = false;

  /** Replaces the one before; without `seconds` there is none any more. */
  function dueIn(seconds?: number, overdue: () => void = () => {}): void {
    deadline.abort();
    deadline = new AbortController();
    const mine = AbortSignal.any([deadline.signal, over]);
    if (seconds === undefined) return;
    void world.sleep(seconds * 1000, mine).then(() => {
      if (!mine.aborted) overdue();
    });
  }

  const ask = (): Promise<string | undefined> =>
    bounded(Promise.resolve(phone.getState()), times.answerSeconds).catch(() => undefined);
  const neverReady = () => end({ kind: 'broken', why: 'it did not become ready in time' });

  /** After a scan there is no new code either. */
  async function noNewCode(): Promise<void> {
    const state = await ask();
    if (over.aborted || ready) return;
    if (HANDING_OVER.has(state ?? '')) dueIn(times.startSeconds, neverReady);
    else end({ kind: 'unscanned', why: 'nobody scanned the code' });
  }

  async function lookAfter(): Promise<void> {
    for (let offline = 0; ; ) {
      await world.sleep(times.lookSeconds * 1000, over);
      const state = over.aborted ? undefined : await ask();
      if (over.aborted) return;
      if (state === undefined) return end({ kind: 'broken', why: 'the browser did not answer' });
      connected(state === CONNECTED);
      offline = state === CONNECTED ? 0 : offline + 1;
      if (offline >= times.looksOfflineMax) return end({ kind: 'broken', why: 'no connection to WhatsApp' });
    }
  }

  return {
    starts: () => dueIn(times.startSeconds, () => end({ kind: 'broken', why: 'it did not start in time' })),
    codeShown: () => dueIn(times.codeSeconds, () => void noNewCode()),
    goesOn: () => {
      if (!ready) dueIn(times.startSeconds, neverReady);
    },
    isReady: () => {
      dueIn();
      if (!ready) void lookAfter();
      ready = true;
    },
  };
}
