import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, rows } from '../../src/database/database.ts';
import { fitJson, fitText } from '../../src/database/fit.ts';
import type { Json } from '../../src/engine/content.ts';
import { databases } from './given.ts';

const HOSTILE = [
  '\0',
  '\ud800',
  '\udc00',
  '\ud83d',
  '\ude00',
  '\ufffe',
  '\uffff',
  '\u202e',
  '😀',
  '\\u0000',
  "'",
  '"',
  '\\',
];
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'grapheme' })))
    .map((parts) => parts.join('')),
);
const json = fc.jsonValue({ stringUnit: 'binary' }).map((value) => value as Json);
const hostileJson = fc.dictionary(text, fc.oneof(text, json, fc.array(text)), { noNullPrototype: true });

describe('fit', () => {
  test.each([
    ['Akwaaba', 'Akwaaba'],
    ['a\0b', 'ab'],
    ['\ud800', '\ufffd'],
    ['\udc00x', '\ufffdx'],
    ['😀', '😀'],
    ['\ud83d\0\ude00', '😀'],
    ['', ''],
  ])('%j becomes %j', (given, fitted) => {
    expect(fitText(given)).toBe(fitted);
    expect(fitJson({ [given]: [given] })).toEqual({ [fitted]: [fitted] });
  });

  test.each([
    ['a"b', 'a\ufffdb'],
    ['\\', '\ufffd'],
    ['\u0001\n', '\ufffd\ufffd'],
    ['the drain’s /é😀', 'the drain’s /é😀'],
  ])('the name %j becomes %j, a text stays', (given, fitted) => {
    expect(fitJson({ [given]: given })).toEqual({ [fitted]: given });
  });

  test('leaves what is fit as it is, not copied', () => {
    const letter: Json = { text: 'The drain is choked 😀', choices: [{ id: '1' }], place: { latitude: 4.9 } };
    expect(fitJson(letter)).toBe(letter);
    expect(fitJson([Number.NaN, Number.POSITIVE_INFINITY, -0] as Json)).toEqual([null, null, 0]);
  });
});

describe.each(databases)('what is fitted, on $name', ({ open }) => {
  let database: Database;
  beforeAll(async () => {
    database = await open();
  }, 30_000);
  afterAll(() => database.close());

  test('is stored and comes back the same', { timeout: 60_000 }, async () => {
    const batch = fc.array(fc.tuple(text, fc.oneof(json, hostileJson)), { minLength: 50, maxLength: 50 });
    let unfit = 0;
    await fc.assert(
      fc.asyncProperty(batch, async (given) => {
        const fitted = given.map(([words, value]): [string, Json] => [fitText(words), fitJson(value)]);
        unfit += given.filter(([words], place) => words !== fitted[place]?.[0]).length;
        const statement = sql.join(
          fitted.map(
            ([words, value]) => sql`select ${words}::text as words, ${JSON.stringify(value)}::jsonb as value`,
          ),
          sql` union all `,
        );
        const stored = await rows<{ words: string; value: Json }>(database.tx, statement);
        expect(stored.map((row) => [row.words, row.value])).toEqual(fitted);
      }),
      { numRuns: 60 },
    );
    expect(unfit).toBeGreaterThan(100);
  });
});
