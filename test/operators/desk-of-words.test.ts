/** A desk without buttons: numbers by quoting, the same rights, and a department with a desk of each kind. */
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Database, rows } from '../../src/database/database.ts';
import { openTestDatabase } from '../database/given.ts';
import { type Hall, openHall, type Read } from './hall.ts';

const WORKS = 'whatsappweb:works';
const EFUA = `${WORKS}/Efua`;
const TELEGRAM = 'console:works';
const KOFI = `${TELEGRAM}/Kofi`;

let database: Database;
let hall: Hall;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterEach(() => expect(hall.log.lines.filter(({ level }) => level === 'error')).toEqual([]));
afterAll(() => database.close());

async function withDesk(options: { deskLanguage?: string } = {}): Promise<{ reference: string; card: Read }> {
  hall = await openHall(database, options);
  await hall.openDesk(EFUA, 'works');
  const reference = await hall.report();
  const [card] = hall.read(WORKS);
  if (!card) throw new Error('there is no card');
  return { reference, card };
}

const quote = ({ name }: Read) => ({ replyTo: name });
const newest = (chat: string): Read => {
  const last = hall.read(chat).findLast(({ message }) => message.edits === undefined);
  if (!last) throw new Error('nothing was said there');
  return last;
};
const stateOf = async () =>
  (
    await rows<{ state: string; department: string; taken_by: string | null }>(
      database.tx,
      sql`select state, department, taken_by from reports`,
    )
  )[0];

describe('a card', () => {
  it('has no numbers: it says which words there are', async () => {
    const { card } = await withDesk();
    expect(card.message.content.choices).toBeUndefined();
    expect(card.text).toContain('#take, #start, #done, #pass, #notours, #note');
  });

  it('that is quoted with a number is answered with a number', async () => {
    const { card } = await withDesk();
    await hall.say(EFUA, '1', quote(card));
    expect(hall.texts('console:ama')).toContain('): 1');
    expect(await stateOf()).toMatchObject({ state: 'sent' });
  });

  it('speaks the language of the desk, and so do its words', async () => {
    const { card, reference } = await withDesk({ deskLanguage: 'es' });
    expect(card.text).toContain('#tomar, #empezar, #hecho');
    await hall.say(EFUA, '#tomr', quote(card));
    expect(newest(WORKS).text).toBe(`${reference}: lo lleva Efua.`);
    await hall.say(EFUA, '#done', quote(card));
    expect(newest(WORKS).text).toBe(`${reference} está resuelto.`);
  });
});

describe('a word', () => {
  it('does what the button does, and says where the report stands', async () => {
    const { card, reference } = await withDesk();
    await hall.say(EFUA, '# Take.', quote(card));
    const said = hall.read(WORKS);
    expect(said.map(({ text }) => text)).toContain(`${reference} is taken by Efua.`);
    expect(said.find(({ message }) => message.edits === card.name)?.text).toContain('Taken by Efua');
    expect(hall.texts('console:ama')).toContain('has taken it up');
  });

  it('that could be two is asked about; a word that quotes the question is enough, and reaches no resident', async () => {
    const { card } = await withDesk();
    await hall.say(EFUA, '#dote', quote(card));
    const asked = newest(WORKS);
    expect(asked.text).toBe('Do you mean #done or #note?');
    expect(await stateOf()).toMatchObject({ state: 'sent' });
    await hall.say(EFUA, 'what?', quote(asked));
    expect(newest(WORKS).text).toMatch(/^I do not know "what"/);
    expect(hall.texts('console:ama')).toBe('');
    await hall.say(EFUA, 'done', quote(asked));
    expect(await stateOf()).toMatchObject({ state: 'resolved' });
  });

  it('that is none is told so, also when it quotes a card: it is never said to a resident', async () => {
    const { card } = await withDesk();
    await hall.say(EFUA, '#urgent please', quote(card));
    expect(newest(WORKS).text).toBe(
      'I do not know "urgent". You can write #take, #done, #note, #pass, #open, #help.',
    );
    expect(hall.texts('console:ama')).toBe('');
  });

  it('said among colleagues without a mark stays among them', async () => {
    await withDesk();
    await hall.say(EFUA, 'done');
    await hall.say(EFUA, '1');
    expect(hall.texts(WORKS)).toBe('');
    expect(await stateOf()).toMatchObject({ state: 'sent' });
  });

  it('of another desk is refused in the same words as by /done', async () => {
    const { reference } = await withDesk();
    for (const [who, chat] of [
      ['whatsappweb:roads/Yaw', 'whatsappweb:roads'],
      ['console:roads/Yaw', 'console:roads'],
    ] as const) {
      await hall.openDesk(who, 'roads');
      await hall.say(who, `#done ${reference}`);
      expect(hall.texts(chat)).toBe(`I do not find that report. ${reference}`);
    }
    expect(await stateOf()).toMatchObject({ state: 'sent' });
  });

  it('in a chat that is no desk does nothing', async () => {
    const { reference } = await withDesk();
    await hall.say('whatsappweb:youth/Yaw', `#done ${reference}`);
    expect(hall.texts('whatsappweb:youth')).toBe('');
    expect(await stateOf()).toMatchObject({ state: 'sent' });
  });
});

