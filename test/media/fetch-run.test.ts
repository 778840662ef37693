import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FETCHES_AT_ONCE_MAX, openFetcher } from '../../src/conversations/fetch.ts';
import type { Database } from '../../src/database/database.ts';
import { type Log, silentLog } from '../../src/log.ts';
import { databases, truncate } from '../database/given.ts';
import { photo } from './pictures.ts';
import { faked, filesIn, letterOf, pretend, receiveLetter } from './pretend.ts';

const NOON = new Date('2026-11-23T12:00:00Z');

/** Looks again and again, for ten real seconds at most. */
async function until(isSo: () => boolean | Promise<boolean>) {
  for (let look = 0; look < 2000; look++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('waited in vain');
}

describe.each(databases)('a fetcher that runs, on $name', ({ open }) => {
  let database: Database;
  let jpeg: Uint8Array;
  beforeAll(async () => {
    database = await open();
    jpeg = await photo();
  });
  beforeEach(() => truncate(database));
  afterAll(() => database.close());

  it('fetches a few at once, the next as soon as one is done, and all in the end', async () => {
    const { world } = faked(NOON);
    let atOnce = 0;
    let most = 0;
    const channel = pretend(async () => {
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setTimeout(resolve, 5));
      atOnce -= 1;
      return jpeg;
    });
    for (let letter = 0; letter < 11; letter++) {
      await receiveLetter(database, [{ kind: 'photo', source: `${letter}` }], NOON);
    }
    let due = 0;
    const channels = new Map([['telegram', channel]]);
    const fetcher = openFetcher({ database, channels, world, log: silentLog, onDue: () => due++ });
    const running = fetcher.run();
    await until(() => due === 11);
    expect(most).toBe(FETCHES_AT_ONCE_MAX);
    expect(await filesIn(database)).toHaveLength(11);

    // The clock stands still: only a poke can tell it of another letter.
    await receiveLetter(database, [{ kind: 'photo', source: 'late' }], NOON);
    fetcher.poke();
    await until(() => due === 12);
    await fetcher.stop();
    await running;
  });

  it('gives back what is under way when it is stopped, as if it had not been tried', async () => {
    const { world } = faked(NOON);
    const channel = pretend(() => new Promise(() => {}));
    const fetcher = openFetcher({
      database,
      channels: new Map([['telegram', channel]]),
      world,
      log: silentLog,
    });
    const id = await receiveLetter(database, [{ kind: 'photo', source: 'drain' }], NOON);
    const running = fetcher.run();
    await until(() => channel.asked.length === 1);
    await fetcher.stop();
    await running;
    expect(await letterOf(database, id, NOON)).toMatchObject({
      attempts: 0,
      leased: false,
      status: 'received',
    });
  });

  it('goes on when the database was away, and logs nothing of a person', async () => {
    const { world, later, asleep } = faked(NOON);
    const lines: string[] = [];
    const write = (event: string, facts = {}) => lines.push(JSON.stringify([event, facts]));
    const log: Log = { info: write, warn: write, error: write };
    let isAway = true;
    const flaky = new Proxy(database, {
      get: (target, name) => {
        if (name === 'tx' && isAway) throw new Error('connection to telegram:ama refused');
        return Reflect.get(target, name);
      },
    });
    let tries = 0;
    const channel = pretend(async () => {
      if (tries++ === 0) throw new Error('no such file of telegram:ama');
      return jpeg;
    });
    const id = await receiveLetter(database, [{ kind: 'photo', source: 'secret-handle' }], NOON);
    const fetcher = openFetcher({ database: flaky, channels: new Map([['telegram', channel]]), world, log });
    const running = fetcher.run();
    await until(() => lines.length > 0 && asleep() > 0);
    isAway = false;
    later(1);
    await until(() => tries === 1 && asleep() > 0);
    later(1);
    await until(async () => (await letterOf(database, id, NOON)).content.media?.[0]?.file !== undefined);
    await fetcher.stop();
    await running;
    expect(lines.join('\n')).not.toMatch(/telegram:ama|secret-handle|choked/);
    expect(lines.length).toBeGreaterThanOrEqual(3);
  });
});
