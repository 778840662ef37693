import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Changed, Happening } from '../../../src/broadcasts/digest/happened.ts';
import { inOrder, mattersOf } from '../../../src/broadcasts/digest/matters.ts';
import type { Canvas } from '../../../src/broadcasts/digest/paint.ts';
import { drawChart } from '../../../src/broadcasts/digest/picture.ts';
import {
  bar,
  LETTER_LETTERS_MAX,
  shorten,
  writeLetter,
  writeMore,
} from '../../../src/broadcasts/digest/write.ts';
import { loadEditorial } from '../../../src/content.ts';

const { voice } = loadEditorial('Africa/Accra');
const FRIDAY = Date.parse('2026-11-27T06:00:00Z');

const changed = (given: Partial<Changed>): Changed => ({
  id: 1,
  subject: 'project',
  subjectId: 1,
  what: 'progress',
  from: '10',
  to: '20',
  at: FRIDAY,
  correctsAt: null,
  words: null,
  ...given,
});

const project = (id: number, title: string, changes: Changed[]): Happening => ({
  key: `project:${id}`,
  project: { title, place: null, state: 'ongoing', progress: 20 },
  changes,
  milestones: new Map(),
  missed: [],
  observed: [],
});

describe('a letter', () => {
  it('is never longer than 700 letters, whatever the titles, the words and the number of matters', () => {
    const titles = fc.array(fc.string({ minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        titles,
        fc.string({ maxLength: 500 }),
        fc.constantFrom('en', 'es', 'fat'),
        (given, words, language) => {
          const happened = new Map(
            given.map((title, at) => [`project:${at}` as const, project(at, title, [changed({ words })])]),
          );
          const matters = inOrder([...happened.values()].flatMap((one) => mattersOf(one, 0)));
          const reasons = given.map((_, at) => ({ topic: 'project' as const, subjectId: at }));
          const figures = { thisWeek: { due: 520, kept: 411 }, lastWeek: { due: 480, kept: 340 } };
          const telling = { voice, promiseTitle: () => words, happened };
          const { text, shown } = writeLetter({ matters, reasons, day: FRIDAY, figures }, language, telling);
          expect(text.length).toBeLessThanOrEqual(LETTER_LETTERS_MAX);
          expect(shown).toBeGreaterThan(0);
          // Nothing is lost between the letter and "more".
          const more = writeMore({ matters, reasons }, shown, language, telling);
          expect(
            more === '' ? 0 : more.split('\n').filter((line) => /^\d+\. /.test(line)).length,
          ).toBeGreaterThanOrEqual(matters.length - shown);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a difference', () => {
  it('runs from what they were told to what holds now, and leaves out what went there and back', () => {
    const steps = [
      changed({ id: 1, from: '10', to: '30', at: 1 }),
      changed({ id: 2, from: '30', to: '20', at: 2 }),
      changed({ id: 3, from: '20', to: '30.0', at: 3 }),
    ];
    const told = (since: number) => mattersOf(project(1, 'Road', steps), since).map(({ values }) => values);
    expect(told(0)).toMatchObject([{ from: 10, to: 30 }]);
    expect(told(1)).toEqual([]);
    expect(told(2)).toMatchObject([{ from: 20, to: 30 }]);
    expect(told(3)).toEqual([]);
  });

  it('of residents is told beside the official one', () => {
    const seen = project(1, 'Road', [changed({})]);
    seen.observed = [
      { at: FRIDAY, seen: 'stopped' },
      { at: FRIDAY, seen: 'stopped' },
      { at: FRIDAY, seen: 'going' },
    ];
    expect(mattersOf(seen, 0).map(({ words, values }) => [words, values.count ?? null])).toEqual([
      ['projectProgress', null],
      ['observed.stopped', 2],
    ]);
  });
});

describe('small things', () => {
  it.each([
    [0, '□□□□□□□□□□'],
    [55, '■■■■■■□□□□'],
    [100, '■■■■■■■■■■'],
    [250, '■■■■■■■■■■'],
  ])('a bar of %d percent', (percent, cells) => expect(bar(percent)).toBe(cells));

  it('a title is cut at a word', () => {
    expect(shorten('Rehabilitation of the drain at Market Circle', 30)).toBe('Rehabilitation of the drain…');
    expect(shorten('short', 30)).toBe('short');
  });
});

describe('the picture', () => {
  it('needs no font and no SVG, and shows more ink for more progress', () => {
    const chart = (percent: number | null, state: string | null = 'limited') =>
      drawChart([{ id: 1, key: 'GHST0001', ordinal: 4, state, percent }]);
    const inkOf = ({ data }: Canvas) => {
      let green = 0;
      for (let at = 0; at < data.length; at += 3) if (data[at] === 0x0b && data[at + 1] === 0x6e) green += 1;
      return green;
    };
    const [little, much, unknown, steps] = [
      chart(10),
      chart(90),
      chart(null, null),
      chart(null, 'substantial'),
    ].map(inkOf);
    expect(much).toBeGreaterThan((little ?? 0) * 8);
    expect(little).toBeGreaterThan(0);
    expect(unknown).toBe(0);
    expect(steps).toBeGreaterThan(0);
  });
});
