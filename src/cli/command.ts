import type { Editorial } from '../content.ts';
import type { Database } from '../database/database.ts';
import type { Progress, Told } from './control.ts';

/** One command of the terminal. */
export type Command = {
  /** How it is written, with its options. */
  usage: string;
  about: string;
  /** Resolves with the exit code. @throws WrongUse when it was called wrongly */
  run(words: string[]): Promise<number>;
};

/**
 * A command on the house's own database. Resolves with what is to be printed, and with the exit code where it is not 0.
 * @throws WrongUse
 */
export type HouseCommand = (
  words: string[],
  house: { database: Database; editorial: Editorial; progress?: Progress },
) => Promise<string[] | Told>;

/** For the person at the terminal: one line, and the help. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';
}

/** What a command prints. Standard output is its result; it may be piped. */
export const print = (line: string): void => void process.stdout.write(`${line}\n`);
