/** A town with a turned clock: people on several networks, a city that changes, and the digest's looks when a test asks. */
import { sql } from 'drizzle-orm';
import { vi } from 'vitest';
import type { QuietHours } from '../../../src/broadcasts/digest/clock.ts';
import { subscribeRoom } from '../../../src/broadcasts/digest/room.ts';
import type { Limits } from '../../../src/channels/channel.ts';
import { CONSOLE_LIMITS, openConsole } from '../../../src/channels/console/channel.ts';
import type { Address, OutboundMessage } from '../../../src/channels/message.ts';
import { type Change, writeChanges } from '../../../src/civic/changes.ts';
import { loadEditorial } from '../../../src/content.ts';
import { type Database, rows } from '../../../src/database/database.ts';
import { openHouse } from '../../../src/house.ts';
import { invite } from '../../../src/operators/invite.ts';
import { setHour } from '../../../src/people/digest.ts';
import { truncate } from '../../database/given.ts';
import { makeWorld, rememberingLog } from '../../delivery/made.ts';

// A story is many turns, and the machine may be busy.
vi.setConfig({ testTimeout: 30_000 });

export const MONDAY = '2026-11-23T09:00:00Z';
export const FRIDAY = '2026-11-27T08:00:00Z';
const editorial = loadEditorial('Africa/Accra');

export type Town = Awaited<ReturnType<typeof openTown>>;

export type TownOptions = {
  start?: string;
  approval?: boolean;
  quiet?: QuietHours | undefined;
  /** Networks besides the console, by name. */
  networks?: Record<string, Partial<Limits>>;
};

export async function openTown(database: Database, options: TownOptions = {}) {
  await truncate(database);
  const world = makeWorld(options.start ?? MONDAY);
  const log = rememberingLog();
  const heard: OutboundMessage[] = [];
  // With buttons: desks of words are tried elsewhere.
  const networks = { console: { choicesMax: 10 }, ...options.networks };
  const channels = Object.entries(networks).map(([name, limits]) => {
    const channel = openConsole((message) => heard.push(message), name);
    Object.assign(channel.limits, CONSOLE_LIMITS, limits);
    return channel;
  });
  const open = () =>
    openHouse({
      database,
      world,
      log,
      editorial,
      channels,
      settings: {
        emergencyNumber: '112',
        fireNumber: '192',
        deskLanguage: 'en',
        defaultLanguage: 'en',
        digestApproval: options.approval ?? false,
        digest: {
          weekday: 5,
          openHour: 6,
          quiet: 'quiet' in options ? options.quiet : { from: 21, until: 6 },
          timeZone: 'Africa/Accra',
        },
      },
    });
  const house = open();
  const pumps = channels.map((channel) => house.pumpFor(channel));
  let said = 0;

  async function settle(): Promise<void> {
    for (;;) {
      let moved = await house.turner.turnOnce();
      for (const pump of pumps) moved += await pump.pumpOnce();
      if (moved === 0) return;
    }
  }

  /** `who`: `ama`, or `whatsapp:ama` on another network. */
  async function hand(who: string, text: string, more: object = {}): Promise<void> {
    said += 1;
    world.pass(1);
    const [channel, name] = who.includes(':') ? who.split(':') : ['console', who];
    const letter = { channel: channel ?? '', externalId: `x${said}`, text, sentAt: world.now() };
    await house.receiver.receive([{ ...letter, from: `${channel}:${name}` as Address, ...more }]);
    await house.turner.turnOnce();
  }

  return {
    database,
    log,
    house,
    world,
    settle,
    hand,
    /** Another process on the same database. */
    open,
    async say(who: string, ...texts: string[]): Promise<void> {
      for (const text of texts) {
        await hand(who, text);
        await settle();
      }
    },
    /** What somebody read since the last call, one text a letter. */
    read(who: string): string[] {
      const address = who.includes(':') ? who : `console:${who}`;
      const theirs = heard.filter((message) => message.to === address);
      for (const message of theirs) heard.splice(heard.indexOf(message), 1);
      return theirs.map(({ content }) => content.text);
    },
    /** The whole letters that somebody got since the last call. */
    letters(who: string): OutboundMessage[] {
      const theirs = heard.filter((message) => message.to === `console:${who}`);
      for (const message of theirs) heard.splice(heard.indexOf(message), 1);
      return theirs;
    },
    /** Turns the clock to a moment without anybody looking. */
    turnTo(at: string): void {
      world.pass((Date.parse(at) - world.now().getTime()) / 1000);
    },
    /** Turns the clock, lets the house look, and what is due go. */
    async at(at: string): Promise<void> {
      world.pass((Date.parse(at) - world.now().getTime()) / 1000);
      await house.digest();
      await settle();
    },
    async promise(key: string, ordinal: number): Promise<number> {
      const plan = '2022';
      const [made] = await rows<{ id: number }>(
        database.tx,
        sql`insert into commitments (key, plan, ordinal, updated_at)
            values (${key}, ${plan}, ${ordinal}, ${world.now().toISOString()}::timestamptz) returning id::float8 as id`,
      );
      return made?.id ?? 0;
    },
    async milestone(commitmentId: number, title: string, due: string | null, state = 'notStarted') {
      const [made] = await rows<{ id: number }>(
        database.tx,
        sql`insert into milestones (commitment_id, title, due, state, updated_at)
            values (${commitmentId}, ${title}, ${due}::date, ${state}, ${world.now().toISOString()}::timestamptz)
            returning id::float8 as id`,
      );
      return made?.id ?? 0;
    },
    async project(title: string, latitude: number, longitude: number, state = 'ongoing'): Promise<number> {
      const [made] = await rows<{ id: number }>(
        database.tx,
        sql`insert into projects (key, title, state, latitude, longitude, record, updated_at)
            values (${title}, ${title}, ${state}, ${latitude}, ${longitude}, '{}',
              ${world.now().toISOString()}::timestamptz) returning id::float8 as id`,
      );
      return made?.id ?? 0;
    },
    async change(...changes: (Omit<Change, 'actor'> & { actor?: string })[]): Promise<number[]> {
      const written = changes.map((change) => ({ actor: 'Efua', ...change }));
      return database.inTransaction((tx) => writeChanges(tx, written, world.now()));
    },
    async openDesk(department: string, name = 'desk'): Promise<void> {
      const { code } = await invite(database.tx, department, world.now());
      await hand(name, `/desk ${code}`, { room: `console:${name}`, from: `console:efua`, name: 'Efua' });
      await settle();
      heard.length = 0;
    },
    async tapAtDesk(label: string, name = 'desk'): Promise<void> {
      const [found] = await rows<{ id: string }>(
        database.tx,
        sql`select choice ->> 'id' as id from messages, jsonb_array_elements(content -> 'choices') choice
            where address = ${`console:${name}`} and choice ->> 'label' = ${label} order by messages.id desc limit 1`,
      );
      const tap = { room: `console:${name}`, from: 'console:efua', name: 'Efua', choice: found?.id };
      await hand(name, '', tap);
      await settle();
    },
    /** A group that follows all promises, as an administrator chose it. */
    async subscribeRoom(name: string, language: string): Promise<void> {
      const room = { address: `console:${name}`, channel: 'console', language };
      const topics = [{ topic: 'commitments' as const, subjectId: 0 }];
      await database.inTransaction(async (tx) => {
        const id = await subscribeRoom(tx, room, 1, topics, world.now());
        await setHour(tx, id, 8);
      });
    },
    async edition(): Promise<{ key: string; state: string }[]> {
      return rows(database.tx, sql`select key, state from broadcasts where kind = 'digest' order by id`);
    },
  };
}
