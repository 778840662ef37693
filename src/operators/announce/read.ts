/**
 * An announcement as an official writes it, line by line. Pure. Heads that mean something:
 *   en: words in English        es: words in Spanish      without a head: the desk's language
 *   a: one wording              b: another one            es a: the same in a language
 *   to: followers of project ST-001 · to: followers of promise 4 · to: within 2 km of Kojokrom · to: language es
 *   to: channel telegram · to: everyone
 *   button: report              watch: report within 7 days
 */
import { OUTCOMES, type Watch } from '../../broadcasts/announcement.ts';

export const BUTTONS = ['report', 'human', 'menu'] as const;
export const ANNOUNCEMENT_LETTERS_MAX = 900;
export const WATCH_DAYS_MAX = 60;
const WATCH_DAYS = 7;
const RADIUS_KM_MAX = 100;

/** To whom, as it was written: a name is not looked up yet. */
export type Wanted =
  | { by: 'everyone' }
  | { by: 'follows'; topic: 'project' | 'commitment'; name: string }
  | { by: 'near'; km: number; place: string }
  | { by: 'language' | 'channel'; name: string };

export type Written = {
  words: Record<string, string>;
  wanted: Wanted[];
  button?: string;
  watch?: Watch;
  /** Lines that say something else than they seem to; `key` of the words that explain it. */
  faults: { key: string; line: string }[];
};

const HEAD = /^\s*([a-z]{1,7})(?:\s+([a-d]))?\s*:\s*(.*)$/i;

/** @param languages their codes @param original the language of words without a head */
export function readAnnouncement(text: string, languages: readonly string[], original: string): Written {
  const written: Written = { words: {}, wanted: [], faults: [] };
  let key: string | undefined;
  for (const line of text.split('\n')) {
    const [, name = '', wording = '', rest = ''] = HEAD.exec(line) ?? [];
    const head = name.toLowerCase();
    if (head === 'to' || head === 'button' || head === 'watch') readHead(head, rest.trim(), line, written);
    else if (languages.includes(head))
      key = add(written, `${head}${wording && `:${wording.toLowerCase()}`}`, rest);
    else if (/^[a-d]$/.test(head) && wording === '') key = add(written, `${original}:${head}`, rest);
    else key = add(written, key ?? original, line, true);
  }
  for (const [name, words] of Object.entries(written.words)) {
    const kept = words.trim();
    if (kept === '') delete written.words[name];
    else written.words[name] = kept;
  }
  return written;
}

function add({ words }: Written, key: string, line: string, goesOn = false): string {
  words[key] = goesOn && words[key] !== undefined ? `${words[key]}\n${line}` : line;
  return key;
}

function readHead(head: 'to' | 'button' | 'watch', said: string, line: string, written: Written): void {
  const plain = said.toLowerCase();
  if (head === 'to') {
    const wanted = readWanted(said);
    if (wanted) written.wanted.push(wanted);
    else written.faults.push({ key: 'badTo', line });
  } else if (head === 'button') {
    if (BUTTONS.some((one) => one === plain)) written.button = plain;
    else written.faults.push({ key: 'badButton', line });
  } else {
    const [, name, days] = /^([a-z]+)(?:\s+within\s+(\d{1,3})\s+days?)?$/.exec(plain) ?? [];
    const outcome = OUTCOMES.find((one) => one === name);
    const within = days === undefined ? WATCH_DAYS : Number(days);
    if (outcome && within >= 1 && within <= WATCH_DAYS_MAX) written.watch = { outcome, days: within };
    else written.faults.push({ key: 'badWatch', line });
  }
}

function readWanted(said: string): Wanted | undefined {
  if (/^(everyone|everybody|all)$/i.test(said)) return { by: 'everyone' };
  const followed = /^(?:followers of\s+)(project|promise|commitment)\s+(\S+)$/i.exec(said);
  if (followed) {
    const topic = followed[1]?.toLowerCase() === 'project' ? 'project' : 'commitment';
    return { by: 'follows', topic, name: followed[2] ?? '' };
  }
  const near = /^(?:within\s+)?(\d{1,3}(?:\.\d+)?)\s*km\s+(?:of|around)\s+(.+)$/i.exec(said);
  const km = Number(near?.[1]);
  if (near && km > 0 && km <= RADIUS_KM_MAX) return { by: 'near', km, place: near[2]?.trim() ?? '' };
  const filter = /^(language|channel)\s+([a-z]+)$/i.exec(said);
  if (!filter) return undefined;
  return { by: filter[1]?.toLowerCase() as 'language' | 'channel', name: filter[2]?.toLowerCase() ?? '' };
}
