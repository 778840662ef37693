/** Every step that speaks has its words in every finished language, with gaps that somebody fills, and short enough. */

import type { Book } from '../conversation.ts';
import { type Ask, isAsk, isSay, type Say } from '../flow.ts';
import type { BookCheck, Checking, Fault } from './fault.ts';

/** What plural forms are called behind the key. */
const PLURALS = ['', '_zero', '_one', '_two', '_few', '_many', '_other'];
/** A gap is filled with about so many letters. */
const GAP_LETTERS = 40;

/** Words that the engine says by itself. */
const ENGINE_WORDS = [
  ...['alreadyHere', 'cancelled', 'cannotListen', 'cannotSkip', 'flowChanged', 'flowGone', 'more', 'noBack'],
  ...[
    'notUnderstood',
    'nothingToCancel',
    'outOfRange',
    'photoKept',
    'photoNotNow',
    'photosFull',
    'placeKept',
  ],
  ...['placeNotNow', 'sharePlace', 'skip', 'stale', 'staleIdle', 'voiceKept', 'welcomeBack'],
  ...['choice', 'text', 'location', 'photos', 'anything'].map((kind) => `how.${kind}`),
].map((key) => `common.${key}`);
const TROUBLES = ['tooLarge', 'notAPicture', 'unreadable', 'unreachable', 'unsupported', 'empty'].map(
  (key) => `trouble.${key}`,
);

export function checkWords(checking: Checking): void {
  const { flow, book } = checking;
  need(checking, undefined, `${flow.id}.name`);
  for (const [id, step] of Object.entries(flow.steps)) {
    if (!isSay(step) && !(isAsk(step) && !step.silent && step.ask !== 'operator')) continue;
    const key = `${flow.id}.${id}`;
    const given = [...Object.keys((isSay(step) ? step.say : step.with) ?? {}), 'count'];
    need(checking, id, key);
    for (const { code } of book.voice.languages) {
      for (const form of [...PLURALS, ...(isAsk(step) ? ['.again'] : [])])
        checkText(checking, id, code, key + form, given, step);
    }
    if (isAsk(step) && Array.isArray(step.choices))
      for (const choice of step.choices) need(checking, id, `${key}.${choice}`);
  }
}

function need({ book, check, fault }: Checking, step: string | undefined, key: string): void {
  for (const { code, finished } of book.voice.languages) {
    if (!finished || PLURALS.some((form) => check.text(code, key + form) !== undefined)) continue;
    fault(
      step,
      `${key} has no words in ${code}`,
      `write them in locales/${code}.yaml, or mark that language unfinished`,
    );
  }
}

function checkText(
  checking: Checking,
  id: string,
  language: string,
  key: string,
  given: string[],
  step: Say | Ask,
): void {
  const { check, limits, fault } = checking;
  const text = check.text(language, key);
  if (text === undefined) return;
  const gaps = [...text.matchAll(/\{\{\s*(\w+)[^}]*\}\}/g)];
  for (const [, gap = ''] of gaps) {
    if (given.includes(gap)) continue;
    fault(
      id,
      `${key} in ${language} has a gap {{${gap}}} that nobody fills`,
      `give ${gap} in the step, or take the gap out`,
    );
  }
  const withChoices = isAsk(step) && (step.ask === 'choice' || step.optional === true);
  const most = withChoices ? limits.textWithChoicesMax : limits.textMax;
  const letters = text.replace(/\{\{[^}]*\}\}/g, ' '.repeat(GAP_LETTERS)).length;
  if (letters > most)
    fault(
      id,
      `${key} in ${language} has about ${letters} letters`,
      `at most ${most} fit there: make it shorter`,
    );
}

export function checkEngineWords(book: Book, check: BookCheck): Fault[] {
  return book.voice.languages.flatMap(({ code, finished }) =>
    [...ENGINE_WORDS, ...TROUBLES].flatMap((key): Fault[] => {
      if (!finished || PLURALS.some((form) => check.text(code, key + form) !== undefined)) return [];
      return [
        {
          flow: 'words',
          wrong: `${key} has no words in ${code}`,
          mend: `write them in locales/${code}.yaml`,
        },
      ];
    }),
  );
}
