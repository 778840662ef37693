/**
 * Words that command at a desk: "/done", "#done", "# Done.", "#dnoe", "#hecho". Pure. A word that is nearly one of ours is
 * taken for it where only one is meant; where it could be two, nobody guesses.
 */
import type { Voice } from '../engine/conversation.ts';
import { nearly, plain } from '../engine/plain.ts';

/** By how often they are used; help lists them so. Each is a word itself, and more stand at `desk.command.<name>`. */
export const COMMANDS = [
  'take',
  'start',
  'done',
  'note',
  'pass',
  'notours',
  'r',
  'ask',
  'open',
  'reopen',
  'back',
  'progress',
  'milestone',
  'announce',
  'letters',
  'pair',
  'desk',
  'help',
] as const;
export type CommandName = (typeof COMMANDS)[number];

/** "#not ours", "#no nos toca": a command has at most so many words. */
const PHRASE_WORDS_MAX = 4;
/** A shorter beginning ("#do") is asked about, although only one word begins so. */
const BEGINNING_LETTERS_MIN = 3;

/** What stands behind the mark: `/` is a network's own, `#` works everywhere. */
export type Marked = { mark: '/' | '#'; rest: string };

export type CommandRead =
  | { read: 'command'; name: CommandName | 'desk_help'; words: string }
  | { read: 'several'; names: CommandName[] }
  | { read: 'unknown'; said: string };

/** Undefined for "#1" and for a mark without a word: these are no commands. */
export function readMark(text: string): Marked | undefined {
  const [all, mark] = /^\s*(\/|[#\uff03][^\S\n]*)(?=\p{L})/u.exec(text) ?? [];
  if (all === undefined) return undefined;
  return { mark: mark === '/' ? '/' : '#', rest: text.slice(all.length) };
}

/** @param forgiving false where only words that are written right are meant: colleagues use # for their own things */
export function readCommand(
  voice: Voice,
  language: string,
  { rest }: Marked,
  forgiving: boolean,
): CommandRead {
  const begun = beginnings(rest);
  const known = phrases(voice, language);
  for (const { said, words } of [...begun].reverse()) {
    if (said === 'deskhelp') return { read: 'command', name: 'desk_help', words };
    const [found] = known.filter(({ phrase }) => phrase === said);
    if (found) return { read: 'command', name: found.name, words };
  }
  const [first] = begun;
  const unknown = { read: 'unknown' as const, said: /^[\p{L}\p{N}_]*/u.exec(rest)?.[0].toLowerCase() ?? '' };
  if (!forgiving || !first) return unknown;
  for (const { said, words, count } of [...begun].reverse()) {
    const near = known.filter(
      ({ phrase, spaced }) => (count === 1 || spaced) && (phrase.startsWith(said) || nearly(said, phrase)),
    );
    const names = [...new Set(near.map(({ name }) => name))];
    const [only] = names;
    if (only === undefined) continue;
    if (names.length === 1 && said.length >= BEGINNING_LETTERS_MIN)
      return { read: 'command', name: only, words };
    if (count === 1) return { read: 'several', names };
  }
  return unknown;
}

/** The word that help names: the first of the desk's language. */
export const shownWord = (voice: Voice, language: string, name: CommandName): string =>
  `#${voice.list(language, `desk.command.${name}`)[0] ?? name}`;

type Phrase = { name: CommandName; phrase: string; spaced: boolean };

function phrases(voice: Voice, language: string): Phrase[] {
  return COMMANDS.flatMap((name) =>
    [name, ...voice.list(language, `desk.command.${name}`)].map((phrase) => ({
      name,
      phrase: squashed(phrase),
      spaced: phrase.includes(' '),
    })),
  );
}

/** The first word, the first two, and so on, each with what follows. "take@KasaBot" is "take". */
function beginnings(rest: string): { said: string; words: string; count: number }[] {
  const found: { said: string; words: string; count: number }[] = [];
  const word = /[^\s:.,;!]+[:.,;!]*\s*/uy;
  let said = '';
  while (found.length < PHRASE_WORDS_MAX) {
    const [one] = word.exec(rest) ?? [];
    if (one === undefined) break;
    said += squashed(one.replace(/@\w+/, ''));
    found.push({ said, words: rest.slice(word.lastIndex), count: found.length + 1 });
  }
  return found;
}

const squashed = (words: string): string => plain(words).replaceAll(' ', '');
