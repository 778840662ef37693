/**
 * Networks that let nothing but templates through to somebody who has been silent (`Limits.freeReplyHours`). A letter
 * whose window is shut is `waiting`; it goes when the person writes, and is given up when it has become old. This file
 * must not know how they are asked to write (broadcasts/knock.ts).
 */
import { type SQL, sql } from 'drizzle-orm';
import { idSet, rows, type Tx } from '../database/database.ts';
import { PRIORITIES } from './post.ts';

/** No network's window is shorter: whoever wrote within it has nothing waiting. */
export const WINDOW_HOURS_MIN = 1;
/** What nobody let in for so long is not sent any more. */
export const WAITING_DAYS_MAX = 7;

/**
 * Of `conversations c`: its person has been silent for so many hours. Never in a group; unknown where the hours are null.
 */
export const isSilent = (hours: SQL, at: SQL): SQL =>
  sql`(c.room = '' and c.heard_at <= ${at} - ${hours} * interval '1 hour')`;

/**
 * They wrote: what waited for them goes before whatever is said to them now, and where they wrote, which may be another
 * network of theirs. Letters to many keep their own pace. Resolves with how many there were.
 */
export async function openWindows(tx: Tx, conversationIds: number[], now: Date): Promise<number> {
  if (conversationIds.length === 0) return 0;
  const opened = await rows(
    tx,
    sql`update messages m set status = 'queued', channel = c.channel, address = c.address, error = null,
          due_at = ${now.toISOString()}::timestamptz, lease_until = null,
          priority = case when m.broadcast_id is null then ${PRIORITIES.reply} else m.priority end
        from conversations c
        where m.status = 'waiting' and m.conversation_id = any(${idSet(conversationIds)}) and c.id = m.conversation_id
        returning 1`,
  );
  return opened.length;
}

/** Gives up what waited too long; resolves with how many there were. */
export async function dropWaiting(tx: Tx, now: Date): Promise<number> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const dropped = await rows(
    tx,
    sql`update messages set status = 'cancelled', done_at = ${at}, error = 'windowShut: they did not write for too long'
        where status = 'waiting' and created_at < ${at} - ${WAITING_DAYS_MAX} * interval '1 day' returning 1`,
  );
  return dropped.length;
}
