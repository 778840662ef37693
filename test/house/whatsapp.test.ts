/** The main job with the resident on WhatsApp, by Meta's Cloud API, and the officials in their Telegram group. */
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { templateWords } from '../../src/broadcasts/knock.ts';
import { loadEditorial } from '../../src/content.ts';
import { rows } from '../../src/database/database.ts';
import { TEMPLATE_KINDS } from '../../src/engine/content.ts';
import type { TemplateBook } from '../channels/whatsapp/standin/messages.ts';
import type { Person } from '../channels/whatsapp/standin.ts';
import { photo } from '../media/pictures.ts';
import { cardOf, DAY, SECOND, type Street, useStreets } from './street.ts';

const HOUR = 3600 * SECOND;
const { voice } = loadEditorial('Africa/Accra');
/** What Meta approved, word by word as `kasa whatsapp templates` prints it. */
const TEMPLATES: TemplateBook = Object.fromEntries(
  TEMPLATE_KINDS.map((kind) => [
    `kasa_${kind}`,
    Object.fromEntries(
      ['en', 'es'].map((language) => [
        language,
        {
          body: templateWords(kind, language, '{{1}}', voice),
          button: voice.say(language, `template.${kind}.button`),
          category: kind === 'news' ? ('utility' as const) : ('marketing' as const),
        },
      ]),
    ),
  ]),
);

const streets = useStreets();
let street: Street;

/** Ama's report with Works, whose official is Kofi; she gave no name. */
async function openStory() {
  street = await streets.open({ templates: TEMPLATES });
  const ama = street.graph.person('Amoakoa Mensah-Quaye');
  const kofi = street.standin.person('Kofi');
  const works = street.standin.group('Works');
  await street.desk(works, 'works', kofi);
  return { street, settle: street.settle, ama, kofi, works };
}

const last = (person: Person) => person.heard.at(-1);

/** Does something and waits until all that follows of it is done. */
async function and(settle: () => Promise<void>, done: { taken: Promise<void> }): Promise<void> {
  await done.taken;
  await settle();
}

async function report(ama: Person, settle: () => Promise<void>): Promise<string> {
  await and(settle, ama.say('the drain at market circle is choked again, water dey enter the shops'));
  expect(last(ama)?.text).toMatch(/choked drain.*Market Circle/i);
  await and(settle, ama.tap('1'));
  await and(settle, ama.tap('2'));
  await and(settle, ama.sendPhoto(await photo()));
  await and(settle, ama.tap('Send it'));
  const reference = /KS-\w+/.exec(last(ama)?.text ?? '')?.[0];
  expect(last(ama)?.text).toMatch(/Works.*Thursday 3 December/s);
  return reference ?? '';
}

describe('Ama reports a choked drain on WhatsApp', () => {
  it('and Works answers from its Telegram group; days later a template asks, and her tap lets the news in', async () => {
    const { settle, ama, kofi, works } = await openStory();
    const reference = await report(ama, settle);
    const card = cardOf(works, reference);
    expect(card.method).toBe('sendPhoto');
    expect(card.text).not.toContain('Amoakoa');

    kofi.in(works).tap('I take it', card);
    await settle();
    expect(last(ama)?.text).toBe(`${reference}: Works has taken it up.`);
    const words = kofi.in(works).quote(card, 'The gang comes tomorrow morning.');
    await settle();
    expect(last(ama)?.text).toContain('The gang comes tomorrow morning.');
    // It arrived, as Meta tells, and Kofi sees it on his own words.
    await settle();
    expect(street.standin.reactionOn(words)).toBe('❤');
    await and(settle, ama.quote(last(ama)!, 'Thank you, we wait for them.'));
    expect(works.heard.at(-1)?.text).toContain('Thank you, we wait for them.');

    // Two days later nothing but a template goes.
    await street.pass(2 * DAY);
    const before = ama.heard.length;
    kofi.in(works).tap('Resolved', card);
    await settle();
    expect(ama.heard).toHaveLength(before);
    await street.pass(2 * HOUR);
    expect(ama.heard).toHaveLength(before);
    await street.pass(2 * HOUR);
    expect(ama.heard).toHaveLength(before + 1);
    expect(last(ama)).toMatchObject({
      type: 'template',
      text: `The assembly has an answer about ${reference}. Tap the button and I show it to you.`,
    });
    await and(settle, ama.tap('Show me'));
    expect(last(ama)?.text).toMatch(new RegExp(`${reference}[\\s\\S]*fixed`));
    expect(last(ama)?.buttons.length).toBeGreaterThan(1);
    await and(settle, ama.tap('1'));
    const [state] = await rows<{ state: string }>(street.database.tx, sql`select state from reports`);
    expect(state?.state).toBe('closed');
  });

  it('and hears within the day without any template', async () => {
    const { settle, ama, kofi, works } = await openStory();
    const reference = await report(ama, settle);
    kofi.in(works).tap('Resolved', cardOf(works, reference));
    await settle();
    await street.pass(5 * HOUR);
    expect(ama.heard.filter(({ type }) => type === 'template')).toEqual([]);
    expect(ama.heard.some(({ text }) => text.includes('fixed'))).toBe(true);
  });

  it('and what it cost is told at the desk, by its price', async () => {
    const { settle, ama, kofi, works } = await openStory();
    await report(ama, settle);
    kofi.in(works).say('/letters');
    await settle();
    expect(works.heard.at(-1)?.text).toMatch(/whatsapp, answers, service: \d/);
  });

  it('and ends it on Telegram: the two talks are one from then on, and nobody pays for what she reads there', async () => {
    const { settle, ama, kofi, works } = await openStory();
    const phone = street.standin.person('Ama');
    await and(settle, ama.say('the drain at market circle is choked again'));
    await and(settle, ama.tap('1'));
    await and(settle, ama.tap('2'));
    expect(last(ama)?.text).toContain('photo');
    await and(settle, ama.say('link'));
    phone.say(`link ${/KASA-[\w-]+/.exec(last(ama)?.text ?? '')?.[0]}`);
    await settle();
    phone.tap('Yes, make them one');
    await settle();
    expect(last(ama)?.text).toContain('with your talk on Telegram');
    expect(phone.heard.at(-1)?.text).toMatch(/on WhatsApp\.[\s\S]*Send a photo/);
    phone.tap('Skip');
    await settle();
    phone.tap('Send it');
    await settle();
    const reference = /KS-\w+/.exec(phone.heard.at(-1)?.text ?? '')?.[0] ?? '';
    const heard = ama.heard.length;
    await street.pass(2 * DAY);
    kofi.in(works).tap('I take it', cardOf(works, reference));
    await settle();
    expect(phone.heard.at(-1)?.text).toBe(`${reference}: Works has taken it up.`);
    expect(ama.heard).toHaveLength(heard);
  });
});
