/** The city's own list of projects: loaded once, kept with its doubts, and never over what somebody changed later. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { readCity } from '../../../src/civic/city.ts';
import { loadPlaces } from '../../../src/civic/places.ts';
import { fromRow, type ProjectRecord, type ProjectRow } from '../../../src/civic/projects/record.ts';
import { loadProjects, type Saved, saveProjects } from '../../../src/civic/projects/store.ts';
import { type Database, rows } from '../../../src/database/database.ts';
import { databases, truncate } from '../../database/given.ts';

const city = readCity('city');
const now = new Date('2026-11-24T08:00:00Z');

const rowOf = (id: string): ProjectRow => {
  const row = city.projects.find((one) => one.id === id);
  if (!row) throw new Error(`city/projects.csv has no ${id}`);
  return row;
};

describe.each(databases)("the city's list of projects on $name", ({ open }) => {
  let database: Database;
  const load = (list: ProjectRow[]): Promise<Saved> =>
    database.inTransaction((tx) => loadProjects(tx, list, now));
  const save = (key: string, record: ProjectRecord, actor: string): Promise<Saved> =>
    database.inTransaction((tx) => saveProjects(tx, [{ key, record }], actor, now));
  const history = (): Promise<{ what: string; from: string | null; to: string | null }[]> =>
    rows(
      database.tx,
      sql`select what, from_value as "from", to_value as "to" from changes where what <> 'added' order by id`,
    );
  const project = async (key: string): Promise<Record<string, unknown>> => {
    const [found] = await rows<Record<string, unknown>>(
      database.tx,
      sql`select title, state, is_near as near, latitude, cost_amount as cost, cost_words as "costWords",
            confidence, as_of_words as "asOfWords" from projects where key = ${key}`,
    );
    return found ?? {};
  };

  beforeEach(async () => {
    database ??= await open();
    await truncate(database);
    await database.inTransaction((tx) => loadPlaces(tx, city.places));
    await load(city.projects);
  });
  afterAll(() => database?.close());

  it('changes nothing the second time', async () => {
    const again = await load(city.projects);
    expect(again).toEqual({ added: [], changed: [], unchanged: [], changeIds: [] });
    expect(await history()).toEqual([]);
  });

  it('keeps all 48, and no pin where no position is known', async () => {
    const [count] = await rows(
      database.tx,
      sql`select count(*)::int as all, count(latitude)::int as placed,
            count(*) filter (where is_near)::int as near from projects`,
    );
    expect(count).toEqual({ all: 48, placed: 31, near: 29 });
    expect(await project('ST-026')).toMatchObject({ near: true, latitude: 4.97472, state: 'planned' });
    expect(await project('ST-045')).toMatchObject({ near: false, latitude: null });
  });

  it('keeps doubt as doubt: a sum that is no plain sum stays words', async () => {
    expect(await project('ST-007')).toMatchObject({
      cost: null,
      costWords: 'USD 5,700,000 as printed; looks high, perhaps cedis',
      confidence: 'low',
    });
    expect(await project('ST-028')).toMatchObject({ state: 'unknown' });
    expect(await project('ST-003')).toMatchObject({ asOfWords: 'undated article' });
  });

  it('leaves what somebody changed later, until the row itself is edited', async () => {
    const row = rowOf('ST-026');
    await save('ST-026', { ...fromRow(row), status: 'implementation', x_kasa: { state: 'ongoing' } }, 'Ama');
    await load(city.projects);
    expect(await project('ST-026')).toMatchObject({ state: 'ongoing' });
    const edited = await load([{ ...row, state: 'cancelled' }]);
    expect(edited.changed).toEqual(['ST-026']);
    expect(await project('ST-026')).toMatchObject({ state: 'cancelled' });
    expect(await history()).toEqual([
      { what: 'state', from: 'planned', to: 'ongoing' },
      { what: 'state', from: 'ongoing', to: 'cancelled' },
    ]);
  });

  it('writes no history of what did not change: a new note is no new progress', async () => {
    const edited = await load([{ ...rowOf('ST-001'), note: 'another note' }]);
    expect(edited.changed).toEqual(['ST-001']);
    expect(await history()).toEqual([]);
  });

  it('knows a record again that came with empty fields', async () => {
    const record = { id: 'W-1', title: 'Well at Diabene', description: '', documents: [], budget: null };
    expect((await save('W-1', record, 'import')).added).toEqual(['W-1']);
    expect((await save('W-1', record, 'import')).unchanged).toEqual(['W-1']);
  });
});
