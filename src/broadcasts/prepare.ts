import { type SQL, sql } from 'drizzle-orm';
import { rows, type Tx } from '../database/database.ts';
import { PRIORITIES } from '../delivery/post.ts';
import { isSilent } from '../delivery/window.ts';
import type { Content } from '../engine/content.ts';

/** What is said to everybody who has this key: a language, a variant, a kind of letter; never one person's own. */
export type Rendered = { key: string; content: Content };

/** Who gets which of the contents: rows of `conversation_id bigint, content_key text`, by a query or one by one. */
export type Recipients = SQL | { conversationId: number; contentKey: string }[];

export type Preparation = {
  rendered: Rendered[];
  recipients: Recipients;
  /** The channels that carry letters to many (`settings.broadcastChannels`). */
  channels: readonly string[];
  /** Hours after which a channel lets nothing through to the silent: their letters wait until they write. */
  windowHours?: Readonly<Record<string, number>> | undefined;
};

/**
 * So many new letters at once, and what Postgres believes of the table is wrong until it looks by itself, up to a minute
 * later. What it plans meanwhile may read all of it for a few letters.
 */
const TOLD_LETTERS_MIN = 10_000;

/** `made`: letters that this call put into the queue. `left`: those of the recipients that get none. */
export type Prepared = { made: number; left: number };

/**
 * Puts a letter for each recipient into the queue: one statement for all of them, however many. Each goes where the
 * person wrote last, or into the group of the conversation. Nobody gets one who said stop, who blocked us there, or who
 * is on a channel that carries no broadcast. Safe to repeat, and to be done by two processes at once: a conversation
 * has one letter of a broadcast. Letters wait until the broadcast is `sending`.
 */
export async function prepare(
  tx: Tx,
  broadcastId: number,
  { rendered, recipients, channels, windowHours = {} }: Preparation,
  now: Date,
): Promise<Prepared> {
  await keepContents(tx, broadcastId, rendered);
  const at = sql`${now.toISOString()}::timestamptz`;
  const windows = Object.entries(windowHours).map(([name, hours]) => ({ name, hours }));
  const status =
    windows.length === 0
      ? sql`'queued'`
      : sql`case when ${isSilent(windowOf(windows), at)} then 'waiting' else 'queued' end`;
  const [counted] = await rows<Prepared>(
    tx,
    sql`with recipients as materialized (${asQuery(recipients)}),
        made as (
          insert into messages (conversation_id, direction, channel, address, content, content_id, status, priority,
            created_at, due_at, broadcast_id)
          select c.id, 'outbound', c.channel, ${target}, '{"text": ""}', b.id, ${status}, ${PRIORITIES.broadcast},
            ${at}, ${at}, b.broadcast_id
          from recipients r
          join broadcast_contents b on b.broadcast_id = ${broadcastId} and b.key = r.content_key
          join conversations c on c.id = r.conversation_id
          join people p on p.id = c.person_id
          where ${canGetLetters(channels)}
          order by c.id
          on conflict (broadcast_id, conversation_id) where broadcast_id is not null do nothing
          returning 1)
        select (select count(*) from made)::int as made,
          ((select count(*) from recipients) - (select count(*) from made))::int as left`,
  );
  if (counted && counted.made >= TOLD_LETTERS_MIN) await tx.execute(sql`analyze messages`);
  return counted ?? { made: 0, left: 0 };
}

/** Of `conversations c` and `people p`: whether letters to many may go there. */
export const canGetLetters = (channels: readonly string[]): SQL =>
  sql`p.stopped_at is null and c.channel in (select jsonb_array_elements_text(${JSON.stringify(channels)}::jsonb))
      and not exists (select 1 from addresses a where a.address = ${target} and (a.blocked_at is not null or a.opted_out_at is not null))`;

const target = sql`case c.room when '' then c.address else c.room end`;

function asQuery(recipients: Recipients): SQL {
  if (!Array.isArray(recipients)) return recipients;
  const given = recipients.map(({ conversationId, contentKey }) => ({
    conversation_id: conversationId,
    content_key: contentKey,
  }));
  return sql`select conversation_id, content_key
             from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as given(conversation_id bigint, content_key text)`;
}

async function keepContents(tx: Tx, broadcastId: number, rendered: Rendered[]): Promise<void> {
  await tx.execute(
    sql`insert into broadcast_contents (broadcast_id, key, content)
        select ${broadcastId}, key, content
        from jsonb_to_recordset(${JSON.stringify(rendered)}::jsonb) as given(key text, content jsonb)
        on conflict (broadcast_id, key) do nothing`,
  );
}

/** The hours of the channel on which `conversations c` was heard last; null where its network has no window. */
const windowOf = (windows: { name: string; hours: number }[]): SQL =>
  sql`(select hours from jsonb_to_recordset(${JSON.stringify(windows)}::jsonb) as shut(name text, hours float8)
       where shut.name = c.channel)`;
