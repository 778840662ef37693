/** A youth group's chat: the bot answers who speaks to it, where they spoke; what is personal goes on in private. */
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { rows } from '../../src/database/database.ts';
import { type Street, useStreets } from './street.ts';

const streets = useStreets();
let street: Street;

async function openGroup(kind: { forum?: boolean; small?: boolean } = {}) {
  street = await streets.open();
  const { standin, settle } = street;
  return {
    settle,
    ama: standin.person('Ama'),
    kofi: standin.person('Kofi'),
    group: standin.group('Youth of Kojokrom', kind),
  };
}

describe('a group that asks', () => {
  it('hears of projects when it speaks to the bot, as a quote of who asked', async () => {
    const { settle, ama, group } = await openGroup();
    const asked = ama.in(group).say('/projects');
    await settle();
    const question = group.heard.at(-1);
    expect(question).toMatchObject({ replyTo: asked.messageId });
    expect(question?.text).toMatch(/^Which place, or which project\?/);
    if (question) ama.in(group).quote(question, 'Diabene');
    await settle();
    expect(group.heard.at(-1)?.text).toMatch(/^The nearest projects/);
    expect(group.heard.at(-1)?.text).toContain('Market sheds, Diabene');
    ama.in(group).tap('Market sheds');
    await settle();
    expect(group.heard.at(-1)?.text).toContain('Who builds: not published.');
  });

  it('is left alone when it talks among itself, and none of it is kept', async () => {
    const { settle, ama, kofi, group } = await openGroup();
    ama.in(group).say('the drain at Market Circle is choked');
    kofi.in(group).say('true, and my name is Kofi');
    await settle();
    expect(group.heard).toEqual([]);
    const [kept] = await rows<{ text: string }>(
      street.database.tx,
      sql`select string_agg(content::text, ' ') as text from messages`,
    );
    expect(kept?.text).not.toMatch(/drain|Kofi/);
  });

  it('is answered by name too, and each member has a talk of their own', async () => {
    const { settle, ama, kofi, group } = await openGroup();
    ama.in(group).say('@KasaBot projects');
    kofi.in(group).say('@kasabot, language');
    await settle();
    const [first, second] = group.heard;
    expect(first?.text).toMatch(/^Which place/);
    expect(second?.text).toMatch(/^Which language/);
    if (first) ama.in(group).quote(first, 'Kojokrom');
    await settle();
    // Kofi taps where Ama was asked: it is not taken for an answer of his, nor of hers.
    kofi.in(group).tap('24-hour economy market');
    await settle();
    expect(group.heard.at(-1)?.text).not.toContain('Who pays');
    ama.in(group).tap(
      '24-hour economy market',
      group.heard.find(({ text }) => /nearest/.test(text)),
    );
    await settle();
    expect(group.heard.at(-1)?.text).toContain('Who pays: Government of Ghana.');
  });

  it('goes on in private with what is personal, by a link that knows what it was about', async () => {
    const { settle, ama, group } = await openGroup();
    ama.in(group).say('/report');
    await settle();
    const link = () => group.heard.at(-1)?.buttons.flat().at(-1);
    expect(group.heard.at(-1)?.text).toMatch(/^That is between you and me/);
    expect(link()?.url).toBe('https://t.me/KasaBot?start=report');
    ama.in(group).say('@KasaBot projects');
    await settle();
    const question = group.heard.at(-1);
    if (question) ama.in(group).quote(question, 'market sheds diabene');
    await settle();
    ama.in(group).tap('I am there');
    await settle();
    const start = /start=(watch-\d+)$/.exec(link()?.url ?? '')?.[1];
    ama.start(start);
    await settle();
    expect(ama.heard.at(-1)?.text).toMatch(/^Before I write it down/);
    ama.tap('Yes');
    await settle();
    expect(ama.heard.at(-1)?.text).toBe('"Market sheds, Diabene": is work going on?');
  });

  it('with topics is answered in the topic', async () => {
    const { settle, ama, group } = await openGroup({ forum: true });
    const topic = group.openTopic('Roads', ama);
    ama.in(group, topic).say('/projects');
    await settle();
    expect(group.heard.at(-1)).toMatchObject({ topic });
  });
});
