/** Which room may know which: imports run downward only. What stands here is src/README.md's table, held by a test. */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** Rooms from the bottom up, and those that each may import besides itself. */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  engine: [],
  language: ['engine'],
  database: ['engine'],
  channels: ['engine'],
  people: ['engine', 'database', 'channels'],
  civic: ['engine', 'database', 'people'],
  media: ['engine', 'database', 'channels'],
  delivery: ['engine', 'database', 'channels'],
  broadcasts: ['engine', 'language', 'database', 'channels', 'people', 'civic', 'media', 'delivery'],
  operators: ['engine', 'database', 'channels', 'people', 'civic', 'media', 'delivery', 'broadcasts'],
  actions: [
    'engine',
    'language',
    'database',
    'channels',
    'people',
    'civic',
    'delivery',
    'broadcasts',
    'operators',
  ],
  conversations: [
    'engine',
    'language',
    'database',
    'channels',
    'people',
    'media',
    'delivery',
    'operators',
    'actions',
  ],
  web: [
    'engine',
    'language',
    'database',
    'channels',
    'people',
    'civic',
    'media',
    'delivery',
    'operators',
    'conversations',
  ],
};
/** Files beside the rooms that every room may import: the world that is handed in, and the log. */
export const FOR_ALL: readonly string[] = ['world.ts', 'log.ts'];

/** Imports that the table forbids, one line each. `src` is the folder of the rooms, with a slash at its end. */
export function forbiddenImports(src: string): string[] {
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts') && name.includes('/') && !name.startsWith('cli/'))
    .flatMap((name) =>
      importsOf(name, readFileSync(src + name, 'utf8')).flatMap((to) => forbidden(name, to)),
    );
}

/** What a file imports of ours, as paths from `src`. */
export function importsOf(name: string, text: string): string[] {
  const named = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)];
  return named.map(([, path = '']) => posix.join(posix.dirname(name), path));
}

function forbidden(from: string, to: string): string[] {
  const [room = ''] = from.split('/');
  const [other = ''] = to.split('/');
  const allowed = ROOMS[room];
  if (!allowed) return [`src/${from}: there is no room ${room} in the table`];
  if (room === other || FOR_ALL.includes(to) || allowed.includes(other)) return [];
  return [`src/${from} imports ${to}: ${room} may know ${[...allowed, ...FOR_ALL].join(', ')}`];
}
