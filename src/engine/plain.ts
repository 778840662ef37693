/** Words compared as people write them: without case, accents, marks, and with the Akan letters as phones without them type them. */

const AKAN: Record<string, string> = { ɛ: 'e', ɔ: 'o', ŋ: 'n' };

export function plain(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[ɛɔŋ]/g, (letter) => AKAN[letter] ?? letter)
    .replace(/['’`]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** Longer words are never compared letter by letter: it would cost too much, and nobody mistypes a sentence by one letter. */
const COMPARED_LETTERS_MAX = 40;

/**
 * True when `said` is `meant` but for a slip of the thumb: one letter wrong, missing, added or swapped in words of four
 * to seven letters, two in longer ones, none in shorter ones. Both are plain.
 */
export function nearly(said: string, meant: string): boolean {
  if (said === meant) return true;
  const slips = meant.length < 4 ? 0 : meant.length < 8 ? 1 : 2;
  if (slips === 0 || said.length > COMPARED_LETTERS_MAX || Math.abs(said.length - meant.length) > slips)
    return false;
  return slipsBetween(said, meant) <= slips;
}

/** Damerau-Levenshtein distance (optimal string alignment). */
function slipsBetween(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const line = [row];
    for (let column = 1; column <= b.length; column++) {
      const change = a[row - 1] === b[column - 1] ? 0 : 1;
      let least = Math.min(
        (line[column - 1] ?? 0) + 1,
        (above[column] ?? 0) + 1,
        (above[column - 1] ?? 0) + change,
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) least = Math.min(least, (before[column - 2] ?? 0) + 1);
      line.push(least);
    }
    before = above;
    above = line;
  }
  return above[b.length] ?? 0;
}

/** True when the words of `phrase` stand in `text`, whole and in order. Both are plain. */
export function containsPhrase(text: string, phrase: string): boolean {
  return phrase !== '' && ` ${text} `.includes(` ${phrase} `);
}

/** A shorter letter in which a choice was recognised tells nothing beyond it. */
const SENTENCE_WORDS_MIN = 3;

export const tellsMore = (sentence: string): boolean =>
  plain(sentence).split(' ').length >= SENTENCE_WORDS_MIN;
