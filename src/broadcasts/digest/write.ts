/** A letter in words: short first, the three most important, figures, and how to go on or to end it. Pure. */
import type { Voice } from '../../engine/conversation.ts';
import type { Values } from '../../engine/flow.ts';
import { type Composed, SHOWN_MAX } from './compose.ts';
import type { Figures, Kept } from './figures.ts';
import type { Reason } from './followed.ts';
import type { Happening, SubjectKey } from './happened.ts';
import type { Matter } from './matters.ts';

export type Telling = {
  voice: Voice;
  /** What a promise is about, in few words; empty when the plan does not say. */
  promiseTitle(key: string, language: string): string;
  happened: ReadonlyMap<SubjectKey, Happening>;
};

/** Those behind "more" that one letter holds. */
export const MORE_MAX = 15;
export const LETTER_LETTERS_MAX = 700;
const TITLE_LETTERS_MAX = 70;
const TITLE_LETTERS_SHORT = 40;
const REASONS_MAX = 3;
const BAR_CELLS = 10;

/** A person who subscribed, a group, or somebody who only looks. */
export type LetterReader = 'person' | 'room' | 'guest';

/** `day` in milliseconds since 1970. */
export type Letter = Composed & { day: number; figures: Figures | undefined; reader?: LetterReader };

/** `shown`: how many of its matters stand in it; the others are behind "more". */
export type Written = { text: string; shown: number };

/** Never longer than LETTER_LETTERS_MAX: titles are shortened first, then matters go behind "more". */
export function writeLetter(letter: Letter, language: string, telling: Telling): Written {
  let written: Written = { text: '', shown: 0 };
  for (const most of [SHOWN_MAX, 2, 1]) {
    const shown = Math.min(most, letter.matters.length);
    for (const titleMax of [TITLE_LETTERS_MAX, TITLE_LETTERS_SHORT]) {
      written = { text: writeWith(letter, language, telling, shown, titleMax), shown };
      if (written.text.length <= LETTER_LETTERS_MAX) return written;
    }
  }
  return { ...written, text: written.text.slice(0, LETTER_LETTERS_MAX) };
}

function writeWith(
  letter: Letter,
  language: string,
  telling: Telling,
  shown: number,
  titleMax: number,
): string {
  const { voice } = telling;
  const rest = letter.matters.length - shown;
  const lines = letter.matters
    .slice(0, shown)
    .map((matter, at) => `${at + 1}. ${writeMatter(matter, language, telling, titleMax)}`);
  const foot = [
    ...(rest > 0 ? [voice.say(language, 'digest.more', { count: rest })] : []),
    writeReasons(letter.reasons, language, telling, titleMax),
    letter.reader === 'guest' ? '' : voice.say(language, `digest.stop.${letter.reader ?? 'person'}`),
  ];
  return [
    voice.say(language, 'digest.head', { day: letter.day }),
    ...lines,
    ...writeFigures(letter.figures, language, voice),
    foot.filter((part) => part !== '').join(' '),
  ]
    .join('\n')
    .trimEnd();
}

/** The matters that the letter had no room for; `from` counts those that it showed. */
export function writeMore(composed: Composed, from: number, language: string, telling: Telling): string {
  return composed.matters
    .slice(from, from + MORE_MAX)
    .map((matter, at) => `${from + at + 1}. ${writeMatter(matter, language, telling, TITLE_LETTERS_MAX)}`)
    .join('\n');
}

export function writeMatter(
  { words, values }: Matter,
  language: string,
  telling: Telling,
  titleMax: number,
): string {
  const filled: Values = { ...values };
  if (typeof values.title === 'string') filled.title = shorten(values.title, titleMax);
  if (typeof values.promise === 'string')
    filled.promise = promiseName(values.promise, Number(values.ordinal), language, telling, titleMax);
  if (typeof values.to === 'number') filled.bar = bar(values.to);
  const said = typeof values.said === 'string' ? ` “${shorten(values.said, titleMax)}”` : '';
  return `${telling.voice.say(language, `digest.matter.${words}`, filled).trim()}${said}`;
}

/** "Promise 4, one place for complaints" */
function promiseName(
  key: string,
  ordinal: number,
  language: string,
  { voice, promiseTitle }: Telling,
  titleMax: number,
): string {
  const title = shorten(promiseTitle(key, language), titleMax);
  return voice.say(language, title ? 'digest.promiseTitled' : 'digest.promise', { ordinal, title });
}

/** Ten cells that show a percentage where no picture can. */
export function bar(percent: number): string {
  const full = Math.round((Math.min(100, Math.max(0, percent)) / 100) * BAR_CELLS);
  return '■'.repeat(full) + '□'.repeat(BAR_CELLS - full);
}

export function writeFigures(figures: Figures | undefined, language: string, voice: Voice): string[] {
  if (!figures || figures.thisWeek.due === 0) return [];
  const { thisWeek, lastWeek } = figures;
  return [
    voice.say(language, 'digest.figures', {
      kept: thisWeek.kept,
      due: thisWeek.due,
      percent: percentOf(thisWeek),
    }),
    ...(lastWeek.due > 0
      ? [
          voice.say(language, 'digest.figuresBefore', {
            kept: lastWeek.kept,
            due: lastWeek.due,
            percent: percentOf(lastWeek),
          }),
        ]
      : []),
  ];
}

const percentOf = ({ due, kept }: Kept): number => Math.round((kept / due) * 100);

/** "You get this because you follow Diabene and promise 4." */
function writeReasons(reasons: Reason[], language: string, telling: Telling, titleMax: number): string {
  const { voice } = telling;
  const names = [...new Set(reasons.map((reason) => nameOfReason(reason, language, telling, titleMax)))];
  const [kept, others] = [names.slice(0, REASONS_MAX), names.length - REASONS_MAX];
  if (kept.length === 0) return '';
  if (others > 0) kept.push(voice.say(language, 'digest.reason.others', { count: others }));
  return voice.say(language, 'digest.because', { topics: listed(kept, language) });
}

const LISTS_OF: Record<string, string> = { fat: 'en' };

/** "Diabene, promise 4 and your reports" */
export const listed = (names: string[], language: string): string =>
  new Intl.ListFormat(LISTS_OF[language] ?? language, { type: 'conjunction' }).format(names);

function nameOfReason(reason: Reason, language: string, telling: Telling, titleMax: number): string {
  const { voice, happened } = telling;
  switch (reason.topic) {
    case 'place':
      return shorten(reason.name, titleMax);
    case 'project':
      return shorten(happened.get(`project:${reason.subjectId}`)?.project?.title ?? '', titleMax);
    case 'commitment': {
      const ordinal = happened.get(`commitment:${reason.subjectId}`)?.commitment?.ordinal ?? null;
      return voice.say(language, 'digest.reason.commitment', { ordinal });
    }
    default:
      return voice.say(language, `digest.reason.${reason.topic}`);
  }
}

/** Whole words as far as they fit, and a sign that there is more. */
export function shorten(text: string, most: number): string {
  const clean = text.replace(/\s+/g, ' ').trim();
  if (clean.length <= most) return clean;
  const cut = clean.slice(0, most - 1);
  const space = cut.lastIndexOf(' ');
  return `${(space > most / 2 ? cut.slice(0, space) : cut).replace(/[\s,.;:–-]+$/, '')}…`;
}
