import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../database/database.ts';

/** Letters of a broadcast by how they fare. `sent` counts those that arrived or were read too. */
export type Progress = {
  letters: number;
  waiting: number;
  sent: number;
  arrived: number;
  read: number;
  failed: number;
  cancelled: number;
  /** They go when their readers write: their network lets nothing through before. */
  shut: number;
};

/** One count over its letters: for a look every few seconds, not for each letter. */
export async function progress(tx: Tx, broadcastId: number): Promise<Progress> {
  const counted = await rows<{ status: string; count: number }>(
    tx,
    sql`select status, count(*)::int as count from messages where broadcast_id = ${broadcastId} group by status`,
  );
  const of = (...states: string[]) =>
    counted.filter(({ status }) => states.includes(status)).reduce((sum, { count }) => sum + count, 0);
  return {
    letters: counted.reduce((sum, { count }) => sum + count, 0),
    waiting: of('queued', 'sending'),
    sent: of('sent', 'arrived', 'read'),
    arrived: of('arrived', 'read'),
    read: of('read'),
    failed: of('failed'),
    cancelled: of('cancelled'),
    shut: of('waiting'),
  };
}
