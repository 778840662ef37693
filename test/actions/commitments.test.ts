/** What residents read of a promise fits every network, also when everything is said of it that can be said. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Action, Around } from '../../src/actions/action.ts';
import { commitmentActions } from '../../src/actions/commitments.ts';
import { loadPlan } from '../../src/civic/plan/load.ts';
import { goalsOf } from '../../src/civic/plan/plan.ts';
import { record } from '../../src/civic/plan/record.ts';
import { loadEditorial } from '../../src/content.ts';
import { type Database, rows } from '../../src/database/database.ts';
import { BOOK_LIMITS } from '../../src/engine/check/fault.ts';
import type { OfferedChoice, Values } from '../../src/engine/flow.ts';
import type { Person } from '../../src/people/people.ts';
import { openTestDatabase } from '../database/given.ts';

const { city, voice } = loadEditorial('Africa/Accra');
const NOW = new Date('2026-11-30T09:00:00Z');
const languages = voice.languages.filter(({ finished }) => finished).map(({ code }) => code);
let database: Database;

beforeAll(async () => {
  database = await openTestDatabase();
  await database.inTransaction((tx) => loadPlan(tx, city.plan, NOW));
  const commitments = await rows<{ id: number }>(database.tx, sql`select id::float8 as id from commitments`);
  const words = 'It goes on, and more is to come. '.repeat(20).slice(0, 500);
  const told = {
    state: 'substantial',
    percent: 60,
    words,
    link: `https://example.org/${'a'.repeat(230)}`,
    photos: [],
  } as const;
  for (const { id } of commitments) await record(database.tx, 'commitment', id, told, 'Efua', NOW);
});
afterAll(() => database.close());

async function ask(name: string, commitment: string, language: string): Promise<Values> {
  const action = commitmentActions[name] as Action<unknown>;
  const person: Person = {
    id: 1,
    conversationId: 1,
    language,
    consented: true,
    anonymous: true,
    called: null,
    stopped: false,
  };
  const settings = { emergencyNumber: '112', fireNumber: '192', deskLanguage: 'en', broadcastChannels: [] };
  const batch = new Set<number>();
  const around: Around = { tx: database.tx, now: NOW, city, voice, settings, batch };
  const [seen] = await action.run([{ input: { commitment }, person }], around);
  return seen as Values;
}

it.each(languages.flatMap((language) => city.plan.commitments.map(({ key }) => [key, language])))(
  '%s in %s',
  async (key, language) => {
    const card = await ask('commitments.see', key, language);
    const said = voice.say(language, 'commitment.card', {
      ...card,
      answers: 'some',
      count: 1234,
      yes: 1000,
      notYet: 200,
      no: 34,
    });
    expect(said.length).toBeLessThanOrEqual(BOOK_LIMITS.textWithChoicesMax);
    expect(said).not.toMatch(/undefined|null|\{\{/);
    const choices = card.choices as OfferedChoice[];
    for (const { label } of choices) expect(label.length).toBeLessThanOrEqual(BOOK_LIMITS.choiceLabelMax);
    const evidence = await ask('commitments.evidence', key, language);
    const asked = voice.say(language, 'commitment.photos', { count: 3 });
    const shown = `${voice.say(language, 'commitment.shown', evidence)}\n\n${asked}`;
    expect(shown.length).toBeLessThanOrEqual(BOOK_LIMITS.textWithChoicesMax);
  },
);

it('every goal has a label that fits a button', () => {
  for (const language of languages)
    for (const goal of [...goalsOf(city.plan), 1, 17]) {
      const label = voice.say(language, `goals.${goal}`);
      expect(label).toContain(String(goal));
      expect(label.length).toBeLessThanOrEqual(BOOK_LIMITS.choiceLabelMax);
    }
});
