/** What a network tells about a chat itself, and about the names of who writes. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, rows } from '../../src/database/database.ts';
import { post } from '../../src/delivery/post.ts';
import { openTown, type Town } from '../broadcasts/digest/town.ts';
import { openTestDatabase } from '../database/given.ts';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** Ama and Kofi are known by their numbers. */
async function town(): Promise<Town> {
  const made = await openTown(database, { networks: { whatsapp: { freeReplyHours: 24 } } });
  for (const who of ['whatsapp:ama', 'whatsapp:kofi']) await made.say(who, 'hello');
  made.read('whatsapp:ama');
  return made;
}

describe('one who blocked us', () => {
  const blocked = () =>
    rows(database.tx, sql`select 1 from addresses where address = 'whatsapp:ama' and blocked_at is not null`);

  it('stays so until they write', async () => {
    const made = await town();
    await made.say('whatsapp:ama', 'hello');
    await made.hand('whatsapp:ama', '', { news: { kind: 'blocked' } });
    expect(await blocked()).toHaveLength(1);
    await made.hand('whatsapp:ama', '', { news: { kind: 'optedOut' } });
    expect(await blocked()).toHaveLength(1);
    await made.say('whatsapp:ama', 'hello');
    expect(await blocked()).toHaveLength(0);
  });
});

describe('names', () => {
  const talks = () =>
    rows(database.tx, sql`select person_id::int as person, address from addresses order by address`);

  it('of one sender that their network tells are one person', async () => {
    const made = await town();
    await made.hand('whatsapp:GH.1', 'hello', { aliases: ['whatsapp:ama'] });
    // The number has passed to somebody else since.
    await made.hand('whatsapp:GH.2', 'hello', { aliases: ['whatsapp:ama'] });
    await made.settle();
    expect(await talks()).toEqual([
      { person: 1, address: 'whatsapp:GH.1' },
      { person: 3, address: 'whatsapp:GH.2' },
      { person: 1, address: 'whatsapp:ama' },
      { person: 2, address: 'whatsapp:kofi' },
    ]);
  });

  it('that change take along what waits', async () => {
    const made = await town();
    made.turnTo('2026-11-25T10:00:00Z');
    const waits = {
      channel: 'whatsapp',
      to: 'whatsapp:ama',
      content: { text: 'The drain is open.' },
    } as const;
    await database.inTransaction((tx) =>
      post(tx, [{ ...waits, priority: 'notice', conversationId: 1 }], made.world.now()),
    );
    await made.settle();
    await made.hand('whatsapp:ama', '', { news: { kind: 'moved', to: 'whatsapp:GH.9' } });
    await made.settle();
    expect(made.read('whatsapp:ama')).toEqual([]);
    await made.say('whatsapp:GH.9', 'help');
    expect(made.read('whatsapp:GH.9')[0]).toBe('The drain is open.');
  });
});
