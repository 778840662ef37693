/** Goes on, waits, ends. Each is one statement; what it says holds from its commit, also for letters in the queue. */
import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../database/database.ts';
import type { BroadcastState } from './broadcast.ts';

/** Letters begin to go. `confirmedBy`: the official who answers for it. False when it was begun or ended before. */
export async function begin(tx: Tx, id: number, confirmedBy: string | null, now: Date): Promise<boolean> {
  const begun = await rows(
    tx,
    sql`update broadcasts set state = 'sending', confirmed_by = coalesce(${confirmedBy}, confirmed_by),
          started_at = coalesce(started_at, ${now.toISOString()}::timestamptz)
        where id = ${id} and state in ('draft', 'waiting') returning 1`,
  );
  return begun.length > 0;
}

/** No letter is taken any more until `resume`; those in flight arrive. False when it was not sending. */
export async function pause(tx: Tx, id: number): Promise<boolean> {
  return change(tx, id, 'sending', 'paused');
}

export async function resume(tx: Tx, id: number): Promise<boolean> {
  return change(tx, id, 'paused', 'sending');
}

async function change(tx: Tx, id: number, from: BroadcastState, to: BroadcastState): Promise<boolean> {
  const changed = await rows(
    tx,
    sql`update broadcasts set state = ${to} where id = ${id} and state = ${from} returning 1`,
  );
  return changed.length > 0;
}

/**
 * Ends it: what waits is cancelled, those in flight arrive. Resolves with how many were cancelled, or undefined when it
 * had ended before. `as`: `held` when it was not approved, `skipped` when it would come too late.
 */
export async function stop(
  tx: Tx,
  id: number,
  now: Date,
  as: 'stopped' | 'held' | 'skipped' = 'stopped',
): Promise<number | undefined> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const [found] = await rows<{ ended: number; cancelled: number }>(
    tx,
    sql`with ended as (
          update broadcasts set state = ${as}, ended_at = ${at}
          where id = ${id} and state in ('draft', 'waiting', 'sending', 'paused') returning id),
        cancelled as (
          update messages m set status = 'cancelled', done_at = ${at}, error = 'stopped: its broadcast was ended'
          from ended where m.broadcast_id = ended.id and m.status in ('queued', 'waiting') returning 1)
        select (select count(*)::int from ended) as ended, (select count(*)::int from cancelled) as cancelled`,
  );
  return found && found.ended > 0 ? found.cancelled : undefined;
}

/**
 * The same without touching its letters, for a turn in which others wait: nothing is taken any more from its commit on.
 * `cancelHalted` cancels what waits. False when it had ended before.
 */
export async function halt(tx: Tx, id: number, now: Date): Promise<boolean> {
  const ended = await rows(
    tx,
    sql`update broadcasts set state = 'stopped', ended_at = ${now.toISOString()}::timestamptz
        where id = ${id} and state in ('draft', 'waiting', 'sending', 'paused') returning 1`,
  );
  return ended.length > 0;
}

/** Halted broadcasts older than this have nothing left to cancel. */
const HALTED_LOOK_HOURS = 24;

export async function cancelHalted(tx: Tx, now: Date): Promise<number> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const cancelled = await rows<{ count: number }>(
    tx,
    sql`with cancelled as (
          update messages m set status = 'cancelled', done_at = ${at}, error = 'stopped: its broadcast was ended'
          from broadcasts b where b.state = 'stopped' and b.ended_at > ${at} - ${HALTED_LOOK_HOURS} * interval '1 hour'
            and m.broadcast_id = b.id and m.status in ('queued', 'waiting') returning 1)
        select count(*)::int as count from cancelled`,
  );
  return cancelled[0]?.count ?? 0;
}

/**
 * Ends those of which no letter is in the queue any more (those that wait for a silent person to write go when they do,
 * window.ts); resolves with their ids. A digest ends by its own hours
 * (edition.ts).
 */
export async function endDone(tx: Tx, now: Date): Promise<number[]> {
  const ended = await rows<{ id: number }>(
    tx,
    sql`update broadcasts b set state = 'done', ended_at = ${now.toISOString()}::timestamptz
        where state = 'sending' and kind <> 'digest' and not exists (
          select 1 from messages m where m.broadcast_id = b.id and m.status = 'queued')
        returning id::float8 as id`,
  );
  return ended.map(({ id }) => id);
}
