/** What an official wrote about progress, in one line or in parts. Pure; knows no commitment and no desk. */
import type { ProgressState } from '../../civic/plan/progress.ts';
import { PROGRESS_STATES } from '../../civic/plan/progress.ts';
import type { Voice } from '../../engine/conversation.ts';
import { plain } from '../../engine/plain.ts';

/** Of the words that residents read; a letter with choices has 1024 letters where it has least. */
export const WORDS_LETTERS_MAX = 500;
export const TITLE_LETTERS_MAX = 120;
const LINK_LETTERS_MAX = 250;
/** A state has at most so many words ("avance muy limitado"). */
const STATE_WORDS_MAX = 3;

export type Trouble = 'percent' | 'tooLong' | 'date';

export type Read = {
  milestone?: number;
  state?: ProgressState;
  percent?: number;
  words?: string;
  link?: string;
  trouble?: Trouble;
};

/** "4 substantial 60 …": the name of a commitment, and the rest. */
export function splitName(words: string): { name: string; rest: string } {
  const [, name = '', rest = ''] =
    /^\s*#?([A-Za-z]{2,6}\d{2,6}|\d{1,2})(?![\w%])\s*([\s\S]*)$/.exec(words) ?? [];
  return { name, rest };
}

/**
 * Milestone ("m2"), state and percent stand first, in any order; then words, in which a link may stand. A bare number is a
 * percent only beside a state or alone: "3 toilets were built" begins with no percent.
 */
export function readProgress(voice: Voice, language: string, said: string): Read {
  const read: Read = {};
  let rest = said.trim();
  for (;;) {
    const milestone = /^(?:m|milestone|hito)\s?#?(\d{1,2})(?![\w%])[.,:]?\s*/i.exec(rest);
    const percent =
      /^(\d{1,4})\s?%[.,:]?\s*/.exec(rest) ?? bareNumber(rest, read.state !== undefined, voice, language);
    const state = stateAt(rest, voice, language);
    if (read.milestone === undefined && milestone) {
      read.milestone = Number(milestone[1]);
      rest = rest.slice(milestone[0].length);
    } else if (read.percent === undefined && percent) {
      read.percent = Number(percent[1]);
      rest = rest.slice(percent[0].length);
    } else if (read.state === undefined && state) {
      read.state = state.state;
      rest = rest.slice(state.length);
    } else break;
  }
  if (read.percent !== undefined && read.percent > 100) {
    delete read.percent;
    read.trouble = 'percent';
  }
  return { ...read, ...wordsAndLink(rest), ...(read.trouble && { trouble: read.trouble }) };
}

/** A number that stands alone, before a state, or right behind one. */
function bareNumber(rest: string, behind: boolean, voice: Voice, language: string): RegExpExecArray | null {
  const number = /^(\d{1,4})(?![\w%/.-]*\w)[.,:]?\s*/.exec(rest);
  if (!number) return null;
  const after = rest.slice(number[0].length);
  return behind || after === '' || stateAt(after, voice, language) ? number : null;
}

/** The longest state that stands at the beginning, in the desk's language or in English; `length` in letters of the text. */
function stateAt(
  rest: string,
  voice: Voice,
  language: string,
): { state: ProgressState; length: number } | undefined {
  for (let count = STATE_WORDS_MAX; count > 0; count--) {
    const pattern = new RegExp(
      `^(?:[\\p{L}]+[\\s-]+){${count - 1}}[\\p{L}]+(?![\\p{L}\\p{N}])[.,:;]?\\s*`,
      'u',
    );
    const [found] = pattern.exec(rest) ?? [];
    if (found === undefined) continue;
    const state = stateNamed(found, voice, language);
    if (state) return { state, length: found.length };
  }
  return undefined;
}

function stateNamed(said: string, voice: Voice, language: string): ProgressState | undefined {
  return PROGRESS_STATES.find((state) =>
    [language, 'en'].some(
      (code) =>
        plain(voice.say(code, `progress.states.${state}`)) === plain(said) ||
        voice.list(code, `words.states.${state}`).some((word) => plain(word) === plain(said)),
    ),
  );
}

function wordsAndLink(rest: string): Pick<Read, 'words' | 'link' | 'trouble'> {
  const found = /https?:\/\/[^\s<>"“”]+/i.exec(rest);
  const link = found?.[0].replace(/[.,;:!?)\]]+$/, '');
  const usable = link !== undefined && link.length <= LINK_LETTERS_MAX && URL.canParse(link);
  const words = (usable ? rest.replace(link, '') : rest).replace(/[^\S\n]+/g, ' ').trim();
  const kept = /[\p{L}\p{N}]/u.test(words) ? words : '';
  return {
    ...(kept && { words: kept.slice(0, WORDS_LETTERS_MAX) }),
    ...(usable && { link }),
    ...(kept.length > WORDS_LETTERS_MAX && { trouble: 'tooLong' as const }),
  };
}

/** "Train the officers by 2027-03-31", with the number of a milestone before it, and a state behind it. */
export type ReadMilestone = {
  place?: number;
  title?: string;
  due?: string;
  state?: ProgressState;
  link?: string;
  trouble?: Trouble;
};

export function readMilestone(voice: Voice, language: string, said: string): ReadMilestone {
  const numbered = /^\s*(?:m|milestone|hito)\s?#?(\d{1,2})(?![\w%])[.,:]?\s*/i.exec(said);
  const rest = said.slice(numbered?.[0].length ?? 0);
  const dated =
    /(?:^|\s)(?:by|until|para(?: el)?|hasta(?: el)?)\s+(\d{4}-\d{1,2}-\d{1,2})(?!\d)[.,;]?\s*/i.exec(rest);
  const { words = '', link } = wordsAndLink(dated ? rest.slice(0, dated.index) : rest);
  const title = words.replace(/\s+/g, ' ');
  const state = dated ? stateAt(rest.slice(dated.index + dated[0].length), voice, language) : undefined;
  const due = dated?.[1] === undefined ? undefined : dayOf(dated[1]);
  const trouble =
    dated && due === undefined ? 'date' : title.length > TITLE_LETTERS_MAX ? 'tooLong' : undefined;
  return {
    ...(numbered && { place: Number(numbered[1]) }),
    ...(title && { title: title.slice(0, TITLE_LETTERS_MAX) }),
    ...(due && { due }),
    ...(state && { state: state.state }),
    ...(link && { link }),
    ...(trouble && { trouble }),
  };
}

/** A day that there is, as YYYY-MM-DD. */
function dayOf(written: string): string | undefined {
  const [year = 0, month = 0, day = 0] = written.split('-').map(Number);
  const at = new Date(Date.UTC(year, month - 1, day));
  const there = at.getUTCFullYear() === year && at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
  return there ? at.toISOString().slice(0, 10) : undefined;
}
