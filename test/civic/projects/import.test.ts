/** An import as somebody at the terminal makes it: on each database, with what it says and what it leaves behind. */
import { mkdtemp, truncate as resize, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadPlaces } from '../../../src/civic/places.ts';
import { exportLines } from '../../../src/civic/projects/export.ts';
import { WrongUse } from '../../../src/cli/command.ts';
import { importInto, withWholePath } from '../../../src/cli/import.ts';
import { loadEditorial } from '../../../src/content.ts';
import { type Database, rows } from '../../../src/database/database.ts';
import type { Json } from '../../../src/engine/content.ts';
import { databases, truncate } from '../../database/given.ts';

const editorial = loadEditorial('Africa/Accra');
const road = { id: 'oc4ids-zzzzzz-1', title: 'Invented road', status: 'implementation' };
const well = { id: 'oc4ids-zzzzzz-2', title: 'Invented well', status: 'completed' };

describe.each(databases)('kasa import projects on $name', ({ open }) => {
  let database: Database;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(`${tmpdir()}/kasa-`);
    database = await open();
  });
  beforeEach(async () => {
    await truncate(database);
    await database.inTransaction((tx) => loadPlaces(tx, editorial.city.places));
  });
  afterAll(async () => {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  });

  const run = async (words: string[]): Promise<{ code: number; out: string }> => {
    const told = await importInto(['projects', ...words], { database, editorial });
    return Array.isArray(told)
      ? { code: 0, out: told.join('\n') }
      : { code: told.code, out: told.lines.join('\n') };
  };
  const give = async (projects: Json, ...words: string[]): Promise<{ code: number; out: string }> => {
    await writeFile(`${folder}/given.json`, JSON.stringify({ projects }));
    return run([`${folder}/given.json`, ...words]);
  };
  const counts = (out: string): string => out.split('\n').slice(0, 4).join(' ').replace(/ +/g, ' ');
  /** Everything that an import could touch. */
  const everything = (): Promise<unknown[]> =>
    rows(
      database.tx,
      sql`select (select jsonb_agg(p order by key) from projects p) as projects,
            (select jsonb_agg(n order by project_id, name) from project_names n) as names,
            (select jsonb_agg(c order by id) from changes c) as changes,
            (select jsonb_agg(m order by id) from messages m) as messages`,
    );
  const project = async (key: string): Promise<Record<string, unknown> | undefined> =>
    (
      await rows<Record<string, unknown>>(
        database.tx,
        sql`select state, latitude, longitude, is_near as near, sector, progress, as_of::text as "asOf",
              planned_end::text as "plannedEnd" from projects where key = ${key}`,
      )
    )[0];

  it('takes what is new; the second time changes nothing', async () => {
    const first = await give([road, well]);
    expect(first).toMatchObject({ code: 0 });
    expect(counts(first.out)).toBe('added 2 changed 0 unchanged 0 refused 0');
    expect(first.out).toContain('status "completed" was renamed: read as "maintenance" (oc4ids-zzzzzz-2)');
    expect(await project(well.id)).toMatchObject({ state: 'finished' });
    const before = await everything();
    expect(counts((await give([road, well])).out)).toBe('added 0 changed 0 unchanged 2 refused 0');
    expect(await everything()).toEqual(before);
  });

  it('says what a dry run would do, and does none of it', async () => {
    await give([road]);
    const before = await everything();
    const { code, out } = await give([{ ...road, title: 'Another road' }, well], '--dry-run');
    expect(code).toBe(0);
    expect(out).toMatch(/^A dry run: nothing was changed\./);
    expect(out).toMatch(/added +1\nchanged +1\n/);
    expect(await everything()).toEqual(before);
  });

  it('one bad project does not stop the rest, and the exit code tells of it', async () => {
    const { code, out } = await give([road, { ...well, title: 7 }, { ...well, id: 'bad\u001b[2J' }]);
    expect(code).toBe(1);
    expect(counts(out)).toBe('added 1 changed 0 unchanged 0 refused 2');
    expect(out).toContain('project 2 (oc4ids-zzzzzz-2): its title must be a text');
    expect(out).not.toContain('\u001b');
    expect(await project(road.id)).toBeDefined();
  });

  it('what the database could not hold is mended or left out, project by project', async () => {
    const odd = (id: string, fields: { [name: string]: Json }): Json => ({ ...road, id, ...fields });
    const metrics = [{ id: 'physicalProgress', observations: [{ id: '1', measure: '1e-60' }] }];
    // Letters that become three each when they are made plain, and that do not compress.
    const hangul = Array.from({ length: 500 }, (_, at) =>
      String.fromCodePoint(0xac00 + ((at * at * 7919 + at * 104_729) % 11_172)),
    ).join('');
    const { code, out } = await give([
      odd('null', { title: 'a\u0000b', 'k\u0000': '\ud800' }),
      odd('cut', { title: `${'x'.repeat(299)}\ud83d\ude00` }),
      odd('days', {
        period: { endDate: '2024-02-31T00:00:00Z' },
        x_kasa: { asOf: '0000-99-99', plannedEnd: 'x' },
      }),
      odd('sector', { sector: [Array.from({ length: 9000 }, (_, at) => at.toString(36)).join('')] }),
      odd('progress', { metrics }),
      odd('name', { title: hangul, locations: [{ id: '1', description: hangul }] }),
      odd('amount', { budget: { amount: { amount: 1e308, currency: 'x'.repeat(9999) } } }),
      odd('toString', { x_kasa: { row: 'mine', state: 'constructor' }, status: 'constructor' }),
      odd('mark', { x_kasa: 'text' }),
      road,
    ]);
    expect(out.split('\n')[0]).toMatch(/added +10/);
    expect(code).toBe(0);
    expect(await project('days')).toMatchObject({ asOf: null, plannedEnd: null });
    expect(await project('progress')).toMatchObject({ progress: 0 });
    expect(String((await project('sector'))?.sector).length).toBeLessThanOrEqual(100);
    expect(counts((await give([road])).out)).toContain('unchanged 1');
  });

  it('a place without a point is looked up, and swapped coordinates are put right', async () => {
    await give([
      { ...road, locations: [{ id: '1', description: 'Diabene, near the school' }] },
      { ...well, locations: [{ id: '1', geometry: { type: 'Point', coordinates: [4.9, -1.75] } }] },
    ]);
    expect(await project(road.id)).toMatchObject({ latitude: 4.9614, longitude: -1.75134, near: true });
    expect(await project(well.id)).toMatchObject({ latitude: 4.9, longitude: -1.75, near: false });
  });

  it.each([
    ['broken.json', '{"projects":[{"id":"a"},{"id":', 'JSON is broken'],
    ['empty.json', '', 'nothing in it'],
    ['other.json', '{"releases":[]}', 'no list'],
    ['deep.json', `[{"id":"a","x":${'['.repeat(100_000)}`, 'within each other'],
    ['other.csv', 'name,colour\na,b', 'neither JSON nor CSV'],
  ])('%s changes nothing and says where', async (name, text, why) => {
    await give([road]);
    const before = await everything();
    await writeFile(`${folder}/${name}`, text);
    await expect(run([`${folder}/${name}`])).rejects.toThrow(why);
    await expect(run([`${folder}/${name}`])).rejects.toBeInstanceOf(WrongUse);
    expect(await everything()).toEqual(before);
  });

  it('a file of more than 50 MB is refused, and so is an address of this machine', async () => {
    await writeFile(`${folder}/large.json`, '');
    await resize(`${folder}/large.json`, 52_428_801);
    await expect(run([`${folder}/large.json`])).rejects.toThrow('larger than 52,428,800 bytes');
    await expect(run(['http://127.0.0.1:9/x.json'])).rejects.toThrow('not on the open internet');
    await expect(run(['http://[::ffff:10.0.0.1]/x.json'])).rejects.toThrow('not on the open internet');
  });

  it('called wrongly, says how it is meant', async () => {
    for (const words of [[], ['reports'], ['projects'], ['projects', 'a', 'b']])
      await expect(importInto(words, { database, editorial })).rejects.toBeInstanceOf(WrongUse);
    const whole = withWholePath(['--dry-run', 'projects', 'a.json', 'https://town.example/a.json']);
    expect(whole).toEqual([
      '--dry-run',
      'projects',
      `${process.cwd()}/a.json`,
      'https://town.example/a.json',
    ]);
  });

  it("the city's own list, taken again, changes nothing", async () => {
    expect(counts((await run(['city/projects.csv'])).out)).toBe('added 48 changed 0 unchanged 0 refused 0');
    const before = await everything();
    expect(counts((await run(['city/projects.csv'])).out)).toBe('added 0 changed 0 unchanged 48 refused 0');
    expect(await everything()).toEqual(before);
  });

  it('what is exported comes back the same, here and in another house', async () => {
    const publisher = { uri: 'https://town.example/oc4ids.json', name: 'Town', prefix: '000000' };
    const published = async (): Promise<string> => {
      let text = '';
      for await (const line of exportLines(database.tx, publisher)) text += line;
      return text.replace(/("publishedDate":)"[^"]+"/, '$1""');
    };
    await run(['city/projects.csv']);
    await give([
      {
        ...road,
        status: 'completed',
        sector: ['Boreholes'],
        documents: [{ id: '1', title: 'Plan', url: 'https://' }],
      },
      { ...well, locations: [{ id: '1', geometry: { type: 'Point', coordinates: [4.9, -1.75] } }] },
      { id: 'odd', period: { startDate: 'soon' }, budget: { amount: { amount: '5' } }, type: 'road' },
    ]);
    await database.tx.execute(sql`
      insert into observations (project_id, at, seen) select id, '2026-11-20', 'stopped' from projects where key = 'ST-001'`);
    const first = await published();
    expect(first).toContain('residentsObservations');
    await writeFile(`${folder}/export.json`, first);
    expect(counts((await run([`${folder}/export.json`])).out)).toMatch(/^added 0 .* refused 0$/);
    expect(await published()).toBe(first);
    const kept = await rows(
      database.tx,
      sql`select 1 from projects where record::text like '%residentsObservations%'`,
    );
    expect(kept).toEqual([]);
    await truncate(database);
    expect(counts((await run([`${folder}/export.json`])).out)).toBe(
      'added 51 changed 0 unchanged 0 refused 0',
    );
    const [seen] = JSON.parse(first).projects.filter(({ id }: { id: string }) => id.endsWith('ST-001'));
    seen.metrics = seen.metrics.filter(({ id }: { id: string }) => id !== 'residentsObservations');
    const there = JSON.parse(await published()).projects;
    expect(there).toEqual(
      JSON.parse(first).projects.map((one: { id: string }) => (one.id === seen.id ? seen : one)),
    );
  });

  it('tells followers once what changed, and in a dry run nobody', async () => {
    await give([road, well]);
    const [person] = await rows<{ id: number }>(
      database.tx,
      sql`insert into people (language, created_at) values ('en', now()) returning id::float8 as id`,
    );
    await database.tx.execute(
      sql`insert into conversations (person_id, address, channel, state)
          values (${person?.id}, 'console:ama', 'console', '{}')`,
    );
    await database.tx.execute(sql`
      insert into follows (person_id, topic, subject_id, added_at)
      select ${person?.id}, 'project', id, now() from projects where key = ${road.id}`);
    const letters = () =>
      rows<{ words: string }>(database.tx, sql`select content -> 'start' ->> 'flow' as words from messages`);
    const changed = [
      { ...road, status: 'completion' },
      { ...well, status: 'cancelled' },
    ];
    await give(changed, '--dry-run');
    expect(await letters()).toEqual([]);
    await give(changed);
    await give(changed);
    expect(await letters()).toEqual([{ words: 'projectnews' }]);
  });

  it('shows at most so many of what it refused, and how far it is', async () => {
    const many: Json[] = Array.from({ length: 1200 }, (_, at) => ({ id: `w-${at}`, title: `Well ${at}` }));
    await writeFile(`${folder}/many.json`, JSON.stringify([...many, ...many]));
    const shown: [number, number][] = [];
    const progress = (done: number, of: number): void => void shown.push([done, of]);
    const told = await importInto(['projects', `${folder}/many.json`], { database, editorial, progress });
    const lines = Array.isArray(told) ? told : told.lines;
    expect(shown).toEqual([
      [500, 1200],
      [1000, 1200],
      [1200, 1200],
    ]);
    expect(lines.filter((line) => line.includes('the same id'))).toHaveLength(50);
    expect(lines).toContain('  … and 1,150 more');
  });
});
