/**
 * Makes any stored record a project that OC4IDS 0.9.5 finds no fault with: what cannot be read is left out, what must be
 * named gets an id. Fields that the standard does not know stay. Doing it twice changes nothing. Pure.
 */
import type { Json } from '../../engine/content.ts';
import { OBJECTS } from './oc4ids.ts';
import { clean, type ProjectRecord } from './record.ts';
import { READERS } from './values.ts';

type Fields = { [name: string]: Json };
type Field = { kind: string; isList: boolean; isNeeded: boolean; closed: ReadonlySet<string> | undefined };

const objects: ReadonlyMap<string, ReadonlyMap<string, Field>> = new Map(
  OBJECTS.trim()
    .split(/\n(?! )/)
    .map((line) => {
      const [name = '', ...fields] = line.split(/\s+/);
      return [name, new Map(fields.map(readField))];
    }),
);

function readField(written: string): [string, Field] {
  const [, name = '', needed, kind = 'text', list] = /^(\w+)(!?)(?::(.+?))?(\[\])?$/.exec(written) ?? [];
  const closed = kind.startsWith('=') ? new Set(kind.slice(1).split('|')) : undefined;
  return [name, { kind, isList: list !== undefined, isNeeded: needed === '!', closed }];
}

/** Codes named otherwise in older releases of the standard. */
const RENAMED: Readonly<Record<string, string>> = { completed: 'maintenance' };

export function fitProject(record: ProjectRecord): ProjectRecord {
  const cleaned = clean(record);
  return fitObject('Project', { ...(cleaned as Fields | null), id: String(record.id) }) ?? {};
}

function fitObject(name: string, given: Json, number?: number): Fields | undefined {
  if (given === null || typeof given !== 'object' || Array.isArray(given)) return undefined;
  const fields = objects.get(name) ?? new Map<string, Field>();
  const kept: [string, Json][] = [];
  for (const [field, how] of fields) {
    let value = Object.hasOwn(given, field) ? fitField(how, given[field] ?? null) : undefined;
    if (value === undefined && how.isNeeded && field === 'id' && number !== undefined) value = String(number);
    if (value !== undefined) kept.push([field, value]);
    else if (how.isNeeded) return undefined;
  }
  for (const field of Object.keys(given).sort()) {
    if (!fields.has(field)) kept.push([field, inOrder(given[field] ?? null)]);
  }
  const isBare = kept.length === 1 && kept[0]?.[0] === 'id' && !Object.hasOwn(given, 'id');
  return kept.length > 0 && !isBare ? Object.fromEntries(kept) : undefined;
}

/** Every object of one kind inside a project that `fitProject` gave; they may be changed in place. */
export function objectsOf(kind: string, within: ProjectRecord): Fields[] {
  const found: Fields[] = [];
  const walk = (name: string, object: Fields): void => {
    if (name === kind) found.push(object);
    for (const [field, how] of objects.get(name) ?? []) {
      if (!objects.has(how.kind) || !Object.hasOwn(object, field)) continue;
      for (const one of [object[field]].flat()) walk(how.kind, one as Fields);
    }
  };
  walk('Project', within);
  return found;
}

/** One where several may stand is a list of one. */
function fitField(how: Field, given: Json): Json | undefined {
  if (!how.isList) return fitOne(how, given);
  const list = Array.isArray(given) ? given : [given];
  const kept = new Map<string, Json>();
  list.forEach((one, at) => {
    const value = fitOne(how, one, at + 1);
    if (value !== undefined) kept.set(JSON.stringify(value), value);
  });
  return kept.size > 0 ? [...kept.values()] : undefined;
}

function fitOne({ kind, closed }: Field, given: Json, number?: number): Json | undefined {
  if (closed) {
    const said = typeof given === 'string' ? (RENAMED[given] ?? given) : '';
    return closed.has(said) ? said : undefined;
  }
  if (kind === 'free')
    return given !== null && typeof given === 'object' && !Array.isArray(given) ? inOrder(given) : undefined;
  return READERS[kind]?.(given) ?? (objects.has(kind) ? fitObject(kind, given, number) : undefined);
}

/** Postgres orders the names in JSON by their length; a reader finds them by the alphabet. */
function inOrder(value: Json): Json {
  if (Array.isArray(value)) return value.map(inOrder);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, inOrder(value[name] ?? null)]),
  );
}
