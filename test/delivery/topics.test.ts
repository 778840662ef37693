import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SendError } from '../../src/channels/channel.ts';
import { type Database, rows } from '../../src/database/database.ts';
import { openPump } from '../../src/delivery/pump.ts';
import { forgetTopic, nameTopic } from '../../src/delivery/topics.ts';
import { silentLog } from '../../src/log.ts';
import { databases, truncate } from '../database/given.ts';
import {
  letter,
  type MadeWorld,
  makeWorld,
  posts,
  type ScriptedChannel,
  scriptChannel,
  statusesIn,
  WORKS_DESK,
} from './made.ts';

const KEY = 'report:1';
const lost = () => new SendError('topicLost', 'message thread not found');

describe.each(databases)('topics on $name', ({ open }) => {
  let database: Database;
  let world: MadeWorld;
  let channel: ScriptedChannel;
  beforeAll(async () => {
    database = await open();
  }, 30_000);
  afterAll(() => database.close());
  beforeEach(async () => {
    await truncate(database);
    world = makeWorld();
    channel = scriptChannel();
    await nameTopic(database.tx, WORKS_DESK, KEY, 'KS-7F3Q · Choked drain');
  });
  const pumpOnce = () => openPump(channel, { database, world, log: silentLog }).pumpOnce();
  const inTopic = (text: string, more = {}) => letter(WORKS_DESK, text, { topicKey: KEY, about: 1, ...more });
  const heard = () => channel.handed.map(({ content, topic }) => [content.text, topic]);
  const topicRow = async () => (await rows(database.tx, sql`select topic, opened from topics`))[0];

  /** A report with its card at the desk, sent. */
  async function withCard() {
    await database.tx.execute(
      sql`insert into reports (category, department, description, place_name, anonymous, language, state, sent_at, updated_at)
          values ('drain', 'works', 'choked', 'Market Circle', true, 'en', 'sent', now(), now())`,
    );
    await database.tx.execute(
      sql`insert into desks (address, channel, department, has_topics, opened_at, opened_by)
          values (${WORKS_DESK}, 'telegram', 'works', true, now(), 'Kojo')`,
    );
    const [card] = await posts(database, world, inTopic('card'));
    await database.tx.execute(
      sql`insert into cards (report_id, desk, message_id) values (1, ${WORKS_DESK}, ${card})`,
    );
    await pumpOnce();
    return card as number;
  }

  it('are opened once, with the first letter', async () => {
    await posts(database, world, inTopic('card'), inTopic('photo'), letter(WORKS_DESK, 'to all'));
    await pumpOnce();
    expect(channel.opened).toEqual(['KS-7F3Q · Choked drain']);
    expect(heard()).toEqual([
      ['card', 't1'],
      ['photo', 't1'],
      ['to all', undefined],
    ]);
    expect(await topicRow()).toEqual({ topic: 't1', opened: 1 });
  });

  it('are opened anew when they are gone, with the card as it stands, and nothing said meanwhile is lost', async () => {
    const card = await withCard();
    await posts(
      database,
      world,
      letter(WORKS_DESK, 'card, taken by Kojo', { editsId: card, topicKey: KEY, about: 1 }),
    );
    await pumpOnce();
    channel.handed.length = 0;
    channel.next.push(lost, () => ({ externalId: 'new card' }));
    await posts(database, world, inTopic('It smells.'), inTopic('Still there?', { replyToId: card }));
    await pumpOnce();
    expect(channel.opened).toHaveLength(2);
    expect(heard()).toEqual([
      ['It smells.', 't1'],
      ['card, taken by Kojo', 't2'],
      ['It smells.', 't2'],
      ['Still there?', 't2'],
    ]);
    expect(channel.handed.at(-1)?.replyTo).toBe('new card');
    expect(new Set(await statusesIn(database))).toEqual(new Set(['sent']));
    expect(await topicRow()).toEqual({ topic: 't2', opened: 2 });

    await posts(
      database,
      world,
      letter(WORKS_DESK, 'card, resolved', { editsId: card, topicKey: KEY, about: 1 }),
    );
    await pumpOnce();
    expect(channel.handed.at(-1)).toMatchObject({ edits: 'new card', topic: 't2' });
  });

  it('point an answer to the card at the new card, also when that answer found the topic gone', async () => {
    const card = await withCard();
    channel.next.push(lost, () => ({ externalId: 'new card' }));
    await posts(database, world, inTopic('Still there?', { replyToId: card }));
    await pumpOnce();
    expect(channel.handed.at(-1)).toMatchObject({ content: { text: 'Still there?' }, replyTo: 'new card' });
  });

  it('begin without a card that the network refuses', async () => {
    await withCard();
    channel.next.push(lost, () => new SendError('rejected', 'no'));
    await posts(database, world, inTopic('It smells.'));
    await pumpOnce();
    expect(heard().at(-1)).toEqual(['It smells.', 't2']);
  });

  it('are tried for later when the network is away in the middle', async () => {
    await withCard();
    channel.next.push(lost, () => new SendError('unreachable', 'no route'));
    await posts(database, world, inTopic('It smells.'));
    await pumpOnce();
    expect(await statusesIn(database)).toEqual(['sent', 'queued']);
    world.pass(10);
    await pumpOnce();
    expect(heard().slice(-2)).toEqual([
      ['card', 't3'],
      ['It smells.', 't3'],
    ]);
  });

  it('are done without where the bot may not open them', async () => {
    channel.opens.push(() => new SendError('rejected', 'not enough rights'));
    await posts(database, world, inTopic('card'));
    await pumpOnce();
    expect(heard()).toEqual([['card', undefined]]);
    await posts(database, world, inTopic('photo'));
    await pumpOnce();
    expect(heard()[1]).toEqual(['photo', 't2']);
  });

  it('are not forgotten for the sake of an older one', async () => {
    await posts(database, world, inTopic('card'));
    await pumpOnce();
    await forgetTopic(database.tx, { room: WORKS_DESK, key: KEY, topic: 't0' });
    expect(await topicRow()).toEqual({ topic: 't1', opened: 1 });
  });

  it('are ignored at a desk without topics, and where no topic has that key', async () => {
    await posts(database, world, inTopic('other', { topicKey: 'report:2' }));
    await database.tx.execute(
      sql`insert into desks (address, channel, department, has_topics, opened_at, opened_by)
          values (${WORKS_DESK}, 'telegram', 'works', false, now(), 'Kojo')`,
    );
    await posts(database, world, inTopic('card'));
    await pumpOnce();
    expect(heard()).toEqual([
      ['other', undefined],
      ['card', undefined],
    ]);
    expect(channel.opened).toEqual([]);
  });
});
