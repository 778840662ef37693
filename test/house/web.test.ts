/** The same story by the web chat, over HTTP: the officials are in their Telegram group all the same. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.ts';
import { openTestDatabase } from '../database/given.ts';
import { photo } from '../media/pictures.ts';
import { cardOf, everSaidIn, openStreet, type Street } from './street.ts';

let database: Database;
let street: Street;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterEach(async () => {
  const faults = street.log.lines.filter(({ level }) => level === 'error');
  await street.close();
  expect(faults).toEqual([]);
});
afterAll(() => database.close());

type Shown = {
  id: number;
  mine: boolean;
  text: string;
  choices?: { id: string; label: string }[];
  media?: unknown[];
};

/** Someone with the page open, who waits for the answer each time. */
async function openPage({ origin, settle }: Street, language: string) {
  const first = await fetch(`${origin}/chat`, { headers: { 'accept-language': language } });
  const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
  const headers = { cookie, origin, 'accept-language': language, accept: 'application/json' };
  const hear = async (): Promise<Shown[]> => {
    const response = await fetch(`${origin}/chat/letters?after=0`, { headers });
    const { letters } = (await response.json()) as { letters: Shown[] };
    return letters.filter(({ mine }) => !mine);
  };
  const hand = async (body: string | FormData, more: Record<string, string> = {}): Promise<Shown> => {
    const response = await fetch(`${origin}/chat/letters`, {
      method: 'POST',
      body,
      headers: { ...headers, ...more },
    });
    expect(response.status).toBeLessThan(300);
    await settle();
    return last();
  };
  const last = async (): Promise<Shown> => (await hear()).at(-1) ?? { id: 0, mine: false, text: '' };
  const json = (letter: object) =>
    hand(JSON.stringify({ id: randomUUID(), ...letter }), { 'content-type': 'application/json' });
  return {
    last,
    say: (text: string) => json({ text }),
    pin: (latitude: number, longitude: number) => json({ location: { latitude, longitude } }),
    async tap(label: string) {
      const { id, choices = [] } = await last();
      const choice = choices.find((one) => one.label.includes(label));
      if (!choice) throw new Error(`no ${label} among ${choices.map((one) => one.label).join(', ')}`);
      return json({ text: choice.label, choice: choice.id, letter: String(id) });
    },
    async sendPhoto(text = '') {
      const form = new FormData();
      form.append('id', randomUUID());
      form.append('text', text);
      form.append('photo', new Blob([new Uint8Array(await photo())], { type: 'image/jpeg' }), 'IMG_1.jpg');
      return hand(form);
    },
  };
}

it('Ama reports, is answered, says no and then yes', async () => {
  street = await openStreet(database);
  const { standin, settle } = street;
  const kofi = standin.person('Kofi');
  const works = standin.group('Works');
  await street.desk(works, 'works', kofi);
  const ama = await openPage(street, 'en-GB');
  expect((await ama.say('the drain at Market Circle is choked')).text).toMatch(/Market Circle/);
  await ama.tap('Yes');
  await ama.tap('without my name');
  expect((await ama.sendPhoto()).text).toContain('1 photo, without your name');
  const sent = await ama.tap('Send it');
  const reference = /KS-\w+/.exec(sent.text)?.[0] ?? '';
  const card = cardOf(works, reference);
  expect(card).toMatchObject({ method: 'sendPhoto' });
  const letter = kofi.in(works).quote(card, 'Which side?');
  await settle();
  expect(standin.reactionOn(letter)).toBe('👍');
  expect((await ama.last()).text).toContain(`Works (${reference}): Which side?`);
  await ama.sendPhoto('this side');
  expect(works.heard.at(-1)).toMatchObject({
    text: `${reference}, the resident:\n“this side”`,
    replyTo: card.messageId,
    method: 'sendPhoto',
  });
  kofi.in(works).tap('Resolved', card);
  await settle();
  await ama.tap('No');
  expect((await ama.sendPhoto('still there')).text).toContain('is open again');
  expect(works.heard.at(-1)?.text).toContain('“still there”');
  kofi.in(works).tap('Resolved', card);
  await settle();
  await ama.tap('Yes');
  expect(card.text).toContain('\nClosed\n');
  expect(everSaidIn(street, works.id)).not.toMatch(/web:/);
});

it('Lucía does it in Spanish, and the desk reads English', async () => {
  street = await openStreet(database);
  const { standin, settle } = street;
  const kofi = standin.person('Kofi');
  const works = standin.group('Works');
  await street.desk(works, 'works', kofi);
  const lucia = await openPage(street, 'es-ES');
  expect((await lucia.say('hola')).text).toMatch(/Kasa/);
  expect((await lucia.say('la alcantarilla de Market Circle está atascada')).text).toMatch(/Market Circle/);
  await lucia.tap('Sí');
  await lucia.tap('sin mi nombre');
  await lucia.say('saltar');
  const sent = await lucia.say('1');
  const reference = /KS-\w+/.exec(sent.text)?.[0] ?? '';
  expect(sent.text).toMatch(/jueves,? 3 de diciembre/);
  const card = cardOf(works, reference);
  expect(card.text).toContain('Answer this message to write to the resident.');
  kofi.in(works).quote(card, 'Tomorrow');
  await settle();
  expect((await lucia.last()).text).toContain(`(${reference}): Tomorrow`);
  await lucia.say('muchas gracias');
  kofi.in(works).tap('Resolved', card);
  await settle();
  expect((await lucia.last()).text).toMatch(/arreglado/);
  await lucia.say('no');
  await lucia.say('sigue igual de mal');
  expect(works.heard.at(-1)?.text).toContain('“sigue igual de mal”');
  expect((await lucia.last()).text).toContain(reference);
});
