/**
 * Letters to many, as the pump has them in hand: how many may go now, which handfuls are held, and when one is done.
 * It must not know what they say or who asked for them.
 */
import type { Channel } from '../channels/channel.ts';
import type { Tx } from '../database/database.ts';
import type { DueLetter } from './claim.ts';
import type { KeptContents } from './contents.ts';
import { markHandfuls, takeHandful } from './handful.ts';
import { markAround, type Result, standsAlone } from './mark.ts';
import type { Pace } from './pace.ts';
import { openTier, sentByHour, type Tier } from './tier.ts';

/** Of many places so many must be free before more letters are taken: small handfuls cost as much as large ones. */
const FREE_PART_MIN = 1 / 4;
/** When nothing was found, replies are spared the look for so long. */
const QUIET_MS = 1000;

export type Many = {
  /** Letters that may be taken now, in the transaction that writes `results` down. */
  slots(results: Result[], nowMs: number): number;
  /** Looks again at once, although nothing was found a moment ago. */
  rouse(): void;
  /** Must run in a transaction; `taken` hears of it when that is committed. */
  take(tx: Tx, most: number, waiting: string[], now: Date): Promise<DueLetter[]>;
  taken(letters: DueLetter[], nowMs: number): void;
  /** It was taken too long ago to be sent: its lease brings it back, and all of its handful that are not marked. */
  drop(letter: DueLetter): void;
  /** Writes results of handfuls down, and leaves others alone. In a transaction; `marked` hears when it is committed. */
  mark(tx: Tx, results: Result[], now: Date): Promise<void>;
  marked(results: Result[]): void;
};

export function openMany(channel: Channel, pace: Pace): Many {
  const { broadcasts, inFlightMax } = channel.limits;
  const places = broadcasts ? broadcasts.inFlightMax : inFlightMax;
  const peopleMax = broadcasts ? broadcasts.peoplePerDayMax : undefined;
  const contents: KeptContents = new Map();
  /** By handful: letters that are not marked yet. */
  const held = new Map<number, number>();
  let tier: Tier | undefined;
  /** Taken and not marked: so many may arrive twice when the process dies. */
  let unmarked = 0;
  let quietUntilMs = 0;

  const ofHandfuls = (results: Result[]) => results.filter(({ handful }) => handful !== undefined);
  const inHand = (results: Result[]) => ofHandfuls(results).filter(({ late }) => !late);

  /** How many of each handful these are. */
  function counted(results: Result[]): Map<number, number> {
    const counts = new Map<number, number>();
    for (const { handful } of inHand(results)) {
      if (handful !== undefined) counts.set(handful, (counts.get(handful) ?? 0) + 1);
    }
    return counts;
  }

  return {
    slots(results, nowMs) {
      if (broadcasts === false || nowMs < quietUntilMs) return 0;
      const free = places - unmarked + inHand(results).length;
      if (free < places * FREE_PART_MIN) return 0;
      return Math.min(free, pace.freeForMany(nowMs), tier?.free(nowMs) ?? Number.POSITIVE_INFINITY);
    },
    rouse() {
      quietUntilMs = 0;
    },
    async take(tx, most, waiting, now) {
      if (peopleMax !== undefined && tier === undefined) {
        tier = openTier(peopleMax, await sentByHour(tx, channel.name, now));
      }
      const free = Math.min(most, tier?.free(now.getTime()) ?? most);
      return free > 0 ? takeHandful(tx, channel.name, free, waiting, now, contents) : [];
    },
    taken(letters, nowMs) {
      unmarked += letters.length;
      const [first] = letters;
      if (first?.handful !== undefined) held.set(first.handful, letters.length);
      else quietUntilMs = nowMs + QUIET_MS;
      for (let count = 0; tier && count < letters.length; count += 1) tier.take(nowMs);
    },
    drop({ handful }) {
      unmarked -= 1;
      if (handful !== undefined) held.set(handful, Number.POSITIVE_INFINITY);
    },
    async mark(tx, results, now) {
      const its = ofHandfuls(results);
      const closed = [...counted(its)].filter(([handful, count]) => count >= (held.get(handful) ?? 0));
      await markHandfuls(
        tx,
        its,
        closed.map(([handful]) => handful),
        now,
      );
      await markAround(
        tx,
        channel.name,
        its.filter((result) => !standsAlone(result)),
        now,
      );
    },
    marked(results) {
      unmarked -= inHand(results).length;
      for (const [handful, count] of counted(results)) {
        const left = (held.get(handful) ?? 0) - count;
        if (left > 0) held.set(handful, left);
        else held.delete(handful);
      }
    },
  };
}
