/** Whatever is sent gets an answer or is ignored on purpose: never silence, never a crash. */
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, rows } from '../../src/database/database.ts';
import type { Group, Person } from '../channels/telegram/standin.ts';
import { openTestDatabase } from '../database/given.ts';
import { html, photo, svg } from '../media/pictures.ts';
import { cardOf, openStreet, reportDrain, SECOND, type Street, since } from './street.ts';

let database: Database;
let street: Street;
let ama: Person;
let kofi: Person;
let works: Group;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  street = await openStreet(database);
  ama = street.standin.person('Ama');
  kofi = street.standin.person('Kofi');
  works = street.standin.group('Works');
  await street.desk(works, 'works', kofi);
});
afterEach(async () => {
  const failed = await rows(
    database.tx,
    sql`select id, direction, error from messages where status in ('failed', 'received', 'queued', 'sending')`,
  );
  const faults = street.log.lines.filter(({ level }) => level === 'error');
  await street.close();
  expect(faults).toEqual([]);
  expect(failed).toEqual([]);
});

/** Hands in a message of Ama with this instead of words. */
type Odd = (who: Person) => unknown;
const words =
  (text: string): Odd =>
  (who) =>
    who.say(text);

const ODD: Record<string, Odd> = {
  'a NUL': words('choked\0drain\0'),
  'only NULs': words('\0\0\0'),
  'a lone surrogate': words('the drain \ud83d is choked'),
  'an empty message': words(''),
  blanks: words(' \n\t '),
  '10,000 characters': words('choked '.repeat(1430)),
  'an emoji': words('😡'),
  'a sticker': (who) => who.send({ sticker: { file_id: 's', emoji: '👍' } }),
  'a poll': (who) => who.send({ poll: { id: '1', question: 'Who is to blame?', options: [] } }),
  'a contact': (who) => who.send({ contact: { phone_number: '+233201234567', first_name: 'Yaw' } }),
  'a video': (who) => who.send({ video: { file_id: 'v', duration: 3, mime_type: 'video/mp4' } }),
  'a thing of tomorrow': (who) => who.send({ hologram: { file_id: 'h' } }),
  'a file of 30 MB': (who) =>
    who.send({ document: { file_id: 'big', mime_type: 'image/jpeg', file_size: 30e6, file_name: 'a.jpg' } }),
  'a file that lies about its type': (who) => who.sendDocument(html, 'image/jpeg', 'photo.jpg'),
  'a picture that is a program': (who) => who.sendDocument(svg, 'image/svg+xml', 'photo.svg'),
  'a photo that is none': (who) => who.sendPhoto(new Uint8Array([0xff, 0xd8, 0xff, 1, 2, 3])),
  markup: words('<b>bold</b> *star* _line_ `tick` [link](https://example.org)'),
  'right to left and control characters': words('\u202Eטקסט\u202C \u0007\u001b[31m עברית'),
  'a number out of range': words('99'),
  'a number that is none': words('-1'),
  'a command that does not exist': words('/frobnicate now'),
  'a deep link to nowhere': (who) => who.start('KS-ZZZZ'),
  'a deep link of nonsense': (who) => who.start('____'),
  'an unknown callback': (who) =>
    who.tap('odd', { ...heard(who), buttons: [[{ text: 'odd', data: '\u0001~~{}' }]] }),
  'a choice of another question': (who) =>
    who.tap('odd', { ...heard(who), buttons: [[{ text: 'odd', data: 'send' }]] }),
  'a pin in the sea': (who) => who.pin(0, 0),
  'a pin nowhere': (who) => who.pin(400, 900),
};

function heard(who: Person) {
  const last = who.heard.at(-1);
  if (!last) throw new Error('nothing was heard yet');
  return last;
}

describe.each(['cancel', 'report a problem', 'the drain at Market Circle is choked'])(
  'after "%s"',
  (before) => {
    it('everything odd is answered', async () => {
      ama.say('hello');
      await street.settle();
      for (const [name, send] of Object.entries(ODD)) {
        for (const text of ['cancel', before]) ama.say(text);
        await street.settle();
        const count = ama.heard.length;
        send(ama);
        await street.settle();
        expect(ama.heard.length, name).toBeGreaterThan(count);
        expect(since(ama, count).trim(), name).not.toBe('');
        expect(since(ama, count), name).not.toContain('went wrong on our side');
      }
    });
  },
);

