/** A network that lets nothing through to the silent: what waits, who is asked, and what comes when they write. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBroadcast } from '../../src/broadcasts/broadcast.ts';
import { stop } from '../../src/broadcasts/control.ts';
import { prepare } from '../../src/broadcasts/prepare.ts';
import { progress } from '../../src/broadcasts/progress.ts';
import type { TemplateLimits } from '../../src/channels/channel.ts';
import type { Address } from '../../src/channels/message.ts';
import { type Database, rows } from '../../src/database/database.ts';
import { type Letter, post } from '../../src/delivery/post.ts';
import { openTestDatabase } from '../database/given.ts';
import { openTown, type Town } from './digest/town.ts';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const AMA: Address = 'whatsapp:ama';
const TEMPLATES: TemplateLimits = {
  kinds: ['news', 'week', 'announcement'],
  languages: ['en', 'es'],
  waitHours: 3,
  peoplePerDayMax: 100,
};

/** Ama and Kofi wrote on Monday morning. */
async function town(templates: Partial<TemplateLimits> | undefined = {}): Promise<Town> {
  const made = await openTown(database, {
    networks: {
      whatsapp: { freeReplyHours: 24, ...(templates && { templates: { ...TEMPLATES, ...templates } }) },
    },
  });
  for (const who of ['whatsapp:ama', 'whatsapp:kofi']) await made.say(who, 'hello');
  drop(made);
  return made;
}

const drop = (made: Town) => {
  made.read('whatsapp:ama');
  made.read('whatsapp:kofi');
};

/** A notice to somebody, as a turn posts it. */
async function notice(made: Town, text: string, more: Partial<Letter> = {}, to = AMA): Promise<void> {
  await database.inTransaction(async (tx) => {
    const [talk] = await rows<{ id: number }>(
      tx,
      sql`select c.id::float8 as id from conversations c join addresses a on a.person_id = c.person_id
          where a.address = ${to}`,
    );
    const letter = { channel: 'whatsapp', to, content: { text }, priority: 'notice' as const };
    await post(tx, [{ ...letter, conversationId: talk?.id, ...more }], made.world.now());
  });
}

async function look(made: Town, at?: string): Promise<string[]> {
  if (at) made.turnTo(at);
  await made.settle();
  await made.house.knock();
  await made.settle();
  return made.read('whatsapp:ama');
}

