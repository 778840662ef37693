/**
 * The fetcher's side of the queue: which letters still miss what they came with, who is fetching it, and what
 * came of it. A download takes seconds, so no lock is held over it: a claim is a lease with a fencing token.
 */
import { sql } from 'drizzle-orm';
import { type Database, rows } from '../database/database.ts';
import type { Content, Media } from '../engine/content.ts';
import type { Checked } from '../media/check.ts';
import { storeFile } from '../media/store.ts';
import { ALBUM_WAIT_SECONDS, FETCH_WAIT_MAX_SECONDS } from './letter.ts';

export const FETCH_TRIES_MAX = 3;
/** The pause after the first try and after the second. */
export const FETCH_PAUSES_SECONDS = [1, 4] as const;
/** Longer than a try may take: a claim is taken over only from a process that died. */
export const FETCH_LEASE_SECONDS = 25;

export type Claim = {
  id: number;
  channel: string;
  media: Media[];
  token: number;
  attempts: number;
  dueAt: Date;
};

/** What came of one element of `media`; `again` may be tried another time. */
export type Fetched = Checked | { again: true; retryAfterSeconds?: number | undefined };

/** What is left to do of a letter: nothing, another try, or nothing because a turn or another process had it. */
export type Settled = 'done' | 'later' | 'gone';

export const isPending = (media: Media) =>
  media.source !== undefined && media.file === undefined && media.trouble === undefined;

const seconds = (from: Date, more: number) => new Date(from.getTime() + more * 1000);

/**
 * Takes at most `countMax` letters. The wait begins with the first try, and begins anew for a letter whose time is
 * over though nobody took it: the house stood still, and its photo shall not be lost for that. FETCH_TRIES_MAX
 * bounds how often.
 */
export async function claim(
  database: Database,
  channels: string[],
  countMax: number,
  now: Date,
): Promise<Claim[]> {
  if (channels.length === 0 || countMax <= 0) return [];
  const at = sql`${now.toISOString()}::timestamptz`;
  const claimed = await rows<Omit<Claim, 'dueAt'> & { due: number }>(
    database.tx,
    sql`with waiting as (
          select id from messages
          where direction = 'inbound' and status = 'received' and channel in ${channels}
            and (lease_until is null or lease_until <= ${at})
            and jsonb_path_exists(content,
              '$.media[*] ? (exists (@.source) && !exists (@.file) && !exists (@.trouble))')
          order by id limit ${countMax} for update skip locked)
        update messages as letter set
          lease_until = ${seconds(now, FETCH_LEASE_SECONDS).toISOString()}::timestamptz,
          token = token + 1,
          attempts = attempts + 1,
          due_at = case when attempts > 0 and due_at > ${at} then due_at
            else greatest(due_at, ${seconds(now, FETCH_WAIT_MAX_SECONDS).toISOString()}::timestamptz) end
        from waiting where letter.id = waiting.id
        returning letter.id::float8 as id, letter.channel, letter.content->'media' as media, letter.token,
          letter.attempts, (extract(epoch from letter.due_at) * 1000)::float8 as due`,
  );
  return claimed
    .map(({ due, ...rest }) => ({ ...rest, dueAt: new Date(due) }))
    .sort((one, other) => one.id - other.id);
}

/**
 * Writes what came of a claim, in one transaction, and lets the letter go: due at once when nothing is missing any
 * more, else claimable again after a pause. A letter that a turn has handled meanwhile, or that another process
 * has claimed since, is left as it is, and nothing is stored for it. Safe to repeat.
 */
export function settle(
  database: Database,
  claim: Claim,
  fetched: Map<number, Fetched>,
  now: Date,
): Promise<Settled> {
  return database.inTransaction(async (tx) => {
    const [letter] = await rows<{ content: Content }>(
      tx,
      sql`select content from messages
          where id = ${claim.id} and status = 'received' and token = ${claim.token} for update`,
    );
    if (letter === undefined) return 'gone';
    const pause = pauseSeconds(claim, fetched);
    const isLast = claim.attempts >= FETCH_TRIES_MAX || seconds(now, pause) >= claim.dueAt;
    const media: Media[] = [];
    for (const [place, one] of (letter.content.media ?? []).entries()) {
      const result = isPending(one) ? fetched.get(place) : undefined;
      if (result && 'data' in result) {
        media.push(keptMedia(one, result, await storeFile(tx, result, now)));
      } else if (result && 'trouble' in result) {
        media.push(withoutSource({ ...one, trouble: result.trouble }));
      } else if (isPending(one) && isLast) {
        media.push(withoutSource({ ...one, trouble: 'unreachable' }));
      } else media.push(one);
    }
    const isDone = !media.some(isPending);
    const content = JSON.stringify({ ...letter.content, media });
    await tx.execute(
      isDone
        ? sql`update messages set content = ${content}::jsonb, lease_until = null, attempts = 0,
                due_at = case when content ->> 'album' is null then ${now.toISOString()}::timestamptz
                  else ${seconds(now, ALBUM_WAIT_SECONDS).toISOString()}::timestamptz end
                where id = ${claim.id}`
        : sql`update messages set content = ${content}::jsonb,
                lease_until = ${seconds(now, pause).toISOString()}::timestamptz where id = ${claim.id}`,
    );
    return isDone ? 'done' : 'later';
  });
}

/** Gives a claim back untried, for the next process: this one is asked to end. */
export async function release(database: Database, claim: Claim): Promise<void> {
  await database.tx.execute(
    sql`update messages set lease_until = null, attempts = greatest(attempts - 1, 0)
        where id = ${claim.id} and status = 'received' and token = ${claim.token}`,
  );
}

function pauseSeconds(claim: Claim, fetched: Map<number, Fetched>): number {
  const asked = [...fetched.values()].map((one) => ('again' in one ? (one.retryAfterSeconds ?? 0) : 0));
  return Math.max(FETCH_PAUSES_SECONDS[claim.attempts - 1] ?? 0, ...asked);
}

function keptMedia(
  media: Media,
  { kind, mime, data, taken }: Extract<Checked, { data: Uint8Array }>,
  file: string,
): Media {
  return { ...withoutSource(media), kind, mime, bytes: data.byteLength, file, ...(taken && { taken }) };
}

/** The channel's handle leads to the original with all its metadata; it is of no use any more. */
function withoutSource({ source: _, ...media }: Media): Media {
  return media;
}
