/**
 * The whole house on a paired phone, in a real browser against the page that stands in for WhatsApp's: a resident reports,
 * a department answers in its own WhatsApp group by quoting the card, and the resident reads it.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadEditorial } from '../../src/content.ts';
import type { Database } from '../../src/database/database.ts';
import { openHouse } from '../../src/house.ts';
import { silentLog } from '../../src/log.ts';
import { filesOf } from '../../src/media/store.ts';
import { invite } from '../../src/operators/invite.ts';
import { realWorld } from '../../src/world.ts';
import { AMA, hasty, mayRun, openBench, type WebBench } from '../channels/whatsappweb/bench.ts';
import { openTestDatabase } from '../database/given.ts';

const WORKS = '120363000000000002@g.us';
const KOFI = '233200000002@c.us';
const IN_TIME = { timeout: 20_000, interval: 50 };

describe.runIf(mayRun())('a resident and a desk on the same phone', () => {
  let database: Database;
  let bench: WebBench;
  let house: ReturnType<typeof openHouse>;

  beforeAll(async () => {
    database = await openTestDatabase();
    bench = await openBench({ files: filesOf(database), world: hasty() });
    house = openHouse({
      database,
      world: realWorld,
      log: silentLog,
      editorial: loadEditorial('Africa/Accra'),
      channels: [bench.channel],
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
  });
  afterAll(async () => {
    await house?.stop();
    await bench?.close();
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

  it('a report goes all the way and its answer comes back', async () => {
    const { code } = await database.inTransaction((tx) => invite(tx, 'works', new Date()));
    await bench.say({ group: WORKS, from: KOFI, body: `#desk ${code}`, notifyName: 'Kofi' });
    const opened = await hears(WORKS, /desk of Works/);

    await bench.say('the drain at market circel is choked again, water dey enter the shops');
    const asked = await hears(AMA, /Market Circle[\s\S]*\n1 Yes/);
    let { at } = asked;
    for (const [said, words] of [
      ['1', /Before I write it down/],
      ['2', /photo/i],
      ['skip', /This is what I have/],
      ['1', /reference is KS-/],
    ] as const) {
      await bench.say(said);
      ({ at } = await hears(AMA, words, at + 1));
    }

    const card = await hears(WORKS, /^KS-.* Drain or flooding/, opened.at + 1);
    const quote = { group: WORKS, from: KOFI, notifyName: 'Kofi', quotes: card.id };
    await bench.say({ ...quote, body: 'The gang comes tomorrow morning.' });
    await hears(AMA, /Works[\s\S]*The gang comes tomorrow morning\./, at + 1);
    await bench.say({ ...quote, body: '#take' });
    await vi.waitFor(async () => expect(await bench.page<object[]>('edits')).not.toEqual([]), IN_TIME);
    expect(await bench.page('unknown')).toEqual([]);
  });
});
