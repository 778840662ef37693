/** What real publications hold and nobody should keep: contacts of persons, links without an address, time that runs backwards. */
import type { Json } from '../../engine/content.ts';
import { LINKS, PERSONAL } from './standard.ts';

/** `value` is no deeper than clean's bound. */
export function withoutJunk(value: Json, note: (words: string) => void): Json {
  if (Array.isArray(value)) return value.map((one) => withoutJunk(one, note));
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).filter(([name, one]) => {
    const why = whyJunk(name, one);
    if (why) note(why);
    return why === undefined;
  });
  return Object.fromEntries(kept.map(([name, one]) => [name, withoutJunk(one, note)]));
}

function whyJunk(name: string, value: Json): string | undefined {
  if (PERSONAL.has(name)) return 'contacts and names of persons: not kept';
  if (LINKS.has(name) && typeof value === 'string' && !isLink(value))
    return 'links that lead nowhere: left out';
  if (name === 'durationInDays' && typeof value === 'number' && value < 0)
    return 'a duration below zero: left out';
  return undefined;
}

/** A web address with a host that may be asked for. */
export function isLink(text: string): boolean {
  if (!/^https?:\/\//i.test(text.trim()) || !URL.canParse(text.trim())) return false;
  return /^[^.]+\..+|^\[/.test(new URL(text.trim()).hostname);
}
