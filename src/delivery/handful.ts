/**
 * Letters of broadcasts are taken by the handful. A letter to one person is written when it is claimed and again when
 * it is marked; of a hundred thousand that is too much, so these stay `queued` until they are marked, and one row says
 * who has them in hand until when. Replies and notices know nothing of it.
 */
import { sql } from 'drizzle-orm';
import { idSet, rows, type Tx } from '../database/database.ts';
import { type DueLetter, SEND_LEASE_SECONDS } from './claim.ts';
import { contentsOf, type KeptContents } from './contents.ts';
import type { Result } from './mark.ts';
import { PRIORITIES } from './post.ts';
import { SEND_TRIES_MAX } from './retry.ts';
import { WAITING_DAYS_MAX } from './window.ts';

/** Letters that one look takes at most. */
export const HANDFUL_MAX = 500;

type Row = {
  id: number;
  handful: number;
  attempts: number;
  address: DueLetter['address'];
  content: DueLetter['content'] | null;
  contentId: number | null;
};

/**
 * Takes up to `most` due letters of broadcasts that are `sending`: announcements before digests, older ones first.
 * Nobody gets one while another letter of ours to them waits or is under way. Must run in a transaction.
 *
 * That question stands as a coalesce: of an IS NULL the planner believes that it holds for one row in two hundred, and
 * would sort the whole queue for the first few. And they come in the order of `due_at`, which their own index alone has:
 * in the order of `id` the planner may go through all letters that there are.
 */
export async function takeHandful(
  tx: Tx,
  channel: string,
  most: number,
  waiting: string[],
  now: Date,
  kept: KeptContents,
): Promise<DueLetter[]> {
  // One look at a time, by a statement of its own: the next one sees what the last look took.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`handful:${channel}`}))`);
  const at = sql`${now.toISOString()}::timestamptz`;
  const taken = await rows<Row>(
    tx,
    sql`with busy as materialized (
          select unnest(letters) as id from handfuls where channel = ${channel}),
        due as materialized (
          select l.* from (select id from broadcasts where state = 'sending' or ${isAnswered(at)} order by kind = 'digest', id) b
          cross join lateral (
            select m.id, m.attempts, m.address, m.content_id, case when m.content_id is null then m.content end as content
            from messages m
            where m.broadcast_id = b.id and m.channel = ${channel} and m.status = 'queued' and m.due_at <= ${at}
              and m.id not in (select id from busy)
              and m.address not in (select jsonb_array_elements_text(${JSON.stringify(waiting)}::jsonb))
              and coalesce((select false from messages e
                   where e.direction = 'outbound' and e.status in ('queued', 'sending') and e.broadcast_id is null
                     and e.channel = m.channel and e.address = m.address limit 1), true)
            order by m.due_at, m.id limit ${most}) l
          limit ${most}),
        taken as (
          insert into handfuls (channel, letters, lease_until)
          select ${channel}, array_agg(id), ${at} + ${SEND_LEASE_SECONDS} * interval '1 second' from due
          having count(*) > 0 returning id)
        select id::float8 as id, (select id::float8 from taken) as handful, attempts, address, content,
          content_id::float8 as "contentId" from due`,
  );
  const contents = await contentsOf(tx, taken, kept);
  return taken.map((row) => dueLetter(row, contents));
}

/** It is over, but somebody may have written meanwhile for whom a letter of it waited (window.ts). */
const isAnswered = (at: ReturnType<typeof sql>) =>
  sql`(state = 'done' and kind = 'announcement' and ended_at > ${at} - ${WAITING_DAYS_MAX} * interval '1 day')`;

const dueLetter = (row: Row, contents: KeptContents): DueLetter => ({
  id: row.id,
  token: 0,
  handful: row.handful,
  attempts: row.attempts + 1,
  address: row.address,
  content: (row.contentId === null ? row.content : contents.get(row.contentId)) ?? { text: '' },
  priority: PRIORITIES.broadcast,
  about: null,
  topicKey: null,
  hasReceipt: false,
  replyToId: null,
  replyTo: null,
  editsId: null,
  edits: null,
});

/**
 * Writes down how letters of handfuls fared, and lets go of `closed`: handfuls of which no letter is under way any more.
 * What was sent is the truth, also when the letter was cancelled or came back meanwhile; anything else counts only while
 * its handful is held. Must run in a transaction.
 */
export async function markHandfuls(tx: Tx, results: Result[], closed: number[], now: Date): Promise<void> {
  const sent = results.filter((result) => result.status === 'sent');
  if (sent.length > 0) await markSent(tx, sent, now);
  const others = results.filter((result) => result.status !== 'sent' && !result.late);
  if (others.length > 0) await markOthers(tx, others, now);
  if (closed.length > 0) await tx.execute(sql`delete from handfuls where id = any(${idSet(closed)})`);
}

async function markSent(tx: Tx, sent: Result[], now: Date): Promise<void> {
  const names = JSON.stringify(sent.map(({ externalId }) => externalId ?? null));
  const ids = idSet(sent.map(({ id }) => id));
  await rows(
    tx,
    sql`with g as materialized (
          select i.id, n.external_id from unnest(${ids}) with ordinality i(id, place)
          join jsonb_array_elements_text(${names}::jsonb) with ordinality n(external_id, place) using (place))
        update messages m
        set status = 'sent', external_id = g.external_id, error = null, done_at = ${now.toISOString()}::timestamptz,
          attempts = m.attempts + 1
        from g where m.id = any(${ids}) and m.id = g.id and m.status in ('queued', 'cancelled')`,
  );
}

async function markOthers(tx: Tx, others: Result[], now: Date): Promise<void> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const given = others.map((result) => ({
    id: result.id,
    handful: result.handful,
    status: result.status,
    error: result.error,
    due_at: result.dueAt?.toISOString(),
    tried: result.uncounted ? 0 : 1,
  }));
  await rows(
    tx,
    sql`update messages m
        set status = g.status, error = g.error, due_at = coalesce(g.due_at, m.due_at),
          done_at = case when g.status in ('queued', 'waiting') then null else ${at} end, attempts = m.attempts + g.tried
        from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
          as g(id bigint, handful bigint, status text, error text, due_at timestamptz, tried int)
        join handfuls h on h.id = g.handful
        where m.id = any(${idSet(others.map(({ id }) => id))}) and m.id = g.id and m.status = 'queued'`,
  );
}

/**
 * Handfuls whose process died are let go. Those of their letters that are not marked are due again and may arrive
 * twice; one that was tried SEND_TRIES_MAX times is given up. Resolves with how many came back.
 */
export async function releaseHandfuls(tx: Tx, channel: string, now: Date): Promise<number> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const released = await rows(
    tx,
    sql`with gone as (
          delete from handfuls where channel = ${channel} and lease_until < ${at} returning letters),
        lost as (select unnest(letters) as id from gone)
        update messages m
        set attempts = m.attempts + 1, error = 'unknown: the process ended while it was being sent',
          status = case when m.attempts + 1 >= ${SEND_TRIES_MAX} then 'failed' else 'queued' end,
          done_at = case when m.attempts + 1 >= ${SEND_TRIES_MAX} then ${at} end
        from lost where m.id = lost.id and m.status = 'queued' returning 1`,
  );
  return released.length;
}
