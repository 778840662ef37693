import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readCity } from '../../../src/civic/city.ts';
import { exportLines, exportState, type Publisher } from '../../../src/civic/projects/export.ts';
import { observe, type Seen } from '../../../src/civic/projects/observe.ts';
import { RESIDENTS_METRIC } from '../../../src/civic/projects/publish.ts';
import type { ProjectRecord } from '../../../src/civic/projects/record.ts';
import { loadProjects, saveProjects } from '../../../src/civic/projects/store.ts';
import { takeProjects } from '../../../src/civic/projects/take.ts';
import { type Database, rows } from '../../../src/database/database.ts';
import type { Json } from '../../../src/engine/content.ts';
import { openTestDatabase, truncate } from '../../database/given.ts';
import { hasSchema, openValidator } from './official.ts';

const NOON = new Date('2026-11-20T12:00:00Z');
const US: Publisher = {
  uri: 'http://localhost:3000/open-data/oc4ids.json',
  name: 'Sekondi-Takoradi Metropolitan Assembly',
  license: 'https://creativecommons.org/licenses/by/4.0/',
  prefix: 'abc123',
};
const { projects: list } = readCity(fileURLToPath(new URL('../../../city', import.meta.url)));
const errorsOf = hasSchema ? openValidator() : () => [];

type Metric = { id: string; observations: { id: string; measure: string; period?: unknown }[] };
type Project = ProjectRecord & { id: string; metrics?: Metric[] };
type Package = { publishedDate: string; projects: Project[]; [field: string]: unknown };

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => truncate(database));

async function exported(publisher = US): Promise<Package> {
  const lines: string[] = [];
  for await (const line of exportLines(database.tx, publisher)) lines.push(line);
  return JSON.parse(lines.join('\n')) as Package;
}

const save = (records: Record<string, ProjectRecord>, now = NOON) =>
  saveProjects(
    database.tx,
    Object.entries(records).map(([key, record]) => ({ key, record })),
    'import',
    now,
  );

const metricOf = (project: Project | undefined, id: string): Metric | undefined =>
  project?.metrics?.find((metric) => metric.id === id);

async function sees(projectId: number, name: string, seen: Seen, day: string): Promise<void> {
  const [person] = await rows<{ id: number }>(
    database.tx,
    sql`insert into people (language, created_at) values ('en', now()) returning id::float8 as id`,
  );
  const given = { projectId, personId: person?.id ?? 0, seen, since: `${name} says since March`, photos: [] };
  await observe(database.tx, given, new Date(`${day}T09:30:00Z`));
}

