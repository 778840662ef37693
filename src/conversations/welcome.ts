import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../database/database.ts';
import type { Json } from '../engine/content.ts';
import { newConversation } from '../engine/conversation.ts';

/** Whose letter it is that nobody is known for yet. */
export type Newcomer = {
  address: string;
  channel: string;
  room: string;
  language: string;
  /** Other names of the same sender, as their network tells. */
  aliases?: readonly string[];
};

/** Makes the people, addresses and conversations that are not there yet. Two processes may do it at once. */
export async function welcome(tx: Tx, given: Newcomer[], now: Date): Promise<void> {
  const byAddress = new Map(given.map((row) => [row.address, row]));
  // In one order everywhere, so that two processes wait for each other and do not lock each other out.
  const addresses = [...byAddress.values()].sort((a, b) => (a.address < b.address ? -1 : 1));
  await recognise(tx, addresses);
  const made = await rows<{ id: number; linked: boolean }>(
    tx,
    sql`with given as materialized (
          select nextval(pg_get_serial_sequence('people', 'id'))::bigint as id, g.address, g.language
          from jsonb_to_recordset(${JSON.stringify(addresses)}::jsonb) as g(address text, language text)
          where not exists (select 1 from addresses a where a.address = g.address)),
        made as (
          insert into people (id, language, created_at) overriding system value
          select id, language, ${now.toISOString()}::timestamptz from given),
        linked as (
          insert into addresses (address, person_id) select address, id from given
          on conflict (address) do nothing returning person_id)
        select id::float8 as id, id in (select person_id from linked) as linked from given`,
  );
  // A person made for an address that another process made first is nobody, and goes again.
  const nobody = made.filter((row) => !row.linked).map((row) => row.id);
  if (nobody.length > 0) {
    await tx.execute(sql`
      delete from people where id in (select value::bigint from jsonb_array_elements_text(${JSON.stringify(nobody)}::jsonb))`);
  }
  const rooms = given.map(({ address, room, language, channel }) => ({
    address,
    room,
    channel,
    state: newConversation(language) as unknown as Json,
  }));
  await tx.execute(sql`
    insert into conversations (person_id, room, address, channel, state)
    select distinct on (a.person_id, given.room) a.person_id, given.room, given.address, given.channel, given.state
    from jsonb_to_recordset(${JSON.stringify(rooms)}::jsonb)
      as given(address text, room text, channel text, state jsonb)
    join addresses a on a.address = given.address
    where not exists (select 1 from conversations c where c.person_id = a.person_id and c.room = given.room)
    on conflict (person_id, room) do nothing`);
}

/**
 * Somebody known by another name of theirs (a phone number, when their network now gives an opaque id) is the same
 * person. Whoever has more than that one name on the network already is not: a number passes from hand to hand.
 */
async function recognise(tx: Tx, newcomers: Newcomer[]): Promise<void> {
  const named = newcomers.flatMap(({ address, aliases = [] }) =>
    aliases.map((alias) => ({ address, alias })),
  );
  if (named.length === 0) return;
  await tx.execute(sql`
    insert into addresses (address, person_id)
    select distinct on (g.address) g.address, a.person_id
    from jsonb_to_recordset(${JSON.stringify(named)}::jsonb) as g(address text, alias text)
    join addresses a on a.address = g.alias
    where not exists (select 1 from addresses o where o.person_id = a.person_id and o.address <> a.address
      and split_part(o.address, ':', 1) = split_part(a.address, ':', 1))
    order by g.address
    on conflict (address) do nothing`);
}
