/**
 * Fetches what came with letters: downloads it from the channel, has it checked, and lets the turn have it.
 * Any number of processes may fetch beside each other. A letter waits for this, but not for ever.
 */
import type { Channel } from '../channels/channel.ts';
import type { Database } from '../database/database.ts';
import { errorFacts, type Log } from '../log.ts';
import type { World } from '../world.ts';
import {
  type Claim,
  claim,
  FETCH_TRIES_MAX,
  type Fetched,
  isPending,
  release,
  settle,
} from './fetch-claims.ts';
import { fetchPiece } from './fetch-piece.ts';

/** Letters under way at once. Each holds at most one download in memory. */
export const FETCHES_AT_ONCE_MAX = 4;
/** One try for a whole letter, checks included. */
export const FETCH_TRY_MAX_SECONDS = 15;
/** Without a poke it looks by itself: at letters of other processes, and at those that come after a pause. */
export const FETCH_LOOK_SECONDS = 1;
/** A trouble is written so long before the turn would stop waiting. */
const MARGIN_SECONDS = 1;

export type Fetcher = {
  /** Claims and finishes what is waiting now, at most FETCHES_AT_ONCE_MAX letters; resolves with their number. */
  fetchOnce(): Promise<number>;
  /** Fetches until stopped. Resolves when nothing is under way any more; never rejects. */
  run(): Promise<void>;
  /** Says that a letter has come. */
  poke(): void;
  /** Gives back what is under way; resolves when that is done. */
  stop(): Promise<void>;
};

type Given = {
  database: Database;
  channels: ReadonlyMap<string, Channel>;
  world: World;
  log: Log;
  /** Called when a letter's wait has ended, so that the turn need not look for it. */
  onDue?: () => void;
};

export function openFetcher({ database, channels, world, log, onDue = () => {} }: Given): Fetcher {
  const underWay = new Set<Promise<void>>();
  const cuts = new Set<AbortController>();
  let wake = new AbortController();
  let isStopping = false;
  let running = Promise.resolve();

  async function take(): Promise<Claim[]> {
    const free = FETCHES_AT_ONCE_MAX - underWay.size;
    await world.crashPoint('fetch: before claim');
    const claims = await claim(database, [...channels.keys()], free, world.now());
    await world.crashPoint('fetch: claimed');
    return claims;
  }

  function begin(claim: Claim): Promise<void> {
    const work = fetchLetter(claim).finally(() => underWay.delete(work));
    underWay.add(work);
    return work;
  }

  async function fetchLetter(claim: Claim): Promise<void> {
    const fetched = await tryInTime(claim);
    if (isStopping && claim.media.some((media, place) => isPending(media) && !fetched.has(place))) {
      return release(database, claim);
    }
    await world.crashPoint('fetch: before commit');
    const settled = await settle(database, claim, fetched, world.now());
    await world.crashPoint('fetch: committed');
    const troubles = [...fetched.values()].flatMap((one) => ('trouble' in one ? [one.trouble] : []));
    const facts = { letter: claim.id, channel: claim.channel, attempt: claim.attempts };
    log.info(`fetch ${settled}`, {
      ...facts,
      pieces: fetched.size,
      troubles: troubles.join(' ') || undefined,
    });
    if (settled === 'done') onDue();
  }

  /** What could be fetched before the time was up; a piece that is missing in the result was not finished. */
  async function tryInTime(claim: Claim): Promise<Map<number, Fetched>> {
    const fetched = new Map<number, Fetched>();
    // The process died in every try: this letter may be why.
    if (isStopping || claim.attempts > FETCH_TRIES_MAX) return fetched;
    const cut = new AbortController();
    cuts.add(cut);
    const pieces = async () => {
      for (const [place, media] of claim.media.entries()) {
        if (!isPending(media)) continue;
        const piece = await fetchPiece(channels.get(claim.channel), media, world, log);
        if (cut.signal.aborted) return;
        fetched.set(place, piece);
      }
    };
    const leftSeconds = (claim.dueAt.getTime() - world.now().getTime()) / 1000 - MARGIN_SECONDS;
    const tryMilliseconds = Math.max(0, Math.min(FETCH_TRY_MAX_SECONDS, leftSeconds)) * 1000;
    const working = pieces();
    // When the time is up first, nobody waits for the rest, and it may fail unheard.
    working.catch(() => {});
    try {
      await Promise.race([working, world.sleep(tryMilliseconds, cut.signal)]);
    } finally {
      cut.abort();
      cuts.delete(cut);
    }
    return new Map(fetched);
  }

  async function runOn(): Promise<void> {
    while (!isStopping) {
      wake = new AbortController();
      let claims: Claim[] = [];
      try {
        if (underWay.size < FETCHES_AT_ONCE_MAX) claims = await take();
      } catch (error) {
        log.error('fetch cannot look for letters: is the database away?', errorFacts(error));
      }
      for (const claim of claims) {
        begin(claim)
          .catch((error: unknown) => log.error('fetch lost', { letter: claim.id, ...errorFacts(error) }))
          .finally(poke);
      }
      // A lost one is claimed again when its lease ends.
      if (claims.length === 0) await world.sleep(FETCH_LOOK_SECONDS * 1000, wake.signal);
    }
    await Promise.allSettled(underWay);
  }

  const poke = () => wake.abort();

  return {
    async fetchOnce() {
      const claims = await take();
      const ends = await Promise.allSettled(claims.map(begin));
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed) throw failed.reason;
      return claims.length;
    },
    run() {
      running = runOn();
      return running;
    },
    poke,
    async stop() {
      isStopping = true;
      poke();
      for (const cut of cuts) cut.abort();
      await running;
      await Promise.allSettled(underWay);
    },
  };
}
