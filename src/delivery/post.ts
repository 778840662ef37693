import { sql } from 'drizzle-orm';
import type { Address, Priority } from '../channels/message.ts';
import { rows, type Tx } from '../database/database.ts';
import type { Receipt } from '../database/schema.ts';
import type { Content } from '../engine/content.ts';

/** A letter to be sent. It goes out in the order in which it was posted, per address and priority. */
export type Letter = {
  channel: string;
  to: Address;
  content: Content | { reaction: { on: string; mark: string } };
  priority: Priority;
  conversationId?: number | undefined;
  /** The report that it is about; a quote of it is then understood. */
  about?: number | undefined;
  /** Our own earlier letter to quote. */
  replyToId?: number | undefined;
  /** Our own earlier letter to change. A change that still waits is replaced by a newer one. */
  editsId?: number | undefined;
  /** Key of the topic in a group with topics. */
  topicKey?: string | undefined;
  /** An official's letter on which to mark how this one fares. */
  receipt?: Receipt | undefined;
};

/** Lower goes first. */
export const PRIORITIES: Record<Priority, number> = { reply: 0, notice: 1, broadcast: 2 };

/**
 * Puts letters into the queue, within the caller's transaction; resolves with their ids in the same order. Of several
 * changes of one letter only the last is kept, and all of them have its id. A change that replaces a waiting one
 * makes the claims of that one void (`token`): a late result must not pass the older words off as the newer ones.
 */
export async function post(tx: Tx, letters: Letter[], now: Date): Promise<number[]> {
  if (letters.length === 0) return [];
  const placeOf = newestPlaces(letters);
  const kept = letters
    .map((letter, place) => ({ letter, place }))
    .filter(({ letter, place }) => placeOf(letter, place) === place);
  const given = kept.map(({ letter, place }) => ({
    place,
    channel: letter.channel,
    address: letter.to,
    content: letter.content,
    priority: PRIORITIES[letter.priority],
    conversation_id: letter.conversationId,
    about: letter.about,
    reply_to_id: letter.replyToId,
    edits_id: letter.editsId,
    topic_key: letter.topicKey,
    receipt: letter.receipt,
  }));
  const posted = await rows<{ id: number }>(
    tx,
    sql`insert into messages (conversation_id, direction, channel, address, content, status, priority,
          created_at, due_at, about, reply_to_id, edits_id, topic_key, receipt)
        select conversation_id, 'outbound', channel, address, content, 'queued', priority,
          ${now.toISOString()}::timestamptz, ${now.toISOString()}::timestamptz,
          about, reply_to_id, edits_id, topic_key, receipt
        from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as given(place int, channel text, address text,
          content jsonb, priority smallint, conversation_id bigint, about bigint, reply_to_id bigint,
          edits_id bigint, topic_key text, receipt jsonb)
        order by place
        on conflict (edits_id) where direction = 'outbound' and status = 'queued' and edits_id is not null
          do update set content = excluded.content, due_at = excluded.due_at, receipt = excluded.receipt,
            token = messages.token + 1, attempts = 0
        returning id::float8 as id`,
  );
  const ids = new Map(posted.map((row, index) => [kept[index]?.place, row.id]));
  return letters.map((letter, place) => ids.get(placeOf(letter, place)) ?? Number.NaN);
}

/** Where the letter stands that is posted in place of this one: itself, or the last change of the same letter. */
function newestPlaces(letters: Letter[]): (letter: Letter, place: number) => number {
  const places = new Map<number, number>();
  for (const [place, { editsId }] of letters.entries()) if (editsId !== undefined) places.set(editsId, place);
  return ({ editsId }, place) => (editsId === undefined ? place : (places.get(editsId) ?? place));
}