describe('a notice', () => {
  it('goes within the window, and not a moment after it', async () => {
    const made = await town();
    await notice(made, 'The gang is on its way.');
    expect(await look(made, '2026-11-24T08:00:00Z')).toEqual(['The gang is on its way.']);
    await notice(made, 'The drain is open.');
    expect(await look(made, '2026-11-24T10:00:00Z')).toEqual([]);
  });

  it('waits for the person to write, and then comes before the answer', async () => {
    const made = await town();
    made.turnTo('2026-11-25T10:00:00Z');
    await notice(made, 'The drain is open.');
    expect(await look(made, '2026-11-25T11:00:00Z')).toEqual([]);
    await made.say('whatsapp:ama', 'help');
    const [first, ...more] = made.read('whatsapp:ama');
    expect(first).toBe('The drain is open.');
    expect(more).toHaveLength(1);
  });

  it('comes where the person writes, when that is another network of theirs', async () => {
    const made = await town();
    await database.tx.execute(
      sql`insert into addresses (address, person_id) select 'console:ama', person_id from addresses where address = ${AMA}`,
    );
    made.turnTo('2026-11-25T10:00:00Z');
    await notice(made, 'The drain is open.');
    await made.settle();
    await made.say('ama', 'help');
    expect(made.read('ama')[0]).toBe('The drain is open.');
    expect(made.read('whatsapp:ama')).toEqual([]);
  });

  it('that waited three hours is asked for once, by a template in their language', async () => {
    const made = await town();
    await database.tx.execute(
      sql`update conversations set state = jsonb_set(state, '{language}', '"es"') where address = ${AMA}`,
    );
    made.turnTo('2026-11-25T10:00:00Z');
    await notice(made, 'El drenaje está abierto.', { about: 1 });
    await notice(made, 'Gracias.', { about: 1 });
    expect(await look(made, '2026-11-25T12:59:00Z')).toEqual([]);
    const [asked, ...more] = await look(made, '2026-11-25T13:00:00Z');
    expect(asked).toMatch(/^La asamblea tiene una respuesta sobre KS-\w{4}\. Toca el botón/);
    expect(more).toEqual([]);
    expect(await look(made, '2026-11-26T18:00:00Z')).toEqual([]);
    const [letter] = await rows<{ template: unknown }>(
      database.tx,
      sql`select content -> 'template' as template from messages where content -> 'template' is not null`,
    );
    expect(letter?.template).toMatchObject({ kind: 'news', language: 'es', choice: { id: 'open' } });
    // Its button lets everything in, and says nothing itself.
    await made.hand('whatsapp:ama', '', { news: { kind: 'opened' } });
    await made.settle();
    expect(made.read('whatsapp:ama')).toEqual(['El drenaje está abierto.', 'Gracias.']);
  });

  it('asks again for what came after they wrote', async () => {
    const made = await town();
    made.turnTo('2026-11-25T10:00:00Z');
    await notice(made, 'One.');
    expect(await look(made, '2026-11-25T14:00:00Z')).toHaveLength(1);
    await made.say('whatsapp:ama', 'help');
    drop(made);
    made.turnTo('2026-11-27T10:00:00Z');
    await notice(made, 'Two.');
    expect(await look(made, '2026-11-27T14:00:00Z')).toHaveLength(1);
  });

  it('waits without a question where the network has no such template, and is given up after a week', async () => {
    const made = await town({ kinds: ['week'] });
    made.turnTo('2026-11-25T10:00:00Z');
    await notice(made, 'One.');
    expect(await look(made, '2026-11-28T10:00:00Z')).toEqual([]);
    made.turnTo('2026-12-02T10:00:01Z');
    await made.house.remind();
    await made.say('whatsapp:ama', 'help');
    expect(made.read('whatsapp:ama').join()).not.toContain('One.');
  });

  it('that waits is taken back by "stop", and nobody is asked for it', async () => {
    const made = await town();
    made.turnTo('2026-11-25T10:00:00Z');
    await notice(made, 'One.');
    await made.settle();
    await made.say('whatsapp:ama', 'stop');
    const [confirmed, ...more] = made.read('whatsapp:ama');
    expect(confirmed).toMatch(/^Done/);
    expect(more).toEqual([]);
    expect(await look(made, '2026-11-27T10:00:00Z')).toEqual([]);
  });

  it("stands in nobody's way: letters behind those that wait go at once", async () => {
    const made = await town();
    made.turnTo('2026-11-25T09:30:00Z');
    await made.say('whatsapp:kofi', 'help');
    drop(made);
    for (let count = 0; count < 120; count++) await notice(made, `news ${count}`);
    await notice(made, 'For Kofi.', {}, 'whatsapp:kofi');
    await made.settle();
    expect(made.read('whatsapp:kofi')).toEqual(['For Kofi.']);
    expect(made.read('whatsapp:ama')).toEqual([]);
  });

  it('asks no more people in a day than the network allows', async () => {
    const made = await town({ peoplePerDayMax: 1 });
    made.turnTo('2026-11-25T10:00:00Z');
    await notice(made, 'For Kofi.', {}, 'whatsapp:kofi');
    made.world.pass(1);
    await notice(made, 'For Ama.');
    expect(await look(made, '2026-11-25T14:00:00Z')).toEqual([]);
    expect(made.read('whatsapp:kofi')).toHaveLength(1);
    expect(await look(made, '2026-11-26T13:59:00Z')).toEqual([]);
    expect(await look(made, '2026-11-26T14:01:00Z')).toHaveLength(1);
  });
});

