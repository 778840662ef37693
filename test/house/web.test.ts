/** The same story by the web chat, over HTTP: the officials are in their Telegram group all the same. */
import { expect, it } from 'vitest';
import { openPage } from './page.ts';
import { cardOf, everSaidIn, type Street, useStreets } from './street.ts';

const streets = useStreets();
let street: Street;

it('Ama reports, is answered, says no and then yes', async () => {
  street = await streets.open();
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
  street = await streets.open();
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
