/**
 * Makes texts fit for Postgres, which takes neither NUL (text and jsonb) nor a lone surrogate (jsonb; in text the
 * driver would silently write something else). Whatever the networks bring goes through here before it is stored.
 */
import type { Json } from '../engine/content.ts';

// With the flag u a whole pair is one character, so the class finds only halves that stand alone.
const LONE = /[\ud800-\udfff]/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what is looked for.
const UNFIT = /[\u0000\ud800-\udfff]/u;

/** The text without NUL, and with U+FFFD for each lone surrogate. A text that is fit comes back as it is. */
export function fitText(text: string): string {
  return UNFIT.test(text) ? text.replaceAll('\0', '').replace(LONE, '\ufffd') : text;
}

/**
 * What JSON writes with a backslash. In a name it is replaced: Node 24 (seen in 24.21) takes one such name for another
 * when an object of the same shape had a name with a backslash before (`JSON.parse('{"\\u0001": 0}')` gives `\\`).
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const ESCAPED = /["\\\u0000-\u001f]/g;

const fitName = (name: string): string => fitText(name).replace(ESCAPED, '\ufffd');

/**
 * The value with every text in it fit, and names without anything that JSON escapes. A number that JSON cannot say (NaN,
 * an infinity) becomes null and -0 becomes 0, as in jsonb. Parts that are fit are kept, not copied.
 */
export function fitJson(value: Json): Json {
  if (typeof value === 'string') return fitText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const fitted = value.map(fitJson);
    return fitted.every((item, place) => Object.is(item, value[place])) ? value : fitted;
  }
  const given = Object.entries(value);
  const fitted = given.map(([key, item]): [string, Json] => [fitName(key), fitJson(item)]);
  const same = fitted.every(([key, item], place) => {
    const before = given[place];
    return before !== undefined && key === before[0] && Object.is(item, before[1]);
  });
  return same ? value : Object.fromEntries(fitted);
}
