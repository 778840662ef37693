/** What the city publishes, written by a command. */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import type { City } from '../civic/city.ts';
import { exportLines, type Publisher } from '../civic/projects/export.ts';
import { type Config, readConfig } from '../config.ts';
import { type HouseCommand, WrongUse } from './command.ts';

/** Where the projects are published, under the house's own address. */
export const PACKAGE_PATH = '/open-data/oc4ids.json';

const OPTIONS = { out: { type: 'string' } } as const;

export function publisherOf(config: Config, city: Pick<City, 'assembly'>, port = config.PORT): Publisher {
  const here = new URL(config.PUBLIC_URL ?? `http://localhost:${port}`).href.replace(/\/+$/, '');
  return {
    uri: here + PACKAGE_PATH,
    name: config.OC4IDS_PUBLISHER ?? city.assembly.name,
    license: config.OC4IDS_LICENSE,
    prefix: config.OC4IDS_PREFIX,
  };
}

/** The words of the command with whole paths instead of relative ones. */
export function wholePaths(words: string[]): string[] {
  const { positionals, values } = parseArgs({ args: words, allowPositionals: true, options: OPTIONS });
  return [...positionals, ...(values.out === undefined ? [] : ['--out', resolve(values.out)])];
}

export const exportData: HouseCommand = async (words, { database, editorial }) => {
  const { positionals, values } = parseArgs({ args: words, allowPositionals: true, options: OPTIONS });
  if (positionals.length !== 1 || positionals[0] !== 'projects') {
    throw new WrongUse('export knows one thing to write: projects.');
  }
  const lines = exportLines(database.tx, publisherOf(readConfig(), editorial.city));
  const head = await lines.next();
  if (head.done) throw new WrongUse('No project is stored yet, and the standard knows no empty package.');
  if (values.out === undefined) {
    const told = [head.value];
    for await (const line of lines) told.push(line);
    return told;
  }
  const written = await write(values.out, head.value, lines);
  return [`${written} projects are in ${values.out}.`];
};

/** Written beside and renamed, so that a half-written package never stands there. Resolves with how many projects. */
async function write(file: string, head: string, lines: AsyncGenerator<string>): Promise<number> {
  let count = -1;
  const all = async function* () {
    yield `${head}\n`;
    for await (const line of lines) {
      count += 1;
      yield `${line}\n`;
    }
  };
  const beside = `${file}.${randomUUID()}`;
  try {
    await pipeline(Readable.from(all()), createWriteStream(beside, { flags: 'wx' }));
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    throw code?.startsWith('E') ? new WrongUse(`${file} cannot be written (${code}).`) : error;
  }
  return count;
}