describe("the city's own projects", () => {
  beforeEach(() => loadProjects(database.tx, list, NOON));

  test('are a package without a fault', async () => {
    const given = await exported();
    expect(errorsOf(given)).toEqual([]);
    expect(given).toMatchObject({
      uri: US.uri,
      publisher: { name: US.name },
      license: US.license,
      version: '0.9',
      publishedDate: NOON.toISOString(),
    });
    expect(given.projects.map(({ id }) => id)).toEqual(list.map(({ id }) => `oc4ids-abc123-${id}`).sort());
  });

  test('come back the same when they are taken in again', async () => {
    const first = await exported();
    const back = first.projects.map((record) => ({ key: record.id.replace('oc4ids-abc123-', ''), record }));
    await saveProjects(database.tx, back, 'import', new Date('2026-11-21T12:00:00Z'));
    const second = await exported();
    expect(second.publishedDate).not.toBe(first.publishedDate);
    expect(JSON.stringify(second.projects)).toBe(JSON.stringify(first.projects));
    await truncate(database);
    await saveProjects(database.tx, back, 'import', NOON);
    expect(JSON.stringify((await exported()).projects)).toBe(JSON.stringify(first.projects));
  });

  test('come back the same through an import, and what residents saw is not taken for a figure', async () => {
    await sees(1, 'Ama', 'stopped', '2026-09-01');
    const first = await exported();
    const bytes = Buffer.from(JSON.stringify(first));
    const taken = await takeProjects(bytes, `oc4ids-${US.prefix}`, { projectsMax: 100 });
    expect(taken.refused).toEqual([]);
    expect(taken.projects.map(({ key }) => key)).toEqual(list.map(({ id }) => id).sort());
    expect(JSON.stringify(taken.projects)).not.toContain(RESIDENTS_METRIC);
    await saveProjects(database.tx, taken.projects, 'import', new Date('2026-11-21T12:00:00Z'));
    expect(JSON.stringify((await exported()).projects)).toBe(JSON.stringify(first.projects));
  });

  test('show what residents saw beside the official figure, and nobody who saw it', async () => {
    await sees(1, 'Ama', 'stopped', '2026-09-01');
    await sees(1, 'Kofi', 'stopped', '2026-10-03');
    await sees(1, 'Esi', 'going', '2026-10-02');
    const given = await exported();
    const [project] = given.projects;
    expect(errorsOf(given)).toEqual([]);
    expect(metricOf(project, 'physicalProgress')?.observations).toMatchObject([{ measure: '81.2' }]);
    expect(metricOf(project, RESIDENTS_METRIC)?.observations).toEqual([
      {
        id: 'going',
        measure: '1',
        unit: { name: 'times residents saw work going on' },
        dimensions: { seen: 'going' },
        period: { startDate: '2026-10-02T00:00:00Z', endDate: '2026-10-02T00:00:00Z' },
      },
      {
        id: 'stopped',
        measure: '2',
        unit: { name: 'times residents saw that work had stopped' },
        dimensions: { seen: 'stopped' },
        period: { startDate: '2026-09-01T00:00:00Z', endDate: '2026-10-03T00:00:00Z' },
      },
    ]);
    expect(JSON.stringify(given)).not.toMatch(/Ama|Kofi|Esi|since March/);

    // Taken in again, with the metric or without it, they are not counted twice.
    await save({ 'ST-001': project as Project });
    expect((await exported()).projects[0]?.metrics).toEqual(project?.metrics);
  });

  test('follow the progress that is known now, and keep what was measured before', async () => {
    await database.tx.execute(
      sql`update projects set progress = 90.5, as_of = '2026-11-01' where key = 'ST-001'`,
    );
    await database.tx.execute(sql`update projects set progress = null where key = 'ST-002'`);
    const given = await exported();
    expect(errorsOf(given)).toEqual([]);
    const measures = metricOf(given.projects[0], 'physicalProgress')?.observations;
    expect(measures?.map(({ measure }) => measure)).toEqual(['81.2', '90.5']);
    expect(measures?.at(-1)?.period).toMatchObject({ endDate: '2026-11-01T00:00:00Z' });
    expect(metricOf(given.projects[1], 'physicalProgress')).toBeUndefined();
  });
});

test('nothing is no package', async () => {
  const lines = [];
  for await (const line of exportLines(database.tx, US)) lines.push(line);
  expect(lines).toEqual([]);
  expect(await exportState(database.tx)).toMatchObject({ projects: 0, changedAt: null });
});

test('ids of the standard are kept whole, and no two are the same', async () => {
  await save({
    'oc4ids-zz9999-7': { id: 'oc4ids-zz9999-7' },
    'oc4ids-abc123-9': { id: 'oc4ids-abc123-9' },
    '9': { id: '9' },
    Ä: { id: 'Ä' },
  });
  const given = await exported();
  expect(errorsOf(given)).toEqual([]);
  expect(given.projects.map(({ id }) => id)).toEqual([
    'oc4ids-abc123-9~',
    'oc4ids-abc123-9',
    'oc4ids-zz9999-7',
    'oc4ids-abc123-Ä',
  ]);
});

test('the print changes with every change and with nothing else', async () => {
  await save({ A: { id: 'A', title: 'A' } });
  const prints = [await exportState(database.tx)];
  expect(await exportState(database.tx)).toEqual(prints[0]);
  await save({ A: { id: 'A', title: 'B' } }, new Date('2026-11-20T12:00:01Z'));
  prints.push(await exportState(database.tx));
  await sees(1, 'Ama', 'going', '2026-11-21');
  prints.push(await exportState(database.tx));
  expect(new Set(prints.map(({ print }) => print)).size).toBe(3);
  expect(prints.at(-1)?.changedAt).toEqual(new Date('2026-11-21T09:30:00Z'));
});

