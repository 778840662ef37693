/** The bytes of an outbound `media.file`: handed in, since channels do not know the database. */
import { SendError } from './channel.ts';

export type Files = {
  read(id: string): Promise<{ mime: string; data: Uint8Array } | undefined>;
};

/** Stands in a request where a file of ours will be: its bytes, or what the network calls it. */
export type FilePlace = { $file: string };

export const isFilePlace = (value: unknown): value is FilePlace =>
  typeof value === 'object' && value !== null && '$file' in value;

/** The payload with what `put` gives for each file where its place was. */
export async function fillFiles(value: unknown, put: (file: string) => Promise<unknown>): Promise<unknown> {
  if (isFilePlace(value)) return put(value.$file);
  if (Array.isArray(value)) return Promise.all(value.map((part) => fillFiles(part, put)));
  if (typeof value !== 'object' || value === null) return value;
  const filled = Object.entries(value).map(
    async ([name, part]) => [name, await fillFiles(part, put)] as const,
  );
  return Object.fromEntries(await Promise.all(filled));
}

/** @throws SendError 'unreachable' when it could not be read, 'rejected' when it is not kept any more */
export async function readFile(id: string, files: Files): Promise<{ mime: string; data: Uint8Array }> {
  const file = await files.read(id).catch(() => {
    throw new SendError('unreachable', 'a file of the letter could not be read');
  });
  if (!file) throw new SendError('rejected', 'a file of the letter is not kept any more');
  return file;
}

/** What the file is called where it is shown. */
export const fileName = (mime: string): string => `kasa.${/^[a-z]+\/([a-z0-9]+)/.exec(mime)?.[1] ?? 'dat'}`;
