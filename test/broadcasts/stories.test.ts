import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { broadcastById, createBroadcast } from '../../src/broadcasts/broadcast.ts';
import { begin, cancelHalted, endDone, halt, pause, resume, stop } from '../../src/broadcasts/control.ts';
import { prepare } from '../../src/broadcasts/prepare.ts';
import { progress } from '../../src/broadcasts/progress.ts';
import { SendError } from '../../src/channels/channel.ts';
import { type Database, rows } from '../../src/database/database.ts';
import { openPump } from '../../src/delivery/pump.ts';
import { SEND_TRIES_MAX } from '../../src/delivery/retry.ts';
import { setStopped } from '../../src/people/people.ts';
import { databases, truncate } from '../database/given.ts';
import {
  letter,
  type MadeWorld,
  makeWorld,
  posts,
  rememberingLog,
  type ScriptedChannel,
  scriptChannel,
} from '../delivery/made.ts';
import { addressOf, announceToAll, counted, makePeople } from './made.ts';

describe.each(databases)('letters to many on $name', ({ open }) => {
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
  const pumpFor = (channel: ScriptedChannel) => openPump(channel, { database, world, log: rememberingLog() });
  const done = () => endDone(database.tx, world.now());

  describe('are prepared', () => {
    it('once for each person, in their language, whoever prepares them and how often', async () => {
      await makePeople(database, 6);
      const both = await Promise.all([
        announceToAll(database, world.now()),
        announceToAll(database, world.now()),
      ]);
      expect(both.map(({ made }) => made).sort()).toEqual([0, 6]);
      expect(new Set(both.map(({ id }) => id)).size).toBe(1);
      const channel = scriptChannel();
      await pumpFor(channel).pumpOnce();
      expect(channel.handed.map(({ to, content }) => [to, content.text])).toEqual(
        [1, 2, 3, 4, 5, 6].map((n) => [addressOf(n), n % 3 === 0 ? 'No hay agua' : 'Water is off']),
      );
      expect(await done()).toEqual([1]);
      expect(await broadcastById(database.tx, 1)).toMatchObject({ state: 'done', confirmedBy: 'Esi' });
    });

    it('not for people who said stop, who blocked us, or whose channel carries none', async () => {
      await makePeople(database, 4);
      await setStopped(database.tx, 1, world.now());
      await database.tx.execute(sql`update addresses set blocked_at = now() where address = ${addressOf(2)}`);
      await database.tx.execute(sql`update conversations set channel = 'paired' where id = 3`);
      expect(await announceToAll(database, world.now())).toMatchObject({ made: 1, left: 3 });
      const [only] = await rows(database.tx, sql`select address from messages`);
      expect(only).toEqual({ address: addressOf(4) });
    });

    it('one by one too, and into groups', async () => {
      await makePeople(database, 1);
      await database.tx.execute(
        sql`insert into conversations (person_id, room, address, channel, state)
            values (1, 'telegram:-9', ${addressOf(1)}, 'telegram', '{}')`,
      );
      const now = world.now();
      const { id } = await createBroadcast(
        database.tx,
        { kind: 'digest', key: 'digest:2026-W48', content: {}, audience: {}, state: 'sending' },
        now,
      );
      const rendered = [{ key: 'group', content: { text: 'Your week' } }];
      const recipients = [{ conversationId: 2, contentKey: 'group' }];
      await prepare(database.tx, id, { rendered, recipients, channels: ['telegram'] }, now);
      const channel = scriptChannel();
      await pumpFor(channel).pumpOnce();
      expect(channel.handed).toMatchObject([{ to: 'telegram:-9', content: { text: 'Your week' } }]);
    });
  });

  describe('are stopped', () => {
    it('in the middle: what is in flight arrives and is written down, the rest does not go', async () => {
      await makePeople(database, 9);
      const { id } = await announceToAll(database, world.now());
      const channel = scriptChannel();
      const arrive: (() => void)[] = [];
      const slowly = () =>
        new Promise<{ externalId: string }>((resolve) => arrive.push(() => resolve({ externalId: 'slow' })));
      channel.next.push(slowly, slowly, slowly);
      const pumped = pumpFor(channel).pumpOnce();
      await expect.poll(() => arrive.length).toBe(3);
      expect(await stop(database.tx, id, world.now())).toBe(9);
      for (const letGo of arrive) letGo();
      await pumped;
      expect(channel.handed).toHaveLength(3);
      expect(await counted(database)).toEqual({ cancelled: 6, sent: 3 });
      expect(await stop(database.tx, id, world.now())).toBeUndefined();
    });

    it('for whoever says stop, at once, and for nobody else', async () => {
      await makePeople(database, 3);
      await announceToAll(database, world.now());
      await setStopped(database.tx, 2, world.now());
      const channel = scriptChannel();
      await pumpFor(channel).pumpOnce();
      expect(channel.handed.map(({ to }) => to)).toEqual([addressOf(1), addressOf(3)]);
    });

    it('for a while', async () => {
      await makePeople(database, 3);
      const { id } = await announceToAll(database, world.now());
      const channel = scriptChannel();
      const pump = pumpFor(channel);
      expect(await pause(database.tx, id)).toBe(true);
      expect(await pump.pumpOnce()).toBe(0);
      expect(await done()).toEqual([]);
      expect(await resume(database.tx, id)).toBe(true);
      expect(await resume(database.tx, id)).toBe(false);
      await pump.pumpOnce();
      expect(await counted(database)).toEqual({ sent: 3 });
    });

    it('in a turn without touching their letters, which are cancelled after it', async () => {
      await makePeople(database, 3);
      const { id } = await announceToAll(database, world.now());
      expect(await halt(database.tx, id, world.now())).toBe(true);
      expect(await pumpFor(scriptChannel()).pumpOnce()).toBe(0);
      expect(await cancelHalted(database.tx, world.now())).toBe(3);
      expect(await begin(database.tx, id, 'Kofi', world.now())).toBe(false);
      expect(await progress(database.tx, id)).toMatchObject({ letters: 3, cancelled: 3, waiting: 0 });
    });
  });

  describe('beside other letters', () => {
    it('let replies and notices overtake, and announcements go before digests', async () => {
      await makePeople(database, 2);
      await announceToAll(database, world.now(), { key: 'digest:1', kind: 'digest' });
      await announceToAll(database, world.now(), { key: 'announcement:2' });
      await posts(
        database,
        world,
        letter(addressOf(9), 'notice', { priority: 'notice' }),
        letter(addressOf(2), 'answer'),
      );
      const channel = scriptChannel({ inFlightMax: 1 });
      await pumpFor(channel).pumpOnce();
      const kinds = await rows<{ id: number; kind: string | null }>(
        database.tx,
        sql`select m.id::float8 as id, b.kind from messages m left join broadcasts b on b.id = m.broadcast_id`,
      );
      const kindOf = new Map(kinds.map(({ id, kind }) => [String(id), kind ?? 'other']));
      expect(channel.handed.slice(0, 2).map(({ content }) => content.text)).toContain('answer');
      const toMany = channel.handed.map(({ id }) => kindOf.get(id)).filter((kind) => kind !== 'other');
      expect(toMany).toEqual(['announcement', 'announcement', 'digest', 'digest']);
      expect(channel.said.indexOf('notice')).toBeLessThan(4);
    });

    it('wait for whoever is owed a reply that could not go yet', async () => {
      await makePeople(database, 2);
      await announceToAll(database, world.now());
      await posts(database, world, letter(addressOf(1), 'answer'));
      const channel = scriptChannel();
      const refuseAnswers = ({ content: { text } }: { content: { text: string } }) =>
        text === 'answer' ? new SendError('unreachable', 'no route') : { externalId: 'x' };
      channel.next.push(refuseAnswers, refuseAnswers);
      const pump = pumpFor(channel);
      await pump.pumpOnce();
      expect(channel.said).toEqual(['Water is off']);
      world.pass(5);
      await pump.pumpOnce();
      expect(channel.said).toEqual(['Water is off', 'answer', 'Water is off']);
    });

    it('leave a part of the pace to replies', async () => {
      await makePeople(database, 40);
      await announceToAll(database, world.now());
      const channel = scriptChannel({ perSecondMax: 30 });
      const pump = pumpFor(channel);
      await pump.pumpOnce();
      expect(channel.said).toHaveLength(27);
      await posts(database, world, letter(addressOf(1), 'answer'));
      await pump.pumpOnce();
      expect(channel.said.at(-1)).toBe('answer');
      world.pass(1);
      await pump.pumpOnce();
      expect(await counted(database)).toEqual({ sent: 40 });
    });
  });

  describe('on a network that', () => {
    it('throttles, wait as long as it says, and nothing else waits', async () => {
      await makePeople(database, 5);
      await announceToAll(database, world.now());
      const channel = scriptChannel({ inFlightMax: 1 });
      channel.next.push(() => new SendError('throttled', 'too many requests', { retryAfterSeconds: 30 }));
      await posts(database, world, letter('web:1', 'for the web', { channel: 'web' }));
      const pump = pumpFor(channel);
      await pump.pumpOnce();
      world.pass(29);
      await pump.pumpOnce();
      expect(channel.handed).toHaveLength(1);
      const web = scriptChannel({}, 'web');
      await pumpFor(web).pumpOnce();
      expect(web.said).toEqual(['for the web']);
      world.pass(1);
      await pump.pumpOnce();
      expect(await counted(database)).toEqual({ sent: 5 });
    });

    it('refuses somebody, mark them once and send them nothing more', async () => {
      await makePeople(database, 2);
      await announceToAll(database, world.now());
      await announceToAll(database, world.now(), { key: 'announcement:2' });
      const channel = scriptChannel({ inFlightMax: 1 });
      channel.next.push(() => new SendError('blocked', 'bot was blocked by the user'));
      await pumpFor(channel).pumpOnce();
      expect(await counted(database)).toEqual({ cancelled: 1, failed: 1, sent: 2 });
      const marked = await rows(database.tx, sql`select address from addresses where blocked_at is not null`);
      expect(marked).toEqual([{ address: addressOf(1) }]);
      expect(await progress(database.tx, 1)).toMatchObject({ sent: 1, failed: 1 });
    });

    it('counts people by the day, go on when a day has passed', async () => {
      await makePeople(database, 7);
      await announceToAll(database, world.now());
      const broadcasts = { perSecondMax: 100, inFlightMax: 2, peoplePerDayMax: 3 };
      const channel = scriptChannel({ broadcasts });
      await pumpFor(channel).pumpOnce();
      expect(channel.said).toHaveLength(3);
      world.pass(12 * 3600);
      // Another process takes over, and knows what went today.
      await pumpFor(channel).pumpOnce();
      expect(channel.said).toHaveLength(3);
      world.pass(13 * 3600);
      const pump = pumpFor(channel);
      await pump.pumpOnce();
      expect(channel.said).toHaveLength(6);
      await posts(database, world, letter(addressOf(1), 'answer'));
      await pump.pumpOnce();
      expect(channel.said.at(-1)).toBe('answer');
      world.pass(25 * 3600);
      await pump.pumpOnce();
      expect(await counted(database)).toEqual({ sent: 7 });
    });

    it('bears none, stay where they are', async () => {
      await makePeople(database, 2);
      await announceToAll(database, world.now());
      const channel = scriptChannel({ broadcasts: false });
      expect(await pumpFor(channel).pumpOnce()).toBe(0);
    });

    it('is away, lose nothing and hold it against nobody', async () => {
      await makePeople(database, 5);
      await announceToAll(database, world.now());
      const channel = scriptChannel();
      let away = true;
      const send = channel.send;
      channel.send = (message) =>
        away ? Promise.reject(new SendError('unreachable', 'no route')) : send(message);
      const pump = pumpFor(channel);
      for (let minute = 0; minute < 30; minute += 1) {
        await pump.pumpOnce();
        world.pass(60);
      }
      away = false;
      for (let minute = 0; minute < 8; minute += 1) {
        await pump.pumpOnce();
        world.pass(60);
      }
      expect(await counted(database)).toEqual({ sent: 5 });
    });
  });

  describe('of a process that dies', () => {
    it.each(['pump: before claim', 'pump: claimed', 'pump: sent', 'pump: before mark', 'pump: marked'])(
      'at "%s" are all sent, and twice only what was in flight',
      async (point) => {
        await makePeople(database, 12);
        await announceToAll(database, world.now());
        const channel = scriptChannel();
        world.diesAt = point;
        await expect(pumpFor(channel).pumpOnce()).rejects.toThrow(point);
        world.diesAt = undefined;
        const next = pumpFor(channel);
        await next.pumpOnce();
        world.pass(71);
        await next.pumpOnce();
        expect(await counted(database)).toEqual({ sent: 12 });
        expect(new Set(channel.handed.map(({ to }) => to)).size).toBe(12);
        expect(channel.handed.length).toBeLessThanOrEqual(12 + channel.limits.inFlightMax);
        const held = await rows(database.tx, sql`select 1 from handfuls`);
        expect(held).toEqual([]);
      },
    );

    it('every time are given up in the end', async () => {
      await makePeople(database, 1);
      await announceToAll(database, world.now());
      for (let tried = 0; tried < SEND_TRIES_MAX; tried += 1) {
        world.diesAt = 'pump: claimed';
        await expect(pumpFor(scriptChannel()).pumpOnce()).rejects.toThrow();
        world.diesAt = undefined;
        world.pass(61);
        await pumpFor(scriptChannel({ inFlightMax: 0 })).pumpOnce();
      }
      expect(await counted(database)).toEqual({ failed: 1 });
    });

    it('are believed when they arrived after all, and counted once', async () => {
      await makePeople(database, 2);
      await announceToAll(database, world.now());
      const channel = scriptChannel({ inFlightMax: 2 });
      let arrive = () => {};
      channel.next.push(() => new Promise((resolve) => (arrive = () => resolve({ externalId: 'late' }))));
      const pump = pumpFor(channel);
      const pumping = pump.pumpOnce();
      await expect.poll(() => channel.handed.length).toBe(2);
      world.pass(45);
      pump.poke();
      await expect.poll(() => counted(database)).toEqual({ queued: 1, sent: 1 });
      arrive();
      await pumping;
      await pump.pumpOnce();
      expect(await counted(database)).toEqual({ sent: 2 });
    });
  });
});
