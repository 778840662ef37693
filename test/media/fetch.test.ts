import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Channel, SendError } from '../../src/channels/channel.ts';
import { openFetcher } from '../../src/conversations/fetch.ts';
import type { Database } from '../../src/database/database.ts';
import type { Media } from '../../src/engine/content.ts';
import { silentLog } from '../../src/log.ts';
import { PHOTO_BYTES_MAX, VOICE_BYTES_MAX } from '../../src/media/check.ts';
import { readFile } from '../../src/media/store.ts';
import { databases, truncate } from '../database/given.ts';
import { html, MARKET_CIRCLE, photo, voices } from './pictures.ts';
import { faked, filesIn, handleMeanwhile, letterOf, mute, pretend, receiveLetter } from './pretend.ts';

const NOON = new Date('2026-11-23T12:00:00Z');
const drain: Media = { kind: 'photo', source: 'drain' };

describe.each(databases)('what came with a letter, on $name', ({ open }) => {
  let database: Database;
  let jpeg: Uint8Array;
  beforeAll(async () => {
    database = await open();
    jpeg = await photo({ gps: MARKET_CIRCLE });
  });
  beforeEach(() => truncate(database));
  afterAll(() => database.close());

  function fetching(channel: Channel, time = faked(NOON)) {
    const due: number[] = [];
    const channels = new Map([[channel.name, channel]]);
    const given = { database, channels, world: time.world, log: silentLog };
    const fetcher = openFetcher({ ...given, onDue: () => due.push(1) });
    return { fetcher, due, ...time, read: (id: number) => letterOf(database, id, time.world.now()) };
  }

  it('is stored, and the letter is due at once', async () => {
    const { fetcher, read, due } = fetching(pretend(async () => jpeg));
    const id = await receiveLetter(database, [{ ...drain, bytes: 9, mime: 'text/html' }], NOON);
    expect(await fetcher.fetchOnce()).toBe(1);
    const { content, ...rest } = await read(id);
    const [file] = await filesIn(database);
    expect(rest).toEqual({ status: 'received', attempts: 0, leased: false, dueIn: 0 });
    expect(content.text).toBe('the drain is choked');
    expect(content.media).toEqual([
      {
        kind: 'photo',
        file,
        mime: 'image/jpeg',
        bytes: expect.any(Number),
        taken: { latitude: 4.8984, longitude: -1.7554 },
      },
    ]);
    expect(content.media?.[0]?.bytes).toBe((await readFile(database.tx, file!))?.data.byteLength);
    expect(due).toHaveLength(1);
    expect(await fetcher.fetchOnce()).toBe(0);
  });

  it('may be several things at once, of which one is nothing', async () => {
    const sent: Record<string, Uint8Array> = { drain: jpeg, words: voices['audio/ogg'], page: html };
    const { fetcher, read } = fetching(pretend(async ({ source = '' }) => sent[source] ?? jpeg));
    const id = await receiveLetter(
      database,
      [
        drain,
        { kind: 'voice', source: 'words', seconds: 7 },
        { kind: 'file', source: 'page' },
        { kind: 'file', source: 'drain' },
        { kind: 'video', trouble: 'unsupported' },
        { kind: 'sticker', source: 'sticker' },
      ],
      NOON,
    );
    await fetcher.fetchOnce();
    const { media = [] } = (await read(id)).content;
    expect(media.map(({ kind, trouble, file }) => [kind, trouble ?? typeof file])).toEqual([
      ['photo', 'string'],
      ['voice', 'string'],
      ['file', 'notAPicture'],
      ['photo', 'string'],
      ['video', 'unsupported'],
      ['sticker', 'unsupported'],
    ]);
    expect(media[1]).toMatchObject({ mime: 'audio/ogg', seconds: 7 });
    expect(JSON.stringify(media)).not.toContain('source');
    expect(await filesIn(database)).toHaveLength(3);
  });

  it('is fetched once by two fetchers that look at the same moment', async () => {
    const channel = pretend(async ({ source }) => (source === 'drain' ? jpeg : html));
    const [one, other] = [fetching(channel), fetching(channel)];
    for (let letter = 0; letter < 6; letter++)
      await receiveLetter(database, [{ ...drain, source: `${letter}` }], NOON);
    const counts = await Promise.all([one, other, one, other].map(({ fetcher }) => fetcher.fetchOnce()));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(6);
    expect([...channel.asked].sort()).toEqual(['0', '1', '2', '3', '4', '5']);
  });

  it('is tried again after a pause, then after a longer one, then given up', async () => {
    const channel = pretend(async () => {
      throw new SendError('unreachable', 'away');
    });
    const { fetcher, read, later } = fetching(channel);
    const id = await receiveLetter(database, [drain], NOON);
    const seen: [number, number, string | undefined][] = [];
    for (const wait of [0, 0.5, 0.5, 3, 1]) {
      later(wait);
      const taken = await fetcher.fetchOnce();
      const { attempts, content } = await read(id);
      seen.push([taken, attempts, content.media?.[0]?.trouble]);
    }
    expect(seen).toEqual([
      [1, 1, undefined],
      [0, 1, undefined],
      [1, 2, undefined],
      [0, 2, undefined],
      [1, 0, 'unreachable'],
    ]);
    expect(await read(id)).toMatchObject({ dueIn: 0, leased: false, status: 'received' });
    expect(channel.asked).toHaveLength(3);
  });

  it('is kept when the second try succeeds, and what the first one had is not fetched again', async () => {
    let isAway = true;
    const channel = pretend(async ({ source }) => {
      if (source === 'far' && isAway) throw new Error('socket hang up');
      return jpeg;
    });
    const { fetcher, read, later } = fetching(channel);
    const id = await receiveLetter(database, [drain, { kind: 'photo', source: 'far' }], NOON);
    await fetcher.fetchOnce();
    isAway = false;
    later(1);
    await fetcher.fetchOnce();
    expect(channel.asked).toEqual(['drain', 'far', 'far']);
    expect((await read(id)).content.media?.every(({ file }) => file)).toBe(true);
    expect(await filesIn(database)).toHaveLength(2);
  });

  it('waits as long as the network asks, and is given up at once when that is too long', async () => {
    for (const [seconds, trouble] of [
      [12, undefined],
      [60, 'unreachable'],
    ] as const) {
      const { fetcher, read, later } = fetching(
        pretend(async () => {
          throw new SendError('throttled', 'slow down', { retryAfterSeconds: seconds });
        }),
      );
      const id = await receiveLetter(database, [drain], NOON);
      await fetcher.fetchOnce();
      expect((await read(id)).content.media?.[0]?.trouble).toBe(trouble);
      later(11);
      expect(await fetcher.fetchOnce()).toBe(0);
      await handleMeanwhile(database, id);
    }
  });

  it('is not fetched when the network says beforehand that it is too large, or when there is no such ability', async () => {
    const channel = pretend(async (_, bytesMax) => {
      throw new SendError('rejected', `more than ${bytesMax}`);
    });
    const { fetcher, read } = fetching(channel);
    const said = await receiveLetter(database, [{ ...drain, bytes: PHOTO_BYTES_MAX + 1 }], NOON);
    const long = await receiveLetter(
      database,
      [{ kind: 'voice', source: 'v', bytes: VOICE_BYTES_MAX + 1 }],
      NOON,
    );
    await fetcher.fetchOnce();
    expect(channel.asked).toEqual([]);
    const unsaid = await receiveLetter(database, [{ kind: 'photo', source: 'unsaid' }], NOON);
    const lost = await receiveLetter(database, [{ kind: 'photo', source: 'lost', bytes: 4000 }], NOON);
    const elsewhere = await receiveLetter(database, [drain], NOON, 'console');
    await fetcher.fetchOnce();
    await fetching(mute('console')).fetcher.fetchOnce();
    const trouble = async (id: number) => (await read(id)).content.media?.[0]?.trouble;
    expect(await Promise.all([said, long, unsaid, lost, elsewhere].map(trouble))).toEqual([
      'tooLarge',
      'tooLarge',
      'tooLarge',
      'unreachable',
      'unsupported',
    ]);
    expect(channel.asked).toEqual(['unsaid', 'lost']);
  });

  it('of a channel that another process carries is left to it', async () => {
    const { fetcher, read } = fetching(pretend(async () => jpeg));
    const id = await receiveLetter(database, [drain], NOON, 'whatsapp');
    expect(await fetcher.fetchOnce()).toBe(0);
    expect(await read(id)).toMatchObject({ attempts: 0, leased: false, dueIn: 30 });
  });

  it('keeps nothing when a turn handled the letter meanwhile', async () => {
    let id = 0;
    const { fetcher, read, due } = fetching(
      pretend(async () => {
        await handleMeanwhile(database, id);
        return jpeg;
      }),
    );
    id = await receiveLetter(database, [drain], NOON);
    await fetcher.fetchOnce();
    expect(await filesIn(database)).toEqual([]);
    expect((await read(id)).content.media).toEqual([drain]);
    expect(due).toEqual([]);
  });

  it('keeps nothing of a claim that another process has taken over', async () => {
    const time = faked(NOON);
    const slow = fetching(
      pretend(async () => {
        // The process slept so long that its lease is over; the other one did the work.
        time.later(26);
        await quick.fetcher.fetchOnce();
        return html;
      }),
      time,
    );
    const quick = fetching(
      pretend(async () => jpeg),
      time,
    );
    const id = await receiveLetter(database, [drain], NOON);
    await slow.fetcher.fetchOnce();
    expect((await slow.read(id)).content.media?.[0]).toMatchObject({ kind: 'photo', mime: 'image/jpeg' });
    expect(await filesIn(database)).toHaveLength(1);
  });

  it('is not decided by a claim that is over, while another process is at it', async () => {
    const time = faked(NOON);
    let arrive: (bytes: Uint8Array) => void = () => {};
    const quickChannel = pretend(() => new Promise((resolve) => (arrive = resolve)));
    const quick = fetching(quickChannel, time);
    let quickly: Promise<number> | undefined;
    const slow = fetching(
      pretend(async () => {
        time.later(26);
        quickly = quick.fetcher.fetchOnce();
        while (quickChannel.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
        return html;
      }),
      time,
    );
    const id = await receiveLetter(database, [drain], NOON);
    await slow.fetcher.fetchOnce();
    expect((await slow.read(id)).content.media).toEqual([drain]);
    arrive(jpeg);
    await quickly;
    expect((await slow.read(id)).content.media?.[0]).toMatchObject({ kind: 'photo', mime: 'image/jpeg' });
  });

  it('that comes after the cut is thrown away, and the next piece is not asked for any more', async () => {
    let arrive: (bytes: Uint8Array) => void = () => {};
    const channel = pretend(() => new Promise((resolve) => (arrive = resolve)));
    const { fetcher, read, later, asleep } = fetching(channel);
    const id = await receiveLetter(database, [drain, { kind: 'photo', source: 'second' }], NOON);
    const once = fetcher.fetchOnce();
    while (asleep() === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    later(15);
    await once;
    arrive(html);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(channel.asked).toEqual(['drain']);
    expect((await read(id)).content.media).toEqual([drain, { kind: 'photo', source: 'second' }]);
  });

  it('is waited for anew when the house stood still while it should have been fetched', async () => {
    const { fetcher, read, later } = fetching(
      pretend(async () => {
        throw new SendError('unreachable', 'away');
      }),
    );
    const id = await receiveLetter(database, [drain], NOON);
    later(3600);
    await fetcher.fetchOnce();
    expect(await read(id)).toMatchObject({ dueIn: 30, attempts: 1 });
  });

  it('that never ends is cut off, tried again, and given up before the turn stops waiting', async () => {
    const never = pretend(() => new Promise(() => {}));
    const { fetcher, read, later, asleep } = fetching(never);
    const id = await receiveLetter(database, [drain], NOON);
    for (const [wait, pause] of [
      [15, 1],
      [13, 0],
    ] as const) {
      const once = fetcher.fetchOnce();
      while (asleep() === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      later(wait);
      expect(await once).toBe(1);
      later(pause);
    }
    expect((await read(id)).content.media).toEqual([{ kind: 'photo', trouble: 'unreachable' }]);
    expect((await read(id)).dueIn).toBe(0);
    expect(never.asked).toHaveLength(2);
  });

  it('comes in the end, once, when the process dies anywhere', async () => {
    const first = fetching(pretend(async () => jpeg));
    await receiveLetter(database, [drain], NOON);
    await first.fetcher.fetchOnce();
    const points = [...new Set(first.passed)];
    expect(points.length).toBeGreaterThanOrEqual(6);
    for (const point of points) {
      await truncate(database);
      const time = faked(NOON);
      time.world.crashAt = point;
      const id = await receiveLetter(database, [drain], NOON);
      await expect(
        fetching(
          pretend(async () => jpeg),
          time,
        ).fetcher.fetchOnce(),
      ).rejects.toThrow(point);
      time.later(26);
      delete time.world.crashAt;
      await fetching(
        pretend(async () => jpeg),
        time,
      ).fetcher.fetchOnce();
      expect((await letterOf(database, id, NOON)).content.media?.[0]?.file, point).toBeTypeOf('string');
      expect(await filesIn(database), point).toHaveLength(1);
    }
  });

  it('is given up when every process that touched it died', async () => {
    const time = faked(NOON);
    const id = await receiveLetter(database, [drain], NOON);
    time.world.crashAt = 'fetch: downloaded';
    for (let death = 0; death < 3; death++) {
      await expect(
        fetching(
          pretend(async () => jpeg),
          time,
        ).fetcher.fetchOnce(),
      ).rejects.toThrow('downloaded');
      time.later(26);
    }
    await fetching(
      pretend(async () => jpeg),
      time,
    ).fetcher.fetchOnce();
    expect((await letterOf(database, id, NOON)).content.media).toEqual([
      { kind: 'photo', trouble: 'unreachable' },
    ]);
  });
});
