/** Where checked files are kept: table `files`, under ids that nobody can guess. */
import { randomBytes } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { Files } from '../channels/files.ts';
import type { Database, Tx } from '../database/database.ts';
import { files } from '../database/schema.ts';
import type { Kept } from './check.ts';

/** 128 bits: who holds an id was given it. */
const ID_BYTES = 16;
const ID = /^[0-9a-f]{32}$/;

/** Stores within the caller's transaction and resolves with the new file's id. */
export async function storeFile(tx: Tx, kept: Kept, now: Date): Promise<string> {
  const id = randomBytes(ID_BYTES).toString('hex');
  const { kind, mime, data } = kept;
  await tx.insert(files).values({ id, kind, mime, bytes: data.byteLength, data, createdAt: now });
  return id;
}

/** Undefined when there is none, also for an id of another shape: ids come in from links too. */
export async function readFile(tx: Tx, id: string): Promise<{ mime: string; data: Uint8Array } | undefined> {
  if (!ID.test(id)) return undefined;
  const [found] = await tx.select({ mime: files.mime, data: files.data }).from(files).where(eq(files.id, id));
  return found;
}

export const filesOf = (database: Database): Files => ({ read: (id) => readFile(database.tx, id) });
