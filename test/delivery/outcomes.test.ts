/** What networks tell later of letters that they took. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Outcome, SendError } from '../../src/channels/channel.ts';
import { type Database, rows } from '../../src/database/database.ts';
import { COSTS_DAYS, letterCosts } from '../../src/delivery/counts.ts';
import { noteOutcomes } from '../../src/delivery/outcomes.ts';
import { openPump } from '../../src/delivery/pump.ts';
import { databases, truncate } from '../database/given.ts';
import { letter, type MadeWorld, makeWorld, posts, rememberingLog, scriptChannel } from './made.ts';

const AMA = 'whatsapp:GH.ama';
const KOFI = 'whatsapp:GH.kofi';

describe.each(databases)('outcomes on $name', ({ open }) => {
  let database: Database;
  let world: MadeWorld;
  beforeAll(async () => {
    database = await open();
  }, 30_000);
  afterAll(() => database.close());
  beforeEach(async () => {
    await truncate(database);
    world = makeWorld();
  });
  const log = rememberingLog();
  const tell = (...outcomes: Outcome[]) => noteOutcomes({ database, world, log }, 'whatsapp', outcomes);
  const channelOf = (limits = {}) => scriptChannel({ unknownWaitSeconds: 120, ...limits }, 'whatsapp');
  const pumpOf = (channel: ReturnType<typeof scriptChannel>) => openPump(channel, { database, world, log });
  const to = (address: string, text: string) => letter(address as never, text, { channel: 'whatsapp' });
  const states = () =>
    rows(database.tx, sql`select status, external_id as name, price from messages order by id`);

  it('never put a letter back, in whatever order they come', async () => {
    await posts(database, world, to(AMA, 'one'), to(KOFI, 'two'));
    await pumpOf(channelOf()).pumpOnce();
    await tell(
      { externalId: 'x1', status: 'read' },
      { externalId: 'x1', status: 'arrived' },
      { externalId: 'x2', status: 'arrived', price: 'utility' },
      { externalId: 'nobody', status: 'read' },
    );
    await tell({ externalId: 'x1', status: 'sent', price: 'free' }, { externalId: 'x2', status: 'sent' });
    expect(await states()).toEqual([
      { status: 'read', name: 'x1', price: 'free' },
      { status: 'arrived', name: 'x2', price: 'utility' },
    ]);
    expect(await letterCosts(database.tx, world.now())).toEqual([
      { channel: 'whatsapp', kind: 'reply', price: 'free', count: 1 },
      { channel: 'whatsapp', kind: 'reply', price: 'utility', count: 1 },
    ]);
    world.pass((COSTS_DAYS + 1) * 86_400);
    expect(await letterCosts(database.tx, world.now())).toEqual([]);
  });

  it('find a letter of which nobody knew whether it went by our own number, and it is not sent again', async () => {
    const channel = channelOf();
    channel.next.push(() => new SendError('unknown', 'the line was cut'));
    await posts(database, world, to(AMA, 'one'));
    const pump = pumpOf(channel);
    await pump.pumpOnce();
    world.pass(60);
    await pump.pumpOnce();
    expect(channel.handed).toHaveLength(1);
    await tell({ externalId: 'wamid.1', id: '1', status: 'arrived' });
    world.pass(600);
    await pump.pumpOnce();
    expect(channel.handed).toHaveLength(1);
    expect(await states()).toEqual([{ status: 'arrived', name: 'wamid.1', price: null }]);
  });

  it('send it again when nothing was told in time', async () => {
    const channel = channelOf();
    channel.next.push(() => new SendError('unknown', 'the line was cut'));
    await posts(database, world, to(AMA, 'one'));
    await pumpOf(channel).pumpOnce();
    world.pass(121);
    await pumpOf(channel).pumpOnce();
    expect(channel.handed).toHaveLength(2);
  });

  it.each([
    ['blocked', 'failed'],
    ['rejected', 'failed'],
    ['unreachable', 'queued'],
    ['windowShut', 'waiting'],
  ] as const)('"%s" leaves a letter %s, and only one that had not arrived', async (kind, status) => {
    await posts(database, world, to(AMA, 'one'), to(KOFI, 'two'));
    await pumpOf(channelOf()).pumpOnce();
    await tell({ externalId: 'x2', status: 'arrived' });
    const error = new SendError(kind, 'code 1');
    await tell({ externalId: 'x1', status: 'failed', error }, { externalId: 'x2', status: 'failed', error });
    await tell({ externalId: 'x1', status: 'failed', error });
    expect(await states()).toMatchObject([{ status }, { status: 'arrived' }]);
  });

  it('find one that failed by our own number too', async () => {
    const channel = channelOf();
    channel.next.push(() => new SendError('unknown', 'the line was cut'));
    await posts(database, world, to(AMA, 'one'));
    await pumpOf(channel).pumpOnce();
    await tell({
      externalId: 'w1',
      id: '1',
      status: 'failed',
      error: new SendError('blocked', 'code 131026'),
    });
    world.pass(600);
    await pumpOf(channel).pumpOnce();
    expect(channel.handed).toHaveLength(1);
    expect(await states()).toMatchObject([{ status: 'failed' }]);
  });

  it('of one who wants no letters to many are kept with their address', async () => {
    await database.tx.execute(sql`insert into people (language, created_at) values ('en', now())`);
    await database.tx.execute(sql`insert into addresses (address, person_id) values (${AMA}, 1)`);
    await posts(database, world, to(AMA, 'one'));
    await pumpOf(channelOf()).pumpOnce();
    await tell({ externalId: 'x1', status: 'failed', error: new SendError('optedOut', 'code 131050') });
    expect(await states()).toMatchObject([{ status: 'failed' }]);
    expect(
      await rows(database.tx, sql`select opted_out_at is not null as out, blocked_at from addresses`),
    ).toEqual([{ out: true, blocked_at: null }]);
  });

  it("mark an official's letter when their words failed after all", async () => {
    const receipt = { channel: 'telegram', room: 'telegram:-300', on: '-300:77' };
    await posts(database, world, letter(AMA as never, 'The gang comes.', { channel: 'whatsapp', receipt }));
    await pumpOf(channelOf()).pumpOnce();
    await tell({ externalId: 'x1', status: 'failed', error: new SendError('blocked', 'code 131026') });
    expect(
      await rows(
        database.tx,
        sql`select content -> 'reaction' ->> 'mark' as mark from messages where channel = 'telegram' order by id`,
      ),
    ).toEqual([{ mark: 'sent' }, { mark: 'failed' }]);
  });
});
