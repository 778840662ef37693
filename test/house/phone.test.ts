/**
 * The whole house on a paired phone, in a real browser against the page that stands in for WhatsApp's, and on Telegram
 * beside it. Works has a desk on both: a group of WhatsApp, where it quotes and writes words, and one of Telegram.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openTelegram } from '../../src/channels/telegram/channel.ts';
import { loadEditorial } from '../../src/content.ts';
import type { Database } from '../../src/database/database.ts';
import { openHouse } from '../../src/house.ts';
import { silentLog } from '../../src/log.ts';
import { filesOf } from '../../src/media/store.ts';
import { invite } from '../../src/operators/invite.ts';
import { realWorld } from '../../src/world.ts';
import { type Group, openStandin, type Person, type Standin } from '../channels/telegram/standin.ts';
import { AMA, hasty, mayRun, openBench, type WebBench } from '../channels/whatsappweb/bench.ts';
import { openTestDatabase } from '../database/given.ts';

const WORKS = '120363000000000002@g.us';
const KOFI = '233200000002@c.us';
const IN_TIME = { timeout: 20_000, interval: 50 };

describe.runIf(mayRun())('a resident and a desk on the same phone', () => {
  let database: Database;
  let bench: WebBench;
  let house: ReturnType<typeof openHouse>;
  let standin: Standin;
  let kofi: Person;
  let works: Group;

  beforeAll(async () => {
    database = await openTestDatabase();
    bench = await openBench({ files: filesOf(database), world: hasty() });
    standin = await openStandin();
    kofi = standin.person('Kofi');
    works = standin.group('Works');
    const telegram = openTelegram({
      token: standin.token,
      apiRoot: standin.url,
      world: realWorld,
      log: silentLog,
      files: filesOf(database),
    });
    house = openHouse({
      database,
      world: realWorld,
      log: silentLog,
      editorial: loadEditorial('Africa/Accra'),
      channels: [bench.channel, telegram],
      settings: {
        emergencyNumber: '112',
        fireNumber: '192',
        deskLanguage: 'en',
        defaultLanguage: 'en',
        digest: undefined,
      },
    });
    await house.prepare();
    await house.start();
    await vi.waitFor(() => bench.page('scan()'), IN_TIME);
    const code = async () => (await database.inTransaction((tx) => invite(tx, 'works', new Date()))).code;
    await bench.say({ group: WORKS, from: KOFI, body: `#desk ${await code()}`, notifyName: 'Kofi' });
    await hears(WORKS, /desk of Works/);
    kofi.in(works).say(`/desk ${await code()}`);
    await standin.waitFor(() => works.heard.find(({ text }) => /desk of Works/.test(text)), IN_TIME.timeout);
  });
  afterAll(async () => {
    await house?.stop();
    await bench?.close();
    await standin?.close();
    await database?.close();
  });

  /** What was written to a chat after what was heard there before, when it says so. */
  async function hears(
    chat: string,
    words: RegExp,
    from = 0,
  ): Promise<{ id: string; text: string; at: number }> {
    return vi.waitFor(async () => {
      const sent = (await bench.sent()).map(({ id, to, body, caption }) => ({
        id,
        to,
        text: `${body ?? ''}${caption ?? ''}`,
      }));
      const at = sent.findIndex(({ to, text }, place) => place >= from && to === chat && words.test(text));
      expect(at, `${words} in ${JSON.stringify(sent.slice(from))}`).toBeGreaterThanOrEqual(0);
      return { ...sent[at]!, at };
    }, IN_TIME);
  }

  it('the resident on WhatsApp: both desks get the card, each answers in its own way, and the resident reads both', async () => {
    await bench.say('the drain at market circel is choked again, water dey enter the shops');
    let { at } = await hears(AMA, /Market Circle[\s\S]*\n1 Yes/);
    for (const [said, words] of [
      ['1', /Before I write it down/],
      ['2', /photo/i],
      ['skip', /This is what I have/],
      ['1', /reference is KS-/],
    ] as const) {
      await bench.say(said);
      ({ at } = await hears(AMA, words, at + 1));
    }

    const card = await hears(WORKS, /^KS-.* Drain or flooding/);
    const quote = { group: WORKS, from: KOFI, notifyName: 'Kofi', quotes: card.id };
    await bench.say({ ...quote, body: 'The gang comes tomorrow morning.' });
    ({ at } = await hears(AMA, /Works[\s\S]*The gang comes tomorrow morning\./, at + 1));
    await bench.say({ ...quote, body: '#tke' });
    await vi.waitFor(async () => expect(await bench.page<object[]>('edits')).not.toEqual([]), IN_TIME);

    const beside = await standin.waitFor(
      () => works.heard.find(({ text }) => text.startsWith(card.text.slice(0, 7)) && /Kofi/.test(text)),
      IN_TIME.timeout,
    );
    kofi.in(works).quote(beside, 'They are there now.');
    ({ at } = await hears(AMA, /They are there now\./, at + 1));
    kofi.in(works).tap('Resolved', beside);
    await hears(AMA, /fixed/, at + 1);
    expect(await bench.page('unknown')).toEqual([]);
  });

  it('the resident on Telegram: the desk on WhatsApp answers by quoting, and ends it by a word', async () => {
    const yaa = standin.person('Yaa');
    const heard = (words: RegExp) =>
      standin.waitFor(() => yaa.heard.find(({ text }) => words.test(text)), 20_000);
    const before = (await bench.sent()).length;
    yaa.say('the street light at Takoradi harbour is dead');
    await heard(/light/i);
    for (const [label, words] of [
      ['Yes', /Before I write it down/],
      ['without my name', /photo/i],
      ['Skip', /This is what I have/],
      ['Send it', /Your reference/],
    ] as const) {
      yaa.tap(label);
      await heard(words);
    }
    const reference = /KS-\w+/.exec((await heard(/Your reference/)).text)?.[0] ?? '';
    const card = await hears(WORKS, new RegExp(`^${reference} · `), before);
    const quote = { group: WORKS, from: KOFI, notifyName: 'Kofi', quotes: card.id };
    await bench.say({ ...quote, body: 'We bring a new lamp.' });
    await heard(/We bring a new lamp\./);
    await bench.say({ ...quote, body: '#done' });
    await heard(new RegExp(`${reference}[\\s\\S]*fixed`));
  });
});