describe('the digest', () => {
  async function subscribed(): Promise<Town> {
    const made = await town();
    const one = await made.promise('GHST0001', 1);
    await made.say('whatsapp:ama', 'subscribe', '1', '1');
    await made.change({ subject: 'commitment', subjectId: one, what: 'state', to: 'limited' });
    drop(made);
    await made.at('2026-11-27T08:00:00Z');
    return made;
  }

  it('asks first, and comes when it is asked for', async () => {
    const made = await subscribed();
    expect(await look(made)).toEqual([]);
    const [asked, ...more] = await look(made, '2026-11-27T11:00:00Z');
    expect(asked).toMatch(/^Your week is ready/);
    expect(more).toEqual([]);
    await made.hand('whatsapp:ama', '', { choice: '>week' });
    await made.settle();
    expect(made.read('whatsapp:ama').join()).toContain('limited progress');
  });

  it('asks nobody who wrote by themselves meanwhile', async () => {
    const made = await subscribed();
    await made.say('whatsapp:ama', 'week');
    drop(made);
    expect(await look(made, '2026-11-27T12:00:00Z')).toEqual([]);
  });

  it('asks nobody who told their network that they want no letters to many, until they want them again', async () => {
    const made = await town();
    await made.promise('GHST0001', 1);
    await made.say('whatsapp:ama', 'subscribe', '1', '1');
    await made.hand('whatsapp:ama', '', { news: { kind: 'optedOut' } });
    await made.change({ subject: 'commitment', subjectId: 1, what: 'state', to: 'limited' });
    drop(made);
    await made.at('2026-11-27T08:00:00Z');
    expect(await look(made, '2026-11-27T12:00:00Z')).toEqual([]);
    await made.hand('whatsapp:ama', '', { news: { kind: 'optedIn' } });
    expect(await look(made, '2026-11-27T13:00:00Z')).toHaveLength(1);
  });
});

describe('an announcement', () => {
  async function announced(made: Town): Promise<number> {
    const frame = { kind: 'announcement' as const, key: 'announcement:1', content: {}, audience: {} };
    return database.inTransaction(async (tx) => {
      const { id } = await createBroadcast(tx, { ...frame, state: 'sending', desk: null }, made.world.now());
      const rendered = [{ key: 'en', content: { text: 'The market opens at six.' } }];
      const recipients = sql`select id as conversation_id, 'en' as content_key from conversations where room = ''`;
      await prepare(
        tx,
        id,
        { rendered, recipients, channels: ['whatsapp'], windowHours: { whatsapp: 24 } },
        made.world.now(),
      );
      return id;
    });
  }

  it('goes to those who wrote, asks the others, and comes when they write, also when it is over', async () => {
    const made = await town();
    made.turnTo('2026-11-25T10:00:00Z');
    await made.say('whatsapp:kofi', 'help');
    drop(made);
    const id = await announced(made);
    await made.settle();
    await made.house.announcer.lookOnce();
    expect(made.read('whatsapp:kofi')).toEqual(['The market opens at six.']);
    expect(await progress(database.tx, id)).toMatchObject({ sent: 1, waiting: 0, shut: 1 });
    const [asked] = await look(made, '2026-11-25T13:01:00Z');
    expect(asked).toMatch(/^The Sekondi-Takoradi Metropolitan Assembly has a message for you/);
    await made.hand('whatsapp:ama', '', { news: { kind: 'opened' } });
    await made.settle();
    expect(made.read('whatsapp:ama')).toEqual(['The market opens at six.']);
    expect(await progress(database.tx, id)).toMatchObject({ sent: 2, shut: 0 });
  });

  it('that was stopped comes to nobody any more', async () => {
    const made = await town();
    made.turnTo('2026-11-25T10:00:00Z');
    const id = await announced(made);
    await database.inTransaction((tx) => stop(tx, id, made.world.now()));
    expect(await look(made, '2026-11-25T13:01:00Z')).toEqual([]);
    await made.say('whatsapp:ama', 'help');
    expect(made.read('whatsapp:ama').join()).not.toContain('market');
  });
});
