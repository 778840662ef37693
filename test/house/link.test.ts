/** One person on two channels: what she begins on the web page she ends on Telegram, and it is one talk from then on. */

import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { rows } from '../../src/database/database.ts';
import { openPage } from './page.ts';
import { cardOf, DAY, reportDrain, SECOND, START, type Street, since, useStreets } from './street.ts';

const streets = useStreets();
let street: Street;

type Page = Awaited<ReturnType<typeof openPage>>;
type Phone = ReturnType<Street['standin']['person']>;

const codeIn = (text = '') => /KASA-[\w-]+/.exec(text)?.[0] ?? 'no code';

/** Asks for a code on the page and types it on the phone. */
async function link(page: Page, phone: Phone): Promise<void> {
  phone.say(`link ${codeIn((await page.say('link')).text)}`);
  await street.settle();
  phone.tap('Yes, make them one');
  await street.settle();
}

const people = async () =>
  (await rows(street.database.tx, sql`select 1 from conversations where room = ''`)).length;

it('a report is begun here and ended there; who answers it is heard where she wrote last', async () => {
  street = await streets.open();
  const { standin, settle } = street;
  const kofi = standin.person('Kofi');
  const works = standin.group('Works');
  await street.desk(works, 'works', kofi);
  const page = await openPage(street, 'en-GB');
  const phone = standin.person('Ama');
  await page.say('the drain at Market Circle is choked');
  await page.tap('Yes');
  expect((await page.tap('without my name')).text).toContain('Send a photo');
  phone.say('hello');
  await settle();
  await link(page, phone);
  expect((await page.last()).text).toBe(
    'This talk is now one with your talk on Telegram. Write in either. That was not you? Write "human".',
  );
  expect(phone.heard.at(-1)?.text).toMatch(
    /on the web page\.[\s\S]*go on here where you were there[\s\S]*Send a photo/,
  );

  phone.tap('Skip');
  await settle();
  phone.tap('Send it');
  await settle();
  const reference = /KS-\w+/.exec(phone.heard.at(-1)?.text ?? '')?.[0] ?? '';
  const card = cardOf(works, reference);
  expect(works.heard.filter(({ text }) => text.startsWith(`${reference} ·`))).toHaveLength(1);

  const onPage = (await page.hear()).length;
  kofi.in(works).quote(card, 'Which side?');
  await settle();
  expect(phone.heard.at(-1)?.text).toContain(`Works (${reference}): Which side?`);
  expect(await page.hear()).toHaveLength(onPage);

  await page.say(`${reference}`);
  const onPhone = phone.heard.length;
  kofi.in(works).quote(card, 'We come tomorrow.');
  await settle();
  expect((await page.last()).text).toContain('We come tomorrow.');
  expect(phone.heard).toHaveLength(onPhone);
});

it('letters on both at once are taken in order, and each is answered where it came from', async () => {
  street = await streets.open();
  const { standin, settle } = street;
  const page = await openPage(street, 'en-GB');
  const phone = standin.person('Ama');
  await link(page, phone);
  expect(await people()).toBe(1);
  const before = phone.heard.length;
  await page.drop('the drain at Market Circle is choked');
  phone.say('yes');
  await standin.waitFor(() => standin.unconfirmed === 0);
  await page.drop('2');
  await settle();
  const said = (await page.hear()).slice(-2).map(({ text }) => text);
  expect(said[0]).toContain('Market Circle. Is that right?');
  expect(since(phone, before)).toContain('Before I write it down');
  expect(said[1]).toContain('Send a photo');
  // What was asked on the phone was answered on the page.
  phone.tap('Yes, without my name');
  await settle();
  expect(phone.heard.at(-1)?.text).toContain('earlier question');
});

it('the two talks are in the same batch: nothing is lost, and they become one', async () => {
  street = await streets.open();
  const { standin, settle } = street;
  const page = await openPage(street, 'en-GB');
  const phone = standin.person('Ama');
  phone.say(`link ${codeIn((await page.say('link')).text)}`);
  await settle();
  await page.drop('the drain at Market Circle is choked');
  phone.tap('Yes, make them one');
  await standin.waitFor(() => standin.unconfirmed === 0);
  await settle();
  expect(await people()).toBe(1);
  expect((await page.hear()).map(({ text }) => text).join('\n')).toContain('Market Circle. Is that right?');
  expect(phone.heard.at(-1)?.text).toMatch(/one talk now[\s\S]*Market Circle\. Is that right\?/);
  expect(street.log.lines.map(({ event }) => event)).toContain('a batch of turns is taken one by one');
});

it('one weekly letter, where she wrote last; "stop" and "delete" hold for both', async () => {
  street = await streets.open();
  const { standin, settle, house } = street;
  const kofi = standin.person('Kofi');
  const works = standin.group('Works');
  await street.desk(works, 'works', kofi);
  const page = await openPage(street, 'en-GB');
  const phone = standin.person('Ama');
  const reference = await reportDrain(street, phone);
  for (const word of ['subscribe', '3', '1']) {
    phone.say(word);
    await settle();
    await page.say(word);
  }
  await link(page, phone);
  kofi.in(works).tap('In progress', cardOf(works, reference));
  await settle();
  phone.say('hello');
  await settle();

  const [onPhone, onPage] = [phone.heard.length, (await page.hear()).length];
  street.leap(Date.parse('2026-12-04T12:00:00Z') - START);
  for (let looks = 0; looks < 3; looks++) {
    await house.digest();
    await settle();
    street.leap(3600 * SECOND);
  }
  expect(since(phone, onPhone).match(/Your week in/g)).toHaveLength(1);
  expect(await page.hear()).toHaveLength(onPage);

  await page.say('stop');
  const heard = phone.heard.length;
  kofi.in(works).tap('Resolved', cardOf(works, reference));
  await street.pass(DAY);
  expect(phone.heard).toHaveLength(heard);

  phone.say('privacy');
  await settle();
  phone.tap('Delete my data');
  await settle();
  phone.tap('Yes, delete');
  await settle();
  expect((await page.say('my reports')).text).toContain('You have made no report yet');
  const kept = await rows<{ text: string }>(
    street.database.tx,
    sql`select content ->> 'text' as text from messages where direction = 'inbound' and conversation_id is not null
        and address not like 'telegram:-%' and content ->> 'text' like '%drain%'`,
  );
  expect(kept).toEqual([]);
});

it("an official's own chat is joined with nothing", async () => {
  street = await streets.open();
  const { standin, settle } = street;
  const kofi = standin.person('Kofi');
  kofi.say(`/desk ${await street.code('works')}`);
  await settle();
  const page = await openPage(street, 'en-GB');
  expect((await page.say('hello')).text).toMatch(/Kasa/);
  kofi.say(`link ${codeIn((await page.say('link')).text)}`);
  await settle();
  expect(kofi.heard.at(-1)?.text).toContain('Officials answer in one of these chats');
  kofi.say('link');
  await settle();
  expect(kofi.heard.at(-1)?.text).toContain('Officials answer in one of these chats');
  expect(await people()).toBe(2);
});
