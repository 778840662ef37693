import type { Json } from './content.ts';
import type { Values } from './flow.ts';

/** `$name.field` looks at a value; anything else stands for itself. What is not there is null. */
export function look(values: Values, from: Json): Json {
  if (typeof from !== 'string' || !from.startsWith('$')) return from;
  let here: Json = values;
  for (const part of from.slice(1).split('.')) {
    if (here === null || typeof here !== 'object' || Array.isArray(here)) return null;
    here = here[part] ?? null;
  }
  return here;
}

export function lookAll(values: Values, from: Record<string, Json> | undefined): Values {
  const seen: Values = {};
  for (const [name, value] of Object.entries(from ?? {})) seen[name] = look(values, value);
  return seen;
}

/** How a value is named in a `go`: true, false, none (null, missing, empty text or list), or the value itself. */
export function nameOf(value: Json): string {
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return 'none';
  return typeof value === 'object' ? 'some' : String(value);
}