describe('a quoted number', () => {
  it('is the department of that number', async () => {
    const { card, reference } = await withDesk();
    await hall.say(EFUA, '#pass', quote(card));
    const asked = newest(WORKS);
    const at = (asked.message.content.choices ?? []).findIndex(({ label }) => label === 'Urban Roads');
    await hall.say(EFUA, String(at + 1), quote(asked));
    expect(await stateOf()).toMatchObject({ department: 'roads' });
    expect(hall.texts(WORKS)).toContain(`${reference} was passed to Urban Roads by Efua.`);
  });

  it('may be its name, nearly; a name that is none is asked again and reaches no resident', async () => {
    const { card } = await withDesk();
    await hall.say(EFUA, '#pass', quote(card));
    const asked = newest(WORKS);
    await hall.say(EFUA, 'the road people', quote(asked));
    expect(newest(WORKS).text).toMatch(/^I find no department "the road people"/);
    expect(hall.texts('console:ama')).toBe('');
    await hall.say(EFUA, 'to raods', quote(asked));
    expect(await stateOf()).toMatchObject({ department: 'roads' });
  });

  it('that is too high is told so, with the choices again', async () => {
    const { card } = await withDesk();
    await hall.say(EFUA, '#pass', quote(card));
    await hall.say(EFUA, '99', quote(newest(WORKS)));
    const again = newest(WORKS);
    expect(again.text).toBe('There is no 99 in that letter. Quote it with a number from 1 to 12.');
    await hall.say(EFUA, 'Waste', quote(again));
    expect(await stateOf()).toMatchObject({ department: 'waste' });
  });

  it('publishes progress; a percent is still a percent', async () => {
    await withDesk();
    await hall.openDesk('whatsappweb:client/Esi', 'client');
    hall.read('whatsappweb:client');
    await hall.say('whatsappweb:client/Esi', '#progress 4 limited');
    await hall.say('whatsappweb:client/Esi', '60', quote(newest('whatsappweb:client')));
    const preview = newest('whatsappweb:client');
    expect(preview.text).toContain('60 %');
    await hall.say('whatsappweb:client/Esi', '1', quote(preview));
    expect(hall.texts('whatsappweb:client')).toContain('published');
  });

  it('sends an announcement, and words steer it', async () => {
    await withDesk();
    await hall.say(EFUA, '#announce The water is off on Friday.');
    const preview = newest(WORKS);
    expect(preview.text).toContain('quotes this with 1');
    await hall.say(EFUA, 'Send', quote(preview));
    expect(hall.texts(WORKS)).toContain('is confirmed by Efua');
    expect(hall.texts('console:ama')).toContain('The water is off on Friday.');
  });

  it('is a word where letters are being sent: the newest state decides, not the letter', async () => {
    await withDesk();
    await hall.say(EFUA, '#announce The water is off on Friday.');
    await hall.say(EFUA, '1', quote(newest(WORKS)));
    const [confirmed] = hall.read(WORKS);
    if (!confirmed) throw new Error('nothing was confirmed');
    const going = async (state: string) =>
      database.tx.execute(sql`update broadcasts set state = ${state}, ended_at = null`);
    const isIn = async () =>
      (await rows<{ state: string }>(database.tx, sql`select state from broadcasts`))[0]?.state;
    await going('sending');
    await hall.say(EFUA, 'pause', quote(confirmed));
    expect(await isIn()).toBe('paused');
    expect(hall.texts(WORKS)).toContain('Announcement 1: paused');
    await hall.say(EFUA, 'Stop', quote(confirmed));
    expect(await isIn()).toBe('stopped');
    expect(hall.texts(WORKS)).toContain('stopped by Efua');
  });

  it("alone with us is a resident's, unless it quotes a letter to the desk", async () => {
    hall = await openHall(database);
    await hall.openDesk('whatsappweb:efua', 'works');
    await hall.report();
    const [card] = hall.read('whatsappweb:efua');
    if (!card) throw new Error('there is no card');
    await hall.say('whatsappweb:efua', '#pass', quote(card));
    const asked = newest('whatsappweb:efua');
    await hall.say('whatsappweb:efua', 'menu');
    hall.read('whatsappweb:efua');
    await hall.say('whatsappweb:efua', '1');
    expect(newest('whatsappweb:efua').text).toContain('wrong');
    expect(await stateOf()).toMatchObject({ department: 'works' });
    await hall.say('whatsappweb:efua', '4', quote(asked));
    expect(await stateOf()).toMatchObject({ department: 'roads' });
  });

  it('on a network with buttons is an answer to the resident, and the buttons work', async () => {
    hall = await openHall(database);
    await hall.openDesk(KOFI, 'works');
    await hall.report();
    const [card] = hall.read(TELEGRAM);
    if (!card) throw new Error('there is no card');
    expect(card.message.content.choices?.map(({ label }) => label)).toContain('Resolved');
    await hall.say(KOFI, '1', quote(card));
    expect(hall.texts('console:ama')).toContain('): 1');
    expect(await stateOf()).toMatchObject({ state: 'sent' });
  });

  it('of a letter that another chat got does nothing', async () => {
    const { card } = await withDesk();
    await hall.say(EFUA, '#pass', quote(card));
    const asked = newest(WORKS);
    await hall.openDesk('whatsappweb:roads/Yaw', 'roads');
    await hall.say('whatsappweb:roads/Yaw', '3', quote(asked));
    expect(await stateOf()).toMatchObject({ department: 'works' });
  });
});

