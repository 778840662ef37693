/**
 * A lock among processes: a session of its own that holds an advisory lock and is asked now and then whether it
 * still lives. A dead holder's session ends at once; a holder cut off from the server learns it (silence) before
 * the server gives its lock to another (session idle too long), unless the whole process was frozen meanwhile.
 */
import pg from 'pg';
import type { World } from '../world.ts';
import type { Lock } from './database.ts';
import { impatientSocket } from './line.ts';

export const LOCK_PING_MS = 3_000;
export const LOCK_SILENCE_MS_MAX = 8_000;
/** More than a ping and a silence together. */
export const LOCK_SESSION_IDLE_MS_MAX = 20_000;

/** A lock that is held, for the database that closes it in the end. */
export type Holder = { release(): Promise<void> };

export async function holdServerLock(
  name: string,
  line: pg.ClientConfig,
  world: World,
  held: Set<Holder>,
): Promise<Lock | undefined> {
  const client = new pg.Client({
    ...line,
    options: `${line.options} -c idle_session_timeout=${LOCK_SESSION_IDLE_MS_MAX}`,
    stream: () => impatientSocket(LOCK_SILENCE_MS_MAX),
  });
  const over = new AbortController();
  client.on('error', () => over.abort());
  client.on('end', () => over.abort());
  try {
    await client.connect();
    const { rows } = await client.query<{ got: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as got',
      [name],
    );
    if (rows[0]?.got !== true) {
      await end(client);
      return undefined;
    }
  } catch (error) {
    await end(client);
    throw error;
  }

  let released = false;
  const lost = new Promise<void>((resolve) => {
    over.signal.addEventListener('abort', () => {
      held.delete(lock);
      if (!released) resolve();
    });
    if (over.signal.aborted) resolve();
  });
  const lock: Lock = {
    lost,
    release: async () => {
      if (released) return;
      released = true;
      held.delete(lock);
      // The end of the session lets the lock go too; asking first makes it free when this resolves.
      await client.query('select pg_advisory_unlock_all()').catch(() => {});
      over.abort();
      await end(client);
    },
  };
  held.add(lock);
  void keepAsking(client, world, over);
  return lock;
}

async function keepAsking(client: pg.Client, world: World, over: AbortController): Promise<void> {
  while (!over.signal.aborted) {
    await world.sleep(LOCK_PING_MS, over.signal);
    if (over.signal.aborted) return;
    try {
      await client.query('select 1');
    } catch {
      over.abort();
      await end(client);
    }
  }
}

async function end(client: pg.Client): Promise<void> {
  await client.end().catch(() => {});
}
