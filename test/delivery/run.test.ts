import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Receive, SendError } from '../../src/channels/channel.ts';
import type { Database, Lock } from '../../src/database/database.ts';
import { carryChannel } from '../../src/delivery/carry.ts';
import { openPump, STOP_SECONDS_MAX } from '../../src/delivery/pump.ts';
import { silentLog } from '../../src/log.ts';
import { openTestDatabase, truncate } from '../database/given.ts';
import {
  AMA,
  KOFI,
  letter,
  type MadeWorld,
  makeWorld,
  posts,
  rememberingLog,
  type ScriptedChannel,
  scriptChannel,
  statusesIn,
} from './made.ts';

let database: Database;
let world: MadeWorld;
let channel: ScriptedChannel;
beforeAll(async () => {
  database = await openTestDatabase();
}, 30_000);
afterAll(() => database.close());
beforeEach(async () => {
  await truncate(database);
  world = makeWorld();
  channel = scriptChannel();
});

/** The clock is moved on until something is true. */
async function passUntil(isTrue: () => boolean | Promise<boolean>) {
  await expect
    .poll(
      async () => {
        world.pass(0.5);
        return isTrue();
      },
      { timeout: 5000, interval: 5 },
    )
    .toBe(true);
}

/** A database that can be taken away. */
function fragile(under: Database) {
  const held = { isAway: false, tries: 0 };
  const inTransaction: Database['inTransaction'] = async (work) => {
    held.tries += 1;
    if (held.isAway) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    return under.inTransaction(work);
  };
  return { held, database: { ...under, inTransaction } };
}

