/** The ground on which worlds are played: one database in memory, made empty for each. */
import { sql } from 'drizzle-orm';
import { loadPlaces } from '../../src/civic/places.ts';
import { loadEditorial } from '../../src/content.ts';
import { openEmbedded } from '../database/given.ts';
import { ALBUM_PHOTOS, photoId } from './city.ts';
import { openPrepared } from './prepared.ts';

export type Ground = Awaited<ReturnType<typeof openGround>>;

const TABLES = [
  'report_events',
  'report_files',
  'voices',
  'cards',
  'topics',
  'messages',
  'reports',
  'conversations',
  'addresses',
  'people',
  'desks',
];
const COUNTED = ['messages', 'people', 'conversations', 'reports', 'report_events'];
/** Deleting is quick and leaves its traces in the indexes; emptying is slow and leaves none. */
const WORLDS_PER_TRUNCATE = 60;

export async function openGround() {
  const database = await openEmbedded();
  const editorial = loadEditorial('Africa/Accra');
  await database.inTransaction((tx) => loadPlaces(tx, editorial.city.places));
  for (let at = 0; at < ALBUM_PHOTOS; at++) {
    await database.tx.execute(sql`
      insert into files (id, kind, mime, bytes, data, created_at)
      values (${photoId(at)}, 'photo', 'image/jpeg', 3, '\x010203', now())`);
  }
  let worlds = 0;
  const restart = COUNTED.map(
    (name) => `select setval(pg_get_serial_sequence('${name}', 'id'), 1, false)`,
  ).join(';');
  return {
    database,
    /** The same database, quicker. */
    prepared: await openPrepared(database.pglite, database.tx),
    editorial,
    /** Empties it of people and letters; the city stays. */
    async clear() {
      worlds += 1;
      if (worlds % WORLDS_PER_TRUNCATE === 0) {
        await database.pglite.exec(`truncate ${TABLES.join(', ')} cascade`);
      }
      await database.pglite.exec(`${TABLES.map((name) => `delete from ${name}`).join(';')};
        delete from files where kind = 'voice'; ${restart}`);
    },
    close: () => database.close(),
  };
}
