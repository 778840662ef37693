/**
 * Letters to many: what is said, to whom, and how far it is. A broadcast is not a machine, it is many letters in the one
 * queue. This room must not know how a desk or a flow asks for one, or how a network carries it.
 */
import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../database/database.ts';
import type { Json } from '../engine/content.ts';

export type BroadcastKind = 'announcement' | 'digest';

/**
 * draft → waiting (for approval) → sending ⇄ paused → done. `held` was not approved, `skipped` came too late, `stopped`
 * was ended by an official. Letters go only while it is `sending`.
 */
export type BroadcastState =
  | 'draft'
  | 'waiting'
  | 'sending'
  | 'paused'
  | 'held'
  | 'stopped'
  | 'skipped'
  | 'done';

export const ENDED: readonly BroadcastState[] = ['held', 'stopped', 'skipped', 'done'];

export type Broadcast = {
  id: number;
  kind: BroadcastKind;
  key: string;
  state: BroadcastState;
  content: Json;
  audience: Json;
  desk: string | null;
  author: string | null;
  confirmedBy: string | null;
  progressMessageId: number | null;
  createdAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
};

export type NewBroadcast = {
  kind: BroadcastKind;
  /** What it is once and for all, such as `digest:2026-W48`. */
  key: string;
  content: Json;
  audience: Json;
  state: BroadcastState;
  desk?: string | null;
  author?: string | null;
};

/** Makes a broadcast, or finds it made: `made` is true for the one that made it, whoever else tries at the same time. */
export async function createBroadcast(
  tx: Tx,
  broadcast: NewBroadcast,
  now: Date,
): Promise<Broadcast & { made: boolean }> {
  const { kind, key, content, audience, state, desk = null, author = null } = broadcast;
  const at = sql`${now.toISOString()}::timestamptz`;
  const made = await rows(
    tx,
    sql`insert into broadcasts (kind, key, state, content, audience, desk, author, created_at, started_at)
        values (${kind}, ${key}, ${state}, ${JSON.stringify(content)}::jsonb, ${JSON.stringify(audience)}::jsonb,
          ${desk}, ${author}, ${at}, case when ${state}::text = 'sending' then ${at} end)
        on conflict (key) do nothing returning 1`,
  );
  // By a statement of its own: it sees what another process committed while the insert waited for it.
  const [found] = await select(tx, sql`key = ${key}`);
  if (!found) throw new Error(`the broadcast ${key} was made and is not there`);
  return { ...found, made: made.length > 0 };
}

export async function broadcastById(tx: Tx, id: number): Promise<Broadcast | undefined> {
  return (await select(tx, sql`id = ${id}`))[0];
}

/** The same, locked until the transaction ends. */
export async function lockBroadcast(tx: Tx, id: number): Promise<Broadcast | undefined> {
  return (await select(tx, sql`id = ${id} for update`))[0];
}

type Row = Omit<Broadcast, 'createdAt' | 'startedAt' | 'endedAt'> & {
  createdMs: number;
  startedMs: number | null;
  endedMs: number | null;
};

async function select(tx: Tx, where: ReturnType<typeof sql>): Promise<Broadcast[]> {
  const ms = (column: ReturnType<typeof sql>) => sql`(extract(epoch from ${column}) * 1000)::float8`;
  const found = await rows<Row>(
    tx,
    sql`select id::float8 as id, kind, key, state, content, audience, desk, author, confirmed_by as "confirmedBy",
          progress_message_id::float8 as "progressMessageId", ${ms(sql`created_at`)} as "createdMs",
          ${ms(sql`started_at`)} as "startedMs", ${ms(sql`ended_at`)} as "endedMs"
        from broadcasts where ${where}`,
  );
  const date = (at: number | null) => (at === null ? null : new Date(at));
  return found.map(({ createdMs, startedMs, endedMs, ...broadcast }) => ({
    ...broadcast,
    createdAt: new Date(createdMs),
    startedAt: date(startedMs),
    endedAt: date(endedMs),
  }));
}
