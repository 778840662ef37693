/**
 * A talk with the whole house in one process: people at a console, a clock that can be turned, a database in memory.
 * The terminal (`npm run chat`) and the transcript tests play it.
 */

import { sql } from 'drizzle-orm';
import { openConsole, showContent } from './channels/console/channel.ts';
import type { Address, InboundMessage, OutboundMessage } from './channels/message.ts';
import { tellFollowers } from './civic/projects/news.ts';
import { loadProjects } from './civic/projects/store.ts';
import type { Editorial } from './content.ts';
import { type Database, rows } from './database/database.ts';
import type { Choice } from './engine/content.ts';
import type { Values } from './engine/flow.ts';
import { type House, openHouse } from './house.ts';
import type { Log } from './log.ts';
import { invite } from './operators/invite.ts';
import { readTyped } from './talk-line.ts';
import type { World } from './world.ts';

/** `to` is a person's name, or `desk`. `change` is true when an earlier letter was changed instead. */
export type Said = { to: string; content: OutboundMessage['content']; change: boolean };
export type Called = { action: string; input: Values };

export type Talk = {
  house: House;
  /** The person who talks unless another is named. */
  person: string;
  /** What was sent since the last call, in order. */
  heard(): Said[];
  /** What flows asked of the world since the last call, in order. */
  called(): Called[];
  /** Hands in one line as a person would write it (the ways are listed in talk-line.ts) and waits until nothing moves. */
  say(line: string, who?: string): Promise<void>;
  /** Hands in several lines before anything is answered. */
  sayAtOnce(lines: { line: string; who?: string }[]): Promise<void>;
  /** Makes `desk` the desk of a department: its lines are those of an official who quotes the newest letter there. */
  openDesk(department: string): Promise<void>;
  /** Takes turns and sends until nothing moves. */
  settle(): Promise<void>;
  /** The flow that waits for the person, for a name of the saved talk. */
  flowUnderWay(who?: string): Promise<string | undefined>;
  now(): Date;
};

export const TALK_START = new Date('2026-11-30T09:00:00Z');
export const DESK = 'desk';
const DESK_ADDRESS: Address = 'console:desk';
/** The official who writes at the desk, unless another is named (`desk:Kwesi`). */
const OFFICIAL = 'Efua';
/** A group of residents: `group:kofi` is one of them, who speaks to Kasa there; `group:esi` administers it. */
const GROUP = 'group';
const ADMINISTRATOR = 'esi';
const SECOND = 1000;

export type TalkOptions = {
  database: Database;
  editorial: Editorial;
  log: Log;
  person?: string;
  language?: string;
  start?: Date;
  /** Told of every letter as it is sent. */
  sent?(message: OutboundMessage): void;
  /** The desk works by words, as where a network has no buttons. */
  wordDesks?: boolean;
};

