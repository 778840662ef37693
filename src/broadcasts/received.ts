/** The newest announcement that somebody got, and to whom it went: so that they can be told why. */
import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../database/database.ts';
import type { Audience } from './audience.ts';

/** An older one is not asked about any more. */
const ASKED_DAYS_MAX = 30;

/** `at` in milliseconds since 1970; `department` of the desk that sent it, null when it is no desk any more. */
export type Received = { at: number; audience: Audience; department: string | null };

export async function newestAnnouncement(
  tx: Tx,
  conversationId: number,
  now: Date,
): Promise<Received | undefined> {
  const since = new Date(now.getTime() - ASKED_DAYS_MAX * 86_400_000).toISOString();
  const found = await rows<Received>(
    tx,
    sql`select (extract(epoch from m.done_at) * 1000)::float8 as at, b.audience,
          (select d.department from desks d where d.address = b.desk) as department
        from broadcasts b join messages m on m.broadcast_id = b.id and m.conversation_id = ${conversationId}
        where b.kind = 'announcement' and b.created_at > ${since}::timestamptz
          and m.status in ('sent', 'arrived', 'read')
        order by m.id desc limit 1`,
  );
  return found[0];
}
