import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SendError, type Sent } from '../../src/channels/channel.ts';
import type { Database } from '../../src/database/database.ts';
import { rows } from '../../src/database/database.ts';
import { failedLetters, letterCounts } from '../../src/delivery/counts.ts';
import { LEASE_LOOK_SECONDS, openPump, SEND_SECONDS_MAX } from '../../src/delivery/pump.ts';
import { SEND_TRIES_MAX } from '../../src/delivery/retry.ts';
import { databases, truncate } from '../database/given.ts';
import {
  AMA,
  KOFI,
  letter,
  lettersIn,
  type MadeWorld,
  makeWorld,
  markReceived,
  posts,
  type Remembering,
  rememberingLog,
  type ScriptedChannel,
  scriptChannel,
  statusesIn,
  WORKS_DESK,
} from './made.ts';

describe.each(databases)('the pump on $name', ({ open }) => {
  let database: Database;
  let world: MadeWorld;
  let log: Remembering;
  beforeAll(async () => {
    database = await open();
  }, 30_000);
  afterAll(() => database.close());
  beforeEach(async () => {
    await truncate(database);
    world = makeWorld();
    log = rememberingLog();
  });
  const pumpFor = (channel: ScriptedChannel) => openPump(channel, { database, world, log });

  describe('order', () => {
    it('sends what is due and writes down how its network names it', async () => {
      const channel = scriptChannel();
      await posts(database, world, letter(AMA, 'Akwaaba!'));
      expect(await pumpFor(channel).pumpOnce()).toBe(1);
      expect(channel.handed).toEqual([
        { id: '1', channel: 'telegram', to: AMA, content: { text: 'Akwaaba!' }, priority: 'reply' },
      ]);
      expect(await lettersIn(database)).toMatchObject([{ status: 'sent', externalId: 'x1', attempts: 1 }]);
      expect(await pumpFor(channel).pumpOnce()).toBe(0);
    });

    it('keeps the order of each address while others overtake it', async () => {
      const channel = scriptChannel({ inFlightMax: 5 });
      let letAmaGo = () => {};
      channel.next.push(() => new Promise((resolve) => (letAmaGo = () => resolve({ externalId: 'slow' }))));
      await posts(
        database,
        world,
        ...['one', 'two', 'three'].flatMap((text) => [letter(AMA, text), letter(KOFI, text)]),
      );
      const pumped = pumpFor(channel).pumpOnce();
      await expect.poll(() => channel.said).toEqual(['one', 'two', 'three']);
      expect(channel.handed.map(({ to }) => to)).toEqual([AMA, KOFI, KOFI, KOFI]);
      letAmaGo();
      expect(await pumped).toBe(6);
      expect(channel.said.slice(3)).toEqual(['one', 'two', 'three']);
    });

    it('holds later letters to an address back while an earlier one waits to be tried again', async () => {
      const channel = scriptChannel();
      const pump = pumpFor(channel);
      channel.next.push(() => new SendError('unreachable', 'no route'));
      await posts(database, world, letter(AMA, 'one'), letter(AMA, 'two'), letter(KOFI, 'hello'));
      await pump.pumpOnce();
      expect(channel.said).toEqual(['hello']);
      world.pass(2);
      await pump.pumpOnce();
      expect(channel.said).toEqual(['hello', 'one', 'two']);
    });

    it('sends replies before notices before broadcasts', async () => {
      const channel = scriptChannel({ inFlightMax: 1 });
      await posts(
        database,
        world,
        letter(AMA, 'digest', { priority: 'broadcast' }),
        letter(KOFI, 'digest', { priority: 'broadcast' }),
        letter(KOFI, 'notice', { priority: 'notice' }),
        letter(AMA, 'answer'),
      );
      await pumpFor(channel).pumpOnce();
      expect(channel.handed.map(({ to, content }) => [to, content.text])).toEqual([
        [AMA, 'answer'],
        [KOFI, 'notice'],
        [AMA, 'digest'],
        [KOFI, 'digest'],
      ]);
    });

    it('lets a more urgent letter wait while another one to the same address is being sent', async () => {
      const channel = scriptChannel();
      const pump = pumpFor(channel);
      let arrive = () => {};
      channel.next.push(() => new Promise((resolve) => (arrive = () => resolve({ externalId: 'x' }))));
      await posts(database, world, letter(AMA, 'digest', { priority: 'broadcast' }));
      const pumped = pump.pumpOnce();
      await expect.poll(() => channel.handed.length).toBe(1);
      await posts(database, world, letter(AMA, 'answer to Ama'), letter(KOFI, 'answer to Kofi'));
      pump.poke();
      await expect.poll(() => channel.said).toEqual(['answer to Kofi']);
      arrive();
      await pumped;
      expect(channel.said).toEqual(['answer to Kofi', 'digest', 'answer to Ama']);
    });

    it('leaves the letters of other channels alone', async () => {
      await posts(database, world, letter('web:1', 'for the web', { channel: 'web' }));
      expect(await pumpFor(scriptChannel()).pumpOnce()).toBe(0);
      expect(await statusesIn(database)).toEqual(['queued']);
    });

    it('quotes the letter it answers by the name its network gave it', async () => {
      const channel = scriptChannel();
      const [card] = await posts(database, world, letter(WORKS_DESK, 'card'));
      await posts(database, world, letter(WORKS_DESK, 'their answer', { replyToId: card }));
      await pumpFor(channel).pumpOnce();
      expect(channel.handed[1]).toMatchObject({ content: { text: 'their answer' }, replyTo: 'x1' });
    });
  });

  describe('claims', () => {
    it('sends a letter again when the process died after the sending, once its lease ran out', async () => {
      const channel = scriptChannel();
      await posts(database, world, letter(AMA, 'hello'), letter(AMA, 'again'));
      world.diesAt = 'pump: sent';
      await expect(pumpFor(channel).pumpOnce()).rejects.toThrow('died at pump: sent');
      world.diesAt = undefined;
      const pump = pumpFor(channel);
      world.pass(59);
      expect(await pump.pumpOnce()).toBe(0);
      world.pass(LEASE_LOOK_SECONDS);
      expect(await pump.pumpOnce()).toBe(2);
      expect(channel.said).toEqual(['hello', 'hello', 'again']);
      expect(await lettersIn(database)).toMatchObject([{ status: 'sent', attempts: 2 }, { status: 'sent' }]);
    });

    it.each(['pump: before claim', 'pump: claimed', 'pump: sent', 'pump: before mark', 'pump: marked'])(
      'loses nothing when it dies at "%s"',
      async (point) => {
        const channel = scriptChannel();
        await posts(database, world, letter(AMA, 'one'), letter(KOFI, 'one'), letter(AMA, 'two'));
        world.diesAt = point;
        await expect(pumpFor(channel).pumpOnce()).rejects.toThrow(point);
        world.diesAt = undefined;
        world.pass(61);
        await pumpFor(channel).pumpOnce();
        expect(await statusesIn(database)).toEqual(['sent', 'sent', 'sent']);
        const toAma = channel.handed.filter(({ to }) => to === AMA).map(({ content }) => content.text);
        expect(toAma.at(-1)).toBe('two');
        expect(channel.handed.length).toBeLessThanOrEqual(5);
      },
    );

    it.each([
      ['refusal', new SendError('rejected', 'late')],
      ['success', { externalId: 'first' }],
    ])('never lets the late %s of an older claim mark over a newer one', async (_label, late) => {
      const channel = scriptChannel();
      const answers: ((answer: Sent | SendError) => void)[] = [];
      const slowly = () => new Promise<Sent | SendError>((resolve) => answers.push(resolve));
      channel.next.push(slowly, slowly);
      await posts(database, world, letter(AMA, 'hello'));
      const older = pumpFor(channel).pumpOnce();
      await expect.poll(() => answers.length).toBe(1);
      world.pass(61);
      const newer = pumpFor(channel).pumpOnce();
      await expect.poll(() => answers.length).toBe(2);
      answers[0]?.(late);
      await older;
      expect(await lettersIn(database)).toMatchObject([{ status: 'sending', externalId: null }]);
      answers[1]?.({ externalId: 'second' });
      await newer;
      expect(await lettersIn(database)).toMatchObject([{ status: 'sent', externalId: 'second' }]);
    });

    it('does not take the late success of an older change for that of a newer one', async () => {
      const channel = scriptChannel();
      const pump = pumpFor(channel);
      const [card] = await posts(database, world, letter(WORKS_DESK, 'card'));
      await pump.pumpOnce();
      let arrive = () => {};
      channel.next.push(() => new Promise((resolve) => (arrive = () => resolve({ externalId: 'x1' }))));
      await posts(database, world, letter(WORKS_DESK, 'taken', { editsId: card }));
      const slow = pump.pumpOnce();
      await expect.poll(() => channel.handed.length).toBe(2);
      world.pass(61);
      await pumpFor(scriptChannel({ inFlightMax: 0 })).pumpOnce();
      await posts(database, world, letter(WORKS_DESK, 'resolved', { editsId: card }));
      arrive();
      await slow;
      expect(channel.said).toEqual(['card', 'taken', 'resolved']);
      expect(new Set(await statusesIn(database))).toEqual(new Set(['sent']));
    });

    it('believes a late answer while nobody has claimed the letter anew', async () => {
      const channel = scriptChannel();
      let arrive = () => {};
      channel.next.push(() => new Promise((resolve) => (arrive = () => resolve({ externalId: 'late' }))));
      await posts(database, world, letter(AMA, 'hello'), letter(KOFI, 'hello'));
      const pump = pumpFor(channel);
      const first = pump.pumpOnce().catch(() => {});
      await expect.poll(() => channel.handed.length).toBe(2);
      world.pass(SEND_SECONDS_MAX);
      await pumpFor(scriptChannel()).pumpOnce();
      await pump.pumpOnce();
      expect(await lettersIn(database)).toMatchObject([
        { status: 'queued', error: expect.stringMatching(/^unknown/) },
        {},
      ]);
      arrive();
      await expect.poll(() => channel.said).toContain('hello');
      await pump.pumpOnce();
      expect(await lettersIn(database)).toMatchObject([
        { status: 'sent', externalId: 'late' },
        { status: 'sent' },
      ]);
      // It would take letters of the next test.
      await first;
    });

    it('never sends a one-time code twice', async () => {
      const channel = scriptChannel();
      const code = { content: { text: 'code 4711', once: true } } as const;
      await posts(database, world, letter(AMA, '', code), letter(KOFI, '', code));
      world.diesAt = 'pump: sent';
      await expect(pumpFor(channel).pumpOnce()).rejects.toThrow();
      world.diesAt = undefined;
      world.pass(100);
      await pumpFor(channel).pumpOnce();
      expect(channel.handed).toHaveLength(2);
      expect(await statusesIn(database)).toEqual(['failed', 'failed']);

      channel.next.push(() => new SendError('unknown', 'the line was cut'));
      await posts(database, world, letter(AMA, '', code));
      await pumpFor(channel).pumpOnce();
      expect((await statusesIn(database)).at(-1)).toBe('failed');
    });

    it('gives up a letter that kills its process every time', async () => {
      const channel = scriptChannel();
      await posts(database, world, letter(AMA, 'poison'));
      world.diesAt = 'pump: claimed';
      for (let tried = 0; tried < SEND_TRIES_MAX; tried += 1) {
        await expect(pumpFor(channel).pumpOnce()).rejects.toThrow();
        world.pass(61);
        await pumpFor(scriptChannel({ inFlightMax: 0 })).pumpOnce();
      }
      expect(await statusesIn(database)).toEqual(['failed']);
    });
  });

  describe('complaints', () => {
    it('stops the whole channel when it is too fast, and no other channel', async () => {
      const channel = scriptChannel({ inFlightMax: 1 });
      const web = scriptChannel({}, 'web');
      channel.next.push(() => new SendError('throttled', 'too many requests', { retryAfterSeconds: 30 }));
      await posts(
        database,
        world,
        letter(AMA, 'one'),
        letter(KOFI, 'two'),
        letter('web:1', 'three', { channel: 'web' }),
      );
      const pump = pumpFor(channel);
      await pump.pumpOnce();
      world.pass(29);
      await pump.pumpOnce();
      expect(channel.said).toEqual([]);
      await pumpFor(web).pumpOnce();
      expect(web.said).toEqual(['three']);
      world.pass(1);
      await pump.pumpOnce();
      expect(channel.said).toEqual(['one', 'two']);
      expect(await lettersIn(database)).toMatchObject([{ attempts: 1 }, {}, {}]);
    });

    it('marks a blocked address once and cancels what else waits for it', async () => {
      const channel = scriptChannel();
      await database.tx.execute(sql`insert into people (language, created_at) values ('en', now())`);
      await database.tx.execute(
        sql`insert into addresses (address, person_id) values (${AMA}, 1), (${KOFI}, 1)`,
      );
      channel.next.push(() => new SendError('blocked', 'bot was blocked by the user'));
      await posts(database, world, letter(AMA, 'one'), letter(AMA, 'two'), letter(KOFI, 'three'));
      await pumpFor(channel).pumpOnce();
      expect(await statusesIn(database)).toEqual(['failed', 'cancelled', 'sent']);
      const marked = await rows(database.tx, sql`select address from addresses where blocked_at is not null`);
      expect(marked).toEqual([{ address: AMA }]);
      expect(channel.handed).toHaveLength(2);
    });

    it('gives up what is rejected at once, shows it, and logs no word of it', async () => {
      const channel = scriptChannel();
      channel.next.push(
        () => new SendError('rejected', 'message is too long\0\ud800'),
        () => {
          throw new TypeError('a fault of ours');
        },
      );
      await posts(database, world, letter(AMA, 'Esi Mensah, 0241234567'), letter(KOFI, 'secret words'));
      await pumpFor(channel).pumpOnce();
      expect(await statusesIn(database)).toEqual(['failed', 'failed']);
      expect(await failedLetters(database.tx, 10)).toEqual([
        expect.objectContaining({ id: 2, error: 'rejected: the channel broke on it' }),
        expect.objectContaining({
          id: 1,
          error: 'rejected: message is too long\ufffd',
          failedAt: world.now(),
        }),
      ]);
      expect(await letterCounts(database.tx)).toEqual([
        { channel: 'telegram', direction: 'outbound', status: 'failed', count: 2 },
      ]);
      expect(JSON.stringify(log.lines)).not.toMatch(/Esi|0241234567|secret|telegram:/);
      expect(log.lines.filter(({ event }) => event === 'a letter failed')).toHaveLength(2);
    });

    it('tries again on a schedule, then gives up', async () => {
      const channel = scriptChannel();
      const pump = pumpFor(channel);
      await posts(database, world, letter(AMA, 'hello'));
      for (let tried = 0; tried < SEND_TRIES_MAX * 3; tried += 1) {
        channel.next = [() => new SendError('unknown', 'cut')];
        await pump.pumpOnce();
        world.pass(300);
      }
      expect(channel.handed).toHaveLength(SEND_TRIES_MAX);
      expect(await lettersIn(database)).toMatchObject([{ status: 'failed', error: 'unknown: cut' }]);
    });

    it('goes on for everybody else when single people are to be spared for a day', async () => {
      const channel = scriptChannel({ inFlightMax: 1 });
      const spared = () => new SendError('unreachable', 'spared', { retryAfterSeconds: 86_400 });
      channel.next = Array.from({ length: 10 }, () => spared);
      const people = Array.from({ length: 12 }, (_, n) => letter(`telegram:${n + 1}`, `letter ${n}`));
      await posts(database, world, ...people);
      await pumpFor(channel).pumpOnce();
      expect(channel.said).toEqual(['letter 10', 'letter 11']);
    });

    it('feels for a network that is away one letter at a time, and holds it against none', async () => {
      const channel = scriptChannel({ inFlightMax: 3 });
      const pump = pumpFor(channel);
      const people = Array.from({ length: 40 }, (_, person) => letter(`telegram:${person + 1}`, 'hello'));
      await posts(database, world, ...people);
      for (let second = 0; second < 3600; second += 30) {
        channel.next = Array.from({ length: 40 }, () => () => new SendError('unreachable', 'no route'));
        await pump.pumpOnce();
        world.pass(30);
      }
      expect(channel.handed.length).toBeLessThan(60 + 20);
      channel.next = [];
      for (let second = 0; second < 100; second += 5) {
        await pump.pumpOnce();
        world.pass(5);
      }
      expect(new Set(await statusesIn(database))).toEqual(new Set(['sent']));
    });

    it('raises an alarm once a minute while the account is at fault', async () => {
      const channel = scriptChannel();
      const alarms: string[] = [];
      const pump = openPump(channel, { database, world, log, onAlarm: (kind) => alarms.push(kind) });
      await posts(database, world, letter(AMA, 'one'), letter(KOFI, 'two'));
      for (let second = 0; second < 130; second += 1) {
        channel.next = Array.from({ length: 9 }, () => () => new SendError('misconfigured', 'Unauthorized'));
        await pump.pumpOnce();
        world.pass(1);
      }
      expect(alarms.length).toBeGreaterThanOrEqual(2);
      expect(alarms.length).toBeLessThanOrEqual(3);
      expect(await statusesIn(database)).toEqual(['queued', 'queued']);
    });

    it('follows a group that moved, with everything that is remembered of it', async () => {
      const channel = scriptChannel();
      const there = 'telegram:-1009';
      await database.tx.execute(
        sql`insert into desks (address, channel, department, opened_at, opened_by) values (${WORKS_DESK}, 'telegram', 'works', now(), 'Kojo')`,
      );
      await database.tx.execute(
        sql`insert into topics (room, key, title) values (${WORKS_DESK}, 'report:9', 'Drain')`,
      );
      channel.next.push(() => new SendError('rejected', 'upgraded to a supergroup', { movedTo: there }));
      await posts(database, world, letter(WORKS_DESK, 'one'), letter(WORKS_DESK, 'two'));
      await pumpFor(channel).pumpOnce();
      expect(channel.handed.map(({ to }) => to)).toEqual([WORKS_DESK, there, there]);
      expect(channel.said).toEqual(['one', 'two']);
      expect(await rows(database.tx, sql`select address from desks`)).toEqual([{ address: there }]);
      expect(await rows(database.tx, sql`select room from topics`)).toEqual([{ room: there }]);
    });
  });

  describe('edits', () => {
    it('joins changes that wait, and waits for the letter to be changed', async () => {
      const channel = scriptChannel();
      const [card] = await posts(database, world, letter(WORKS_DESK, 'card', { priority: 'broadcast' }));
      const change = (text: string) => letter(WORKS_DESK, text, { editsId: card });
      const ids = await posts(
        database,
        world,
        change('taken'),
        letter(WORKS_DESK, 'talk'),
        change('in progress'),
      );
      expect(ids[0]).toBe(ids[2]);
      await posts(database, world, change('resolved'));
      await pumpFor(channel).pumpOnce();
      expect(channel.handed.map(({ content, edits }) => [content.text, edits])).toEqual([
        ['talk', undefined],
        ['card', undefined],
        ['resolved', 'x2'],
      ]);
    });

    it('cancels the change of a letter that never arrived', async () => {
      const channel = scriptChannel();
      channel.next.push(() => new SendError('rejected', 'no'));
      const [card] = await posts(database, world, letter(WORKS_DESK, 'card'));
      await posts(database, world, letter(WORKS_DESK, 'taken', { editsId: card }));
      await pumpFor(channel).pumpOnce();
      expect(await statusesIn(database)).toEqual(['failed', 'cancelled']);
      expect(channel.handed).toHaveLength(1);
    });

    it('drops a change that failed when a newer one waits already', async () => {
      const channel = scriptChannel();
      const pump = pumpFor(channel);
      const [card] = await posts(database, world, letter(WORKS_DESK, 'card'));
      await pump.pumpOnce();
      await posts(database, world, letter(WORKS_DESK, 'taken', { editsId: card }));
      channel.next.push(async () => {
        await posts(database, world, letter(WORKS_DESK, 'resolved', { editsId: card }));
        return new SendError('unreachable', 'no route');
      });
      await pump.pumpOnce();
      expect(await statusesIn(database)).toEqual(['sent', 'cancelled', 'sent']);
      expect(channel.said).toEqual(['card', 'resolved']);
    });

    it("counts in a group's twenty a minute, while others go on", async () => {
      const channel = scriptChannel({ perRoomPerMinuteMax: 20 });
      const pump = pumpFor(channel);
      const cards = await posts(
        database,
        world,
        ...Array.from({ length: 12 }, (_, n) => letter(WORKS_DESK, `card ${n}`)),
      );
      await posts(database, world, ...cards.map((editsId) => letter(WORKS_DESK, 'taken', { editsId })));
      await pump.pumpOnce();
      expect(channel.said).toHaveLength(20);
      await posts(database, world, letter(AMA, 'hello'));
      world.pass(59);
      await pump.pumpOnce();
      expect(channel.said.slice(20)).toEqual(['hello']);
      world.pass(1);
      await pump.pumpOnce();
      expect(channel.said).toHaveLength(25);
    });
  });

  describe('receipts', () => {
    const receipt = { channel: 'telegram', room: WORKS_DESK, on: '-300:77' };

    it("marks on the official's letter that it was sent, arrived, or failed", async () => {
      const channel = scriptChannel();
      const web = scriptChannel({}, 'web');
      web.next.push(
        () => ({ externalId: 'w1' }),
        () => new SendError('rejected', 'no'),
      );
      await posts(
        database,
        world,
        letter('web:1', 'The gang comes tomorrow.', { channel: 'web', receipt }),
        letter('web:2', 'Thank you.', { channel: 'web', receipt: { ...receipt, on: '-300:78' } }),
      );
      await pumpFor(web).pumpOnce();
      const pump = pumpFor(channel);
      await pump.pumpOnce();
      expect(channel.handed.map(({ to, reaction }) => [to, reaction])).toEqual([
        [WORKS_DESK, { on: '-300:77', mark: 'sent' }],
        [WORKS_DESK, { on: '-300:78', mark: 'failed' }],
      ]);
      const hears = (status: 'sent' | 'arrived' | 'read') =>
        database.inTransaction((tx) => markReceived(tx, 'web', 'w1', status, world.now()));
      expect(await hears('arrived')).toBe(true);
      expect(await hears('arrived')).toBe(false);
      expect(await hears('read')).toBe(true);
      expect(await hears('sent')).toBe(false);
      await pump.pumpOnce();
      expect(channel.said).toEqual(['(sent)', '(failed)', '(arrived)']);
      expect((await statusesIn(database))[0]).toBe('read');
    });

    it('gives none while a letter waits to be tried again, and one when it was cancelled', async () => {
      const channel = scriptChannel();
      channel.next.push(
        () => new SendError('unreachable', 'no route'),
        () => new SendError('blocked', 'no'),
      );
      await posts(
        database,
        world,
        letter(AMA, 'one', { receipt }),
        letter(AMA, 'two', { receipt: { ...receipt, on: '-300:78' } }),
      );
      const pump = pumpFor(channel);
      await pump.pumpOnce();
      expect(await statusesIn(database)).toEqual(['queued', 'queued']);
      world.pass(2);
      await pump.pumpOnce();
      expect(channel.said).toEqual(['(failed)', '(failed)']);
      expect(channel.handed.slice(2).map(({ reaction }) => reaction?.on)).toEqual(['-300:77', '-300:78']);
    });
  });
});