export async function openTalk(options: TalkOptions): Promise<Talk> {
  const { database, editorial, log, person = 'ama' } = options;
  let clock = (options.start ?? TALK_START).getTime();
  let letters: Said[] = [];
  let calls: Called[] = [];
  let said = 0;
  /** By address: the choices last offered, the newest letter there, the newest letter from there. */
  const offered = new Map<string, Choice[]>();
  const newest = new Map<string, string>();
  const own = new Map<string, string>();
  const world: World = {
    now: () => new Date(clock),
    random: () => 0.5,
    sleep: () => new Promise((resolve) => setImmediate(resolve)),
    crashPoint: () => {},
  };
  const channel = openConsole((message, externalId) => {
    options.sent?.(message);
    if (message.reaction) return;
    const change = message.edits !== undefined;
    letters.push({ to: message.to.slice('console:'.length), content: message.content, change });
    if (message.content.choices) offered.set(message.to, message.content.choices);
    if (!change) newest.set(message.to, externalId);
  });
  const house = openHouse({
    database,
    world,
    log,
    editorial,
    channels: [channel],
    settings: {
      emergencyNumber: '112',
      fireNumber: '192',
      deskLanguage: 'en',
      defaultLanguage: options.language ?? 'en',
      wordChannels: options.wordDesks ? [channel.name] : [],
      digest: { weekday: 5, openHour: 6, quiet: { from: 21, until: 6 }, timeZone: 'Africa/Accra' },
    },
  });
  await house.prepare();
  listenToCalls(house, (call) => calls.push(call));
  const pump = house.pumpFor(channel);

  const settle = async (): Promise<void> => {
    for (;;) {
      const fetched = await house.fetcher.fetchOnce();
      const turned = await house.turner.turnOnce();
      const announced = await house.announcer.lookOnce();
      const sent = await pump.pumpOnce();
      if (fetched + turned + announced + sent === 0) return;
    }
  };

  const sender = (
    who: string,
  ): Pick<InboundMessage, 'from' | 'room' | 'name' | 'addressed' | 'administrator'> => {
    const [name = '', official = OFFICIAL] = who.split(':');
    if (name === GROUP) {
      const spoken = { addressed: true, administrator: official === ADMINISTRATOR };
      return { from: `console:${official}`, room: `console:${GROUP}`, ...spoken };
    }
    if (name !== DESK) return { from: `console:${name}` };
    return { from: `console:${official.toLowerCase()}`, room: DESK_ADDRESS, name: official };
  };

  /** The city's list with one thing of one project changed, as if its editor had done it. */
  let list = editorial.city.projects;
  const publish = async ({ key, what, to }: { key: string; what: string; to: string }): Promise<void> => {
    list = list.map((row) => (row.id === key ? { ...row, [what]: to } : row));
    await database.inTransaction(async (tx) => {
      const { changeIds } = await loadProjects(tx, list, world.now());
      await tellFollowers(tx, changeIds, editorial.voice, world.now());
    });
  };

  const hand = async (line: string, who = person): Promise<void> => {
    const from = sender(who);
    const chat = from.room ?? from.from;
    const given = await readTyped(line, {
      database,
      now: world.now(),
      offered: offered.get(chat) ?? [],
      newest: newest.get(chat),
      own: own.get(chat),
      quotes: from.room === DESK_ADDRESS,
    });
    if (given.later !== undefined) {
      clock += given.later;
      await house.remind();
      await house.digest();
      return;
    }
    if (given.published) return publish(given.published);
    said += 1;
    clock += SECOND;
    const externalId = `${from.from}:${said}`;
    if (!given.message.edits) own.set(chat, externalId);
    const letter = { channel: 'console', externalId, text: '', sentAt: world.now() };
    await house.receiver.receive([{ ...letter, ...from, ...given.message }]);
  };

  return {
    house,
    person,
    settle,
    now: () => new Date(clock),
    async say(line, who) {
      await hand(line, who);
      await settle();
    },
    async sayAtOnce(lines) {
      for (const { line, who } of lines) await hand(line, who);
      await settle();
    },
    async openDesk(department) {
      const { code } = await invite(database.tx, department, world.now());
      await hand(`/desk ${code}`, DESK);
      await settle();
      letters = [];
    },
    async flowUnderWay(who = person) {
      const [found] = await rows<{ flow: string | null }>(
        database.tx,
        sql`select state -> 'frames' -> 0 ->> 'flow' as flow from conversations where address = ${`console:${who}`}`,
      );
      return found?.flow ?? undefined;
    },
    heard() {
      const heard = letters;
      letters = [];
      return heard;
    },
    called() {
      const called = calls;
      calls = [];
      return called;
    },
  };
}

/** Tells of every call that a flow makes, before it is answered. */
function listenToCalls(house: House, tell: (call: Called) => void): void {
  const { turning } = house;
  turning.actions = Object.fromEntries(
    Object.entries(turning.actions).map(([name, action]) => [
      name,
      {
        ...action,
        run: (given, around) => {
          for (const { input } of given) tell({ action: name, input: (input ?? {}) as Values });
          return action.run(given, around);
        },
      },
    ]),
  );
}

/** What a person reads, line by line. */
export const showSaid = (said: Said): string[] => showContent(said.content);
