/** What real publications get wrong, as OC4IDS projects of an invented town. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ID_LETTERS_MAX, mendProject, PROJECT_LETTERS_MAX } from '../../../src/civic/projects/mend.ts';
import { isLink } from '../../../src/civic/projects/mend-junk.ts';
import { readProject } from '../../../src/civic/projects/read.ts';
import type { Json } from '../../../src/engine/content.ts';

const OURS = 'oc4ids-town01';

function mended(fields: { [name: string]: Json }) {
  const result = mendProject({ id: 'oc4ids-zzzzzz-1', title: 'Invented road', ...fields }, OURS);
  if ('refused' in result) throw new Error(result.refused);
  return result;
}
const refusal = (given: Json): string | undefined => {
  const result = mendProject(given, OURS);
  return 'refused' in result ? result.refused : undefined;
};
const at = (coordinates: Json, type = 'Point'): Json => [{ id: '1', geometry: { type, coordinates } }];
const coordinatesOf = (locations: Json): Json | undefined => {
  const [location] = mended({ locations }).record.locations as { geometry?: { coordinates: Json } }[];
  return location?.geometry?.coordinates;
};

describe('an id', () => {
  it('of another publisher is kept whole, one of ours becomes its key again', () => {
    expect(mended({}).key).toBe('oc4ids-zzzzzz-1');
    const ours = mended({ id: `${OURS}-ST-001` });
    expect([ours.key, ours.record.id]).toEqual(['ST-001', 'ST-001']);
    expect(mended({ id: `${OURS}-` }).key).toBe(`${OURS}-`);
    expect(mendProject({ id: `${OURS}-9` }, 'oc4ids-zzzzzz')).toMatchObject({ key: `${OURS}-9` });
  });

  it.each([
    undefined,
    null,
    '',
    '   ',
    7,
    {},
    ['a'],
    'x'.repeat(ID_LETTERS_MAX + 1),
    'a\u001b[2J',
    'a\u0000',
    '\ud800',
  ])('like %j is refused', (id) =>
    expect(refusal({ title: 'A road', ...(id !== undefined && { id }) })).toMatch(/id/),
  );
});

describe('what is refused', () => {
  it.each([null, 7, 'a project', [], true])('%j is no project', (given) =>
    expect(refusal(given)).toBeDefined(),
  );
  it.each([7, {}, ['A road'], false])('a title like %j', (title) =>
    expect(refusal({ id: 'a', title })).toBe('its title must be a text'),
  );
  it('one that is endless', () =>
    expect(refusal({ id: 'a', description: 'x'.repeat(PROJECT_LETTERS_MAX) })).toContain('longer than'));
});

describe('a status', () => {
  it('that was renamed is read under its new name', () => {
    const { record, notes } = mended({ status: 'completed' });
    expect(record.status).toBe('maintenance');
    expect(notes).toEqual(['status "completed" was renamed: read as "maintenance"']);
  });
  it('that the standard does not have is left out, and never guessed', () => {
    const { record, notes } = mended({ status: 'nearly done' });
    expect(record.status).toBeUndefined();
    expect(notes[0]).toContain('nearly done');
    expect(readProject(record).state).toBe('unknown');
  });
});

describe('coordinates', () => {
  it('that are the wrong way round are put right', () => {
    expect(coordinatesOf(at([4.9, -1.75]))).toEqual([-1.75, 4.9]);
    expect(coordinatesOf(at([4.9, -1.75, 12]))).toEqual([-1.75, 4.9, 12]);
    const ring: Json = [
      [
        [4.9, -1.7],
        [4.9, -1.6],
        [5, -1.6],
        [4.9, -1.7],
      ],
    ];
    const right: Json = [
      [
        [-1.7, 4.9],
        [-1.6, 4.9],
        [-1.6, 5],
        [-1.7, 4.9],
      ],
    ];
    expect(coordinatesOf(at(ring, 'Polygon'))).toEqual(right);
    expect(mended({ locations: at([4.9, -1.75]) }).notes).toHaveLength(1);
  });
  it('that are right stay without a word', () => {
    expect(coordinatesOf(at([-1.75, 4.9]))).toEqual([-1.75, 4.9]);
    expect(mended({ locations: at([-1.75, 4.9]) }).notes).toEqual([]);
  });
  it('elsewhere in the world stay, and are noted', () => {
    expect(coordinatesOf(at([33.77, -13.96]))).toEqual([33.77, -13.96]);
    expect(mended({ locations: at([33.77, -13.96]) }).notes[0]).toContain('outside');
  });
  it.each(
    [[0, 0], [200, 4], [4.9], ['-1.75', '4.9'], 'here', [[-1.75, 'x']], [], { lat: 4.9 }].map((one) => [one]),
  )('like %j are left out, the place stays', (coordinates) => {
    const [location] = at(coordinates as Json) as { [name: string]: Json }[];
    const { record, notes } = mended({ locations: [{ ...location, description: 'Diabene' }] });
    expect(record.locations).toEqual([{ id: '1', description: 'Diabene' }]);
    expect(notes[0]).toContain('left out');
  });
});

it('what is empty is dropped, at any depth', () => {
  const { record, notes } = mended({
    description: ' ',
    sector: [],
    budget: { amount: { amount: null } },
    parties: [{}],
  });
  expect(record).toEqual({ id: 'oc4ids-zzzzzz-1', title: 'Invented road' });
  expect(notes).toEqual([]);
});

it('links that lead nowhere are dropped, the paper stays', () => {
  const documents: { [name: string]: Json }[] = [
    { id: '1', title: 'Plan', url: 'https://' },
    { id: '2', url: 'https://town.example/plan.pdf' },
  ];
  const { record, notes } = mended({ documents });
  expect(record.documents).toEqual([{ id: '1', title: 'Plan' }, documents[1]]);
  expect(notes).toEqual(['links that lead nowhere: left out']);
  const junk = [
    'https://',
    'http://x',
    'www.town.example',
    'javascript:alert(1)',
    'mailto:a@town.example',
    '/x',
    '',
  ];
  expect(junk.filter(isLink)).toEqual([]);
});

it('a duration below zero is dropped, its days stay', () => {
  const { record } = mended({ period: { startDate: '2024-05-01T00:00:00Z', durationInDays: -30 } });
  expect(record.period).toEqual({ startDate: '2024-05-01T00:00:00Z' });
  expect(mended({ period: { durationInDays: 0 } }).record.period).toEqual({ durationInDays: 0 });
});

it('contacts and names of persons are not kept, wherever they stand', () => {
  const contactPoint = { name: 'Ama Invented', email: 'ama@town.example', telephone: '+000 1' };
  const { record, notes } = mended({
    publicAuthority: { name: 'Town', contactPoint },
    parties: [{ id: '1', name: 'Works', contactPoint, people: [{ id: 'p', name: 'Ama Invented' }] }],
    contractingProcesses: [
      { id: '1', summary: { suppliers: [{ name: 'Works', email: 'ama@town.example' }] } },
    ],
  });
  expect(JSON.stringify(record)).not.toMatch(/Ama|@|\+000/);
  expect(record.publicAuthority).toEqual({ name: 'Town' });
  expect(notes).toEqual(['contacts and names of persons: not kept']);
});

it("a publisher's own sector is kept as a word, and noted", () => {
  const { record, notes } = mended({ sector: ['transport', 'Boreholes'] });
  expect(record.sector).toEqual(['transport', 'Boreholes']);
  expect(notes).toEqual(['sector "Boreholes" is not one of the standard\'s: kept as a word']);
});

it('fields of the wrong kind are left out one by one; unknown fields stay', () => {
  const wrong = { description: 5, sector: 'transport', budget: [], period: 'soon', x_kasa: 'no', status: {} };
  const { record, notes } = mended({ ...wrong, parties: ['Works', { id: '1', name: 'Works' }], theirs: 5 });
  expect(record).toEqual({
    id: 'oc4ids-zzzzzz-1',
    title: 'Invented road',
    parties: [{ id: '1', name: 'Works' }],
    theirs: 5,
  });
  expect(notes).toHaveLength(5);
});

it('names of fields that JavaScript knows itself do no harm', () => {
  const hostile = JSON.parse('{"id":"a","__proto__":{"title":"x"},"constructor":[1],"toString":"y"}') as Json;
  const result = mendProject(hostile, OURS);
  expect('refused' in result).toBe(false);
  expect(readProject('record' in result ? result.record : {}).title).toBe('a');
});

it('something very deep is cut, without running out of stack', () => {
  let deep: Json = 'end';
  for (let depth = 0; depth < 20_000; depth++) deep = depth % 2 ? [deep] : { deep };
  const { record } = mended({ deep, locations: at(deep), x_kasa: { deep } });
  expect(record).toMatchObject({ title: 'Invented road' });
});

it('whatever is given, it is refused or can be read, and mending again changes nothing', () => {
  const value = fc.jsonValue({ maxDepth: 4 });
  const names = [
    'title',
    'status',
    'sector',
    'locations',
    'parties',
    'budget',
    'period',
    'metrics',
    'x_kasa',
    'documents',
  ];
  const fields = fc.dictionary(fc.constantFrom(...names), value);
  fc.assert(
    fc.property(fields, (given) => {
      const once = mendProject({ id: 'a', ...given } as Json, OURS);
      if ('refused' in once) return;
      readProject(once.record);
      const twice = mendProject(once.record, OURS);
      expect('record' in twice && twice.record).toEqual(once.record);
    }),
    { numRuns: 2000 },
  );
});
