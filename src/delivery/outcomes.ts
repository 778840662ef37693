/**
 * What a network tells later of letters that it took: onto the letter, and onto what lies around it when it failed.
 * Networks repeat such news and mix up its order; the same twice changes nothing.
 */
import { sql } from 'drizzle-orm';
import { type Channel, isOutcomeChannel, type Outcome, type SendError } from '../channels/channel.ts';
import type { Address } from '../channels/message.ts';
import { type Database, rows, type Tx } from '../database/database.ts';
import { TOLD_CHANNELS, TOLD_LATER } from '../database/schema.ts';
import type { Log } from '../log.ts';
import type { World } from '../world.ts';
import { markAround, type Result } from './mark.ts';
import { markAllReceived, marksReceipts, type Received, type ReceivedNews } from './receipts.ts';
import { afterFailure } from './retry.ts';
import { means } from './send.ts';

type Outside = { database: Database; world: World; log: Log };

/** Begins to heed what each channel tells. `changed` is called when letters are to go again. */
export function heedOutcomes(channels: readonly Channel[], outside: Outside, changed: () => void): void {
  for (const channel of channels.filter(isOutcomeChannel)) {
    channel.onOutcomes(async (outcomes) => {
      if ((await noteOutcomes(outside, channel.name, outcomes)) > 0) changed();
    });
  }
}

/** Resolves with how many letters failed that are to be sent again. */
export async function noteOutcomes(
  { database, world, log }: Outside,
  channel: string,
  outcomes: Outcome[],
): Promise<number> {
  const received = outcomes.filter(hasArrived);
  const failed = outcomes.flatMap(({ error, ...outcome }) => (error ? [{ ...outcome, error }] : []));
  return database.inTransaction(async (tx) => {
    const now = world.now();
    await markAllReceived(tx, channel, received, now);
    let again = 0;
    for (const outcome of failed) {
      const status = await fail(tx, channel, outcome, world.random(), now);
      if (status === 'queued') again += 1;
      if (status === 'failed')
        log.warn('a letter failed', { channel, kind: outcome.error.kind, why: outcome.error.message });
    }
    return again;
  });
}

const hasArrived = (outcome: Outcome): outcome is Outcome & ReceivedNews & { status: Received } =>
  outcome.status !== 'failed';

type Failed = { externalId: string; id?: string; error: SendError };

/**
 * The network took it and could not deliver it. One that arrived, or failed before, stays as it is. One of which nobody
 * knew whether it went is found by our own number.
 */
async function fail(
  tx: Tx,
  channel: string,
  { externalId, id, error }: Failed,
  random: number,
  now: Date,
): Promise<Result['status'] | undefined> {
  const [letter] = await rows<{ id: number; attempts: number; address: Address; hasReceipt: boolean }>(
    tx,
    sql`select id::float8 as id, attempts, address, receipt is not null as "hasReceipt" from messages
        where direction = 'outbound' and channel = ${channel} and external_id = ${externalId} and status = 'sent'
          ${TOLD_CHANNELS.includes(channel) ? sql`and ${TOLD_LATER}` : sql``}
        union all
        select id::float8 as id, attempts, address, receipt is not null as "hasReceipt" from messages
        where id = ${id !== undefined && /^\d{1,15}$/.test(id) ? Number(id) : null}::bigint and direction = 'outbound'
          and channel = ${channel} and external_id is null and attempts > 0 and status in ('queued', 'sending')`,
  );
  if (!letter) return undefined;
  const meaning = means(afterFailure(error, letter.attempts, random), now, false);
  const at = sql`${now.toISOString()}::timestamptz`;
  const text = `${error.kind}: ${error.message}`;
  await rows(
    tx,
    sql`with changed as (
          update messages m set status = ${meaning.status}, error = ${text}, external_id = null,
            due_at = coalesce(${meaning.dueAt?.toISOString() ?? null}::timestamptz, m.due_at),
            done_at = case when ${meaning.status}::text = 'failed' then ${at} end
          where m.id = ${letter.id} and m.status in ('queued', 'sending', 'sent') returning m.id, m.status, m.receipt)
        ${marksReceipts(at)}
        select 1`,
  );
  await markAround(tx, channel, [{ ...letter, token: 0, ...meaning }], now);
  return meaning.status;
}
