/** What is recorded of a promise: facts from what to what, evidence, corrections, and residents' answers beside it. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answersOn, keepAnswer, newestAnswers } from '../../../src/civic/plan/answers.ts';
import { bar } from '../../../src/civic/plan/bar.ts';
import { loadPlan } from '../../../src/civic/plan/load.ts';
import { addMilestone, milestonesOf } from '../../../src/civic/plan/milestones.ts';
import { commitmentRow, historyOf, newestUpdate, updatesSince } from '../../../src/civic/plan/progress.ts';
import { record, type Told } from '../../../src/civic/plan/record.ts';
import { loadEditorial } from '../../../src/content.ts';
import { type Database, rows } from '../../../src/database/database.ts';
import { storeFile } from '../../../src/media/store.ts';
import { forget } from '../../../src/people/people.ts';
import { databases, truncate } from '../../database/given.ts';

const { city } = loadEditorial('Africa/Accra');
const at = (minutes: number) => new Date(Date.parse('2026-11-30T09:00:00Z') + minutes * 60_000);

describe('a bar', () => {
  it.each([
    [0, '□□□□□□□□□□'],
    [1, '■□□□□□□□□□'],
    [60, '■■■■■■□□□□'],
    [99, '■■■■■■■■■□'],
    [100, '■■■■■■■■■■'],
  ])('of %i percent', (percent, drawn) => expect(bar(percent)).toBe(drawn));
});

describe.each(databases)('progress on $name', ({ open }) => {
  let database: Database;
  let id: number;
  beforeAll(async () => {
    database = await open();
  });
  beforeEach(async () => {
    await truncate(database);
    await database.inTransaction((tx) => loadPlan(tx, city.plan, at(0)));
    id = (await commitmentRow(database.tx, 'SEK0009'))?.id ?? 0;
  });
  afterAll(() => database.close());

  const tell = (told: Partial<Told>, minutes = 1, actor = 'Efua') =>
    database.inTransaction((tx) => record(tx, 'commitment', id, { photos: [], ...told }, actor, at(minutes)));
  const photo = () =>
    storeFile(database.tx, { kind: 'photo', mime: 'image/jpeg', data: Buffer.from([1, 2, 3]) }, at(0));
  const person = async () => {
    const [made] = await rows<{ id: number }>(
      database.tx,
      sql`insert into people (language, created_at) values ('en', now()) returning id::float8 as id`,
    );
    return made?.id ?? 0;
  };
  const answer = async (
    personId: number,
    given: 'yes' | 'notYet' | 'no',
    changeId = 0,
    words: string | null = null,
  ) =>
    keepAnswer(database.tx, { commitmentId: id, changeId, personId, answer: given, words, files: [] }, at(5));

  it('is told with what changed, words, a link and photos, as one update', async () => {
    const file = await photo();
    const update = await tell({
      state: 'limited',
      percent: 30,
      words: 'Begun.',
      link: 'https://example.org',
      photos: [file],
    });
    expect(update).toEqual({
      id: 1,
      subject: 'commitment',
      subjectId: id,
      at: at(1).getTime(),
      actor: 'Efua',
      facts: { state: { from: null, to: 'limited' }, progress: { from: null, to: '30' } },
      words: 'Begun.',
      link: 'https://example.org',
      photos: [file],
      correctsId: null,
    });
    expect(await commitmentRow(database.tx, 'SEK0009')).toMatchObject({ state: 'limited', percent: 30 });
  });

  it('starts from what was told before, and leaves alone what is not said', async () => {
    await tell({ state: 'limited', percent: 30 });
    const update = await tell({ percent: 60 }, 2);
    expect(update?.facts).toEqual({ progress: { from: '30', to: '60' } });
    expect(await commitmentRow(database.tx, 'SEK0009')).toMatchObject({ state: 'limited', percent: 60 });
  });

  it('is not told twice; words alone are news', async () => {
    await tell({ state: 'limited', percent: 0 });
    expect(await tell({ state: 'limited', percent: 0 }, 2)).toBeUndefined();
    expect((await tell({ words: 'Slow, but it goes.' }, 3))?.facts).toEqual({
      words: { from: null, to: null },
    });
    expect(await historyOf(database.tx, id, 10)).toHaveLength(2);
  });

  it('is corrected by a change of its own; what was said stays', async () => {
    const wrong = await tell({ state: 'substantial', percent: 80 });
    await tell({ state: 'limited', percent: 40, correctsId: wrong?.id ?? 0 }, 2, 'Kwesi');
    const history = await historyOf(database.tx, id, 10);
    expect(
      history.map(({ actor, facts, correctsId }) => ({ actor, state: facts.state, correctsId })),
    ).toEqual([
      { actor: 'Kwesi', state: { from: 'substantial', to: 'limited' }, correctsId: 1 },
      { actor: 'Efua', state: { from: null, to: 'substantial' }, correctsId: null },
    ]);
  });

  it('of two at once the second starts from what the first left', async () => {
    await Promise.all([tell({ percent: 10 }, 1), tell({ percent: 20 }, 2, 'Kwesi')]);
    const facts = (await historyOf(database.tx, id, 10)).map(({ facts: { progress } }) => progress);
    const [last, first] = facts;
    expect(first?.from).toBeNull();
    expect(last?.from).toBe(first?.to);
    expect((await commitmentRow(database.tx, 'SEK0009'))?.percent).toBe(Number(last?.to));
  });

  it('of what is not there changes nothing', async () => {
    const told = { percent: 10, photos: [] };
    expect(await record(database.tx, 'commitment', 999, told, 'Efua', at(1))).toBeUndefined();
    expect(await record(database.tx, 'milestone', 999, told, 'Efua', at(1))).toBeUndefined();
  });

  it('has milestones, whose own steps are part of its history', async () => {
    const given = {
      title: 'Train the officers',
      due: '2027-03-31',
      state: 'notStarted' as const,
      percent: null,
    };
    const { id: milestone } = await addMilestone(database.tx, id, given, 'Efua', at(1));
    await record(database.tx, 'milestone', milestone, { due: '2027-06-30', photos: [] }, 'Efua', at(2));
    expect(await milestonesOf(database.tx, id)).toEqual([
      { ...given, id: milestone, place: 1, due: '2027-06-30' },
    ]);
    const facts = (await historyOf(database.tx, id, 10)).map((update) => update.facts);
    expect(facts).toEqual([
      { due: { from: '2027-03-31', to: '2027-06-30' } },
      { added: { from: null, to: 'Train the officers' }, due: { from: null, to: '2027-03-31' } },
    ]);
    expect(await newestUpdate(database.tx, 'commitment', id)).toBeUndefined();
  });

  it('is read since a moment, oldest first, for the promises that are asked for', async () => {
    await tell({ percent: 10 }, 1);
    await tell({ percent: 20 }, 2);
    const given = { title: 'Train', due: null, state: 'limited' as const, percent: null };
    await addMilestone(database.tx, id, given, 'Efua', at(3));
    const other = (await commitmentRow(database.tx, 'SEK0010'))?.id ?? 0;
    await record(database.tx, 'commitment', other, { percent: 5, photos: [] }, 'Efua', at(4));
    const since = await updatesSince(database.tx, [id], at(1), 10);
    expect(
      since.map(({ key, milestone, facts }) => ({ key, milestone, what: Object.keys(facts).sort() })),
    ).toEqual([
      { key: 'SEK0009', milestone: null, what: ['progress'] },
      { key: 'SEK0009', milestone: 'Train', what: ['added', 'state'] },
    ]);
    expect(await updatesSince(database.tx, [id, other], at(0), 2)).toHaveLength(2);
    expect(await updatesSince(database.tx, [], at(0), 10)).toEqual([]);
  });

  it('is judged by residents: one answer a person and update, the last one counts', async () => {
    const [ama, kofi] = [await person(), await person()];
    await answer(ama, 'yes', 1, 'It works');
    await answer(ama, 'no', 1);
    await answer(kofi, 'notYet', 1, 'Only on Mondays');
    await answer(kofi, 'yes', 0);
    expect(await answersOn(database.tx, id, 1)).toEqual({ yes: 0, notYet: 1, no: 1, count: 2 });
    expect(await answersOn(database.tx, id, 0)).toEqual({ yes: 1, notYet: 0, no: 0, count: 1 });
    const said = await newestAnswers(database.tx, id, 1, 10);
    expect(said.map(({ words }) => words)).toEqual(['Only on Mondays']);
  });

  it('keeps the photos of the last answer only, and the count when somebody is forgotten', async () => {
    const ama = await person();
    const [first, second] = [await photo(), await photo()];
    const given = { commitmentId: id, changeId: 0, personId: ama, answer: 'yes' as const, words: null };
    await keepAnswer(database.tx, { ...given, files: [first] }, at(1));
    await keepAnswer(database.tx, { ...given, files: [second] }, at(2));
    expect((await newestAnswers(database.tx, id, 0, 10)).flatMap(({ photos }) => photos)).toEqual([second]);
    await database.inTransaction((tx) => forget(tx, ama));
    expect((await answersOn(database.tx, id, 0)).count).toBe(1);
  });
});
