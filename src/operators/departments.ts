/** A department as officials write it: its id, its name, a part of it, or nearly. Pure. */
import { nearly, plain } from '../engine/plain.ts';

type Departments = Readonly<Record<string, { name: string }>>;

/** A beginning or a word of a name; shorter ones fit too many. */
const PART_LETTERS_MIN = 3;

/** All that it may be, the surest way of reading only: one when it is clear, none when nobody is meant. */
export function departmentsMeant(
  departments: Departments,
  said: string,
  before: readonly string[],
): string[] {
  const words = withoutBefore(plain(said), before.map(plain));
  if (words === '') return [];
  const named = Object.entries(departments).map(([id, { name }]) => ({
    id,
    plainId: plain(id),
    name: plain(name),
  }));
  const part = words.length >= PART_LETTERS_MIN;
  const saidWords = words.split(' ');
  const within = (name: string, fits: (said: string, word: string) => boolean): boolean =>
    saidWords.every((one) => name.split(' ').some((word) => fits(one, word)));
  const ways: ((one: (typeof named)[number]) => boolean)[] = [
    ({ plainId, name }) => plainId === words || name === words,
    ({ name }) => part && name.startsWith(words),
    ({ name, plainId }) => part && within(`${name} ${plainId}`, (one, word) => word === one),
    ({ name, plainId }) =>
      part && within(`${name} ${plainId}`, (one, word) => nearly(one, word) || word.startsWith(one)),
  ];
  for (const way of ways) {
    const found = named.filter(way);
    if (found.length > 0) return found.map(({ id }) => id);
  }
  return [];
}

/** "to the roads", "a la de Obras" */
function withoutBefore(words: string, before: readonly string[]): string {
  for (const one of [...before].sort((a, b) => b.length - a.length)) {
    if (one !== '' && words.startsWith(`${one} `)) return words.slice(one.length + 1);
  }
  return words;
}
