/**
 * Delivery carries letters from the queue to their channel, and writes down how they fared.
 * It must not know what the letters say, who the people are, or what a report is.
 *
 * Sending is at-least-once: no network takes an idempotency key, so a letter whose process died between the sending
 * and the mark is sent again when its lease has run out, at most `limits.inFlightMax` of them. Letters of broadcasts
 * have places of their own (many.ts): a reply finds one whatever is announced.
 */
import { type Channel, isRoomChannel, SendError } from '../channels/channel.ts';
import type { Database, Tx } from '../database/database.ts';
import { errorFacts, type Log } from '../log.ts';
import type { World } from '../world.ts';
import { openAlarm } from './alarm.ts';
import { claim, type DueLetter, isAnyDue, releaseExpired } from './claim.ts';
import type { Places } from './direct.ts';
import { HANDFUL_MAX, releaseHandfuls } from './handful.ts';
import { openMany } from './many.ts';
import { mark, type Result, standsAlone } from './mark.ts';
import { openOutage } from './outage.ts';
import { openPace } from './pace.ts';
import { cancelled, type Ending, hasNothingToChange, send, settle } from './send.ts';
import { openWaker } from './waker.ts';

/** A sending that has not ended by then is given up as unknown; below SEND_LEASE_SECONDS. */
export const SEND_SECONDS_MAX = 45;
/** Letters that other processes posted are found after so long at the latest. */
export const IDLE_LOOK_SECONDS = 1;
/** How often claims are looked for whose process died. */
export const LEASE_LOOK_SECONDS = 10;
/** Pauses while the database is away grow up to this. */
export const DATABASE_PAUSE_SECONDS_MAX = 10;
/** What is in hand when the pump is stopped has so long; then its leases bring it back. */
export const STOP_SECONDS_MAX = 8;

export type Outside = {
  database: Database;
  world: World;
  log: Log;
  onAlarm?: (kind: 'misconfigured') => void;
};

export type Pump = {
  /** Sends whatever is due now; resolves when all of that is marked, with how many results were marked. */
  pumpOnce(): Promise<number>;
  /** Sends what is due until `stop()`; survives a database that goes away. */
  run(): Promise<void>;
  /** Says that there are new letters. */
  poke(): void;
  /** Sets places aside for letters that are claimed as they are posted; none while nothing can go. */
  reserve(most: number): Places;
  /** Claims nothing any more; resolves when what is in hand is marked, or STOP_SECONDS_MAX later. */
  stop(): Promise<void>;
};

type Look = { most: number; mostToMany: number; looksForLeases: boolean };
type Taken = { letters: DueLetter[]; toMany: DueLetter[] };
type UnderWay = { letter: DueLetter; sinceMs: number };

