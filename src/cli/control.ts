/**
 * The embedded database bears one process, so a command asks the running house instead of opening it: over a socket in
 * the data folder, which only the folder's owner may enter. One line of JSON asks; lines of JSON say how far it is, and
 * the last one is the answer.
 */
import { chmod, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

export type Asked = { name: string; words: string[] };
export type Told = { lines: string[]; code: number };
/** How far a command is. */
export type Progress = (done: number, of: number) => void;
type Underway = { done: number; of: number };

const ASKED_LETTERS_MAX = 100_000;
/** An export may be told through here; larger ones are written to a file. */
const TOLD_LETTERS_MAX = 64_000_000;
/** So long a line may be silent. */
const SILENCE_SECONDS_MAX = 30;
/** A command that takes longer says so, that the line is not taken for dead. */
const SIGN_SECONDS = 5;

export const controlPath = (dataDir: string): string => `${dataDir}/kasa.sock`;

/** Answers until it is closed. Rejects where no socket can be made (a path that is too long, an odd file system). */
export async function serveControl(
  path: string,
  answer: (asked: Asked, progress: Progress) => Promise<Told>,
): Promise<{ close(): Promise<void> }> {
  // What a dead process left: the lock of the database tells that it is dead.
  await rm(path, { force: true });
  const server = createServer((line) => {
    line.on('error', () => {});
    line.setTimeout(SILENCE_SECONDS_MAX * 1000, () => line.destroy());
    linesOf(line, ASKED_LETTERS_MAX)
      .next()
      .then(({ value }) => answerOn(line, value, answer))
      .catch(() => line.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  await chmod(path, 0o600);
  return { close: () => closed(server) };
}

async function answerOn(
  line: Socket,
  text: string | undefined,
  answer: (asked: Asked, progress: Progress) => Promise<Told>,
): Promise<void> {
  const asked = JSON.parse(text ?? '') as Asked;
  let last: Underway = { done: 0, of: 0 };
  const say = (): void => void (line.writable && line.write(`${JSON.stringify(last)}\n`));
  const signs = setInterval(say, SIGN_SECONDS * 1000);
  try {
    const told = await answer(asked, (done, of) => {
      last = { done, of };
      say();
    });
    line.end(`${JSON.stringify(told)}\n`);
  } finally {
    clearInterval(signs);
  }
}

const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

/** Asks the house that runs on this data folder; undefined when none does. */
export async function askControl(
  path: string,
  asked: Asked,
  progress: Progress = () => {},
): Promise<Told | undefined> {
  const line = await new Promise<Socket | undefined>((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
  if (!line) return undefined;
  line.on('error', () => {});
  line.setTimeout(SILENCE_SECONDS_MAX * 1000, () => line.destroy());
  line.write(`${JSON.stringify(asked)}\n`);
  for await (const text of linesOf(line, TOLD_LETTERS_MAX)) {
    const said = JSON.parse(text) as Told | Underway;
    if ('lines' in said) return said;
    if (said.of > 0) progress(said.done, said.of);
  }
  throw new Error('the line ended before the last word was said');
}

async function* linesOf(line: Socket, most: number): AsyncGenerator<string, undefined> {
  for await (const text of createInterface({ input: line })) {
    if (text.length > most) break;
    yield text;
  }
  return undefined;
}
