import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Announcement, announcementRecipients } from '../../src/broadcasts/announcement.ts';
import { countAudience } from '../../src/broadcasts/audience.ts';
import { createBroadcast } from '../../src/broadcasts/broadcast.ts';
import { assignments, assignmentsCsv, troubles } from '../../src/broadcasts/outcome.ts';
import { prepare } from '../../src/broadcasts/prepare.ts';
import { SendError } from '../../src/channels/channel.ts';
import { type Database, rows } from '../../src/database/database.ts';
import { openPump } from '../../src/delivery/pump.ts';
import { setStopped } from '../../src/people/people.ts';
import { openTestDatabase, truncate } from '../database/given.ts';
import { type MadeWorld, makeWorld, rememberingLog, scriptChannel } from '../delivery/made.ts';
import { addressOf, makePeople } from './made.ts';

let database: Database;
let world: MadeWorld;
beforeAll(async () => {
  database = await openTestDatabase();
}, 30_000);
afterAll(() => database.close());
beforeEach(async () => {
  await truncate(database);
  world = makeWorld();
});

const ANNOUNCEMENT: Announcement = {
  words: { 'en:a': 'Rubbish goes on Monday', 'en:b': 'Will you put your rubbish out on Monday?' },
  original: 'en',
  variants: ['a', 'b'],
  watch: { outcome: 'reply', days: 3 },
  salt: 'pepper',
};

async function announce(announcement: Announcement) {
  const { tx } = database;
  const now = world.now();
  const { id } = await createBroadcast(
    tx,
    { kind: 'announcement', key: 'announcement:1', content: {}, audience: {}, state: 'sending' },
    now,
  );
  const rendered = Object.entries(announcement.words).map(([key, text]) => ({ key, content: { text } }));
  const recipients = announcementRecipients(announcement, {}, id);
  const prepared = await prepare(tx, id, { rendered, recipients, channels: ['telegram'] }, now);
  return { id, ...prepared };
}

/** `externalId` of what they answer to makes it a tap. */
async function writes(person: number, tapped?: string) {
  const content = tapped === undefined ? { text: 'yes' } : { choice: '>report', replyTo: tapped };
  await database.tx.execute(
    sql`insert into messages (conversation_id, direction, channel, external_id, address, content, status, created_at, due_at)
        values (${person}, 'inbound', 'telegram', ${`w${person}`}, ${addressOf(person)}, ${JSON.stringify(content)}::jsonb,
          'handled', ${world.now().toISOString()}::timestamptz, ${world.now().toISOString()}::timestamptz)`,
  );
}

it('wordings are given by a hash: about as often, the same each time, in any language the original', async () => {
  await makePeople(database, 400);
  const { id, made } = await announce(ANNOUNCEMENT);
  expect(made).toBe(400);
  const found = await assignments(database.tx, id, ANNOUNCEMENT, world.now());
  const share = found.filter(({ variant }) => variant === 'a').length;
  expect(found.every(({ variant }) => variant === 'a' || variant === 'b')).toBe(true);
  expect(share).toBeGreaterThan(150);
  expect(share).toBeLessThan(250);
});

it('an evaluator sees what was done after it, and nobody', async () => {
  await makePeople(database, 5);
  const { id } = await announce(ANNOUNCEMENT);
  const channel = scriptChannel({ inFlightMax: 1 });
  channel.next.push(() => new SendError('blocked', 'bot was blocked by the user'));
  await openPump(channel, { database, world, log: rememberingLog() }).pumpOnce();
  world.pass(3600);
  await writes(2);
  await setStopped(database.tx, 3, world.now());
  world.pass(4 * 86_400);
  await writes(4);
  const found = await assignments(database.tx, id, ANNOUNCEMENT, world.now());
  const outcomes = found.map(({ sent, outcome, stopped }) => [sent, outcome, stopped].join(' ')).sort();
  expect(outcomes).toEqual([
    'false  false',
    'true false false',
    'true false false',
    'true false true',
    'true true false',
  ]);
  expect(await troubles(database.tx, id)).toEqual({ failed: [{ kind: 'blocked', count: 1 }], stopped: 1 });
  const csv = assignmentsCsv(found);
  expect(csv[0]).toBe('token,variant,sent,outcome,stopped');
  for (const line of csv.slice(1)) expect(line).toMatch(/^[0-9a-f]{16},[ab],[01],[01]?,[01]$/);
  // In the order of tokens, which another salt changes.
  expect(csv.slice(1)).toEqual([...csv.slice(1)].sort());
  const other = await assignments(database.tx, id, { ...ANNOUNCEMENT, salt: 'salt' }, world.now());
  expect(other.map(({ token }) => token)).not.toEqual(found.map(({ token }) => token));
});

it('a tap counts on its own letter only, and days that are not over say nothing yet', async () => {
  await makePeople(database, 2);
  const watched: Announcement = { ...ANNOUNCEMENT, watch: { outcome: 'tap', days: 2 } };
  const { id } = await announce(watched);
  await openPump(scriptChannel(), { database, world, log: rememberingLog() }).pumpOnce();
  const [first] = await rows<{ name: string }>(
    database.tx,
    sql`select external_id as name from messages where conversation_id = 1`,
  );
  world.pass(60);
  await writes(1, first?.name);
  await writes(2, 'another letter');
  const found = await assignments(database.tx, id, watched, world.now());
  expect(found.map(({ outcome }) => outcome).sort()).toEqual([null, true].sort());
});

it('an audience is who follows, who is near, who speaks it', async () => {
  await makePeople(database, 6);
  const { tx } = database;
  await tx.execute(sql`
    insert into follows (person_id, topic, subject_id, latitude, longitude, radius_km, added_at)
    values (1, 'project', 7, null, null, null, now()), (2, 'commitments', 0, null, null, null, now()),
      (3, 'commitment', 4, null, null, null, now()), (4, 'place', 0, 4.93, -1.71, 1, now())`);
  const count = async (audience: Parameters<typeof countAudience>[1]) =>
    (await countAudience(tx, audience, ['telegram'])).reduce((sum, one) => sum + one.count, 0);
  expect(await count({})).toBe(6);
  expect(await count({ language: 'es' })).toBe(2);
  expect(await count({ follows: { topic: 'project', subjectId: 7, name: '' } })).toBe(1);
  expect(await count({ follows: { topic: 'commitment', subjectId: 4, name: '' } })).toBe(2);
  expect(await count({ near: { latitude: 4.94, longitude: -1.71, km: 1, name: '' } })).toBe(1);
  expect(await count({ near: { latitude: 4.96, longitude: -1.71, km: 1, name: '' } })).toBe(0);
  expect(await count({ channel: 'telegram', language: 'en' })).toBe(4);
  await setStopped(tx, 1, world.now());
  expect(await count({})).toBe(5);
});
