/** Whose turn it is in an edition, since when they are to be told, and whether their network carries a letter now. */
import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../../database/database.ts';
import { isSilent } from '../../delivery/window.ts';
import { DAY } from './clock.ts';
import type { Edition, Editions } from './opened.ts';

/** Readers whose letters share one transaction. */
export const READERS_PER_COMMIT_MAX = 2000;
/** Differences reach back so far at most, however long somebody was away. */
export const TOLD_DAYS_MAX = 35;
export type Due = {
  person_id: number;
  conversation_id: number;
  channel: string;
  address: string;
  language: string;
  cadence: string;
  since: number;
  written: number;
  room: boolean;
  blocked: boolean;
  /** Their network lets a letter go now. */
  carried: boolean;
};

/** The hours whose turn has come, and the number of the reader behind whom to look. */
export type Turn = { hours: number[]; after: number };

/** Whose turn it is: subscribed before the edition opened, hour come, not written to in it yet. */
const isDue = (edition: Edition, hours: number[]) => sql`
  d.ended_at is null and p.stopped_at is null and d.began_at < ${edition.opening.toISOString()}::timestamptz
  and d.edition is distinct from ${edition.key}
  and d.hour in (select value::int from jsonb_array_elements_text(${JSON.stringify(hours)}::jsonb) value)`;

/** What waits unread is told again together with the news; nothing reaches back beyond TOLD_DAYS_MAX. */
const sinceOf = (now: Date) => sql`
  greatest(case when d.waiting_since is null then d.told_at else coalesce(d.told_from, d.told_at) end,
    ${new Date(now.getTime() - TOLD_DAYS_MAX * DAY).toISOString()}::timestamptz)`;

export async function earliestMoment(
  tx: Tx,
  edition: Edition,
  hours: number[],
  now: Date,
): Promise<number | undefined> {
  const [found] = await rows<{ at: number | null }>(
    tx,
    sql`select (extract(epoch from min(${sinceOf(now)})) * 1000)::float8 as at
        from digests d join people p on p.id = d.person_id where ${isDue(edition, hours)}`,
  );
  return found?.at ?? undefined;
}

/**
 * Locks their settings, and them against a "stop" that comes now: it waits for this transaction, and then finds the
 * letter in the queue and takes it back.
 */
export async function lockDue(
  tx: Tx,
  editions: Editions,
  edition: Edition,
  { hours, after }: Turn,
  now: Date,
): Promise<Due[]> {
  return rows<Due>(
    tx,
    sql`select d.person_id::float8 as person_id, c.id::float8 as conversation_id, c.channel, c.address,
          coalesce(c.state ->> 'language', p.language) as language, d.cadence,
          (extract(epoch from ${sinceOf(now)}) * 1000)::float8 as since,
          (extract(epoch from coalesce(d.written_at, d.began_at)) * 1000)::float8 as written,
          d.room is not null as room, a.blocked_at is not null as blocked,
          coalesce(rule.carries and a.opted_out_at is null and (rule."freeReplyHours" is null
            or not ${isSilent(sql`rule."freeReplyHours"`, sql`${now.toISOString()}::timestamptz`)}), false) as carried
        from digests d
        join people p on p.id = d.person_id
        join conversations c on c.person_id = d.person_id and c.room = ''
        left join addresses a on a.address = c.address
        left join jsonb_to_recordset(${JSON.stringify(editions.channels)}::jsonb)
          as rule(name text, carries boolean, "freeReplyHours" float8) on rule.name = c.channel
        where ${isDue(edition, hours)} and d.person_id > ${after}
        order by d.person_id limit ${READERS_PER_COMMIT_MAX}
        for update of d for share of p`,
  );
}