describe('officials see what a resident wrote as plain words', () => {
  it('markup, links, commands and all', async () => {
    const said = '<b>choked</b> *drain* _at_ `Market Circle` https://example.org/?a=1&b=2 @everyone /done';
    const reference = await reportDrain(street, ama, { words: said });
    const card = cardOf(works, reference);
    expect(card.text).toContain(`“${said}”`);
    const { params } =
      street.standin.requests.findLast(({ params: { text } }) => String(text).includes(said)) ?? {};
    expect(params).toMatchObject({ link_preview_options: { is_disabled: true } });
    expect(params).not.toHaveProperty('parse_mode');
    expect(card.text).not.toContain('Resolved');
  });
});

describe('several at once', () => {
  it('an album of six is one answer', async () => {
    ama.say('the drain at Market Circle is choked');
    await street.settle();
    ama.tap('Yes');
    await street.settle();
    ama.tap('without my name');
    await street.settle();
    const count = ama.heard.length;
    ama.sendAlbum(
      await Promise.all(Array.from({ length: 6 }, (_, n) => photo({ width: 100 + n }))),
      'all of it',
    );
    await street.settle();
    expect(ama.heard.length - count).toBe(1);
    expect(heard(ama).text).toContain('5 photos');
    ama.tap('Send it');
    await street.settle();
    expect(works.heard.filter(({ photo: seen }) => seen)).toHaveLength(5);
  });

  it('the same update twice, and two updates of one number, are one letter', async () => {
    const message = {
      message_id: 77,
      date: 1796029200,
      chat: { id: ama.id, type: 'private', first_name: 'Ama' },
      from: { id: ama.id, is_bot: false, first_name: 'Ama' },
      text: 'hello',
    };
    ama.say('hello');
    await street.settle();
    const count = ama.heard.length;
    street.standin.emit({ message });
    street.standin.emit({ message });
    await street.settle();
    street.standin.emit({ message: { ...message, text: 'another one under the same number' } });
    await street.settle();
    expect(ama.heard.length - count).toBe(1);
  });
});

describe('a message changed later', () => {
  it('before it was read: the new words count', async () => {
    const said = ama.say('the drain is chocked');
    ama.edit(said, 'pothole at Kojokrom');
    await street.settle();
    expect(ama.heard).toHaveLength(1);
    expect(heard(ama).text).toMatch(/^A bad road at Kojokrom/);
  });

  it('after it was read: she is told which words count, unless nothing changed', async () => {
    const said = ama.say('the drain at Market Circle is choked');
    await street.settle();
    ama.edit(said, 'the drain at Market Circle is choked');
    await street.settle();
    expect(ama.heard).toHaveLength(1);
    street.leap(SECOND);
    ama.edit(said, 'the drain at Kojokrom is choked');
    await street.settle();
    expect(heard(ama).text).toMatch(/changed an earlier message/);
  });

  it('by an official, after it was passed on: they are told', async () => {
    const reference = await reportDrain(street, ama);
    const said = kofi.in(works).quote(cardOf(works, reference), 'We come today');
    await street.settle();
    const count = ama.heard.length;
    kofi.in(works).edit(said, 'We come tomorrow');
    await street.settle();
    expect(since(ama, count)).toBe('');
    expect(works.heard.at(-1)?.text).toContain('first words were passed on already');
    const idle = kofi.in(works).say('who goes?');
    await street.settle();
    const quiet = works.heard.length;
    kofi.in(works).edit(idle, 'who goes there?');
    await street.settle();
    expect(works.heard).toHaveLength(quiet);
  });
});

describe('links and the keyboard', () => {
  it('/start report begins one, /start with a reference shows it', async () => {
    ama.start('report');
    await street.settle();
    expect(heard(ama).text).toMatch(/What is wrong/);
    ama.say('cancel');
    await street.settle();
    const reference = await reportDrain(street, ama);
    ama.start(reference);
    await street.settle();
    expect(heard(ama).text).toMatch(new RegExp(`^${reference}`));
  });

  it('the button that shares a place goes away when the place came in words', async () => {
    ama.say('the drain is choked');
    await street.settle();
    ama.tap('Yes');
    await street.settle();
    ama.tap('without my name');
    await street.settle();
    expect(heard(ama).asksLocation).toBeDefined();
    ama.say('Market Circle');
    await street.settle();
    const markups = street.standin.requests.map(({ params }) => JSON.stringify(params.reply_markup ?? ''));
    const shown = markups.findIndex((markup) => markup.includes('request_location'));
    const hidden = markups.findIndex((markup) => markup.includes('remove_keyboard'));
    expect(shown).toBeGreaterThan(-1);
    expect(hidden).toBeGreaterThan(shown);
    expect(heard(ama).buttons.flat()).not.toEqual([]);
    ama.say('menu');
    await street.settle();
    expect(street.standin.requests.at(-1)?.params.reply_markup).not.toHaveProperty('remove_keyboard');
  });
});
