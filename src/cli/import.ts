/** Takes projects of others over and says what became of each. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CannotImport } from '../civic/projects/cannot.ts';
import { importProjects } from '../civic/projects/import.ts';
import { isWebAddress, readSource } from '../civic/projects/source.ts';
import type { Saved } from '../civic/projects/store.ts';
import { type Noted, type Refused, type Taken, takeProjects } from '../civic/projects/take.ts';
import { readConfig } from '../config.ts';
import { codeOf } from '../database/away.ts';
import { realWorld } from '../world.ts';
import { type HouseCommand, WrongUse } from './command.ts';
import type { Told } from './control.ts';

const REFUSED_SHOWN_MAX = 50;
const NOTES_SHOWN_MAX = 30;
const SHOWN_LETTERS_MAX = 120;
const REFUSED_CODE = 1;
const WRONG_CODE = 2;

export const importInto: HouseCommand = async (words, { database, editorial, progress }) => {
  const { from, dryRun } = readWords(words);
  const config = readConfig();
  try {
    const bounds = { bytesMax: config.IMPORT_BYTES_MAX, secondsMax: config.IMPORT_SECONDS_MAX };
    const prefix = `oc4ids-${config.OC4IDS_PREFIX}`;
    const bytes = await readSource(from, bounds);
    const taken = await takeProjects(bytes, prefix, { projectsMax: config.IMPORT_PROJECTS_MAX });
    const saved = await importProjects(database, taken.projects, {
      voice: editorial.voice,
      now: realWorld.now(),
      dryRun,
      ...(progress && { progress }),
    });
    return report(taken, saved, dryRun);
  } catch (error) {
    if (error instanceof CannotImport) throw new WrongUse(error.message);
    // The database's own words repeat what it was given, which may be very much.
    const code = codeOf(error);
    if (code === undefined) throw error;
    return { lines: [`The database did not take it (${code}). Nothing was changed.`], code: WRONG_CODE };
  }
};

function readWords(words: string[]): { from: string; dryRun: boolean } {
  const options = { 'dry-run': { type: 'boolean', default: false } } as const;
  const { positionals, values } = parseArgs({ args: words, allowPositionals: true, options });
  const [what, from, ...more] = positionals;
  if (what !== 'projects') throw new WrongUse('import knows one thing to take: projects.');
  if (from === undefined || more.length > 0) throw new WrongUse('Name one file, or one address.');
  return { from, dryRun: values['dry-run'] };
}

/** Whoever runs the command may stand in another folder than the house. */
export function withWholePath(words: string[]): string[] {
  const what = words.findIndex((word) => !word.startsWith('-'));
  return words.map((word, at) =>
    at <= what || word.startsWith('-') || isWebAddress(word) ? word : resolve(word),
  );
}

/** What was taken, changed, left, refused and mended, for a terminal. */
export function report({ refused, notes }: Taken, saved: Saved, dryRun: boolean): Told {
  const count = (words: string, many: number): string =>
    `${words.padEnd(10)} ${many.toLocaleString('en').padStart(8)}`;
  const lines = [
    ...(dryRun ? ['A dry run: nothing was changed. It would have been so:'] : []),
    count('added', saved.added.length),
    count('changed', saved.changed.length),
    count('unchanged', saved.unchanged.length),
    count('refused', refused.length),
    ...listed('Refused:', refused.map(showRefused), REFUSED_SHOWN_MAX),
    ...listed('Noted:', showNotes(notes), NOTES_SHOWN_MAX),
  ];
  return { lines, code: refused.length > 0 ? REFUSED_CODE : 0 };
}

function listed(head: string, all: string[], shownMax: number): string[] {
  if (all.length === 0) return [];
  const rest = all.length - shownMax;
  const shown = all.slice(0, shownMax).map((line) => `  ${line}`);
  return ['', head, ...shown, ...(rest > 0 ? [`  … and ${rest.toLocaleString('en')} more`] : [])];
}

const showRefused = ({ where, id, why }: Refused): string =>
  `${where}${id === null ? '' : ` (${printable(id)})`}: ${printable(why)}`;

function showNotes(notes: Noted[]): string[] {
  const byWords = new Map<string, string[]>();
  for (const { id, words } of notes) {
    const ids = byWords.get(words);
    if (ids) ids.push(id);
    else byWords.set(words, [id]);
  }
  return [...byWords].map(([words, [first = '', ...more]]) => {
    const others = more.length > 0 ? ` and ${more.length.toLocaleString('en')} more` : '';
    return `${printable(words)} (${printable(first)}${others})`;
  });
}

/** What others wrote must not command the terminal. */
const printable = (text: string): string =>
  text.slice(0, SHOWN_LETTERS_MAX).replace(/[\p{Cc}\p{Cf}]/gu, '\ufffd');