const nasty: [string, Json, Json][] = [
  ['an old status', { status: 'completed' }, { status: 'maintenance' }],
  ['a wrong status', { status: 'nearly', type: 'magic' }, {}],
  [
    'a number as a text',
    { budget: { amount: { amount: '1200.50', currency: 'ghs' } } },
    { budget: { amount: { amount: 1200.5, currency: 'GHS' } } },
  ],
  ['a number with commas', { budget: { amount: { amount: '1,200', currency: 'GHS' } } }, {}],
  [
    'an amount without a currency',
    { budget: { description: 'Much', amount: { amount: 7 } } },
    { budget: { description: 'Much' } },
  ],
  ['a currency that nobody knows', { budget: { amount: { amount: 7, currency: 'XYZ' } } }, {}],
  [
    'empty things',
    { description: ' ', documents: [{}, null, ''], period: {}, parties: [[]], sector: [''] },
    {},
  ],
  ['one sector that is no list', { sector: 'transport.road' }, { sector: ['transport.road', 'transport'] }],
  [
    'things twice',
    { sector: ['health', 'health'], parties: [{ id: '1' }, { id: '1' }] },
    { sector: ['health'], parties: [{ id: '1' }] },
  ],
  ['a title that is a number', { title: 12 }, { title: '12' }],
  [
    'texts where objects should be',
    { budget: 'much', locations: 'here', metrics: 'good', x_kasa: 'odd' },
    { x_kasa: 'odd' },
  ],
  [
    'missing ids',
    { locations: [{ description: 'Kojokrom' }], documents: [{ title: 'Plan' }] },
    { locations: [{ id: '1', description: 'Kojokrom' }], documents: [{ id: '1', title: 'Plan' }] },
  ],
  [
    'junk links',
    { documents: [{ id: 'a', url: 'https://' }, { url: 'plan.pdf' }, { url: 'javascript:alert(1)' }] },
    { documents: [{ id: 'a' }] },
  ],
  [
    'a link with odd letters',
    { documents: [{ id: 'a', url: 'https://example.org/a b|c#x#y' }] },
    { documents: [{ id: 'a' }] },
  ],
  [
    'a link with a space',
    { documents: [{ id: 'a', url: 'https://example.org/a b' }] },
    { documents: [{ id: 'a', url: 'https://example.org/a%20b' }] },
  ],
  [
    'days without a time, and no days',
    { period: { startDate: '2026-02-28', endDate: '2026-02-30' }, updated: 'soon' },
    { period: { startDate: '2026-02-28T00:00:00Z' } },
  ],
  ['a negative duration', { period: { durationInDays: -3 }, assetLifetime: { durationInDays: 3.5 } }, {}],
  [
    'a point of words',
    { locations: [{ id: '1', geometry: { type: 'Point', coordinates: ['east', 'west'] } }] },
    { locations: [{ id: '1' }] },
  ],
  [
    'a release without its link',
    { contractingProcesses: [{ id: '1', releases: [{ id: '1', tag: ['award'], date: '2026-01-01' }] }] },
    { contractingProcesses: [{ id: '1' }] },
  ],
  [
    'organisations that stand nowhere',
    {
      publicAuthority: { name: 'Works' },
      parties: [{ name: 'Works' }],
      contractingProcesses: [{ summary: { suppliers: [{ id: 'B', name: 'Builder' }, { name: 'Builder' }] } }],
    },
    {
      publicAuthority: { name: 'Works', id: 'party-1' },
      parties: [
        { name: 'Works', id: 'party-1' },
        { name: 'Builder', id: 'B' },
      ],
      contractingProcesses: [{ id: '1', summary: { suppliers: [{ name: 'Builder', id: 'B' }] } }],
    },
  ],
  ['fields of their own', { x_own: { b: 1, a: [] } }, { x_own: { b: 1 } }],
];

test.each(nasty)('%s: still no fault', async (_, record, wanted) => {
  await save({ N: { id: 'N', ...(record as ProjectRecord) } });
  const given = await exported();
  expect(errorsOf(given)).toEqual([]);
  expect(given.projects).toEqual([{ id: 'oc4ids-abc123-N', ...(wanted as ProjectRecord) }]);
});
