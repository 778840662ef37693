/**
 * An edition of the digest for many readers: everybody follows all promises and a place of their own, and the week brought
 * changes to both. Measures until every letter is in the queue. Fails when a reader has no letter, or two.
 */
import { performance } from 'node:perf_hooks';
import { sql } from 'drizzle-orm';
import { runEdition } from '../src/broadcasts/digest/edition.ts';
import type { Editions } from '../src/broadcasts/digest/opened.ts';
import { loadEditorial } from '../src/content.ts';
import { type Database, rows } from '../src/database/database.ts';
import { silentLog } from '../src/log.ts';

const MONDAY = '2026-11-23T09:00:00Z';
const FRIDAY = new Date('2026-11-27T08:00:00Z');
const PROMISES = 15;
const PROJECTS_CHANGED = 10;
const SPREAD_DEGREES = 0.1;

export async function benchDigest(database: Database, { people }: { people: number }) {
  const editorial = loadEditorial('Africa/Accra');
  await fill(database, people, editorial.city.assembly.centre);
  const editions: Editions = {
    database,
    log: silentLog,
    city: editorial.city,
    voice: editorial.voice,
    deskLanguage: 'en',
    promiseTitle: () => 'a promise with a title of usual length',
    schedule: { weekday: 5, openHour: 6, quiet: undefined, timeZone: 'Africa/Accra' },
    approval: false,
    channels: [{ name: 'bench', carries: true, freeReplyHours: null }],
  };
  const begun = performance.now();
  await runEdition(editions, FRIDAY);
  const seconds = (performance.now() - begun) / 1000;
  const again = performance.now();
  await runEdition(editions, new Date(FRIDAY.getTime() + 60_000));
  const againSeconds = (performance.now() - again) / 1000;
  const [counted] = await rows<{ letters: number; readers: number; contents: number }>(
    database.tx,
    sql`select count(*)::int as letters, count(distinct conversation_id)::int as readers,
          count(distinct content_id)::int as contents
        from messages where broadcast_id is not null`,
  );
  const { letters = 0, readers = 0, contents = 0 } = counted ?? {};
  return {
    bench: 'digest',
    people,
    prepare_s: Number(seconds.toFixed(2)),
    readers_per_s: Math.round(people / seconds),
    look_again_s: Number(againSeconds.toFixed(2)),
    contents,
    rss_mb: Math.round(process.memoryUsage().rss / 1_048_576),
    missing: people - readers,
    doubles: letters - readers,
    ok: readers === people && letters === readers,
  };
}

/** People, half of them in Spanish, with their places; promises and projects, and what changed about them. */
async function fill(
  { tx }: Database,
  people: number,
  { latitude, longitude }: { latitude: number; longitude: number },
): Promise<void> {
  const at = sql`${MONDAY}::timestamptz`;
  const near = (centre: number) => sql`${centre}::float8 + (random() - 0.5) * 2 * ${SPREAD_DEGREES}::float8`;
  const everyone = sql`generate_series(1, ${people}::int) n`;
  await tx.execute(sql`insert into people (language, created_at)
    select case n % 2 when 0 then 'en' else 'es' end, ${at} from ${everyone}`);
  await tx.execute(sql`insert into addresses (address, person_id) select 'console:' || id, id from people`);
  await tx.execute(sql`insert into conversations (person_id, room, address, channel, state)
    select id, '', 'console:' || id, 'bench', jsonb_build_object('language', language) from people`);
  await tx.execute(sql`insert into digests (person_id, cadence, hour, began_at, told_at)
    select id, 'weekly', 8, ${at}, ${at} from people`);
  await tx.execute(
    sql`insert into follows (person_id, topic, added_at) select id, 'commitments', ${at} from people`,
  );
  await tx.execute(
    sql`insert into follows (person_id, topic, added_at) select id, 'reports', ${at} from people`,
  );
  await tx.execute(sql`insert into follows (person_id, topic, name, latitude, longitude, radius_km, added_at)
    select id, 'place', 'place ' || id % 50, ${near(latitude)}, ${near(longitude)}, 3, ${at} from people`);
  await tx.execute(sql`insert into commitments (key, plan, ordinal, updated_at)
    select 'BENCH' || n, 'bench', n, ${at} from generate_series(1, ${PROMISES}::int) n`);
  await tx.execute(sql`insert into projects (key, title, state, latitude, longitude, record, updated_at)
    select 'bench-' || n, 'Project number ' || n, 'ongoing', ${near(latitude)}, ${near(longitude)}, '{}', ${at}
    from generate_series(1, ${PROJECTS_CHANGED}::int) n`);
  await tx.execute(sql`insert into changes (subject, subject_id, what, from_value, to_value, at, actor)
    select 'commitment', id, 'percent', '20', '40', ${at} + interval '1 day', 'bench' from commitments where plan = 'bench'
    union all
    select 'project', id, 'state', 'ongoing', 'finished', ${at} + interval '1 day', 'bench' from projects
    where key like 'bench-%'`);
  await tx.execute(sql`analyze`);
}
