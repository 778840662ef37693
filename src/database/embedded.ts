/** PGlite: Postgres inside this process. One process only, no fsync: safe against kill -9, not against a power cut. */
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import { cube } from '@electric-sql/pglite/contrib/cube';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { unaccent } from '@electric-sql/pglite/contrib/unaccent';
import { drizzle } from 'drizzle-orm/pglite';
import type { World } from '../world.ts';
import { CannotOpen, type Database, type Lock, type Tx } from './database.ts';
import { type FolderLock, lockFolder } from './lock.ts';
import { migrate } from './migrate.ts';
import * as schema from './schema.ts';

const extensions = { cube, pg_trgm, unaccent };

/** A database that lives in memory and is gone with the process: for tests and the terminal chat. */
export async function openInMemory(image?: Blob): Promise<Database & { pglite: PGlite }> {
  const pglite = await PGlite.create({ extensions, ...(image && { loadDataDir: image }) });
  return { ...over(pglite), pglite };
}

/**
 * The database in `${dataDir}/postgres`, made when there is none, with every migration run. Throws `CannotOpen`
 * when another process has it or the folder cannot be used.
 */
export async function openEmbedded(dataDir: string, world: World): Promise<Database> {
  const lock = await lockData(dataDir, world);
  try {
    const folder = join(dataDir, 'postgres');
    await removeUnfinished(dataDir);
    if (!(await exists(folder))) await makeWhole(dataDir, folder, world);
    const database = over(await open(folder));
    const close = () => database.close().finally(() => lock.release());
    await migrate(database).catch((error: unknown) => close().then(() => Promise.reject(error)));
    return { ...database, close };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** The lock comes before everything else: PGlite does not notice a second process, and both would lose writes. */
async function lockData(dataDir: string, world: World): Promise<FolderLock> {
  try {
    await mkdir(dataDir, { recursive: true });
    return await lockFolder(join(dataDir, 'postgres.lock'), 'DATA_DIR', world.crashPoint);
  } catch (error) {
    if (error instanceof CannotOpen) throw error;
    throw new CannotOpen(`DATA_DIR ${dataDir} cannot be used: ${codeIn(error)}`, { cause: error });
  }
}

/**
 * A folder whose making was interrupted may never open again and cannot be told from a good one, so it is made
 * beside and gets its name when it is whole.
 */
async function makeWhole(dataDir: string, folder: string, world: World): Promise<void> {
  const beside = join(dataDir, `postgres.new-${process.pid}`);
  const database = over(await open(beside));
  await migrate(database);
  await database.close();
  await world.crashPoint('database made, not named');
  await rename(beside, folder);
}

async function removeUnfinished(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (name.startsWith('postgres.new-')) await rm(join(dataDir, name), { recursive: true });
  }
}

async function open(folder: string): Promise<PGlite> {
  try {
    return await PGlite.create({ dataDir: folder, extensions });
  } catch (error) {
    throw new CannotOpen(
      `DATA_DIR: the database in ${folder} cannot be opened (${codeIn(error)}); put back a copy of that folder`,
      { cause: error },
    );
  }
}

export function over(pglite: PGlite): Database {
  const tx = drizzle(pglite, { schema }) as unknown as Tx;
  const held = new Set<string>();
  let closing: Promise<void> | undefined;
  return {
    kind: 'embedded',
    tx,
    inTransaction: async (work) => {
      // PGlite never leaves the microtasks: a loop of transactions would keep signals, timers and requests waiting.
      await setImmediate();
      return tx.transaction((inner) => work(inner as unknown as Tx));
    },
    holdLock: async (name) => holdHere(name, held),
    close: () => {
      closing ??= close(pglite, tx);
      return closing;
    },
  };
}

/** Waits for the transactions that were begun; closing in the middle of one would leave its caller hanging. */
async function close(pglite: PGlite, tx: Tx): Promise<void> {
  await setImmediate();
  await tx.transaction(async () => {});
  await pglite.close();
}

/** No other process can have the database, so a lock only has to exclude others here, and is never lost. */
function holdHere(name: string, held: Set<string>): Lock | undefined {
  if (held.has(name)) return undefined;
  held.add(name);
  let released = false;
  return {
    lost: new Promise<void>(() => {}),
    release: async () => {
      if (!released) held.delete(name);
      released = true;
    },
  };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => {
      if (codeIn(error) === 'ENOENT') return false;
      throw error;
    },
  );
}

function codeIn(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
