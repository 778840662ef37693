/** The newest digest of one person, at any time and on every network: what they were told last, and what came since. */

import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../../database/database.ts';
import { digestOf } from '../../people/digest.ts';
import { DAY } from './clock.ts';
import { compose, composeCity, readTold } from './compose.ts';
import { TOLD_DAYS_MAX } from './due.ts';
import { responseFigures } from './figures.ts';
import { type Letter, type Telling, writeLetter, writeMore } from './write.ts';

/** Who does not subscribe is shown what the city as a whole brought in so many days. */
const CITY_DAYS = 7;

/** `from` in milliseconds since 1970; `text` empty where nothing changed since then. */
export type Week = { subscribed: boolean; from: number; text: string; more: string };

export async function weekOf(
  tx: Tx,
  personId: number,
  language: string,
  words: Omit<Telling, 'happened'>,
  now: Date,
): Promise<Week> {
  const digest = await digestOf(tx, personId);
  const subscribed = digest !== undefined && !digest.ended;
  const begin = subscribed ? (digest.toldFrom ?? digest.toldAt) : now.getTime() - CITY_DAYS * DAY;
  const from = Math.max(begin, now.getTime() - TOLD_DAYS_MAX * DAY);
  const told = await readTold(tx, new Date(from), now);
  const composed = subscribed
    ? (await compose(tx, [{ personId, since: from }], told)).get(personId)
    : composeCity(told, from);
  if (!composed || composed.matters.length === 0) return { subscribed, from, text: '', more: '' };
  const telling = { ...words, happened: told.happened };
  const letter: Letter = {
    matters: composed.matters,
    reasons: subscribed ? composed.reasons : [],
    day: now.getTime(),
    figures: await responseFigures(tx, now),
    reader: subscribed ? 'person' : 'guest',
  };
  const { text, shown } = writeLetter(letter, language, telling);
  return { subscribed, from, text, more: writeMore(composed, shown, language, telling) };
}

/** A promise as the chart shows it; `percent` null: nobody said. */
export type Standing = {
  id: number;
  key: string;
  ordinal: number;
  state: string | null;
  percent: number | null;
};

/** The promises of the plan whose numbers people mean; of all plans where no one is named. */
export async function standings(tx: Tx, plan: string | undefined): Promise<Standing[]> {
  return rows<Standing>(
    tx,
    sql`select id::float8 as id, key, ordinal, state, percent from commitments
        where plan = coalesce(${plan ?? null}, plan) order by plan, ordinal`,
  );
}
