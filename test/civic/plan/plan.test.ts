/** city/plan.yaml: what its editor is told, what a number means, and that loading it twice changes nothing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { readCity } from '../../../src/civic/city.ts';
import { loadPlan } from '../../../src/civic/plan/load.ts';
import { goalsOf, namedCommitment, type Plan, readPlan, titleOf } from '../../../src/civic/plan/plan.ts';
import { type Database, rows } from '../../../src/database/database.ts';
import { openTestDatabase, truncate } from '../../database/given.ts';

const CITY = fileURLToPath(new URL('../../../city', import.meta.url));
const { plan, departments } = readCity(CITY);
const NOW = new Date('2026-11-30T09:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'kasa-plan-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The city's plan with one thing changed, read as its editor would have it read. */
function readChanged(change: (plan: Plan) => void): Plan {
  const changed = parse(stringify(plan)) as Plan;
  change(changed);
  const file = join(folder, 'plan.yaml');
  writeFileSync(file, stringify(changed));
  return readPlan(file, Object.keys(departments));
}

const first = (changed: Plan) => changed.commitments[0] as Plan['commitments'][number];

describe('the city’s plan', () => {
  it('has the plans of 2017, 2018-2020 and 2022-2026, and no milestones: none were published', () => {
    expect(plan.plans.map(({ name }) => name)).toEqual(['2022-2026', '2018-2020', '2017']);
    expect(plan.commitments.map(({ key }) => key)).toContain('SEK0009');
    expect(plan.commitments.flatMap(({ milestones }) => milestones)).toEqual([]);
  });

  it('says everything in English and Spanish', () => {
    for (const { key, short, title, summary, lead, reviewers } of plan.commitments)
      for (const words of [short, title, summary, lead?.role, reviewers])
        if (words) expect(Object.keys(words).sort(), key).toEqual(['en', 'es']);
  });

  it('is told in few words, and names nobody', () => {
    for (const { key, summary } of plan.commitments)
      for (const words of Object.values(summary)) {
        expect(words.split(/\s+/).length, key).toBeLessThanOrEqual(70);
        expect(words, key).not.toMatch(/\d{7}|@/);
      }
  });

  it.each<[string, Partial<Plan['commitments'][number]>, RegExp]>([
    ['two of one key', { key: 'GHST0003' }, /two commitments have the key GHST0003/],
    ['two of one number', { number: 3 }, /two commitments have the number 2022\/3/],
    ['no such plan', { plan: '1999' }, /names the plan 1999/],
    ['no such department', { lead: { department: 'sea', role: { en: 'Sea' } } }, /department sea/],
    ['a label too long', { short: { en: 'x'.repeat(25) } }, /short/],
    ['no English', { title: { es: 'Hola' } }, /English \(en\) is missing/],
    ['no link', { sources: ['javascript:alert(1)'] }, /sources/],
    ['a goal that is none', { sdg: { targets: ['18.1'], mapping: 'ours' } }, /targets/],
  ])('is refused with %s', (_, wrong, told) => {
    expect(() => readChanged((changed) => Object.assign(first(changed), wrong))).toThrow(told);
  });

  it('is refused without a current plan', () => {
    const noCurrent = (changed: Plan) => {
      for (const one of changed.plans) one.current = false;
    };
    expect(() => readChanged(noCurrent)).toThrow(/exactly one plan/);
  });

  it('may be missing: nothing was promised then', () => {
    expect(readPlan(join(folder, 'none.yaml'), [])).toEqual({ plans: [], commitments: [] });
  });
});

describe('a commitment is named', () => {
  it.each([
    ['by its number in the current plan', '1', 'GHST0001'],
    ['by a number that only an older plan has', '4', 'SEK0009'],
    ['by its OGP id, in any case', 'sek0006', 'SEK0006'],
  ])('%s', (_, name, key) => expect(namedCommitment(plan, name)?.key).toBe(key));

  it.each(['9', '0', '', 'SEK9999', '4a', '-1'])('not by “%s”', (name) =>
    expect(namedCommitment(plan, name)).toBeUndefined(),
  );

  it('in a language, or in English, or by its key', () => {
    expect(titleOf(plan, 'SEK0009', 'es')).toBe('Un lugar para quejarse');
    expect(titleOf(plan, 'SEK0009', 'fat')).toBe('One place for complaints');
    expect(titleOf(plan, 'SEK9999', 'en')).toBe('SEK9999');
  });

  it('by the goals that it serves', () => expect(goalsOf(plan)).toEqual([6, 9, 11, 13, 16, 17]));
});

describe('loading', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterEach(() => truncate(database));
  afterAll(() => database.close());

  const load = (given: Plan, at = NOW) => database.inTransaction((tx) => loadPlan(tx, given, at));
  const kept = () => rows(database.tx, sql`select *, xmin::text from commitments order by id`);

  it('changes nothing the second time', async () => {
    await load(plan);
    const before = await kept();
    expect(before).toHaveLength(plan.commitments.length);
    await load(plan, new Date(NOW.getTime() + 1000));
    expect(await kept()).toEqual(before);
  });

  it('keeps what officials recorded, and what left the file', async () => {
    await load(plan);
    await database.tx.execute(
      sql`update commitments set state = 'limited', percent = 40 where key = 'SEK0009'`,
    );
    const renumbered = structuredClone(plan);
    for (const one of renumbered.commitments) if (one.key === 'SEK0009') one.number = 9;
    renumbered.commitments = renumbered.commitments.filter(({ key }) => key !== 'SEK0001');
    await load(renumbered);
    const after = await rows(
      database.tx,
      sql`select key, ordinal, state, percent from commitments where key in ('SEK0009', 'SEK0001') order by key`,
    );
    expect(after).toEqual([
      { key: 'SEK0001', ordinal: 1, state: null, percent: null },
      { key: 'SEK0009', ordinal: 9, state: 'limited', percent: 40 },
    ]);
  });

  it('brings the milestones of a plan that has some, once', async () => {
    const planned = structuredClone(plan);
    first(planned).milestones = [{ title: 'Open the desk', due: '2027-03-31' }, { title: 'Train officers' }];
    await load(planned);
    await load(planned);
    const milestones = await rows(
      database.tx,
      sql`select title, due::text, state from milestones order by id`,
    );
    expect(milestones).toEqual([
      { title: 'Open the desk', due: '2027-03-31', state: 'notStarted' },
      { title: 'Train officers', due: null, state: 'notStarted' },
    ]);
  });
});
