/**
 * One OC4IDS project as somebody published it → the record that Kasa keeps. Pure. What is plainly a slip is put right
 * and noted, what is personal is left out, what cannot be read is dropped and noted; nothing is guessed.
 */
import { fitJson, fitText } from '../../database/fit.ts';
import type { Json } from '../../engine/content.ts';
import { mendGeometry } from './mend-geometry.ts';
import { withoutJunk } from './mend-junk.ts';
import { RESIDENTS_METRIC } from './publish.ts';
import { clean, type ProjectRecord } from './record.ts';
import { SECTORS, SHAPES, type Shape, STATUSES } from './standard.ts';
import type { Keyed } from './store.ts';

/** `notes`: what was put right or left out, in a few words each. */
export type Mended = (Keyed & { notes: string[] }) | { refused: string };

type Fields = { [name: string]: Json };

export const ID_LETTERS_MAX = 200;
/** A record that is larger is no project but an attack or a mistake; of JSON's letters. */
export const PROJECT_LETTERS_MAX = 1_000_000;
const WORD_SHOWN_LETTERS_MAX = 40;
const CONTROL = /\p{Cc}/u;
/** The mark of the city's own row: an import knows nothing of it. */
const OWN_MARK = 'row';

/** @param prefix ours, such as oc4ids-abc123; an id that we gave ourselves becomes its key again */
export function mendProject(given: Json, prefix: string): Mended {
  if (!isFields(given)) return { refused: 'a project must be an object with an id' };
  const { id, title } = given;
  const wrongId = faultInId(id);
  if (wrongId) return { refused: wrongId };
  if (title !== undefined && title !== null && typeof title !== 'string')
    return { refused: 'its title must be a text' };
  const notes = new Set<string>();
  const note = (words: string): void => void notes.add(words);
  const key = keyOf(String(id).trim(), prefix);
  const cleaned = clean(fitJson(bounded({ ...given, id: key })));
  if (!isFields(cleaned)) return { refused: 'nothing is said in it' };
  const record = withoutJunk(withRightShapes(cleaned, note), note) as ProjectRecord;
  mendStatus(record, note);
  mendSectors(record, note);
  mendLocations(record, note);
  mendOwn(record);
  if (Array.isArray(record.metrics)) record.metrics = record.metrics.filter(isTheirs);
  if (record.title === undefined) note('has no title: its id is shown');
  const kept = clean(record) as ProjectRecord;
  if (JSON.stringify(kept).length > PROJECT_LETTERS_MAX)
    return { refused: `it is longer than ${PROJECT_LETTERS_MAX.toLocaleString('en')} letters` };
  return { key, record: kept, notes: [...notes] };
}

const isFields = (value: Json | undefined): value is Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

function faultInId(id: Json | undefined): string | undefined {
  if (id === undefined || id === null || id === '') return 'it has no id';
  if (typeof id !== 'string') return 'its id must be a text';
  if (id.trim() === '') return 'it has no id';
  if (id.length > ID_LETTERS_MAX) return `its id is longer than ${ID_LETTERS_MAX} letters`;
  if (CONTROL.test(id) || fitText(id) !== id) return 'its id holds letters that cannot be shown';
  return undefined;
}

function keyOf(id: string, prefix: string): string {
  const start = `${prefix}-`;
  return id.startsWith(start) && id !== start ? id.slice(start.length) : id;
}

/** Cut at clean's depth before anything else walks it, so that no walk can run out of stack. */
const bounded = (value: Fields): Fields => clean(value) as Fields;

/** Fields of the standard that are of another kind than it says are dropped; fields that it does not know stay. */
function withRightShapes(record: Fields, note: (words: string) => void): Fields {
  const kept = Object.entries(record).flatMap(([field, value]): [string, Json][] => {
    const right = rightShape(value, SHAPES.get(field));
    if (right === undefined) note(`${shownWord(field)} is of the wrong kind: left out`);
    else if (Array.isArray(value) && Array.isArray(right) && right.length < value.length)
      note(`${shownWord(field)} holds things of the wrong kind: left out`);
    return right === undefined ? [] : [[field, right]];
  });
  return Object.fromEntries(kept);
}

function rightShape(value: Json, shape: Shape | undefined): Json | undefined {
  if (shape === undefined) return value;
  if (shape === 'text') return typeof value === 'string' ? value : undefined;
  if (shape === 'object') return isFields(value) ? value : undefined;
  if (!Array.isArray(value)) return undefined;
  return value.filter((one) => (shape === 'texts' ? typeof one === 'string' : isFields(one)));
}

function mendStatus(record: ProjectRecord, note: (words: string) => void): void {
  const { status } = record;
  if (typeof status !== 'string') return;
  const code = status.trim().toLowerCase();
  if (code === 'completed') {
    record.status = 'maintenance';
    note('status "completed" was renamed: read as "maintenance"');
  } else if (STATUSES.has(code)) record.status = code;
  else {
    delete record.status;
    note(`status "${shownWord(status)}" is not one of the standard's: left out`);
  }
}

/** Sectors are an open list: a publisher's own word is kept. */
function mendSectors({ sector }: ProjectRecord, note: (words: string) => void): void {
  for (const code of Array.isArray(sector) ? sector : []) {
    if (!SECTORS.has(String(code)))
      note(`sector "${shownWord(String(code))}" is not one of the standard's: kept as a word`);
  }
}

function mendLocations(record: ProjectRecord, note: (words: string) => void): void {
  if (!Array.isArray(record.locations)) return;
  record.locations = record.locations.map((location): Json => {
    if (!isFields(location) || location.geometry === undefined) return location;
    const { geometry, ...rest } = location;
    const mended = mendGeometry(geometry, note);
    return mended === undefined ? rest : { ...rest, geometry: mended };
  });
}

function mendOwn(record: ProjectRecord): void {
  // What residents saw is counted at each export; taken in, it would be published as somebody's own figure.
  if (Array.isArray(record.metrics))
    record.metrics = record.metrics.filter((one) => !isFields(one) || one.id !== RESIDENTS_METRIC);
  if (!isFields(record.x_kasa)) return;
  const { [OWN_MARK]: _mark, ...extra } = record.x_kasa;
  record.x_kasa = Object.fromEntries(
    Object.entries(extra).filter(
      ([name, value]) => typeof value === (name === 'near' ? 'boolean' : 'string'),
    ),
  );
}

/** What residents saw is counted anew in each house: kept, it would become somebody's own figure. */
const isTheirs = (metric: Json): boolean => !isFields(metric) || metric.id !== RESIDENTS_METRIC;

const shownWord = (word: string): string => word.slice(0, WORD_SHOWN_LETTERS_MAX);
