import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../database/database.ts';

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
