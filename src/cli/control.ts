/**
 * The embedded database bears one process, so a command asks the running house instead of opening it: over a socket in
 * the data folder, which only the folder's owner may enter. One line of JSON each way.
 */
import { chmod, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

export type Asked = { name: string; words: string[] };
export type Told = { lines: string[]; code: number };

const ASKED_LETTERS_MAX = 100_000;
/** An export may be told through here; larger ones are written to a file. */
const TOLD_LETTERS_MAX = 64_000_000;
const ANSWER_SECONDS_MAX = 30;

export const controlPath = (dataDir: string): string => `${dataDir}/kasa.sock`;

/** Answers until it is closed. Rejects where no socket can be made (a path that is too long, an odd file system). */
export async function serveControl(
  path: string,
  answer: (asked: Asked) => Promise<Told>,
): Promise<{ close(): Promise<void> }> {
  // What a dead process left: the lock of the database tells that it is dead.
  await rm(path, { force: true });
  const server = createServer((line) => {
    line.on('error', () => {});
    line.setTimeout(ANSWER_SECONDS_MAX * 1000, () => line.destroy());
    firstLine(line, ASKED_LETTERS_MAX)
      .then(async (text) => line.end(`${JSON.stringify(await answer(JSON.parse(text) as Asked))}\n`))
      .catch(() => line.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  await chmod(path, 0o600);
  return { close: () => closed(server) };
}

const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

/** Asks the house that runs on this data folder; undefined when none does. */
export async function askControl(path: string, asked: Asked): Promise<Told | undefined> {
  const line = await new Promise<Socket | undefined>((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
  if (!line) return undefined;
  line.on('error', () => {});
  line.setTimeout(ANSWER_SECONDS_MAX * 1000, () => line.destroy());
  line.write(`${JSON.stringify(asked)}\n`);
  return JSON.parse(await firstLine(line, TOLD_LETTERS_MAX)) as Told;
}

async function firstLine(line: Socket, most: number): Promise<string> {
  for await (const text of createInterface({ input: line })) {
    if (text.length > most) break;
    return text;
  }
  throw new Error('the line ended before a word was said');
}
