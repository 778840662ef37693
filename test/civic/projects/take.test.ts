/** Whole publications: what is taken of them, what is refused, and what is not touched at all. No timing: bounds are counted. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CannotImport } from '../../../src/civic/projects/cannot.ts';
import { NESTING_MAX, VALUES_MAX } from '../../../src/civic/projects/scan.ts';
import { type Taken, takeProjects } from '../../../src/civic/projects/take.ts';

const take = (text: string | Buffer, projectsMax = 1000): Promise<Taken> =>
  takeProjects(Buffer.from(text), 'oc4ids-town01', { projectsMax });
const refusal = (text: string | Buffer, projectsMax?: number): Promise<string> =>
  take(text, projectsMax).then(
    () => 'it was taken',
    (error: unknown) => {
      if (error instanceof CannotImport) return error.message;
      throw error;
    },
  );
const keys = ({ projects }: Taken): string[] => projects.map(({ key }) => key);

const header = readFileSync('city/projects.csv', 'utf8').split('\n')[0] as string;
const columns = header.split(',');
const csv = (...rows: Record<string, string>[]): string =>
  [header, ...rows.map((row) => columns.map((column) => row[column] ?? '').join(','))].join('\n');
const well = { id: 'W-1', title: 'Well at Diabene', state: 'planned' };

describe('a package', async () => {
  it('is taken as a package, as a bare list, and with a byte order mark', async () => {
    const list = '[{"id":"a"},{"id":"oc4ids-town01-b"}]';
    for (const text of [`{"projects":${list}}`, list, `\ufeff\n ${list}`])
      expect(keys(await take(text))).toEqual(['a', 'b']);
  });

  it('one bad project does not stop the rest, and is named with its place and reason', async () => {
    const taken = await take('[{"id":"a"},7,{"id":"b","title":[]},{"title":"x"},{"id":"a"},{"id":"c"}]');
    expect(keys(taken)).toEqual(['a', 'c']);
    expect(taken.refused).toEqual([
      { where: 'project 2', id: null, why: 'a project must be an object with an id' },
      { where: 'project 3', id: 'b', why: 'its title must be a text' },
      { where: 'project 4', id: null, why: 'it has no id' },
      { where: 'project 5', id: 'a', why: 'another one has the same id' },
    ]);
  });

  it.each([
    ['[\n{"id":"a"},\n{"id":"b" "title"}]', 3],
    ['{"projects":[\n{"id":"a"},\n{"id":"b"', 3],
    ['[\n\n{"id":"a"}]]', 3],
    ['{"projects":\n[{"id": x}]}', 2],
  ])('that is broken says where: %j', async (text, line) => {
    expect(await refusal(text)).toBe(`Line ${line}: the JSON is broken. Nothing was taken.`);
  });

  it('that is something else says so', async () => {
    expect(await refusal('{"releases":[]}')).toContain('no list "projects"');
    expect(await refusal('{"projects":{"id":"a"}}')).toContain('no list "projects"');
    expect(await refusal('<html>gone</html>')).toContain('neither JSON nor CSV');
    expect(await refusal(Buffer.from([0x1f, 0x8b, 8, 0]))).toContain('compressed');
    expect(await refusal(Buffer.from('{"projects":["caf\xe9"]}', 'latin1'))).toContain('UTF-8');
  });

  it('of 100,000 projects is taken whole; of one more it is refused', async () => {
    const many = Array.from(
      { length: 100_000 },
      (_, at) => `{"id":"oc4ids-zzzzzz-${at}","title":"Road ${at}"}`,
    );
    expect((await take(`[${many.join()}]`, 100_000)).projects).toHaveLength(100_000);
    expect(await refusal(`[${many.join()},{"id":"more"}]`, 100_000)).toContain('IMPORT_PROJECTS_MAX');
  });

  it('that is nested deeply is refused before it is parsed', async () => {
    const deep = (many: number, open: string, close: string) =>
      `[{"id":"a","x":${open.repeat(many)}1${close.repeat(many)}}]`;
    expect(await refusal(deep(5_000_000, '[', ']'))).toContain(
      `more than ${NESTING_MAX} things within each other`,
    );
    expect(await refusal(deep(1_000_000, '{"a":', '}'))).toContain('within each other');
    expect(await refusal('['.repeat(10_000_000))).toContain('within each other');
    expect(keys(await take(deep(NESTING_MAX - 2, '[', ']')))).toEqual(['a']);
    expect(keys(await take(`[{"id":"a","title":"${'['.repeat(1000)} \\" {"}]`))).toEqual(['a']);
  });

  it('of very many small values is refused before it is built', async () => {
    expect(await refusal(`[${'{},'.repeat(VALUES_MAX / 2 + 1)}{}]`)).toContain('values');
  });
});

describe('a CSV file', async () => {
  it('is taken row by row; a row that is wrong is named by its number', async () => {
    const rows = [
      well,
      { ...well, id: 'W-2', state: 'soon' },
      { ...well, id: 'W-3' },
      { ...well, id: '' },
      well,
    ];
    const taken = await take(`${csv(...rows)}\nW-9,too short`);
    expect(keys(taken)).toEqual(['W-1', 'W-3']);
    expect(taken.refused.map(({ where, why }) => `${where}: ${why}`)).toEqual([
      expect.stringMatching(/^row 3: state: /),
      expect.stringMatching(/^row 5: id: /),
      'row 6: another one has the same id',
      'row 7: it has 2 fields, the header has 26',
    ]);
  });

  it('may have its columns in another order and more of them, and empty lines count as a spreadsheet counts them', async () => {
    const wide = `extra,${columns.join()}\n\nx,${columns.map((name) => (well as Record<string, string>)[name] ?? '').join()}\nshort`;
    const taken = await take(wide);
    expect(keys(taken)).toEqual(['W-1']);
    expect(taken.refused[0]?.where).toBe('row 4');
  });

  it('puts swapped coordinates right', async () => {
    const { projects, notes } = await take(csv({ ...well, lat: '-1.75', lon: '4.9' }));
    expect(projects[0]?.record.locations).toMatchObject([{ geometry: { coordinates: [-1.75, 4.9] } }]);
    expect(notes).toHaveLength(1);
  });

  it('with another header, or broken, is not touched', async () => {
    expect(await refusal(csv(well).replace('title', 'name'))).toBe(
      'The header lacks title: compare it with city/projects.csv.',
    );
    expect(await refusal(`${csv(well)}\nW-2,"open`)).toMatch(/^Line \d+: the CSV is broken/);
    expect(await refusal(`${header}\n"${'x'.repeat(3_000_000)}`)).toMatch(/CSV is broken/);
    expect(await refusal(csv(well, { ...well, id: 'W-2' }), 1)).toContain('IMPORT_PROJECTS_MAX');
  });

  it('like that of the city is taken whole, without the mark of its rows', async () => {
    const taken = await take(readFileSync('city/projects.csv'));
    expect(taken.projects).toHaveLength(48);
    expect(taken.refused).toEqual([]);
    expect(JSON.stringify(taken.projects)).not.toContain('"row"');
  });
});
