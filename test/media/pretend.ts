/** A channel whose downloads a test decides, a clock that a test turns, and letters that wait for their photos. */
import { sql } from 'drizzle-orm';
import type { Channel, Limits, MediaChannel } from '../../src/channels/channel.ts';
import { type Database, rows } from '../../src/database/database.ts';
import type { Content, Media } from '../../src/engine/content.ts';
import type { World } from '../../src/world.ts';

const limits: Limits = {
  textMax: 4096,
  captionMax: 1024,
  choicesMax: 10,
  choiceLabelMax: 40,
  photosPerLetterMax: 10,
  inFlightMax: 3,
  perSecondMax: 30,
  perAddressPerSecondMax: 1,
  perRoomPerMinuteMax: 20,
};

export const mute = (name: string): Channel => ({
  name,
  limits,
  start: async () => {},
  send: async () => ({ externalId: '1' }),
  stop: async () => {},
});

export type Download = (media: Media, bytesMax: number) => Promise<Uint8Array>;

/** `asked` lists the sources in the order in which they were asked for. */
export function pretend(download: Download, name = 'telegram'): MediaChannel & { asked: string[] } {
  const asked: string[] = [];
  return {
    ...mute(name),
    asked,
    download: (media, bytesMax) => {
      asked.push(media.source ?? '');
      return download(media, bytesMax);
    },
  };
}

/** Time passes when the test says so. */
export function faked(start: Date) {
  let now = start.getTime();
  const sleepers = new Set<{ until: number; wake: () => void }>();
  const passed: string[] = [];
  const world: World & { crashAt?: string } = {
    now: () => new Date(now),
    random: () => 0.5,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted || milliseconds <= 0) return resolve();
        const sleeper = { until: now + milliseconds, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          resolve();
        });
      }),
    crashPoint: (name) => {
      passed.push(name);
      if (world.crashAt === name) throw new Error(`died at ${name}`);
    },
  };
  const later = (seconds: number) => {
    now += seconds * 1000;
    for (const sleeper of sleepers) {
      if (sleeper.until > now) continue;
      sleepers.delete(sleeper);
      sleeper.wake();
    }
  };
  return { world, later, passed, asleep: () => sleepers.size };
}

export type Kept = {
  content: Content;
  status: string;
  attempts: number;
  leased: boolean;
  /** Seconds from the given moment to when it is due. */
  dueIn: number;
};

/** Stores a letter as `receive` does, and resolves with its id. */
export async function receiveLetter(
  database: Database,
  media: Media[],
  at: Date,
  channel = 'telegram',
  waitSeconds = 30,
) {
  const content = JSON.stringify({ text: 'the drain is choked', media });
  const due = new Date(at.getTime() + waitSeconds * 1000);
  const [stored] = await rows<{ id: number }>(
    database.tx,
    sql`insert into messages (direction, channel, external_id, address, content, status, created_at, due_at)
        values ('inbound', ${channel}, gen_random_uuid()::text, ${`${channel}:ama`}, ${content}::jsonb, 'received',
          ${at.toISOString()}::timestamptz, ${due.toISOString()}::timestamptz)
        returning id::float8 as id`,
  );
  if (!stored) throw new Error('not stored');
  return stored.id;
}

export async function letterOf(database: Database, id: number, now: Date): Promise<Kept> {
  const [letter] = await rows<Kept>(
    database.tx,
    sql`select content, status, attempts, lease_until is not null as leased,
          (extract(epoch from due_at - ${now.toISOString()}::timestamptz))::float8 as "dueIn"
        from messages where id = ${id}`,
  );
  if (!letter) throw new Error(`no letter ${id}`);
  return letter;
}

export async function filesIn(database: Database): Promise<string[]> {
  const found = await rows<{ id: string }>(database.tx, sql`select id from files order by created_at, id`);
  return found.map(({ id }) => id);
}

/** What a turn does when it will not wait any longer. */
export async function handleMeanwhile(database: Database, id: number) {
  await database.tx.execute(sql`update messages set status = 'handled' where id = ${id}`);
}
