import { type SQL, sql } from 'drizzle-orm';
import type { Address } from '../channels/message.ts';
import { idSet, rows, type Tx } from '../database/database.ts';
import { fitText } from '../database/fit.ts';
import { queuedOr } from './claim.ts';
import { moveRoom } from './move.ts';
import { marksReceipts } from './receipts.ts';
import { forgetTopic, type TopicUse } from './topics.ts';

/** How one sending of a letter ended, and what that means for others. */
export type Result = {
  id: number;
  /** Of the claim: a result of an older claim changes nothing. */
  token: number;
  /** Of the letter's handful, when it is one of a broadcast's (handful.ts). */
  handful?: number;
  /** It was given up before: only that it went after all is news. */
  late?: true;
  address: Address;
  status: 'sent' | 'queued' | 'waiting' | 'failed' | 'cancelled';
  externalId?: string;
  error?: string;
  /** When it is due again. */
  dueAt?: Date;
  /** The attempt is not held against it. */
  uncounted?: boolean;
  hasReceipt: boolean;
  /** The letter that it changes. */
  editsId?: number;
  blocked?: boolean;
  optedOut?: boolean;
  movedTo?: Address;
  lostTopic?: TopicUse;
};

/**
 * Writes results down, each only if its claim is still the newest. A late `sent` counts also when the letter has been
 * put back into the queue meanwhile and nobody has claimed it: it is the truth. Resolves with how many were written.
 * Must run in one transaction.
 */
export async function mark(tx: Tx, channel: string, results: Result[], now: Date): Promise<number> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const given = results.map((result) => ({
    id: result.id,
    token: result.token,
    status: result.status,
    external_id: result.externalId === undefined ? undefined : storable(result.externalId),
    error: result.error === undefined ? undefined : storable(result.error),
    due_at: result.dueAt?.toISOString(),
    uncounted: result.uncounted ? 1 : 0,
  }));
  const [found] = await rows<{ count: number }>(
    tx,
    sql`with changed as (
          update messages m
          set status = ${queuedOr(sql`g.status`)},
              external_id = coalesce(g.external_id, m.external_id), error = g.error, lease_until = null,
              due_at = coalesce(g.due_at, m.due_at),
              done_at = case when g.status in ('queued', 'waiting') then null else ${at} end,
              attempts = m.attempts - g.uncounted
          from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(id bigint, token int, status text,
            external_id text, error text, due_at timestamptz, uncounted int)
          where m.id = any(${idSet(given.map(({ id }) => id))}) and m.id = g.id and m.token = g.token and m.direction = 'outbound'
            and (m.status = 'sending' or (m.status = 'queued' and g.status = 'sent'))
          returning m.id, m.status, m.receipt, m.edits_id, m.external_id),
        moved as (${movesNames(results)})
        ${results.some((result) => result.hasReceipt) ? marksReceipts(at) : sql``}
        select count(*)::int as count from changed`,
  );
  await markAround(tx, channel, results, now);
  return found?.count ?? 0;
}

/**
 * Where the old letter could not be changed it was said anew, and from now on that one stands for it. The ids go in with
 * the statement: a plan made while the table was small would else look through all of it for each mark.
 */
const movesNames = (results: Result[]): SQL =>
  sql`update messages o set external_id = c.external_id from changed c
      where o.id = any(${idSet(results.flatMap(({ editsId }) => editsId ?? []))}) and o.id = c.edits_id
        and c.status = 'sent' and o.external_id <> c.external_id`;

/** Whether a result means nothing beyond its own letter: then one statement says it all. */
export const standsAlone = (result: Result): boolean =>
  !result.blocked && !result.optedOut && !result.movedTo && !result.lostTopic;

/** What results mean beyond their own letters. All of it may be written twice without harm. */
export async function markAround(tx: Tx, channel: string, results: Result[], now: Date): Promise<void> {
  for (const result of results) {
    if (result.blocked) await markBlocked(tx, channel, result.address, now);
    if (result.optedOut) await markOptedOut(tx, result.address, now);
    if (result.movedTo) await moveRoom(tx, result.address, result.movedTo);
    if (result.lostTopic) await forgetTopic(tx, result.lostTopic);
  }
}

/** They cannot or will not be reached there: said once, and nothing waits for them any more. */
export async function markBlocked(tx: Tx, channel: string, address: Address, now: Date): Promise<void> {
  const at = sql`${now.toISOString()}::timestamptz`;
  await tx.execute(
    sql`update addresses set blocked_at = ${at} where address = ${address} and blocked_at is null`,
  );
  await tx.execute(
    sql`with changed as (
          update messages set status = 'cancelled', done_at = ${at}, error = 'blocked: an earlier letter was refused'
          where direction = 'outbound' and status in ('queued', 'waiting') and broadcast_id is null
            and channel = ${channel} and address = ${address}
          returning id, status, receipt)
        ${marksReceipts(at)}
        select 1`,
  );
  await tx.execute(
    sql`update messages m set status = 'cancelled', done_at = ${at}, error = 'blocked: an earlier letter was refused'
        from addresses a join conversations c on c.person_id = a.person_id
        where a.address = ${address} and m.conversation_id = c.id and m.broadcast_id is not null
          and m.status in ('queued', 'waiting') and m.address = ${address}`,
  );
}

/** They want no letters to many there; those that wait are cancelled. Their own affairs still reach them. */
export async function markOptedOut(tx: Tx, address: Address, now: Date): Promise<void> {
  const at = sql`${now.toISOString()}::timestamptz`;
  await tx.execute(
    sql`update addresses set opted_out_at = ${at} where address = ${address} and opted_out_at is null`,
  );
  await tx.execute(
    sql`update messages m set status = 'cancelled', done_at = ${at}, error = 'optedOut: they want no letters to many'
        from addresses a join conversations c on c.person_id = a.person_id
        where a.address = ${address} and m.conversation_id = c.id and m.broadcast_id is not null
          and m.status in ('queued', 'waiting') and m.address = ${address}`,
  );
}

const ERROR_MAX_CHARACTERS = 300;

/** One odd text from a network must not keep all other letters from being marked. */
const storable = (text: string) => fitText(text.slice(0, ERROR_MAX_CHARACTERS));
