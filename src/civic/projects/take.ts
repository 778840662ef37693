/**
 * What was published → projects: an OC4IDS package, a bare list of projects, or a CSV file like city/projects.csv. A
 * project that cannot be taken is refused with its place and reason and the rest is taken; a text that is broken as a
 * whole is not taken at all.
 */
import { setImmediate } from 'node:timers/promises';
import type { Json } from '../../engine/content.ts';
import { CannotImport, tooMany } from './cannot.ts';
import { mendProject } from './mend.ts';
import { lineAt, scanJson } from './scan.ts';
import type { Keyed } from './store.ts';
import { type Given, rowsOf } from './take-csv.ts';

/** `where`: which one in the file. `id`: as its publisher names it, when it can be told. */
export type Refused = { where: string; id: string | null; why: string };
export type Noted = { id: string; words: string };
export type Taken = { projects: Keyed[]; refused: Refused[]; notes: Noted[] };

/** Projects after which others in this process get a moment. */
const STEP = 200;

export type TakeBounds = { projectsMax: number };

/**
 * @param prefix ours in OC4IDS, such as oc4ids-abc123
 * @throws CannotImport when the whole cannot be read
 */
export async function takeProjects(bytes: Buffer, prefix: string, bounds: TakeBounds): Promise<Taken> {
  const text = textOf(bytes);
  const given = /^\s*[[{]/.test(text) ? projectsIn(text, bounds) : rowsOf(text, bounds.projectsMax);
  return takeEach(given, prefix);
}

async function takeEach(given: Given[], prefix: string): Promise<Taken> {
  const taken: Taken = { projects: [], refused: [], notes: [] };
  const seen = new Set<string>();
  for (const [at, one] of given.entries()) {
    if (at % STEP === 0) await setImmediate();
    const { where, id } = one;
    const mended = 'refused' in one ? one : mendProject(one.project, prefix);
    if ('refused' in mended) taken.refused.push({ where, id, why: mended.refused });
    else if (seen.has(mended.key)) taken.refused.push({ where, id, why: 'another one has the same id' });
    else {
      seen.add(mended.key);
      taken.projects.push({ key: mended.key, record: mended.record });
      taken.notes.push(...mended.notes.map((words) => ({ id: mended.key, words })));
    }
  }
  return taken;
}

const GZIP = Buffer.from([0x1f, 0x8b]);
const ZIP = Buffer.from('PK');

function textOf(bytes: Buffer): string {
  if ([GZIP, ZIP].some((mark) => bytes.subarray(0, 2).equals(mark)))
    throw new CannotImport('It is compressed: unpack it and import what is in it.');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new CannotImport('It is not written in UTF-8: save it again with that encoding.');
  }
}

function projectsIn(text: string, { projectsMax }: TakeBounds): Given[] {
  scanJson(text);
  const read = parse(text);
  const projects = Array.isArray(read) ? read : (read as { projects?: Json }).projects;
  if (!Array.isArray(projects))
    throw new CannotImport('There is no list "projects" in it: is it an OC4IDS project package?');
  if (projects.length > projectsMax) throw tooMany(projectsMax);
  return projects.map((project, at) => ({ where: `project ${at + 1}`, id: idOf(project), project }));
}

function idOf(project: Json): string | null {
  const id = (project as { id?: Json } | null)?.id;
  return typeof id === 'string' ? id : null;
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    throw new CannotImport(`${whereBroken(text, message)}: the JSON is broken. Nothing was taken.`);
  }
}

/** V8 names the position, or quotes what stands around it, or says that the end came too early. */
function whereBroken(text: string, message: string): string {
  const [, position] = /at position (\d+)/.exec(message) ?? [];
  if (position !== undefined) return `Line ${lineAt(text, Number(position))}`;
  const [, around] = /, (?:\.\.\.)?"(.+?)"(?:\.\.\.)? is not valid JSON$/s.exec(message) ?? [];
  const at = around === undefined ? -1 : text.indexOf(around);
  return `Line ${lineAt(text, at < 0 ? text.length : at + (around?.length ?? 0) / 2)}`;
}
