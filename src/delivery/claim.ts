import { sql } from 'drizzle-orm';
import type { Channel } from '../channels/channel.ts';
import type { Address } from '../channels/message.ts';
import { rows, type Tx } from '../database/database.ts';
import type { Json } from '../engine/content.ts';
import { marksReceipts } from './receipts.ts';
import { SEND_TRIES_MAX } from './retry.ts';
import { isSilent } from './window.ts';

/** Longer than SEND_SECONDS_MAX, so that no letter is due again while its first sending may still be under way. */
export const SEND_LEASE_SECONDS = 60;

/** Looks of one claim past letters whose window is shut. */
const SHUT_LOOKS_MAX = 50;

/** A letter that was claimed for sending, with what it refers to as its network names it. */
export type DueLetter = {
  id: number;
  token: number;
  /** The handful with which it was taken, when it is one of a broadcast's. */
  handful?: number;
  attempts: number;
  address: Address;
  content: Json;
  priority: number;
  about: number | null;
  topicKey: string | null;
  hasReceipt: boolean;
  replyToId: number | null;
  replyTo: string | null;
  editsId: number | null;
  /** null although `editsId` is set: the letter to change never arrived, so there is nothing to change. */
  edits: string | null;
};

/**
 * Claims up to `most` due letters of a channel (those of broadcasts go by the handful, handful.ts): replies before
 * notices, and one per address at a time, so that each address gets its letters in order. An edit whose letter has not been sent yet waits for it and
 * stands in nobody's way meanwhile. Addresses in `waiting` are left out.
 *
 * The two questions about other letters stand as scalar subqueries: as NOT EXISTS the planner may turn them into a
 * join over the whole queue when its statistics are old.
 */
export async function claim(
  tx: Tx,
  channel: Pick<Channel, 'name' | 'limits'>,
  most: number,
  waiting: Address[],
  now: Date,
): Promise<DueLetter[]> {
  const claimed: DueLetter[] = [];
  for (let looks = 0; looks < SHUT_LOOKS_MAX; looks++) {
    const free = most - claimed.length;
    const { letters, shut } = await claimOnce(tx, channel, free, waiting, now);
    claimed.push(...letters);
    // Those whose window is shut were put aside; there may be others behind them.
    if (shut === 0 || claimed.length === most) break;
  }
  return claimed.sort((a, b) => a.priority - b.priority || a.id - b.id);
}

async function claimOnce(
  tx: Tx,
  { name: channel, limits: { freeReplyHours } }: Pick<Channel, 'name' | 'limits'>,
  most: number,
  waiting: Address[],
  now: Date,
): Promise<{ letters: DueLetter[]; shut: number }> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const notWaiting =
    waiting.length === 0
      ? sql``
      : sql`and m.address not in (select jsonb_array_elements_text(${JSON.stringify(waiting)}::jsonb))`;
  const isShut = freeReplyHours === undefined ? sql`false` : windowIsShut(freeReplyHours, at);
  const claimed = await rows<DueLetter & { status: string }>(
    tx,
    sql`with due as materialized (
          select m.id from messages m
          where m.direction = 'outbound' and m.status = 'queued' and m.broadcast_id is null
            and m.channel = ${channel} and m.due_at <= ${at}
            ${notWaiting}
            and ${unsentLetterOf(sql`m`)} is null
            and (select 1 from messages e
                 where e.direction = 'outbound' and e.status in ('queued', 'sending') and e.broadcast_id is null
                   and e.channel = m.channel and e.address = m.address
                   and (e.status = 'sending' or (e.priority, e.id) < (m.priority, m.id))
                   and ${unsentLetterOf(sql`e`)} is null
                 limit 1) is null
          order by m.priority, m.id
          limit ${most}
          for update skip locked)
        update messages m
        set status = case when ${isShut} then 'waiting' else 'sending' end, token = token + 1,
            attempts = attempts + case when ${isShut} then 0 else 1 end, lease_until = ${at} + ${SEND_LEASE_SECONDS} * interval '1 second'
        from due where m.id = due.id
        returning m.status, m.id::float8 as id, m.token, m.attempts, m.address, m.content, m.priority,
          m.about::float8 as about, m.topic_key as "topicKey", m.receipt is not null as "hasReceipt",
          m.reply_to_id::float8 as "replyToId",
          (select r.external_id from messages r where r.id = m.reply_to_id) as "replyTo",
          m.edits_id::float8 as "editsId",
          (select o.external_id from messages o where o.id = m.edits_id) as edits`,
  );
  const sending = claimed.filter(({ status }) => status === 'sending');
  return {
    letters: sending.map(({ status: _sending, ...letter }) => letter),
    shut: claimed.length - sending.length,
  };
}

/** Their network takes nothing but templates: they have been silent for too long (window.ts). */
const windowIsShut = (hours: number, at: ReturnType<typeof sql>) =>
  sql`(m.content -> 'template' is null and exists (select 1 from conversations c
        where c.id = m.conversation_id and ${isSilent(sql`${hours}`, at)}))`;

/** Whether any letter of the channel is due, whatever it stands behind. */
export async function isAnyDue(tx: Tx, channel: string, now: Date): Promise<boolean> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const found = await rows(
    tx,
    sql`(select 1 from messages where direction = 'outbound' and status = 'queued' and broadcast_id is null
           and channel = ${channel} and due_at <= ${at} limit 1)
        union all
        (select 1 from broadcasts b where b.state = 'sending' and exists (
           select 1 from messages m where m.broadcast_id = b.id and m.channel = ${channel} and m.status = 'queued'
             and m.due_at <= ${at}) limit 1)`,
  );
  return found.length > 0;
}

/** The letter that this edit is to change, while that has not been sent; null for everything else. */
const unsentLetterOf = (edit: ReturnType<typeof sql>) =>
  sql`case when ${edit}.edits_id is not null then
        (select 1 from messages o where o.id = ${edit}.edits_id and o.status in ('queued', 'sending')) end`;

/**
 * Letters whose claim ran out, because a process died between claim and mark, are due again: they may arrive twice,
 * which no network lets us prevent. A one-time code is given up instead, and so is a letter that has been tried
 * SEND_TRIES_MAX times: it may be the one that kills the process. Resolves with how many there were.
 */
export async function releaseExpired(tx: Tx, channel: string, now: Date): Promise<number> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const [found] = await rows<{ count: number }>(
    tx,
    sql`with changed as (
          update messages m
          set status = ${queuedOr(sql`case when ${isGivenUp} then 'failed' else 'queued' end`)},
              done_at = case when ${isGivenUp} then ${at} end,
              error = 'unknown: the process ended while it was being sent', lease_until = null, due_at = ${at}
          where m.direction = 'outbound' and m.status = 'sending' and m.broadcast_id is null
            and m.channel = ${channel}
            and m.lease_until < ${at}
          returning m.id, m.status, m.receipt)
        ${marksReceipts(at)}
        select count(*)::int as count from changed`,
  );
  return found?.count ?? 0;
}

const isGivenUp = sql`(m.content ->> 'once' = 'true' or m.attempts >= ${SEND_TRIES_MAX})`;

/** `queued` again, unless a newer edit of the same letter waits already: then the older one is of no use any more. */
export const queuedOr = (status: ReturnType<typeof sql>) =>
  sql`case when ${status} = 'queued' and m.edits_id is not null and exists (
        select 1 from messages n where n.direction = 'outbound' and n.status = 'queued'
          and n.edits_id = m.edits_id and n.id <> m.id) then 'cancelled' else ${status} end`;
