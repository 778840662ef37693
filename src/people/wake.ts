import { sql } from 'drizzle-orm';
import type { Tx } from '../database/database.ts';
import type { Receipt } from '../database/schema.ts';
import type { Values } from '../engine/flow.ts';
import { numberToday } from './linked.ts';

/** The channel of letters that no network brought: the house itself starts a flow with a person. */
export const INNER_CHANNEL = 'kasa';

/**
 * An inner letter: a flow is to be started with a person, in their language, in their turn, after what they wrote
 * before. It waits in the one queue like any other letter.
 */
export type Wake = {
  personId: number;
  flow: string;
  values: Values;
  /** What caused it. The same cause wakes the same person once. */
  cause: string;
  /** A frame of this flow makes room. */
  instead?: string;
  about?: number;
  receipt?: Receipt;
};

/** People who said stop are left alone, unless `wake.receipt` shows that a person of the desk is talking with them. */
export async function wake(tx: Tx, wakes: Wake[], now: Date): Promise<void> {
  if (wakes.length === 0) return;
  const given = wakes.map(({ personId, cause, about, receipt, ...start }, place) => ({
    place,
    person_id: personId,
    external_id: `${cause}:${personId}`,
    content: { start },
    about,
    receipt,
  }));
  const at = now.toISOString();
  await tx.execute(sql`
    insert into messages (conversation_id, direction, channel, external_id, address, content, status, priority,
      created_at, due_at, about, receipt)
    select c.id, 'inbound', ${INNER_CHANNEL}, given.external_id, c.address, given.content, 'received', 1,
      ${at}::timestamptz, ${at}::timestamptz, given.about, given.receipt
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
      as given(place int, person_id bigint, external_id text, content jsonb, about bigint, receipt jsonb)
    join conversations c on c.person_id = ${numberToday(sql`given.person_id`)} and c.room = ''
    join people p on p.id = c.person_id
    where p.stopped_at is null or given.receipt is not null
    order by given.place
    on conflict do nothing`);
}
