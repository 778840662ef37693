/**
 * How many letters a paired number may send, and how slowly. WhatsApp forbids programs like this one and shuts numbers
 * down that write much, fast and evenly; nobody knows its measures. Pure: the clock and chance are handed in.
 */

export type Care = {
  /** Between two messages: at least, and at most. */
  pauseSeconds: { least: number; most: number };
  /** Messages in a day, once the number is warm. */
  perDay: number;
  /** A new number may send a share of it that grows for so many days. */
  warmUpDays: number;
};

/** What is remembered: whose number it is, since when it is paired, and how many went on which day. */
export type Tally = { number?: string; since?: string; day: string; sent: number };

export const NO_TALLY: Tally = { day: '', sent: 0 };
const DAY_MS = 86_400_000;

/** Messages that may go on this day. A number that was never paired is as new as can be. */
export function ceiling({ perDay, warmUpDays }: Care, since: string | undefined, now: Date): number {
  const days = since === undefined ? 0 : Math.floor((now.getTime() - Date.parse(since)) / DAY_MS);
  const share = warmUpDays === 0 ? 1 : Math.min(1, (Math.max(0, days) + 1) / warmUpDays);
  return Math.max(1, Math.floor(perDay * share));
}

/** How many more may go now. */
export function left(care: Care, tally: Tally, now: Date, timeZone: string): number {
  const sent = tally.day === dayOf(now, timeZone) ? tally.sent : 0;
  return Math.max(0, ceiling(care, tally.since, now) - sent);
}

export function counted(tally: Tally, now: Date, timeZone: string): Tally {
  const day = dayOf(now, timeZone);
  return { ...tally, day, sent: (tally.day === day ? tally.sent : 0) + 1 };
}

/** The number that is paired now: another one begins anew, and so does one whose time is not known. */
export function paired(tally: Tally, number: string, now: Date): Tally {
  if (tally.number === number && tally.since !== undefined) return tally;
  return { ...tally, number, since: now.toISOString() };
}

/** A pause that is never twice the same. `random` in [0, 1). */
export const pauseMs = ({ pauseSeconds: { least, most } }: Care, random: number): number =>
  Math.round((least + (most - least) * random) * 1000);

/** The day as people there count it: 2026-11-27. */
export function dayOf(now: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(now);
}

/** Until the next day begins there; at least a second. */
export function secondsLeft(now: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(now);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return Math.max(1, 86_400 - (of('hour') * 3600 + of('minute') * 60 + of('second')));
}

/** What stands in the file; a broken one counts as none, so that the number starts carefully. */
export function readTally(text: string): Tally {
  try {
    const { number, since, day, sent } = JSON.parse(text) as Record<string, unknown>;
    if (typeof day !== 'string' || typeof sent !== 'number' || !Number.isInteger(sent) || sent < 0)
      return NO_TALLY;
    const dated = typeof since === 'string' && !Number.isNaN(Date.parse(since));
    return { day, sent, ...(typeof number === 'string' && { number }), ...(dated && { since }) };
  } catch {
    return NO_TALLY;
  }
}
