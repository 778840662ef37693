/**
 * Words: looked up here, filled by i18next (gaps, plurals, formats). A language is one file in `locales/`; a draft falls
 * back to English word by word. This room must not know who is spoken to or why.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createInstance, type i18n } from 'i18next';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Json } from '../engine/content.ts';
import type { Voice } from '../engine/conversation.ts';
import type { Values } from '../engine/flow.ts';
import { formats } from './formats.ts';

const head = z.object({
  name: z.string(),
  /** A draft may lack words; a finished language may not. */
  finished: z.boolean(),
});

/** The language that every other one falls back to. */
export const FALLBACK = 'en';

/** Languages whose plural rules the platform does not know borrow those of a near one. */
const PLURALS_OF: Record<string, string> = { fat: 'ak' };

export type Language = {
  code: string;
  name: string;
  finished: boolean;
  words: Map<string, string>;
  lists: Map<string, string[]>;
};

/** Reads one language file: nested keys become `a.b.c`, lists stay lists. */
export function readLanguage(code: string, text: string): Language {
  const { about, ...content } = parse(text) as { about: unknown } & { [key: string]: Json };
  const language: Language = { code, ...head.parse(about), words: new Map(), lists: new Map() };
  const flatten = (value: Json, key: string): void => {
    if (Array.isArray(value)) language.lists.set(key, value.map(String));
    else if (value !== null && typeof value === 'object') {
      for (const [name, inner] of Object.entries(value)) flatten(inner, key ? `${key}.${name}` : name);
    } else if (value !== null) language.words.set(key, String(value).replace(/\n+$/, ''));
  };
  flatten(content as Json, '');
  return language;
}

export function readLanguages(folder: string): Language[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return names.map((name) =>
    readLanguage(name.slice(0, -'.yaml'.length), readFileSync(`${folder}/${name}`, 'utf8')),
  );
}

/** `timeZone` as IANA names it: dates are said as the city lives them. */
export function openVoice(
  languages: Language[],
  timeZone: string,
): Voice & { has(language: string, key: string): boolean } {
  const byCode = new Map(languages.map((language) => [language.code, language]));
  const lists = new Map(
    languages.map((language) => [language.code, ownLists(language, byCode.get(FALLBACK))]),
  );
  const { interpolator, pluralResolver, formatter } = openI18n().services;
  const suffix: (code: string, count: number) => string = pluralResolver.getSuffix.bind(pluralResolver);

  const find = (code: string, key: string, count: Json | undefined): string | undefined => {
    const words = byCode.get(code)?.words;
    if (!words || typeof count !== 'number') return words?.get(key);
    return (
      (count === 0 ? words.get(`${key}_zero`) : undefined) ??
      words.get(key + suffix(PLURALS_OF[code] ?? code, count)) ??
      words.get(`${key}_other`) ??
      words.get(key)
    );
  };
  const say = (code: string, key: string, values: Values = {}): string => {
    const words = find(code, key, values.count) ?? find(FALLBACK, key, values.count);
    if (!words?.includes('{{')) return words ?? '';
    const { text, formatted } = templateOf(words);
    const filled = { ...values };
    for (const { gap, name, format, of } of formatted) {
      const value = values[name] ?? null;
      const own = ours[format];
      if (value === null) filled[gap] = '';
      else
        filled[gap] = own ? own(value, code, { values, of }) : (formatter?.format(value, format, code) ?? '');
    }
    // Values are filled in once and never read again: what a person wrote comes out as they wrote it.
    return interpolator.interpolate(text, filled, code, {});
  };
  const ours = formats(timeZone, say);

  return {
    languages: languages.map(({ code, name, finished }) => ({ code, name, finished })),
    has: (code, key) => {
      const words = byCode.get(code)?.words;
      return words !== undefined && (words.has(key) || words.has(`${key}_other`));
    },
    list: (code, key) => (lists.get(code) ?? lists.get(FALLBACK))?.get(key) ?? [],
    say,
  };
}

type Template = { text: string; formatted: { gap: string; name: string; format: string; of: string }[] };

const templates = new Map<string, Template>();

/** `{{due, day}}`, `{{late, chosen(of: state.due)}}`; what is no format of ours is one of i18next's own. */
const FORMATTED = /\{\{\s*(\w+)\s*,\s*(\w+(?:\((?!of:)[^)]*\))?)(?:\(of:\s*([\w.]+)\))?\s*\}\}/g;

/**
 * Words with each formatted gap made a plain gap of its own, once. Formats are called before the gaps are filled:
 * some say words themselves, and i18next's interpolator must not be entered while it is at work.
 */
function templateOf(words: string): Template {
  let template = templates.get(words);
  if (!template) {
    const formatted: Template['formatted'] = [];
    const text = words.replace(FORMATTED, (_, name: string, format: string, of = '') => {
      const gap = `~${formatted.length}`;
      formatted.push({ gap, name, format, of });
      return `{{${gap}}}`;
    });
    template = { text, formatted };
    templates.set(words, template);
  }
  return template;
}

/** A draft's lists are its own words and then English's: people mix them, and a draft knows few. */
function ownLists(language: Language, fallback: Language | undefined): Map<string, string[]> {
  const all = new Map([...(fallback?.lists ?? []), ...language.lists]);
  if (language.finished || !fallback) return all;
  for (const [key, list] of language.lists)
    all.set(key, [...new Set([...list, ...(fallback.lists.get(key) ?? [])])]);
  return all;
}

/**
 * i18next's own lookup (`t`) is left out: it costs three times as much as all that is used here, and it looks for
 * `$t(…)` in what people wrote.
 */
function openI18n(): i18n {
  const i18n = createInstance();
  // initAsync false: ready when this returns.
  void i18n.init({
    initAsync: false,
    fallbackLng: FALLBACK,
    keySeparator: false,
    interpolation: { escapeValue: false, skipOnVariables: true },
    // A value that nobody gave is a gap that says nothing.
    missingInterpolationHandler: () => '',
  });
  return i18n;
}
