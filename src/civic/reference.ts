/**
 * A report's short name, to be read out over a phone: KS-7F3Q. It is computed from the report's number by a fixed
 * shuffle, so it is unique without being stored, and says nothing about how many reports there are.
 */

/** No vowels that make words, nothing that is mistaken for something else when read or heard (0 O, 1 I L, B 8, S 5, V U). */
const LETTERS = '2345679ACDEFGHJKMNPQRTWXYZ';
const PREFIX = 'KS-';
const BASE = LETTERS.length;
const LENGTH_MIN = 4;
const LENGTH_MAX = 7;
/** Coprime to every power of 26 (odd, not a multiple of 13). */
const STEP = 31_337n;
const SHIFT = 12_345n;

/** References of each length cover the numbers after those of the shorter ones. */
function span(length: number): { from: bigint; size: bigint } {
  let from = 1n;
  for (let shorter = LENGTH_MIN; shorter < length; shorter++) from += BigInt(BASE) ** BigInt(shorter);
  return { from, size: BigInt(BASE) ** BigInt(length) };
}

export function referenceOf(id: number): string {
  for (let length = LENGTH_MIN; length <= LENGTH_MAX; length++) {
    const { from, size } = span(length);
    const place = BigInt(id) - from;
    if (place < 0n || place >= size) continue;
    let rest = (place * STEP + SHIFT) % size;
    let letters = '';
    for (let at = 0; at < length; at++) {
      letters = (LETTERS[Number(rest % BigInt(BASE))] ?? '') + letters;
      rest /= BigInt(BASE);
    }
    return PREFIX + letters;
  }
  throw new RangeError(`report number ${id} is out of the range of references`);
}

/** The number behind a reference as people type it: "ks 7f3q", "KS7F3Q", "7F3Q" after "KS". */
export function idOf(reference: string): number | undefined {
  const letters = reference
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .replace(/^KS/, '');
  if (letters.length < LENGTH_MIN || letters.length > LENGTH_MAX) return undefined;
  let shuffled = 0n;
  for (const letter of letters) {
    const value = LETTERS.indexOf(letter);
    if (value < 0) return undefined;
    shuffled = shuffled * BigInt(BASE) + BigInt(value);
  }
  const { from, size } = span(letters.length);
  const place = (((shuffled - SHIFT) % size) + size) % size;
  return Number((place * inverse(STEP, size)) % size) + Number(from);
}

/** Finds references in what somebody wrote. */
export function referencesIn(text: string): number[] {
  const found = text.toUpperCase().match(/\bKS[\s-]?[2-9A-Z]{4,7}\b/g) ?? [];
  return found.flatMap((reference) => idOf(reference) ?? []);
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [before, here] = [modulus, value % modulus];
  let [a, b] = [0n, 1n];
  while (here !== 0n) {
    const times = before / here;
    [before, here] = [here, before - times * here];
    [a, b] = [b, a - times * b];
  }
  return ((a % modulus) + modulus) % modulus;
}
