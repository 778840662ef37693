import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../database/database.ts';
import { PRIORITIES } from './post.ts';

export type LetterCount = {
  channel: string;
  direction: 'inbound' | 'outbound';
  status: string;
  count: number;
};

/** How many letters there are by channel, direction and status. Reads the whole table: for a look now and then. */
export async function letterCounts(tx: Tx): Promise<LetterCount[]> {
  return rows<LetterCount>(
    tx,
    sql`select channel, direction, status, count(*)::float8 as count from messages group by 1, 2, 3 order by 1, 2, 3`,
  );
}

/** Why a letter failed, without its words and without whom it was for. */
export type FailedLetter = {
  id: number;
  channel: string;
  direction: 'inbound' | 'outbound';
  about: number | null;
  attempts: number;
  error: string | null;
  failedAt: Date | null;
};

/** The newest letters that failed, at most `limit`. */
export async function failedLetters(tx: Tx, limit: number): Promise<FailedLetter[]> {
  const found = await rows<Omit<FailedLetter, 'failedAt'> & { failedAtMs: number | null }>(
    tx,
    sql`select id::float8 as id, channel, direction, about::float8 as about, attempts, error,
          (extract(epoch from done_at) * 1000)::float8 as "failedAtMs"
        from messages where status = 'failed' order by id desc limit ${limit}`,
  );
  return found.map(({ failedAtMs, ...letter }) => ({
    ...letter,
    failedAt: failedAtMs === null ? null : new Date(failedAtMs),
  }));
}

/** Letters that a network charged, by what they were and by its own name for the price; `free` where it took nothing. */
export type LetterCost = {
  channel: string;
  kind: 'reply' | 'notice' | 'toMany' | 'template';
  price: string;
  count: number;
};

/** Prices are shown for so many days. */
export const COSTS_DAYS = 30;

export async function letterCosts(tx: Tx, now: Date): Promise<LetterCost[]> {
  const since = new Date(now.getTime() - COSTS_DAYS * 86_400_000).toISOString();
  return rows<LetterCost>(
    tx,
    sql`select channel, case when content -> 'template' is not null then 'template'
            when broadcast_id is not null or priority = ${PRIORITIES.broadcast} then 'toMany'
            when priority = ${PRIORITIES.notice} then 'notice' else 'reply' end as kind,
          price, count(*)::float8 as count
        from messages where price is not null and done_at >= ${since}::timestamptz
        group by 1, 2, 3 order by 1, 2, 3`,
  );
}

/** Letters that wait until their readers write, by channel. */
export async function lettersShut(tx: Tx): Promise<{ channel: string; count: number }[]> {
  return rows(
    tx,
    sql`select channel, count(*)::float8 as count from messages where status = 'waiting' group by 1 order by 1`,
  );
}
