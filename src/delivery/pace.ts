/**
 * How fast a channel may write: in all, to one person, and into one group. Kept in memory, because a channel is
 * carried by one process at a time; after a restart it begins anew, and a network's "too fast" corrects it.
 * It must not know letters or the database. Times are milliseconds since 1970, handed in.
 */
import type { Limits } from '../channels/channel.ts';
import type { Address } from '../channels/message.ts';

/** Letters that a person may get at once before they come one by one. */
export const ADDRESS_BURST = 5;
/** Addresses remembered at most; beyond that the longest silent is forgotten, and the network has the last word. */
export const PACED_ADDRESSES_MAX = 100_000;
/** Moments closer than this share of a window are counted as one, so that a window stays small. */
const WINDOW_PARTS = 20;

/** Letters to many take this share of a channel's pace at most: the rest is there for whoever is answered meanwhile. */
const SHARE_OF_MANY = 0.9;

export type PaceLimits = Pick<
  Limits,
  'perSecondMax' | 'perAddressPerSecondMax' | 'perRoomPerMinuteMax' | 'broadcasts'
>;

/** Who must wait, and when the first of them (or the whole channel) may go on. */
export type Waiting = { addresses: Address[]; untilMs: number | undefined };

export type Pace = {
  /** How many letters the channel may send now. */
  free(nowMs: number): number;
  /** How many letters to many it may send now. */
  freeForMany(nowMs: number): number;
  waiting(nowMs: number): Waiting;
  /** Counts a letter, an edit or a mark that is being sent. */
  take(address: Address, nowMs: number, toMany?: boolean): void;
  /** Nothing of the channel goes before then. */
  pause(untilMs: number): void;
  /** How many addresses are kept in mind. */
  remembered(): number;
};

export function openPace(limits: PaceLimits, isRoom: (address: Address) => boolean): Pace {
  const channel = openWindow(limits.perSecondMax, 1000);
  const own = limits.broadcasts ? limits.broadcasts.perSecondMax : undefined;
  const many = openWindow(own ?? Math.max(1, Math.floor(limits.perSecondMax * SHARE_OF_MANY)), 1000);
  const rooms = new Map<Address, Window>();
  /** For a person one number is enough: the moment at which all that they were sent would be used up. */
  const people = new Map<Address, number>();
  const held = new Map<Address, number>();
  const everyMs = 1000 / limits.perAddressPerSecondMax;
  let pausedUntilMs = 0;

  function takeInRoom(address: Address, nowMs: number): number {
    const window = rooms.get(address) ?? openWindow(limits.perRoomPerMinuteMax, 60_000);
    window.take(nowMs);
    remember(rooms, address, window, (oldest) => oldest.idle(nowMs));
    return window.freeAt(nowMs);
  }

  function takeForPerson(address: Address, nowMs: number): number {
    const usedUpMs = Math.max(people.get(address) ?? 0, nowMs) + everyMs;
    remember(people, address, usedUpMs, (oldestMs) => oldestMs <= nowMs);
    return usedUpMs - (ADDRESS_BURST - 1) * everyMs;
  }

  return {
    free: (nowMs) => (nowMs < pausedUntilMs ? 0 : channel.free(nowMs)),
    freeForMany(nowMs) {
      if (nowMs < pausedUntilMs) return 0;
      return own === undefined ? Math.min(many.free(nowMs), channel.free(nowMs)) : many.free(nowMs);
    },
    waiting(nowMs) {
      const full = [channel.freeAt(nowMs), many.freeAt(nowMs)].filter((freeAtMs) => freeAtMs > nowMs);
      let untilMs = nowMs < pausedUntilMs ? pausedUntilMs : Math.min(...full);
      for (const [address, freeAtMs] of held) {
        if (freeAtMs <= nowMs) held.delete(address);
        else untilMs = Math.min(untilMs, Math.max(freeAtMs, pausedUntilMs));
      }
      return { addresses: [...held.keys()], untilMs: Number.isFinite(untilMs) ? untilMs : undefined };
    },
    take(address, nowMs, toMany = false) {
      if (toMany) many.take(nowMs);
      if (!toMany || own === undefined) channel.take(nowMs);
      const freeAtMs = isRoom(address) ? takeInRoom(address, nowMs) : takeForPerson(address, nowMs);
      if (freeAtMs > nowMs) held.set(address, freeAtMs);
    },
    pause(untilMs) {
      pausedUntilMs = Math.max(pausedUntilMs, untilMs);
    },
    remembered: () => people.size + rooms.size,
  };
}

/** Puts an entry last and drops the first ones that say nothing any more. */
function remember<Entry>(
  all: Map<Address, Entry>,
  address: Address,
  entry: Entry,
  over: (oldest: Entry) => boolean,
) {
  all.delete(address);
  all.set(address, entry);
  for (const [oldest, its] of all) {
    if (oldest === address || (all.size <= PACED_ADDRESSES_MAX && !over(its))) return;
    all.delete(oldest);
  }
}

type Window = {
  free(nowMs: number): number;
  /** When at least one more may go; `nowMs` when one may go now. */
  freeAt(nowMs: number): number;
  idle(nowMs: number): boolean;
  take(nowMs: number): void;
};

/** Never more than `max` in any stretch of `lengthMs`. A bucket that refills would let through nearly twice as many. */
function openWindow(max: number, lengthMs: number): Window {
  const taken: { sinceMs: number; lastMs: number; count: number }[] = [];
  let count = 0;

  function forget(nowMs: number) {
    for (let first = taken[0]; first && first.lastMs + lengthMs <= nowMs; first = taken[0]) {
      count -= first.count;
      taken.shift();
    }
  }

  return {
    free(nowMs) {
      forget(nowMs);
      return Math.max(0, max - count);
    },
    freeAt(nowMs) {
      forget(nowMs);
      let over = count - max;
      for (const part of taken) {
        if (over < 0) break;
        over -= part.count;
        if (over < 0) return part.lastMs + lengthMs;
      }
      return nowMs;
    },
    idle(nowMs) {
      forget(nowMs);
      return count === 0;
    },
    take(nowMs) {
      count += 1;
      const last = taken.at(-1);
      if (last && nowMs - last.sinceMs < lengthMs / WINDOW_PARTS) {
        last.count += 1;
        last.lastMs = Math.max(last.lastMs, nowMs);
      } else taken.push({ sinceMs: nowMs, lastMs: nowMs, count: 1 });
    },
  };
}
