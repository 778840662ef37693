/** Which category a letter speaks of: words are lists per language, at `categoryWords` in the language files. */
import type { Voice } from '../engine/conversation.ts';
import { containsPhrase, nearly, plain } from '../engine/plain.ts';

export type Found = {
  category: string;
  language: string | null /** More than vague words speak for it. */;
  sure: boolean;
};

/** Weight of a word that ends in "?" in its list: it decides only where no other word does. */
const WEAK = 1;
/** What is found by no more than two weak words gives way to a better finding in another language. */
const FAINT_MAX = 2 * WEAK;
/** Shorter words are too like others to be guessed from a slip: "chief" is no "thief", "train" no "drain". */
const GUESSED_LETTERS_MIN = 6;
/** What is wrong is said at the beginning; the rest of a long letter is not searched. */
const READ_LETTERS_MAX = 1000;
/** Comparing letter by letter is dear: only so many words are looked at for slips. */
const GUESSED_WORDS_MAX = 40;

/**
 * The category whose words the letter holds; more and longer words win, and two equally likely ones mean none is sure.
 * The person's own language is read first; another one's words count when their own say little or nothing.
 */
export function categoryIn(voice: Voice, language: string, text: string): Found | undefined {
  const said = plain(text.slice(0, READ_LETTERS_MAX));
  let faint: Found | undefined;
  for (const weigh of [weightsSaid, weightsGuessed]) {
    for (const { code, phrases } of wordsInTurn(voice, language)) {
      const best = likeliest(phrases, said, weigh);
      if (!best) continue;
      const sure = best.weight > FAINT_MAX;
      const found = { category: best.category, language: code === language ? null : code, sure };
      if (sure) return found;
      faint ??= found;
    }
  }
  return faint;
}

function likeliest(
  phrases: Phrases,
  said: string,
  weigh: Weigh,
): { category: string; weight: number } | undefined {
  const weights = new Map<string, number>();
  for (const { category, weight } of weigh(phrases, said)) {
    weights.set(category, (weights.get(category) ?? 0) + weight);
  }
  const [best, next] = [...weights].sort(([, a], [, b]) => b - a);
  return best && best[1] > (next?.[1] ?? 0) ? { category: best[0], weight: best[1] } : undefined;
}

type Weigh = (phrases: Phrases, said: string) => { category: string; weight: number }[];

const wordsOf = (said: string): string[] => [...new Set(said.split(' '))];

const weightsSaid: Weigh = (phrases, said) =>
  wordsOf(said)
    .flatMap((word) => phrases.get(word) ?? [])
    .filter(({ phrase }) => containsPhrase(said, phrase))
    .map(({ category, phrase, weak }) => ({ category, weight: weak ? WEAK : phrase.length }));

/** A slip of the thumb in a long word that is no word of ours; the first letter is seldom the wrong one. */
const weightsGuessed: Weigh = (phrases, said) =>
  wordsOf(said)
    .filter((word) => !phrases.has(word))
    .slice(0, GUESSED_WORDS_MAX)
    .flatMap((word) => (phrases.get(initialOf(word)) ?? []).filter(({ phrase }) => nearly(word, phrase)))
    .map(({ category, phrase }) => ({ category, weight: phrase.length }));

type Phrase = { category: string; phrase: string; weak: boolean };
/** By their first word; those that may be guessed also by their first letter, behind a dot. */
type Phrases = Map<string, Phrase[]>;

const initialOf = (word: string): string => `.${word[0] ?? ''}`;

/** The codes of all languages, the person's first: people mix them. */
export const ownFirst = (voice: Voice, language: string): string[] => [
  language,
  ...voice.languages.map(({ code }) => code).filter((code) => code !== language),
];

/** Each language's phrases, the person's first; one that only borrows another's lists is left out. */
function wordsInTurn(voice: Voice, language: string): { code: string; phrases: Phrases }[] {
  const read = new Set<Phrases>();
  const inTurn: { code: string; phrases: Phrases }[] = [];
  for (const code of ownFirst(voice, language)) {
    const phrases = phrasesOf(voice, code);
    if (!read.has(phrases)) inTurn.push({ code, phrases });
    read.add(phrases);
  }
  return inTurn;
}

const known = new WeakMap<readonly string[], Phrases>();

/** The lists of one language, made plain once. */
function phrasesOf(voice: Voice, code: string): Phrases {
  const categories = voice.list(code, 'categoryOrder');
  let phrases = known.get(categories);
  if (!phrases) {
    phrases = new Map();
    for (const category of categories) {
      for (const words of voice.list(code, `categoryWords.${category}`)) {
        const phrase = { category, phrase: plain(words), weak: words.endsWith('?') };
        const [first = ''] = phrase.phrase.split(' ');
        const guessed = !phrase.weak && first === phrase.phrase && first.length >= GUESSED_LETTERS_MIN;
        for (const start of guessed ? [first, initialOf(first)] : [first]) {
          phrases.set(start, [...(phrases.get(start) ?? []), phrase]);
        }
      }
    }
    known.set(categories, phrases);
  }
  return phrases;
}
