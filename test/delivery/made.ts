/** A world, a channel and letters under a test's control. */
import { sql } from 'drizzle-orm';
import type { Limits, SendError, Sent, TopicChannel } from '../../src/channels/channel.ts';
import type { Address, OutboundMessage } from '../../src/channels/message.ts';
import { type Database, rows, type Tx } from '../../src/database/database.ts';
import { type Letter, post } from '../../src/delivery/post.ts';
import { markAllReceived, type Received } from '../../src/delivery/receipts.ts';
import type { Log } from '../../src/log.ts';
import type { World } from '../../src/world.ts';

export type MadeWorld = World & {
  pass(seconds: number): void;
  /** Where the process dies next, by the name of the crash point. */
  diesAt: string | undefined;
};

/** Its clock stands still until `pass`; who sleeps is woken when their time has come. */
export function makeWorld(start = '2026-11-24T09:00:00Z'): MadeWorld {
  let nowMs = Date.parse(start);
  const sleepers = new Set<{ untilMs: number; wake: () => void }>();
  return {
    diesAt: undefined,
    now: () => new Date(nowMs),
    random: () => 0.5,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        const sleeper = {
          untilMs: nowMs + milliseconds,
          wake: () => {
            sleepers.delete(sleeper);
            resolve();
          },
        };
        sleepers.add(sleeper);
        if (signal?.aborted) sleeper.wake();
        signal?.addEventListener('abort', sleeper.wake);
      }),
    crashPoint(name) {
      if (name === this.diesAt) throw new Error(`died at ${name}`);
    },
    pass(seconds) {
      nowMs += seconds * 1000;
      for (const sleeper of [...sleepers]) if (sleeper.untilMs <= nowMs) sleeper.wake();
    },
  };
}

export const FREE_LIMITS: Limits = {
  textMax: 4096,
  captionMax: 1024,
  choicesMax: 10,
  choiceLabelMax: 40,
  photosPerLetterMax: 10,
  inFlightMax: 3,
  perSecondMax: 1000,
  perAddressPerSecondMax: 1000,
  perRoomPerMinuteMax: 1000,
};

type Answer = (message: OutboundMessage) => Sent | SendError | Promise<Sent | SendError>;

export type ScriptedChannel = TopicChannel & {
  /** What was handed to it, in order, whether it went or not. */
  handed: OutboundMessage[];
  /** Texts of what went, in order; a mark on a letter is `(mark)`. */
  said: string[];
  /** Titles of the topics it opened. */
  opened: string[];
  /** The answers to the next letters, one each; then everything goes. */
  next: Answer[];
  opens: (() => string | SendError)[];
};

export function scriptChannel(limits: Partial<Limits> = {}, name = 'telegram'): ScriptedChannel {
  const channel: ScriptedChannel & { isRoom(address: Address): boolean } = {
    name,
    limits: { ...FREE_LIMITS, ...limits },
    handed: [],
    said: [],
    opened: [],
    next: [],
    opens: [],
    isRoom: (address) => address.startsWith(`${name}:-`),
    start: async () => {},
    stop: async () => {},
    async send(message) {
      channel.handed.push(message);
      const answer = await (channel.next.shift() ?? (() => ({ externalId: `x${channel.handed.length}` })))(
        message,
      );
      if (answer instanceof Error) throw answer;
      channel.said.push(message.reaction ? `(${message.reaction.mark})` : message.content.text);
      return answer;
    },
    async openTopic(_room, title) {
      channel.opened.push(title);
      const answer = (channel.opens.shift() ?? (() => `t${channel.opened.length}`))();
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  return channel;
}

export const AMA: Address = 'telegram:100';
export const KOFI: Address = 'telegram:200';
export const WORKS_DESK: Address = 'telegram:-300';

export function letter(to: Address, text: string, more: Partial<Letter> = {}): Letter {
  return { channel: 'telegram', to, content: { text }, priority: 'reply', ...more };
}

export async function posts(database: Database, world: World, ...letters: Letter[]): Promise<number[]> {
  return database.inTransaction((tx) => post(tx, letters, world.now()));
}

export type Row = {
  id: number;
  status: string;
  attempts: number;
  address: string;
  externalId: string | null;
  error: string | null;
  text: string | null;
};

export async function lettersIn(database: Database): Promise<Row[]> {
  return rows<Row>(
    database.tx,
    sql`select id::float8 as id, status, attempts, address, external_id as "externalId", error,
          content ->> 'text' as text from messages where direction = 'outbound' order by id`,
  );
}

export async function statusesIn(database: Database): Promise<string[]> {
  return (await lettersIn(database)).map((row) => row.status);
}

/** A network tells how one letter fared; resolves with whether that changed anything. */
export const markReceived = async (
  tx: Tx,
  channel: string,
  externalId: string,
  status: Received,
  now: Date,
): Promise<boolean> => (await markAllReceived(tx, channel, [{ externalId, status }], now)) > 0;

export type Remembering = Log & { lines: { level: string; event: string; facts: unknown }[] };

export function rememberingLog(): Remembering {
  const lines: Remembering['lines'] = [];
  const at = (level: string) => (event: string, facts: unknown) => void lines.push({ level, event, facts });
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
}

/** Waits until something becomes true that happens in real time. */
export async function until(isTrue: () => boolean | Promise<boolean>, milliseconds = 5000): Promise<void> {
  for (const end = Date.now() + milliseconds; !(await isTrue()); ) {
    if (Date.now() > end) throw new Error('it did not become true');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
