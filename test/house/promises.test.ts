/** A promise through real channels: told in a Telegram group with a photo, heard on Telegram and on the web page. */
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { rows } from '../../src/database/database.ts';
import { DAY, type Street, since, useStreets } from './street.ts';

const streets = useStreets();
let street: Street;

async function openDesk() {
  street = await streets.open();
  const { standin, settle } = street;
  const [ama, efua, kwesi] = [standin.person('Ama'), standin.person('Efua'), standin.person('Kwesi')];
  const client = standin.group('Client Service');
  await street.desk(client, 'client', efua);
  ama.say('promise 4');
  await settle();
  ama.tap('Follow it');
  await settle();
  return { standin, settle, ama, efua, kwesi, client };
}

const counted = async (table: string): Promise<number> => {
  const [found] = await rows<{ count: number }>(
    street.database.tx,
    sql`select count(*)::int as count from ${sql.raw(table)}`,
  );
  return found?.count ?? 0;
};

it('goes from one line and a photo in a group to whoever follows it', async () => {
  const { settle, ama, efua, kwesi, client } = await openDesk();
  efua.in(client).say('/progress 4 completed The desk is open.');
  await settle();
  const first = client.heard.at(-1);
  expect(first?.text).toContain('needs evidence');
  expect(first?.buttons.flat().map(({ text }) => text)).toEqual(['Throw away']);
  if (first) kwesi.in(client).sendPhoto(undefined, undefined, first);
  await settle();
  const preview = client.heard.at(-1);
  expect(preview?.photo).toBeDefined();
  const told = ama.heard.length;
  expect(await counted("changes where subject = 'commitment'")).toBe(0);
  kwesi.in(client).tap('Publish', preview);
  await settle();
  expect(since(ama, told)).toContain('News of promise 4, One place for complaints: completed.');
  expect(since(ama, told)).not.toContain('Kwesi');
  ama.tap('Show the photos');
  await settle();
  expect(ama.heard.some(({ photo }) => photo)).toBe(true);
  // The preview lost its buttons; whoever presses them from an old screen does no harm.
  expect(client.heard.find(({ messageId }) => messageId === preview?.messageId)?.text).toContain(
    'Published by Kwesi',
  );
  expect(await counted('progress_drafts')).toBe(0);
  expect(await counted("attachments where subject = 'draft'")).toBe(0);
  expect(await counted("attachments where subject = 'change'")).toBe(1);
});

it('is published as it was quoted: an older preview publishes nothing', async () => {
  const { settle, efua, kwesi, client } = await openDesk();
  efua.in(client).say('/progress 4 limited 20');
  await settle();
  const [older] = client.heard.slice(-1);
  if (older) efua.in(client).quote(older, '30');
  await settle();
  const [newer] = client.heard.slice(-1);
  if (older) kwesi.in(client).quote(older, 'publish');
  await settle();
  expect(client.heard.at(-1)?.text).toMatch(/^That is an older preview/);
  expect(await counted("changes where subject = 'commitment'")).toBe(0);
  if (newer) kwesi.in(client).quote(newer, 'publish');
  await settle();
  const [kept] = await rows<{ percent: number }>(
    street.database.tx,
    sql`select percent::float8 as percent from commitments where key = 'SEK0009'`,
  );
  expect(kept?.percent).toBe(30);
});

it('is left alone by colleagues who only talk, and by drafts that nobody finished', async () => {
  const { settle, ama, efua, kwesi, client } = await openDesk();
  efua.in(client).say('/progress 4 limited 20');
  await settle();
  const heard = client.heard.length;
  kwesi.in(client).say('publish');
  await settle();
  expect(since(client, heard)).toBe('');
  expect(await counted("changes where subject = 'commitment'")).toBe(0);
  await street.pass(31 * DAY);
  expect(await counted('progress_drafts')).toBe(0);
  efua.in(client).tap('Publish', client.heard.at(-1));
  await settle();
  expect(client.heard.at(-1)?.text).toBe('That was published or thrown away already.');
  expect(since(ama, 0)).not.toContain('News of promise');
});

it('is not told to whoever stopped, and told once to whoever follows it twice', async () => {
  const { standin, settle, ama, efua, client } = await openDesk();
  const kofi = standin.person('Kofi');
  for (const words of ['promise 4', 'follow', 'back']) {
    kofi.say(words);
    await settle();
  }
  ama.say('stop');
  await settle();
  const [toldAma, toldKofi] = [ama.heard.length, kofi.heard.length];
  efua.in(client).say('/progress 4 limited 20');
  await settle();
  efua.in(client).tap('Publish');
  efua.in(client).tap('Publish');
  await settle();
  expect(since(ama, toldAma)).toBe('');
  expect(since(kofi, toldKofi).match(/News of promise 4/g)).toHaveLength(1);
  expect(client.heard.at(-1)?.text).toBe('That was published or thrown away already.');
});

it('is read by a group where it was asked; following it and judging it go on in private', async () => {
  street = await streets.open();
  const { standin, settle } = street;
  const ama = standin.person('Ama');
  const group = standin.group('Youth of Kojokrom');
  ama.in(group).say('/promises');
  await settle();
  expect(group.heard.at(-1)?.text).toMatch(/^What the city promised/);
  ama.in(group).say('@KasaBot promise 4');
  await settle();
  const card = group.heard.at(-1);
  expect(card?.text).toMatch(/^Promise 4/);
  const links: string[] = [];
  for (const label of ['Follow it', 'Is it true where I live?']) {
    ama.in(group).say('@KasaBot promise 4');
    await settle();
    ama.in(group).tap(label, group.heard.at(-1));
    await settle();
    links.push(/start=(.+)$/.exec(group.heard.at(-1)?.buttons.flat().at(-1)?.url ?? '')?.[1] ?? '');
  }
  expect(links).toEqual(['followpromise-SEK0009', 'truehere-SEK0009']);
  expect(await counted('follows')).toBe(0);
  for (const link of links) {
    ama.start(link);
    await settle();
  }
  expect(await counted('follows')).toBe(1);
  expect(ama.heard.at(-1)?.text).toMatch(/^Promise 4, One place for complaints: is it true/);
});
