import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../database/database.ts';
import { TOLD_CHANNELS, TOLD_LATER } from '../database/schema.ts';
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
        from changed where receipt is not null and status not in ('queued', 'sending', 'waiting')),
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

/** `id`: our own number of the letter, where the network gives it back. */
export type ReceivedNews = {
  externalId: string;
  status: Received;
  id?: string | undefined;
  price?: string | undefined;
};

/**
 * Notes what a network tells of letters later. Networks repeat such news and mix up its order, so a letter never
 * goes back: `sent` after `arrived` changes nothing. A letter of which nobody knew whether it went is found by our own
 * number, and is not sent again. Names and numbers go in as arrays too, so that a plan made while the table was small goes
 * by the index. Resolves with how many changed. Must run in a transaction.
 */
export async function markAllReceived(
  tx: Tx,
  channel: string,
  news: ReceivedNews[],
  now: Date,
): Promise<number> {
  if (news.length === 0) return 0;
  const at = sql`${now.toISOString()}::timestamptz`;
  const given = news.map(({ externalId, id, status, price }) => ({
    external_id: externalId,
    id: id !== undefined && /^\d{1,15}$/.test(id) ? Number(id) : null,
    step: STEPS.indexOf(status) + 1,
    price: price?.slice(0, PRICE_LETTERS_MAX),
  }));
  const [found] = await rows<{ count: number }>(
    tx,
    sql`with given as materialized (
          select * from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
            as g(external_id text, id bigint, step int, price text)),
        named as (
          select m.id, g.external_id, g.step, g.price from given g join messages m on m.direction = 'outbound'
            and m.channel = ${channel} and m.external_id = any(array(select external_id from given))
            and m.external_id = g.external_id ${byIndex(channel)}
          union all
          select m.id, g.external_id, g.step, g.price from given g join messages m
            on m.id = any(array(select id from given)) and m.id = g.id
            and m.direction = 'outbound' and m.channel = ${channel} and m.external_id is null and m.attempts > 0),
        told as materialized (
          select id, max(step) as step, max(external_id) as external_id, max(price) as price from named group by id),
        old as materialized (
          select m.id, m.status, m.price, case m.status when 'sent' then 1 when 'arrived' then 2 when 'read' then 3
            when 'queued' then 0 when 'sending' then 0 end as step
          from told join messages m on m.id = any(array(select id from told)) and m.id = told.id
          order by m.id for update of m),
        changed as (
          update messages m
          set status = case when told.step > old.step then (array['sent', 'arrived', 'read'])[told.step] else m.status end,
            external_id = coalesce(m.external_id, told.external_id), price = coalesce(told.price, m.price),
            done_at = coalesce(m.done_at, ${at}), lease_until = null
          from told join old on old.id = told.id
          where m.id = any(array(select id from told)) and m.id = told.id and (told.step > old.step or (told.price is not null and told.price is distinct from old.price))
          returning m.id, m.status,
            case when m.status <> old.status and old.status in ('queued', 'sending', 'sent') then m.receipt end as receipt)
        ${marksReceipts(at)}
        select count(*)::int as count from changed`,
  );
  return found?.count ?? 0;
}

const STEPS: readonly Received[] = ['sent', 'arrived', 'read'];
const PRICE_LETTERS_MAX = 40;

/** Only where letters are told of is there an index for their names, which is recognised by its words. */
const byIndex = (channel: string) =>
  TOLD_CHANNELS.includes(channel) ? sql`and m.external_id is not null and m.${TOLD_LATER}` : sql``;
