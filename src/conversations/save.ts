import { sql } from 'drizzle-orm';
import { idSet, rows, type Tx } from '../database/database.ts';
import { openWindows, WINDOW_HOURS_MIN } from '../delivery/window.ts';
import { INNER_CHANNEL } from '../people/wake.ts';
import type { Talk, WaitingLetter } from './take.ts';

/**
 * Writes down where the talks stand now, and that their letters are handled. What people said to each other in a group,
 * and not to us (`unheard`), is not kept. Resolves with whether other letters wait, so that nobody has to look again for none.
 */
export async function save(tx: Tx, talks: Talk[], unheard: number[], now: Date): Promise<boolean> {
  const at = now.toISOString();
  const states = talks.map((talk) => {
    const own = talk.letters.findLast(isHeard);
    return { id: talk.id, state: talk.state, address: own?.address, channel: own?.channel };
  });
  const handled = talks.flatMap((talk) => talk.letters.flatMap((letter) => letter.ids));
  // One statement: each costs a crowd as much as the work in it.
  const [found] = await rows<{ more: boolean }>(
    tx,
    sql`with given as materialized (
          select * from jsonb_to_recordset(${JSON.stringify(states)}::jsonb)
            as given(id bigint, state jsonb, address text, channel text)),
        spoken as (
          update conversations c set state = given.state, address = coalesce(given.address, c.address),
            channel = coalesce(given.channel, c.channel),
            heard_at = case when given.address is null then c.heard_at else ${at}::timestamptz end
          from given where c.id = given.id and c.id = any(${idSet(talks.map((talk) => talk.id))})),
        unblocked as (
          -- Who writes to us has not blocked us.
          update addresses set blocked_at = null
          where blocked_at is not null and address = any(array(select address from given))),
        handled as (
          update messages set status = 'handled', done_at = ${at}::timestamptz where id = any(${idSet(handled)}))
        select exists (
          select 1 from messages where direction = 'inbound' and status = 'received' and due_at <= ${at}::timestamptz
            and id <> all(${idSet(handled)})) as more`,
  );
  await openWindows(
    tx,
    talks.flatMap((talk) => (wasSilent(talk, now) && talk.letters.some(isHeard) ? talk.id : [])),
    now,
  );
  if (unheard.length > 0) {
    await tx.execute(
      sql`update messages set status = 'ignored', content = '{"text": ""}'::jsonb where id = any(${idSet(unheard)})`,
    );
  }
  return found?.more ?? true;
}

/** Something that they wrote or tapped themselves: their network tells of other things too. */
export const isHeard = ({ channel, content: { news } }: WaitingLetter): boolean =>
  channel !== INNER_CHANNEL && (news === undefined || (news as { kind?: string }).kind === 'opened');

const wasSilent = ({ heardAtMs }: Talk, now: Date): boolean =>
  heardAtMs === undefined || now.getTime() - heardAtMs >= WINDOW_HOURS_MIN * 3_600_000;
