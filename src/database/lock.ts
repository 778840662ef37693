/**
 * One process at a time on a folder. A file names the holder; it appears whole or not at all, and only the lock of
 * a dead process is taken over.
 *
 * Of those who want a dead lock only one may have it: who first makes the file `….heir-<key of the dead lock>`.
 * The heir then replaces the dead lock by its own in one rename. A key is never used twice, so an heir who comes
 * too late finds another key in the lock and steps back.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, unlinkSync } from 'node:fs';
import { link, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { World } from '../world.ts';
import { CannotOpen } from './database.ts';

/** Who holds a folder. `started` tells a process from a later one with the same number, where /proc exists. */
type Holder = { pid: number; host: string; started: string | null; key: string };

export type FolderLock = { release(): Promise<void> };

/** Takes the lock or throws `CannotOpen`, which names `setting` and the process that holds it. */
export async function lockFolder(
  path: string,
  setting: string,
  crashPoint: World['crashPoint'] = () => {},
): Promise<FolderLock> {
  const me: Holder = {
    pid: process.pid,
    host: hostname(),
    started: await startOf(process.pid),
    key: randomUUID(),
  };
  const beside = `${path}.${me.key}`;
  await writeWhole(beside, JSON.stringify(me));
  try {
    if (!(await linked(beside, path))) await inherit(path, beside, setting, crashPoint);
  } finally {
    await rm(beside, { force: true });
  }
  await sweep(path, me);
  return holding(path, me);
}

/** Takes over the lock at `path` if its holder, and every heir before us, is dead. */
async function inherit(
  path: string,
  beside: string,
  setting: string,
  crashPoint: World['crashPoint'],
): Promise<void> {
  const dead = await lastHeir(path);
  if (dead === undefined) {
    // Its holder let it go just now.
    if (await linked(beside, path)) return;
    throw busy(path, setting, undefined);
  }
  if (await isAlive(dead, path, setting)) throw busy(path, setting, dead);
  await crashPoint('dead lock seen');
  const heir = heirOf(path, dead);
  if (!(await linked(beside, heir))) throw busy(path, setting, await read(heir));
  const now = await read(path);
  const chain = now && (await keysFrom(path, now));
  if (!chain?.includes(dead.key)) {
    await rm(heir, { force: true });
    throw busy(path, setting, now);
  }
  await crashPoint('dead lock inherited');
  await rename(beside, path);
}

/** The holder of the lock, or who inherited it last without having put its own name there yet. */
async function lastHeir(path: string): Promise<Holder | undefined> {
  let holder = await read(path);
  while (holder) {
    const heir = await read(heirOf(path, holder));
    if (!heir) return holder;
    holder = heir;
  }
  return undefined;
}

async function keysFrom(path: string, first: Holder): Promise<string[]> {
  const keys: string[] = [];
  for (let holder: Holder | undefined = first; holder; holder = await read(heirOf(path, holder))) {
    keys.push(holder.key);
  }
  return keys;
}

function heirOf(path: string, dead: Holder): string {
  return `${path}.heir-${dead.key}`;
}

function holding(path: string, me: Holder): FolderLock {
  const onExit = () => {
    try {
      if (JSON.parse(readFileSync(path, 'utf8')).key === me.key) unlinkSync(path);
    } catch {
      // It is gone already, and the process with it in a moment.
    }
  };
  process.once('exit', onExit);
  let released = false;
  return {
    release: async () => {
      if (released) return;
      released = true;
      process.off('exit', onExit);
      // Somebody may have deleted it by hand and another process may hold the folder by now.
      if ((await read(path))?.key === me.key) await rm(path, { force: true });
    },
  };
}

/**
 * Removes what killed starters left, and our own claim on a dead lock. We hold the lock, so whoever still claims an
 * older one finds our key in it.
 */
async function sweep(path: string, me: Holder): Promise<void> {
  const name = basename(path);
  for (const file of await readdir(dirname(path))) {
    if (!file.startsWith(`${name}.`)) continue;
    const left = join(dirname(path), file);
    // What cannot be read or judged stays: it may be another starter's, half written.
    const holder = await read(left).catch(() => undefined);
    if (holder?.host !== me.host) continue;
    if (holder.key === me.key || !(await isAlive(holder, path, ''))) await rm(left, { force: true });
  }
}

async function isAlive(holder: Holder, path: string, setting: string): Promise<boolean> {
  if (holder.host !== hostname()) {
    throw new CannotOpen(
      `${setting} ${dirname(path)} was left by process ${holder.pid} on the machine ${holder.host}; ` +
        `if no Kasa runs there any more, delete ${path}`,
    );
  }
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it lives and belongs to another user.
    if (isCode(error, 'ESRCH')) return false;
  }
  return holder.started === null || holder.started === (await startOf(holder.pid));
}

/** When a process started, in ticks since the machine did (proc(5), field 22 of stat); null where there is no /proc. */
async function startOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field is the program's name in brackets and may hold blanks and brackets itself.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

async function read(path: string): Promise<Holder | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Holder;
  } catch {
    throw new CannotOpen(
      `${path} cannot be read as a lock; if no other Kasa runs on this folder, delete that file`,
    );
  }
}

/** On the disk before it gets its name, so that not even a power cut leaves an empty lock. */
async function writeWhole(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Gives a file a second name if that name is free: O_EXCL for a file that is already whole. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

function busy(path: string, setting: string, holder: Holder | undefined): CannotOpen {
  const who = holder ? `process ${holder.pid}` : 'another process that is just stopping or starting';
  return new CannotOpen(
    `${setting} ${dirname(path)} is in use by ${who}; stop it, or give this one another ${setting}`,
  );
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