describe('a department with a desk of each kind', () => {
  it('sees at both what was done at either', async () => {
    hall = await openHall(database);
    await hall.openDesk(EFUA, 'works');
    await hall.openDesk(KOFI, 'works');
    const reference = await hall.report();
    const [inWords] = hall.read(WORKS);
    const [withButtons] = hall.read(TELEGRAM);
    if (!inWords || !withButtons) throw new Error('there are no cards');
    await hall.say(KOFI, '', { choice: `desk:take:1`, ...quote(withButtons) });
    const told = hall.read(WORKS);
    expect(told.find(({ message }) => message.edits === inWords.name)?.text).toContain('Taken by Kofi');
    expect(told.find(({ text }) => text === `${reference} is taken by Kofi.`)?.message.replyTo).toBe(
      inWords.name,
    );
    expect(hall.read(TELEGRAM).map(({ message }) => message.edits)).toEqual([withButtons.name]);
    await hall.say(EFUA, '#done', quote(inWords));
    const followed = hall.read(TELEGRAM);
    expect(followed).toHaveLength(1);
    expect(followed[0]?.text).toContain('Resolved');
    expect(followed[0]?.message.content.choices?.map(({ label }) => label)).toEqual(['Open again']);
    expect(hall.read(WORKS).filter(({ text }) => text === `${reference} is resolved.`)).toHaveLength(1);
  });
});

describe('#help', () => {
  it.each(['en', 'es'])('tells every word in one letter (%s)', async (deskLanguage) => {
    await withDesk({ deskLanguage });
    await hall.say(EFUA, '#help');
    const { text } = newest(WORKS);
    expect(text.length).toBeLessThan(4096);
    expect(text.split('\n').filter((line) => line.startsWith('#'))).toHaveLength(17);
    expect(text).not.toContain('/');
  });
});