export function openPump(channel: Channel, { database, world, log, onAlarm }: Outside): Pump {
  const pace = openPace(
    channel.limits,
    isRoomChannel(channel) ? (address) => channel.isRoom(address) : () => false,
  );
  const outage = openOutage();
  const many = openMany(channel, pace);
  const alarm = openAlarm(channel.name, log, onAlarm);
  const waker = openWaker(world);
  const underWay = new Map<number, UnderWay>();
  /** Results that are not written down yet; kept while the database is away. */
  let ready: Result[] = [];
  let toManyUnderWay = 0;
  let moreMayBeDue = true;
  /** Letters may stand behind those under way: when one of these has ended, it is worth to look. */
  let moreMayStandBehind = true;
  /** Places set aside for letters that are being posted. */
  let reserved = 0;
  let nextLeaseLookMs = 0;
  let nextLookMs = 0;
  let stopping = false;
  let running: Promise<void> | undefined;
  let died: { of: unknown } | undefined;
  const sender = {
    database,
    channel,
    sentMore: (letter: DueLetter) => pace.take(letter.address, world.now().getTime()),
  };

  /** Writes down what has ended, claims what is due, and begins to send it: one transaction for both. */
  async function round(): Promise<{ marked: number; claimed: number }> {
    if (died) throw died.of;
    const now = world.now();
    giveUpOverdue(now);
    const results = ready;
    ready = [];
    if (results.length > 0 && moreMayStandBehind) moreMayBeDue = true;
    // However busy it is with letters that came straight through, what others posted is found in time.
    if (now.getTime() >= nextLookMs) moreMayBeDue = true;
    const most = moreMayBeDue ? slots(now.getTime()) : 0;
    const mostToMany = moreMayBeDue ? slotsForMany(results, now.getTime()) : 0;
    const looks = most + mostToMany > 0;
    const looksForLeases = !stopping && now.getTime() >= nextLeaseLookMs;
    if (results.length === 0 && !looks && !looksForLeases) return { marked: 0, claimed: 0 };
    // Asked before: one that ends meanwhile may have hidden others from the claim.
    const mayHide = underWay.size > 0;
    // Taken back before the look: whoever pokes meanwhile is heard, although this look may have come too early.
    if (looks) moreMayBeDue = false;
    const taken = await write(results, { most, mostToMany, looksForLeases }, now).catch((error) => {
      ready = [...results, ...ready];
      moreMayBeDue ||= looks;
      throw error;
    });
    many.marked(results);
    if (mostToMany > 0) many.taken(taken.toMany, now.getTime());
    const letters = [...taken.letters, ...taken.toMany];
    if (looksForLeases) nextLeaseLookMs = now.getTime() + LEASE_LOOK_SECONDS * 1000;
    if (looks) {
      nextLookMs = now.getTime() + IDLE_LOOK_SECONDS * 1000;
      // More than a look could take waits, or what it could not take.
      moreMayBeDue ||=
        (most > 0 && taken.letters.length === most) || (mostToMany > 0 && taken.toMany.length === mostToMany);
      moreMayStandBehind =
        letters.length > 0 || (mayHide && (await isAnyDue(database.tx, channel.name, now)));
    }
    if (results.length > 0) await world.crashPoint('pump: marked');
    if (letters.length > 0) await world.crashPoint('pump: claimed');
    for (const letter of letters) begin(letter, now.getTime());
    return { marked: results.length, claimed: letters.length };
  }

  async function write(results: Result[], look: Look, now: Date): Promise<Taken> {
    await world.crashPoint(results.length > 0 ? 'pump: before mark' : 'pump: before claim');
    const { most, mostToMany, looksForLeases } = look;
    const looks = most + mostToMany > 0 || looksForLeases;
    if (!looks && results.every((result) => result.handful === undefined && standsAlone(result))) {
      await mark(database.tx, channel.name, results, now);
      return { letters: [], toMany: [] };
    }
    return database.inTransaction(async (tx) => {
      const alone = results.filter(({ handful }) => handful === undefined);
      if (alone.length > 0) await mark(tx, channel.name, alone, now);
      if (alone.length < results.length) await many.mark(tx, results, now);
      // By the clock as it is now: letters were perhaps posted straight through since the round began, and the clock set.
      if (looksForLeases && (await releaseAll(tx, world.now())) > 0) moreMayBeDue = true;
      const { addresses } = pace.waiting(now.getTime());
      return {
        letters: most > 0 ? await claim(tx, channel, most, addresses, now) : [],
        toMany: mostToMany > 0 ? await many.take(tx, mostToMany, addresses, now) : [],
      };
    });
  }

  async function releaseAll(tx: Tx, now: Date): Promise<number> {
    return (await releaseExpired(tx, channel.name, now)) + (await releaseHandfuls(tx, channel.name, now));
  }

  function slots(nowMs: number): number {
    if (stopping || nowMs < outage.pausedUntilMs()) return 0;
    const inFlightMax = outage.away() ? 1 : channel.limits.inFlightMax;
    return Math.max(0, Math.min(inFlightMax - (underWay.size - toManyUnderWay) - reserved, pace.free(nowMs)));
  }

  /** While the network is away one letter feels for it, of whatever kind. */
  function slotsForMany(results: Result[], nowMs: number): number {
    if (stopping || nowMs < outage.pausedUntilMs() || (outage.away() && underWay.size > 0)) return 0;
    return Math.min(outage.away() ? 1 : HANDFUL_MAX, many.slots(results, nowMs));
  }

  /** Counts from the claim, since its lease does: a claim that grew old on the way here is left to its lease. */
  function begin(letter: DueLetter, sinceMs: number) {
    if (hasNothingToChange(letter)) return void end(cancelled(letter));
    const nowMs = world.now().getTime();
    const toMany = letter.handful !== undefined;
    if (nowMs - sinceMs >= SEND_SECONDS_MAX * 1000) {
      if (toMany) many.drop(letter);
      return;
    }
    pace.take(letter.address, nowMs, toMany);
    if (toMany) toManyUnderWay += 1;
    underWay.set(letter.id, { letter, sinceMs });
    send(sender, letter)
      .then(async (ending) => {
        await world.crashPoint('pump: sent');
        hear(letter, ending);
      })
      .catch((error) => {
        died = { of: error };
        waker.wake();
      });
  }

  function hear(letter: DueLetter, ending: Ending) {
    // One that was given up may end late; what it says is still true, and its claim tells whether it still counts.
    const isLate = underWay.get(letter.id)?.letter !== letter;
    if (!isLate) {
      underWay.delete(letter.id);
      if (letter.handful !== undefined) toManyUnderWay -= 1;
    }
    const now = world.now();
    const kind = 'error' in ending ? ending.error.kind : undefined;
    // One that says how long to wait is an answer: the network is there, and only this person must wait.
    const isAnswer = 'error' in ending && ending.error.retryAfterSeconds !== undefined;
    outage.heard(isAnswer ? undefined : kind, now.getTime());
    const { result, fate } = settle(letter, ending, {
      now,
      random: world.random(),
      away: outage.away(),
      unknownWaitSeconds: channel.limits.unknownWaitSeconds,
    });
    if (fate?.do === 'pauseChannel') pace.pause(now.getTime() + fate.seconds * 1000);
    if (kind === 'misconfigured') alarm(now);
    if (result.status === 'failed')
      log.warn('a letter failed', { channel: channel.name, letter: letter.id, kind });
    if ('error' in ending && ending.error.cause !== undefined) {
      log.warn('a letter did not go', { channel: channel.name, kind, ...errorFacts(ending.error.cause) });
    }
    end(isLate ? { ...result, late: true } : result);
  }

  function end(result: Result) {
    ready.push(result);
    waker.wake();
  }

  function giveUpOverdue(now: Date) {
    for (const { letter, sinceMs } of underWay.values()) {
      if (now.getTime() - sinceMs < SEND_SECONDS_MAX * 1000) return;
      hear(letter, { error: new SendError('unknown', `no end after ${SEND_SECONDS_MAX} s`) });
    }
  }

  async function pumpOnce(): Promise<number> {
    moreMayBeDue = true;
    for (let moved = 0; ; ) {
      many.rouse();
      const { marked, claimed } = await round();
      moved += marked;
      if (marked + claimed > 0 || ready.length > 0) continue;
      if (underWay.size === 0 && !died) return moved;
      await waker.woken();
    }
  }

  async function run(): Promise<void> {
    let failures = 0;
    for (let stopsAtMs = Number.POSITIVE_INFINITY; ; ) {
      if (stopping) {
        const nowMs = world.now().getTime();
        stopsAtMs = Math.min(stopsAtMs, nowMs + STOP_SECONDS_MAX * 1000);
        if ((underWay.size === 0 && ready.length === 0) || nowMs >= stopsAtMs) return;
      }
      try {
        const { marked, claimed } = await round();
        failures = 0;
        if (marked + claimed === 0) await idle();
      } catch (error) {
        if (died) throw error;
        failures += 1;
        log.warn('letters wait for the database', { channel: channel.name, failures, ...errorFacts(error) });
        const pauseSeconds = Math.min(0.1 * 2 ** failures, stopping ? 1 : DATABASE_PAUSE_SECONDS_MAX);
        await world.sleep(pauseSeconds * 1000);
      }
    }
  }

  async function idle(): Promise<void> {
    const nowMs = world.now().getTime();
    const lookMs = IDLE_LOOK_SECONDS * 1000;
    const untilMs = pace.waiting(nowMs).untilMs ?? nowMs + lookMs;
    const wasPoked = await waker.woken(Math.min(lookMs, Math.max(1, untilMs - nowMs)));
    if (!wasPoked) moreMayBeDue = true;
  }

  return {
    pumpOnce,
    run: () => {
      running ??= run();
      return running;
    },
    poke: () => {
      moreMayBeDue = true;
      waker.wake();
    },
    reserve(most) {
      const sinceMs = world.now().getTime();
      const free = running && !died ? Math.min(most, slots(sinceMs)) : 0;
      reserved += free;
      return {
        free,
        waiting: new Set(free > 0 ? pace.waiting(sinceMs).addresses : []),
        use(letters, claimedAtMs) {
          reserved -= free;
          for (const letter of letters) begin(letter, claimedAtMs);
          waker.wake();
        },
      };
    },
    stop: async () => {
      stopping = true;
      waker.wake();
      await (running ?? pumpOnce());
    },
  };
}
