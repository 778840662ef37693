/**
 * How values are said: `{{due, day}}` in a language file. Dates come as milliseconds since 1970 or as ISO text.
 * `{{photos, counted(of: report.summary.photos)}}` says the words at that key for so many, and
 * `{{late, chosen(of: state.due)}}` those at `state.due.<value>`, with the values of the sentence.
 */
import type { Json } from '../engine/content.ts';
import type { Values } from '../engine/flow.ts';

/** `values`: all values of the sentence; `of`: the key in the brackets behind the format's name. */
export type FormatOptions = { values: Values; of: string };

export type Format = (value: Json, language: string, options: FormatOptions) => string;

type Say = (language: string, key: string, values?: Values) => string;

/** Languages that the platform has no dates for borrow those of another. */
const DATES_OF: Record<string, string> = { en: 'en-GB', fat: 'en-GB' };

const DAY = 86_400_000;

const DATES: Record<string, Intl.DateTimeFormatOptions> = {
  /** Thursday 3 December, jueves 3 de diciembre */
  day: { weekday: 'long', day: 'numeric', month: 'long' },
  /** 3 Dec */
  shortDay: { day: 'numeric', month: 'short' },
  /** 14 August 2026 */
  date: { day: 'numeric', month: 'long', year: 'numeric' },
  /** 15:04 */
  time: { hour: '2-digit', minute: '2-digit' },
};

/** `say` looks words up: labels of categories, states and kinds stand in the language files too. */
export function formats(timeZone: string, say: Say): Record<string, Format> {
  const look = (value: Json, language: string, under: string): string =>
    say(language, `${under}.${String(value)}`) || String(value ?? '');
  return {
    ...dateFormats(timeZone),
    distance: sayDistance,
    /** A length of time, in milliseconds: "today", "3 days ago", in words of the language file. */
    age: (value, language) => {
      const days = Math.floor(Number(value) / DAY);
      if (days <= 0) return say(language, 'time.today');
      if (days === 1) return say(language, 'time.yesterday');
      return say(language, 'time.daysAgo', { count: days });
    },
    /** Somebody's words in quotes on a line of their own; nothing where there are none. */
    below: (value) => (value ? `\n“${String(value)}”` : ''),
    category: (value, language) => look(value, language, 'categories'),
    problem: (value, language) => look(value, language, 'problems'),
    state: (value, language) => look(value, language, 'states'),
    projectState: (value, language) => look(value, language, 'projectStates'),
    /** Codes of OC4IDS have dots, which keys of the language files cannot have. */
    sector: (value, language) => look(String(value ?? '').replaceAll('.', '_'), language, 'sectors'),
    money: sayMoney,
    percent: (value) => `${Math.round(Number(value))} %`,
    counted: (value, language, { of }) => say(language, of, { count: Number(value) }),
    chosen: (value, language, { of, values }) => say(language, `${of}.${String(value)}`, values),
  };
}

function dateFormats(timeZone: string): Record<string, Format> {
  const made = new Map<string, Intl.DateTimeFormat>();
  return Object.fromEntries(
    Object.entries(DATES).map(([name, options]): [string, Format] => [
      name,
      (value, language) => {
        let format = made.get(name + language);
        if (!format) {
          format = new Intl.DateTimeFormat(DATES_OF[language] ?? language, { timeZone, ...options });
          made.set(name + language, format);
        }
        const said = format.format(new Date(value as string | number));
        return name === 'day' ? said.replace(',', '') : said;
      },
    ]),
  );
}

/** 80 m, 1.2 km */
function sayDistance(value: Json, language: string): string {
  const metres = Number(value);
  if (metres < 950) return `${Math.max(10, Math.round(metres / 10) * 10)} m`;
  const km = (metres / 1000).toLocaleString(DATES_OF[language] ?? language, { maximumFractionDigits: 1 });
  return `${km} km`;
}

/** `{ amount, currency }`: EUR 48,000,000 */
function sayMoney(value: Json, language: string): string {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return String(value ?? '');
  const amount = Math.round(Number(value.amount)).toLocaleString(DATES_OF[language] ?? language);
  return `${String(value.currency ?? '')} ${amount}`.trim();
}
