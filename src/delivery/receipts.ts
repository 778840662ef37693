import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../database/database.ts';
import { PRIORITIES } from './post.ts';

/**
 * Part of a statement that has a `changed (id, status, receipt)`: for each of these letters that an official wrote,
 * a mark on the official's own letter says how it fares. A letter that waits again gets none. Of one that failed the
 * official's chat is also told by an inner letter, so that the desk can say more than a mark does.
 */
export const marksReceipts = (at: ReturnType<typeof sql>) =>
  sql`, receipts as (
        insert into messages (direction, channel, address, content, status, priority, created_at, due_at)
        select 'outbound', receipt ->> 'channel', receipt ->> 'room',
          jsonb_build_object('reaction', jsonb_build_object('on', receipt ->> 'on', 'mark',
            case status when 'sent' then 'sent' when 'failed' then 'failed' when 'cancelled' then 'failed'
              else 'arrived' end)),
          'queued', ${PRIORITIES.notice}::smallint, ${at}, ${at}
        from changed where receipt is not null and status not in ('queued', 'sending')),
      unreached as (
        insert into messages (conversation_id, direction, channel, external_id, address, content, status, priority,
          created_at, due_at, about)
        select written.conversation_id, 'inbound', 'kasa', 'unreached:' || changed.id, written.address,
          '{"news": {"kind": "unreached"}}', 'received', ${PRIORITIES.notice}::smallint, ${at}, ${at}, failed.about
        from changed join messages failed on failed.id = changed.id
          join messages written on written.direction = 'inbound' and written.channel = changed.receipt ->> 'channel'
            and written.external_id = changed.receipt ->> 'on'
        where changed.status in ('failed', 'cancelled')
        on conflict do nothing)`;

/** What a network tells about a letter after it took it, in the order in which it can happen. */
export type Received = 'sent' | 'arrived' | 'read';

/**
 * Notes what a network tells of a letter later. Networks repeat such news and mix up its order, so a letter never
 * goes back: `sent` after `arrived` changes nothing. Resolves with whether it changed anything.
 */
export async function markReceived(
  tx: Tx,
  channel: string,
  externalId: string,
  status: Received,
  now: Date,
): Promise<boolean> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const before = { sent: ['sending'], arrived: ['sending', 'sent'], read: ['sending', 'sent', 'arrived'] }[
    status
  ];
  const [found] = await rows<{ count: number }>(
    tx,
    sql`with changed as (
          update messages m set status = ${status}
          from (select id, status from messages where direction = 'outbound' and channel = ${channel}
                and external_id = ${externalId} for update) as old
          where m.id = old.id and old.status in (select jsonb_array_elements_text(${JSON.stringify(before)}::jsonb))
          returning m.id, m.status, case when old.status in ('sending', 'sent') then m.receipt end as receipt)
        ${marksReceipts(at)}
        select count(*)::int as count from changed`,
  );
  return (found?.count ?? 0) > 0;
}