describe('a running pump', () => {
  it('sends at once what it is poked for, and soon what others posted', async () => {
    const pump = openPump(channel, { database, world, log: silentLog });
    const running = pump.run();
    await posts(database, world, letter(AMA, 'one'));
    pump.poke();
    await expect.poll(() => channel.said).toEqual(['one']);
    await posts(database, world, letter(AMA, 'two'));
    await passUntil(() => channel.said.length === 2);
    await pump.stop();
    await running;
    expect(await statusesIn(database)).toEqual(['sent', 'sent']);
  });

  it('hears a poke that comes while it looks', async () => {
    let posted = false;
    const inTransaction: Database['inTransaction'] = async (work) => {
      const looked = await database.inTransaction(work);
      if (!posted) {
        posted = true;
        await posts(database, world, letter(AMA, 'one'));
        pump.poke();
      }
      return looked;
    };
    const pump = openPump(channel, { database: { ...database, inTransaction }, world, log: silentLog });
    void pump.run();
    await expect.poll(() => channel.said).toEqual(['one']);
    await pump.stop();
  });

  it('finishes what is in hand when it is stopped, and claims nothing more', async () => {
    let arrive = () => {};
    channel = scriptChannel({ inFlightMax: 1 });
    channel.next.push(() => new Promise((resolve) => (arrive = () => resolve({ externalId: 'x' }))));
    await posts(database, world, letter(AMA, 'one'), letter(KOFI, 'two'));
    const pump = openPump(channel, { database, world, log: silentLog });
    void pump.run();
    await expect.poll(() => channel.handed.length).toBe(1);
    const stopped = pump.stop();
    arrive();
    await stopped;
    expect(await statusesIn(database)).toEqual(['sent', 'queued']);
  });

  it('does not wait for ever for a network that does not answer', async () => {
    channel.next.push(() => new Promise(() => {}));
    await posts(database, world, letter(AMA, 'one'));
    const pump = openPump(channel, { database, world, log: silentLog });
    void pump.run();
    await expect.poll(() => channel.handed.length).toBe(1);
    const before = world.now().getTime();
    let isStopped = false;
    void pump.stop().then(() => (isStopped = true));
    await passUntil(() => isStopped);
    expect(world.now().getTime() - before).toBeGreaterThanOrEqual(STOP_SECONDS_MAX * 1000);
    expect(await statusesIn(database)).toEqual(['sending']);
  });

  it('survives a database that goes away, and writes down then what went meanwhile', async () => {
    const { held, database: weak } = fragile(database);
    const log = rememberingLog();
    channel.next.push(() => {
      held.isAway = true;
      return { externalId: 'x1' };
    });
    await posts(database, world, letter(AMA, 'one'), letter(AMA, 'two'));
    const pump = openPump(channel, { database: weak, world, log });
    const running = pump.run();
    await expect.poll(() => channel.said).toEqual(['one']);
    await expect.poll(() => log.lines.length).toBeGreaterThan(0);
    const before = held.tries;
    for (let second = 0; second < 60; second += 1) {
      world.pass(1);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(held.tries - before).toBeGreaterThan(3);
    expect(held.tries - before).toBeLessThan(20);
    expect(await statusesIn(database)).toEqual(['sending', 'queued']);
    held.isAway = false;
    await passUntil(() => channel.said.length === 2);
    await pump.stop();
    await running;
    expect(channel.said).toEqual(['one', 'two']);
    expect(await statusesIn(database)).toEqual(['sent', 'sent']);
  });

  it('goes on by itself when a pause of its network is over', async () => {
    channel.next.push(() => new SendError('throttled', 'too fast', { retryAfterSeconds: 20 }));
    await posts(database, world, letter(AMA, 'one'));
    const pump = openPump(channel, { database, world, log: silentLog });
    void pump.run();
    const before = world.now().getTime();
    await passUntil(() => channel.said.length === 1);
    expect(world.now().getTime() - before).toBeGreaterThanOrEqual(20_000);
    await pump.stop();
  });
});

describe('who carries a channel', () => {
  const receive: Receive = async () => {};

  /** Locks as several processes would see them, which can be taken away. */
  function locking(under: Database) {
    const locks = new Map<string, () => void>();
    const holdLock = async (name: string): Promise<Lock | undefined> => {
      if (locks.has(name)) return undefined;
      let lose = () => {};
      const lost = new Promise<void>((resolve) => {
        lose = () => {
          locks.delete(name);
          resolve();
        };
      });
      locks.set(name, lose);
      return { lost, release: async () => void locks.delete(name) };
    };
    return { locks, database: { ...under, holdLock } };
  }

  function listening(scripted: ScriptedChannel) {
    const calls: string[] = [];
    scripted.start = async () => void calls.push('start');
    scripted.stop = async () => void calls.push('stop');
    return calls;
  }

  it('is one process at a time; another takes over when it stops', async () => {
    const { database: locked, locks } = locking(database);
    const other = scriptChannel();
    const calls = listening(channel);
    const otherCalls = listening(other);
    const first = carryChannel(channel, { database: locked, receive, world, log: silentLog });
    await expect.poll(() => first.carries()).toBe(true);
    const second = carryChannel(other, { database: locked, receive, world, log: silentLog });
    await posts(database, world, letter(AMA, 'one'));
    first.poke();
    await expect.poll(() => channel.said).toEqual(['one']);
    expect(second.carries()).toBe(false);
    await first.stop();
    expect(calls).toEqual(['start', 'stop']);
    await passUntil(() => second.carries());
    await posts(database, world, letter(AMA, 'two'));
    second.poke();
    await expect.poll(() => other.said).toEqual(['two']);
    await second.stop();
    expect(otherCalls).toEqual(['start', 'stop']);
    expect(locks.size).toBe(0);
  });

  it('lets every process take what the network brings, whoever carries', async () => {
    const { database: locked } = locking(database);
    const doors: string[] = [];
    const withDoor = (name: string) =>
      Object.assign(scriptChannel(), {
        accept: () => void doors.push(`${name} accepts`),
        refuse: async () => void doors.push(`${name} refuses`),
      });
    const first = carryChannel(withDoor('first'), { database: locked, receive, world, log: silentLog });
    await expect.poll(() => first.carries()).toBe(true);
    const second = carryChannel(withDoor('second'), { database: locked, receive, world, log: silentLog });
    expect(doors).toEqual(['first accepts', 'second accepts']);
    expect(second.carries()).toBe(false);
    await second.stop();
    await first.stop();
    expect(doors.slice(2)).toEqual(['second refuses', 'first refuses']);
  });

  it('stops both listening and sending when the lock is lost, and tries again', async () => {
    const { database: locked, locks } = locking(database);
    const calls = listening(channel);
    const carrier = carryChannel(channel, { database: locked, receive, world, log: silentLog });
    await expect.poll(() => carrier.carries()).toBe(true);
    locks.get('channel:telegram')?.();
    await expect.poll(() => calls).toEqual(['start', 'stop']);
    await passUntil(() => calls.length === 3 && carrier.carries());
    await carrier.stop();
    expect(calls).toEqual(['start', 'stop', 'start', 'stop']);
    expect(locks.size).toBe(0);
  });

  it('lets go and tries again when the channel cannot be started', async () => {
    const { database: locked, locks } = locking(database);
    const log = rememberingLog();
    let tries = 0;
    channel.start = async () => {
      tries += 1;
      if (tries < 3) throw new SendError('unreachable', 'no route');
    };
    const carrier = carryChannel(channel, { database: locked, receive, world, log });
    await passUntil(() => carrier.carries());
    expect(tries).toBe(3);
    expect(log.lines.filter(({ event }) => event === 'a channel could not be carried')).toHaveLength(2);
    await carrier.stop();
    expect(locks.size).toBe(0);
  });
});
