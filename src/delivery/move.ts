import { sql } from 'drizzle-orm';
import type { Address } from '../channels/message.ts';
import { rows, type Tx } from '../database/database.ts';

/**
 * A room lives at another address from now on (a Telegram group that became a supergroup): everything that waits for
 * it or remembers it is rewritten. Safe to repeat; where the new address is known already, that knowledge stays.
 * Sent letters keep the old address: their network names them by it. Must run in one transaction.
 */
export async function moveRoom(tx: Tx, from: Address, to: Address): Promise<void> {
  await tx.execute(
    sql`update messages set address = ${to}
        where direction = 'outbound' and status in ('queued', 'sending') and address = ${from}`,
  );
  await tx.execute(
    sql`update desks set address = ${to} where address = ${from}
        and not exists (select 1 from desks d where d.address = ${to})`,
  );
  await tx.execute(
    sql`update topics t set room = ${to} where room = ${from}
        and not exists (select 1 from topics o where o.room = ${to} and (o.key = t.key or o.topic = t.topic))`,
  );
  await tx.execute(
    sql`update conversations c set room = ${to} where room = ${from}
        and not exists (select 1 from conversations o where o.room = ${to} and o.person_id = c.person_id)`,
  );
  await tx.execute(sql`update conversations set address = ${to} where address = ${from}`);
  await tx.execute(sql`update digests set room = ${to} where room = ${from}`);
  await tx.execute(
    sql`update addresses set address = ${to} where address = ${from}
        and not exists (select 1 from addresses a where a.address = ${to})`,
  );
}

/**
 * A person lives at another address from now on (a new number, a new id): what waits goes there, and both are theirs.
 * Where somebody else is known by the new one, that stays as it is: a number may pass from hand to hand.
 */
export async function movePerson(tx: Tx, from: Address, to: Address): Promise<void> {
  const moved = await rows(
    tx,
    sql`insert into addresses (address, person_id) select ${to}, person_id from addresses where address = ${from}
        on conflict (address) do update set address = excluded.address where addresses.person_id = excluded.person_id
        returning 1`,
  );
  if (moved.length === 0) return;
  await tx.execute(
    sql`update messages set address = ${to}
        where direction = 'outbound' and status in ('queued', 'waiting') and address = ${from}`,
  );
  await tx.execute(sql`update conversations set address = ${to} where address = ${from} and room = ''`);
}
