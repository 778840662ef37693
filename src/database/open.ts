import { sql } from 'drizzle-orm';
import type { Log } from '../log.ts';
import type { World } from '../world.ts';
import { codeOf, isAway } from './away.ts';
import { CannotOpen, type Database, rows } from './database.ts';
import { openEmbedded } from './embedded.ts';
import { PATIENT_BOUNDS } from './line.ts';
import { migrate } from './migrate.ts';
import { openServer } from './server.ts';

const VERSION_MIN = 150_000;
/** A server that starts together with us (a compose file) is given so long. */
const START_TRIES_MAX = 30;
const START_PAUSE_MS = 1_000;

export type OpenOptions = {
  dataDir: string;
  databaseUrl?: string | undefined;
  world: World;
  log: Log;
};

/**
 * Opens the database that the settings name, with every migration run: a server when `databaseUrl` is set, else
 * embedded in `${dataDir}/postgres`. Throws `CannotOpen`, whose message names the setting and says what to do.
 */
export async function openDatabase({ dataDir, databaseUrl, world, log }: OpenOptions): Promise<Database> {
  if (!databaseUrl) return openEmbedded(dataDir, world);
  if (!URL.canParse(databaseUrl))
    throw new CannotOpen('DATABASE_URL must look like postgres://user:password@host:5432/name');
  const patient = openServer(databaseUrl, world, log, PATIENT_BOUNDS);
  try {
    await reach(patient, world, log);
    await migrate(patient);
  } finally {
    await patient.close();
  }
  return openServer(databaseUrl, world, log);
}

/** Waits for the server while it is away, and looks whether it will do. */
async function reach(database: Database, world: World, log: Log): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      const [server] = await rows<{ version: number }>(
        database.tx,
        sql`select current_setting('server_version_num')::int as version`,
      );
      if (!server || server.version < VERSION_MIN) {
        throw new CannotOpen('DATABASE_URL: the server must be Postgres 15 or newer');
      }
      return;
    } catch (error) {
      if (error instanceof CannotOpen) throw error;
      const code = codeOf(error) ?? 'no answer';
      if (!isAway(error)) {
        throw new CannotOpen(`DATABASE_URL: the server refuses its user, password or database (${code})`, {
          cause: error,
        });
      }
      if (tried === START_TRIES_MAX) {
        throw new CannotOpen(`DATABASE_URL: no server answers there (${code})`, { cause: error });
      }
      log.warn('waiting for the database', { code, tried });
      await world.sleep(START_PAUSE_MS);
    }
  }
}
