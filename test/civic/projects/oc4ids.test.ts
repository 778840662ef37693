/** The table of the standard against the official schema, and records of any kind against both. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitProject } from '../../../src/civic/projects/fit.ts';
import { COUNTRIES, CURRENCIES, OBJECTS } from '../../../src/civic/projects/oc4ids.ts';
import { publish, type StoredProject } from '../../../src/civic/projects/publish.ts';
import type { ProjectRecord } from '../../../src/civic/projects/record.ts';
import { fitJson } from '../../../src/database/fit.ts';
import type { Json } from '../../../src/engine/content.ts';
import { hasSchema, openValidator, projectSchema } from './official.ts';

const errorsOf = hasSchema ? openValidator() : () => [];
const RUNS = 1500;

/** Every field of the table, without its kind. */
const objects = new Map(
  OBJECTS.trim()
    .split(/\n(?! )/)
    .map((line): [string, string[]] => {
      const [name = '', ...fields] = line.split(/\s+/);
      return [name, fields];
    }),
);
const nameOf = (field: string) => field.replace(/[!:].*/, '');

test.runIf(hasSchema)(
  'the table has the objects, fields, needs and closed lists of the official schema',
  () => {
    const { definitions, ...project } = projectSchema();
    for (const [name, given] of Object.entries({ Project: project, ...definitions })) {
      const properties = given.properties as Record<string, { enum?: string[]; items?: { enum?: string[] } }>;
      const fields = objects.get(name) ?? [];
      expect([name, fields.map(nameOf)]).toEqual([name, Object.keys(properties)]);
      const needed = fields.filter((field) => field.includes('!')).map(nameOf);
      const required = (given.required as string[] | undefined) ?? [];
      expect([name, needed.sort()]).toEqual([
        name,
        name === 'Value' ? ['amount', 'currency'] : [...required].sort(),
      ]);
      for (const [field, shape] of Object.entries(properties)) {
        const written = fields.find((one) => nameOf(one) === field) ?? '';
        const closed = shape.enum ?? shape.items?.enum;
        if (written.endsWith(':currency')) expect(closed).toEqual([...CURRENCIES]);
        else if (written.includes(':country')) expect(closed).toEqual([...COUNTRIES]);
        else
          expect([name, field, /:=(.*?)(\[\])?$/.exec(written)?.[1]]).toEqual([
            name,
            field,
            closed?.join('|'),
          ]);
      }
    }
  },
);

const words = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom(
    ...[
      '',
      ' ',
      '1',
      '12.5',
      '-3',
      'completed',
      'implementation',
      'open',
      'GHS',
      'ghs',
      'GH',
      'Point',
      'award',
    ],
    ...[
      '2026-02-28',
      '2026-02-30',
      '2026-02-28T24:00:00Z',
      '2026-02-28t10:00:00+01:00',
      '0000-01-01',
      'https://',
    ],
    ...[
      'https://example.org/a b',
      'https://example.org/%zz',
      'http://[::1]/',
      'urn:a',
      'ama@example.org',
      'a@b',
    ],
  ),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc.date({ noInvalidDate: true }).map((day) => day.toISOString()),
  fc.emailAddress(),
);
const scalars = fc.oneof(words, fc.double({ noNaN: true }), fc.integer(), fc.boolean(), fc.constant(null));

/** An object of the table whose fields hold mostly what they should, and often anything else. */
function objectLike(name: string, depth: number): fc.Arbitrary<Json> {
  const fields = (objects.get(name) ?? []).map((field): [string, fc.Arbitrary<Json>] => {
    const [, kind = '', list] = /:(.*?)(\[\])?$/.exec(field) ?? [];
    const one = depth > 0 && objects.has(kind) ? objectLike(kind, depth - 1) : scalars;
    const right: fc.Arbitrary<Json> = list ? fc.array(one, { maxLength: 3 }) : one;
    const coordinates = fc.array(fc.oneof(fc.double(), fc.array(fc.integer(), { maxLength: 3 })), {
      maxLength: 3,
    });
    const usual = kind === 'corners' ? (coordinates as fc.Arbitrary<Json>) : right;
    return [
      nameOf(field),
      fc.oneof(
        { weight: 8, arbitrary: usual },
        { weight: 1, arbitrary: fc.jsonValue() as fc.Arbitrary<Json> },
      ),
    ];
  });
  return fc.record(Object.fromEntries(fields), { requiredKeys: [] }) as fc.Arbitrary<Json>;
}

const anyRecord = fc.oneof(
  objectLike('Project', 4),
  fc.dictionary(
    fc.constantFrom(...(objects.get('Project') ?? []).map(nameOf)),
    fc.jsonValue(),
  ) as fc.Arbitrary<Json>,
);

/** As Postgres gives it back: what was made fit for it, as JSON, of which objects alone are records. */
const throughJson = (given: Json): ProjectRecord =>
  JSON.parse(JSON.stringify(fitJson(given))) as ProjectRecord;

test('whatever is stored, what is published has no fault, and is the same when published again', () => {
  const progress = fc.option(fc.integer({ min: 0, max: 100 }).map(String));
  fc.assert(
    fc.property(anyRecord, progress, (given, known) => {
      const stored: StoredProject = {
        key: 'A',
        record: throughJson(given),
        progress: known,
        asOf: null,
        seen: [{ seen: 'going', count: 3, first: '2026-01-01', last: '2026-02-01' }],
      };
      const project = throughJson(publish(stored, 'oc4ids-abc123-A'));
      const given2 = {
        uri: 'http://localhost/a',
        publisher: { name: 'A' },
        publishedDate: '2026-01-01T00:00:00Z',
        version: '0.9',
        projects: [project],
      };
      expect(errorsOf(given2)).toEqual([]);
      expect(holdsNothing(project)).toBe(false);
      expect(JSON.stringify(publish({ ...stored, record: project }, project.id as string))).toBe(
        JSON.stringify(project),
      );
      const parties = new Set(((project.parties ?? []) as { id?: string }[]).map(({ id }) => id));
      const authority = project.publicAuthority as { id?: string } | undefined;
      if (authority?.id) expect(parties).toContain(authority.id);
    }),
    // Found by chance once: a reader that asks each object for its text breaks on such a field.
    { numRuns: RUNS, examples: [[{ benefits: [{ x: 0 }, { toString: { x: [false] } }] }, null]] },
  );
});

test('what was fitted once stays as it is', () => {
  fc.assert(
    fc.property(anyRecord, (given) => {
      const once = fitProject({ ...throughJson(given), id: 'A' });
      expect(fitProject(once)).toEqual(once);
    }),
    { numRuns: RUNS },
  );
});

/** True when an empty text, list or object, or a null, stands anywhere in it. */
function holdsNothing(value: unknown): boolean {
  if (value === null || value === '') return true;
  if (typeof value !== 'object') return false;
  const parts = Object.values(value as object);
  return parts.length === 0 || parts.some(holdsNothing);
}
