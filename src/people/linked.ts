/**
 * What is left of a person who became one with another: notes of where their talks went. They are kept for KEPT_HOURS:
 * longer than any transaction that may still write into a talk that is gone.
 */
import { sql } from 'drizzle-orm';
import { type Database, rows, type Tx } from '../database/database.ts';

/** So long after their end codes are still known for used or too old; then they are as wrong as any other. */
const KEPT_HOURS = 24;

export type GoneTalk = { id: number; room: string };

/** A later merger moves the notes along: chains of mergers come out at their end. */
export async function noteGone(
  tx: Tx,
  personId: number,
  gone: { personId: number; talks: GoneTalk[] },
  now: Date,
): Promise<void> {
  const notes = [
    { what: 'person', id: gone.personId, room: '' },
    ...gone.talks.map((talk) => ({ what: 'talk', ...talk })),
  ];
  await tx.execute(sql`
    insert into gone (what, id, room, person_id, gone_at)
    select what, id, room, ${personId}, ${now.toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(notes)}::jsonb) as given(what text, id bigint, room text)`);
}

/** In a statement: the number by which a person goes today. It was read before they became one with another. */
export const numberToday = (personId: ReturnType<typeof sql>) =>
  sql`coalesce((select n.person_id from gone n where n.what = 'person' and n.id = ${personId}), ${personId})`;

/**
 * All letters of one talk go into another. Where both have a letter of the same broadcast, the one that arrived stays
 * in the talk, or the other talk's; the second stands in no talk, so that it still counts, and does not go any more.
 */
export async function moveLetters(tx: Tx, from: number, into: number, now: Date): Promise<void> {
  await tx.execute(sql`
    with pairs as (
      select theirs.id as theirs, mine.id as mine,
        theirs.status in ('sent', 'arrived', 'read', 'sending') and mine.status in ('queued', 'waiting', 'failed', 'cancelled')
          or theirs.status in ('queued', 'waiting') and mine.status in ('failed', 'cancelled') as theirs_stays
      from messages theirs join messages mine on mine.broadcast_id = theirs.broadcast_id and mine.conversation_id = ${into}
      where theirs.conversation_id = ${from} and theirs.broadcast_id is not null)
    update messages m set conversation_id = null,
      status = case when m.status in ('queued', 'waiting') then 'cancelled' else m.status end,
      done_at = coalesce(m.done_at, ${now.toISOString()}::timestamptz)
    from pairs where m.id = case when theirs_stays then mine else theirs end`);
  await tx.execute(sql`update messages set conversation_id = ${into} where conversation_id = ${from}`);
}

/**
 * Letters that another process stored into a talk in the moment in which it was merged: it had looked the talk up before,
 * and its letter was not there yet when the talk's letters were moved. Resolves with how many found their talk. To be
 * done often and by anybody; nothing happens where nobody was linked.
 */
export async function adoptStragglers(database: Database, now: Date): Promise<number> {
  return database.inTransaction(async (tx) => {
    const talks = await rows<{ from: number; into: number; letters: number }>(
      tx,
      sql`select n.id::float8 as from, c.id::float8 as into, count(*)::int as letters
          from gone n join conversations c on c.person_id = n.person_id and c.room = n.room
          join messages m on m.conversation_id = n.id
          where n.what = 'talk' group by n.id, c.id order by n.id`,
    );
    for (const { from, into } of talks) await moveLetters(tx, from, into, now);
    return talks.reduce((sum, { letters }) => sum + letters, 0);
  });
}

export async function dropOldCodes(tx: Tx, now: Date): Promise<void> {
  const before = new Date(now.getTime() - KEPT_HOURS * 3_600_000).toISOString();
  await tx.execute(sql`delete from gone where gone_at < ${before}::timestamptz`);
  await tx.execute(sql`delete from link_tries where tried_at < ${before}::timestamptz`);
  await tx.execute(sql`delete from link_codes where expires_at < ${before}::timestamptz`);
}
