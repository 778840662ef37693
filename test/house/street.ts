/**
 * The whole house on a street of people: the real Telegram channel against the stand-in, the web chat over HTTP, real
 * SQL, and a clock that moves only when the test, or a letter that waits its turn, asks for it.
 */
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { openTelegram } from '../../src/channels/telegram/channel.ts';
import { openWebChat } from '../../src/channels/web/channel.ts';
import { WEB_VALUES, WEB_WORDS, type Words } from '../../src/channels/web/words.ts';
import { openWhatsApp, WEBHOOK_PATH } from '../../src/channels/whatsapp/channel.ts';
import { loadEditorial } from '../../src/content.ts';
import { lettersOf } from '../../src/conversations/mailbox.ts';
import { type Database, rows } from '../../src/database/database.ts';
import { TEMPLATE_KINDS } from '../../src/engine/content.ts';
import { openHouse } from '../../src/house.ts';
import { filesOf } from '../../src/media/store.ts';
import { uploadsOf } from '../../src/media/uploads.ts';
import { invite } from '../../src/operators/invite.ts';
import { openServer } from '../../src/web/server.ts';
import { realWorld, type World } from '../../src/world.ts';
import {
  type Group,
  type Heard,
  openStandin,
  type Person,
  type StandinOptions,
} from '../channels/telegram/standin.ts';
import type { TemplateBook } from '../channels/whatsapp/standin/messages.ts';
import { openStandin as openGraph } from '../channels/whatsapp/standin.ts';
import { openTestDatabase, truncate } from '../database/given.ts';
import { rememberingLog } from '../delivery/made.ts';

export const SECOND = 1000;
export const DAY = 86_400 * SECOND;
/** A Monday; drains are promised within 72 hours on working days. */
export const START = Date.parse('2026-11-30T09:00:00Z');
/** A letter that waits longer than this for its turn has been forgotten. */
const WAIT_SECONDS_MAX = 900;

// A story is many turns, and the machine may be busy.
vi.setConfig({ testTimeout: 30_000 });

const editorial = loadEditorial('Africa/Accra');

export type StreetOptions = StandinOptions & {
  language?: string;
  deskLanguage?: string;
  /** What Meta approved. */
  templates?: TemplateBook;
};

export type Street = Awaited<ReturnType<typeof openStreet>>;

export async function openStreet(database: Database, options: StreetOptions = {}) {
  await truncate(database);
  let nowMs = START;
  const log = rememberingLog();
  const world: World = {
    now: () => new Date(nowMs),
    random: () => 0.5,
    // What the network has its time for takes real time.
    sleep: realWorld.sleep,
    crashPoint: () => {},
  };
  const standin = await openStandin({ now: () => nowMs, perRoomPerMinuteMax: 20, ...options });
  const files = filesOf(database);
  const telegram = openTelegram({ token: standin.token, apiRoot: standin.url, world, log, files });
  const { voice } = editorial;
  const graph = await openGraph({ now: () => nowMs, templates: options.templates ?? {} });
  const whatsapp = openWhatsApp({
    token: graph.token,
    phoneId: graph.phoneId,
    appSecret: graph.appSecret,
    verifyToken: graph.verifyToken,
    apiRoot: graph.url,
    perSecondMax: 80,
    templates: Object.fromEntries(TEMPLATE_KINDS.map((kind) => [kind, `kasa_${kind}`])),
    templateLanguages: ['en', 'es'],
    templateWaitHours: 3,
    peoplePerDayMax: 250,
    world,
    log,
    files,
  });
  const web = openWebChat({
    world,
    log,
    files,
    uploads: uploadsOf(database, world),
    mailbox: { after: (address, afterId) => lettersOf(database, address, afterId, 100) },
    languages: voice.languages.map(({ code }) => code),
    words: (language) =>
      Object.fromEntries(
        WEB_WORDS.map((word) => [word, voice.say(language, `web.${word}`, WEB_VALUES)]),
      ) as Words,
  });
  const house = openHouse({
    database,
    world,
    log,
    editorial,
    channels: [telegram, web, whatsapp],
    settings: {
      emergencyNumber: '112',
      fireNumber: '192',
      deskLanguage: options.deskLanguage ?? 'en',
      defaultLanguage: options.language ?? 'en',
      digest: { weekday: 5, openHour: 6, quiet: { from: 21, until: 6 }, timeZone: 'Africa/Accra' },
    },
  });
  await house.prepare();
  const receive: Parameters<typeof telegram.start>[0] = (messages) => house.receiver.receive(messages);
  await telegram.start(receive);
  await web.start(receive);
  await whatsapp.start(receive);
  const server = await openServer({
    port: 0,
    host: '127.0.0.1',
    channels: [{ ...web, routes: web.routes }, whatsapp],
    health: async () => {},
    metrics: async () => '',
    log,
  });
  graph.hook.url = `http://127.0.0.1:${server.port}${WEBHOOK_PATH}`;
  const pumps = [house.pumpFor(telegram), house.pumpFor(web), house.pumpFor(whatsapp)];

  /** Letters that are not done yet, in either direction. */
  async function waiting(): Promise<number> {
    const [found] = await rows<{ count: number }>(
      database.tx,
      sql`select count(*)::int as count from messages where status in ('received', 'queued', 'sending')`,
    );
    return found?.count ?? 0;
  }

  /** One round of everything; resolves with how much moved. */
  async function round(): Promise<number> {
    await standin.waitFor(() => standin.unconfirmed === 0 && graph.hook.unconfirmed === 0);
    const fetched = await house.fetcher.fetchOnce();
    const turned = await house.turner.turnOnce();
    const announced = await house.announcer.lookOnce();
    let sent = 0;
    for (const pump of pumps) sent += await pump.pumpOnce();
    return fetched + turned + announced + sent;
  }

  /** Until nothing moves and nothing waits; time passes where a letter waits for it. */
  async function settle(): Promise<void> {
    for (let waited = 0; ; ) {
      if ((await round()) > 0) continue;
      if ((await waiting()) === 0) return;
      if (++waited > WAIT_SECONDS_MAX) throw new Error('a letter waits for ever');
      nowMs += SECOND;
    }
  }

  async function pass(milliseconds: number): Promise<void> {
    nowMs += milliseconds;
    await house.remind();
    await house.knock();
    await settle();
  }

  return {
    database,
    standin,
    /** Meta's side of WhatsApp, and the people there. */
    graph,
    house,
    world,
    log,
    origin: `http://127.0.0.1:${server.port}`,
    settle,
    round,
    waiting,
    pass,
    /** Lets time go without anybody looking. */
    leap: (milliseconds: number): void => {
      nowMs += milliseconds;
    },
    code: async (department: string) => (await invite(database.tx, department, world.now())).code,
    /** Makes the group the desk of a department, opened by this person. */
    async desk(group: Group, department: string, by: Person): Promise<void> {
      const { code } = await invite(database.tx, department, world.now());
      by.in(group).say(`/desk ${code}`);
      await settle();
    },
    async close(): Promise<void> {
      await telegram.stop();
      await web.stop();
      await whatsapp.stop();
      await server.close();
      await graph.close();
      await standin.close();
    },
  };
}

