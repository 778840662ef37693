/** People to write to, and letters to many under a test's control. */
import { sql } from 'drizzle-orm';
import { audienceQuery } from '../../src/broadcasts/audience.ts';
import { createBroadcast } from '../../src/broadcasts/broadcast.ts';
import { begin } from '../../src/broadcasts/control.ts';
import { type Prepared, prepare } from '../../src/broadcasts/prepare.ts';
import type { Address } from '../../src/channels/message.ts';
import { type Database, rows } from '../../src/database/database.ts';

/** Where the n-th person is: persons and conversations have the numbers 1 to n. */
export const addressOf = (person: number): Address => `telegram:${person}`;

/** So many people on Telegram, each with a private conversation; every third speaks Spanish. */
export async function makePeople(database: Database, count: number, channel = 'telegram'): Promise<void> {
  await database.tx.execute(
    sql`insert into people (language, created_at)
        select case n % 3 when 0 then 'es' else 'en' end, '2026-11-01' from generate_series(1, ${count}::int) n`,
  );
  await database.tx.execute(
    sql`insert into addresses (address, person_id) select ${channel}::text || ':' || id, id from people`,
  );
  await database.tx.execute(
    sql`insert into conversations (person_id, address, channel, state)
        select id, ${channel}::text || ':' || id, ${channel},
          jsonb_build_object('language', language, 'frames', '[]'::jsonb, 'waiting', 'nothing', 'misreads', 0)
        from people order by id`,
  );
}

const RENDERED = [
  { key: 'en', content: { text: 'Water is off' } },
  { key: 'es', content: { text: 'No hay agua' } },
];

export async function announceToAll(
  database: Database,
  now: Date,
  { key = 'announcement:1', kind = 'announcement' as 'announcement' | 'digest', begins = true } = {},
): Promise<Prepared & { id: number }> {
  return database.inTransaction(async (tx) => {
    const broadcast = { kind, key, content: {}, audience: {}, state: 'waiting' as const };
    const { id } = await createBroadcast(tx, broadcast, now);
    const recipients = sql`select a.conversation_id, a.language as content_key from (${audienceQuery({})}) a`;
    const prepared = await prepare(tx, id, { rendered: RENDERED, recipients, channels: ['telegram'] }, now);
    if (begins) await begin(tx, id, 'Esi', now);
    return { id, ...prepared };
  });
}

/** How many letters of broadcasts there are of each status. */
export async function counted(database: Database): Promise<Record<string, number>> {
  const found = await rows<{ status: string; count: number }>(
    database.tx,
    sql`select status, count(*)::int as count from messages where broadcast_id is not null group by 1 order by 1`,
  );
  return Object.fromEntries(found.map(({ status, count }) => [status, count]));
}