/** One street after the other for the stories of a test file, on one database; no story may leave a fault in the log. */
export function useStreets() {
  let database: Database;
  let street: Street | undefined;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterEach(async () => {
    const faults = street?.log.lines.filter(({ level }) => level === 'error');
    await street?.close();
    street = undefined;
    expect(faults ?? []).toEqual([]);
  });
  afterAll(() => database.close());
  return {
    async open(options: StreetOptions = {}): Promise<Street> {
      street = await openStreet(database, options);
      return street;
    },
  };
}

/** The whole talk as everybody sees it now, to be read by a human. */
export function showTalk(where: Person | Group): string {
  return where.heard
    .map(({ text, buttons, photo, location, replyTo, topic, asksLocation, messageId }) =>
      [
        `#${messageId}${topic ? ` [topic ${topic}]` : ''}${replyTo ? ` (quotes #${replyTo})` : ''}`,
        photo && ' (photo)',
        location && ` (pin ${location.latitude}, ${location.longitude})`,
        ...(text === '' ? [] : text.split('\n').map((line) => ` ${line}`)),
        ...buttons.map((row) => `   ${row.map((one) => `[${one.text}]`).join(' ')}`),
        asksLocation && `   (keyboard: ${asksLocation})`,
      ]
        .filter(Boolean)
        .join('\n'),
    )
    .join('\n');
}

/** Says what is wrong and goes the shortest way to "Sent."; resolves with the reference. */
export async function reportDrain(
  { settle }: Pick<Street, 'settle'>,
  person: Person,
  { name, words = 'the drain at Market Circle is choked' }: { name?: string; words?: string } = {},
): Promise<string> {
  const tap = async (label: string) => {
    person.tap(label);
    await settle();
  };
  const offers = (label: string) =>
    person.heard
      .at(-1)
      ?.buttons.flat()
      .some(({ text }) => text.includes(label));
  person.say(words);
  await settle();
  await tap('Yes');
  if (offers('without my name')) {
    await tap(name ? '1 Yes' : 'without my name');
    if (name) person.say(name);
    await settle();
  }
  if (offers('No, another one')) await tap('No, another one');
  await tap('Skip');
  await tap('Send it');
  const sent = person.heard.findLast(({ text }) => text.includes('Your reference'))?.text ?? '';
  const reference = /KS-[2-9A-Z]+/.exec(sent)?.[0];
  if (!reference) throw new Error(`nothing was sent: ${sent}`);
  return reference;
}

/** The newest card of a report at a desk. */
export function cardOf(desk: { heard: Heard[] }, reference: string): Heard {
  const card = desk.heard.findLast(({ text }) => text.startsWith(`${reference} ·`));
  if (!card) throw new Error(`there is no card of ${reference}`);
  return card;
}

/** The texts heard after this many, joined: what came of the last thing done. */
export const since = (where: { heard: Heard[] }, count: number): string =>
  where.heard
    .slice(count)
    .map(({ text }) => text)
    .join('\n');

/** Everything that the bot ever said in this chat, also what it has changed since. */
export function everSaidIn({ standin }: Street, chat: number): string {
  return (
    standin.requests
      // What is asked of Telegram is said to nobody in the chat.
      .filter(({ method, params }) => !method.startsWith('get') && Number(params.chat_id) === chat)
      .map(({ params }) => JSON.stringify(params, (_, value) => (value instanceof Uint8Array ? '' : value)))
      .join('\n')
  );
}
