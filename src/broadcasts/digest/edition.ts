/**
 * Editions: one a week, made once whoever makes it and however often, opened on its day, late when the house was down,
 * skipped when it would be old news. An edition is a row of `broadcasts`; its letters are written in `letters.ts`.
 */
import { sql } from 'drizzle-orm';
import type { City } from '../../civic/city.ts';
import { type Database, rows, type Tx } from '../../database/database.ts';
import type { Voice } from '../../engine/conversation.ts';
import type { Log } from '../../log.ts';
import { askDesk, tellDesk } from './approve.ts';
import type { ChannelRule } from './carried.ts';
import { DAY, isoWeek, lastOpening, type Schedule } from './clock.ts';
import { writeLetters } from './letters.ts';

/** An edition older than this is old news. */
export const LATE_DAYS_MAX = 3;

export type Editions = {
  database: Database;
  log: Log;
  city: City;
  voice: Voice;
  deskLanguage: string;
  promiseTitle(key: string, language: string): string;
  /** Undefined: there is no digest. */
  schedule: Schedule | undefined;
  /** The front desk sees each edition first, and sends or holds it. */
  approval: boolean;
  channels: ChannelRule[];
};

export type EditionState = 'waiting' | 'sending' | 'held' | 'skipped' | 'done';

export type Edition = { id: number; key: string; state: EditionState; opening: Date };

/** Does what the moment asks of the newest edition: opens it, writes to those whose hour has come, ends it. */
export async function runEdition(editions: Editions, now: Date): Promise<void> {
  const { database, schedule } = editions;
  if (!schedule) return;
  const opening = lastOpening(now, schedule);
  const edition = await database.inTransaction((tx) => openEdition(tx, editions, opening, now));
  if (edition?.state !== 'sending') return;
  await writeLetters(editions, edition, schedule, now);
  await database.inTransaction((tx) => endWhenDone(tx, editions, edition, now));
}

async function openEdition(
  tx: Tx,
  editions: Editions,
  opening: Date,
  now: Date,
): Promise<Edition | undefined> {
  const { schedule, approval } = editions;
  const key = `digest:${isoWeek(opening, schedule?.timeZone ?? 'UTC')}`;
  const isLate = isTooLate(opening, now);
  const state: EditionState = isLate ? 'skipped' : approval ? 'waiting' : 'sending';
  const at = sql`${now.toISOString()}::timestamptz`;
  const content = { week: key.slice('digest:'.length), opening: opening.toISOString() };
  const [made] = await rows<{ id: number; readers: number }>(
    tx,
    sql`insert into broadcasts (kind, key, state, content, audience, created_at, started_at, ended_at)
        select 'digest', ${key}, ${state}, ${JSON.stringify(content)}::jsonb, jsonb_build_object('readers', d.readers),
          ${at}, ${state === 'sending' ? at : null}, ${isLate ? at : null}
        from (select count(*) as readers from digests d join people p on p.id = d.person_id
          where d.ended_at is null and p.stopped_at is null
            and d.began_at < ${opening.toISOString()}::timestamptz) d
        where d.readers > 0
        on conflict (key) do nothing
        returning id::float8 as id, (audience ->> 'readers')::int as readers`,
  );
  if (!made) return keepUp(tx, editions, key, opening, now);
  await endOlder(tx, key, now);
  const edition: Edition = { id: made.id, key, state, opening };
  if (state === 'skipped') await tellSkipped(tx, editions, edition, now);
  if (state === 'waiting') await askDesk(tx, editions, edition, now);
  editions.log.info('a digest edition was opened', { edition: key, state, readers: made.readers });
  return edition;
}

export const isTooLate = (opening: Date, now: Date): boolean =>
  now.getTime() - opening.getTime() >= LATE_DAYS_MAX * DAY;

/** The edition as somebody made it before; one that grew too old meanwhile is ended. */
async function keepUp(
  tx: Tx,
  editions: Editions,
  key: string,
  opening: Date,
  now: Date,
): Promise<Edition | undefined> {
  const [found] = await rows<{ id: number; state: EditionState }>(
    tx,
    sql`select id::float8 as id, state from broadcasts where key = ${key}`,
  );
  if (!found) return undefined;
  const edition: Edition = { ...found, key, opening };
  if (!isTooLate(opening, now) || found.state === 'skipped' || found.state === 'done') return edition;
  const state: EditionState = found.state === 'sending' ? 'done' : 'skipped';
  const moved = await setState(tx, edition, state, now);
  if (moved && state === 'skipped') await tellSkipped(tx, editions, edition, now);
  if (moved && state === 'done') await tellCutShort(tx, editions, edition, now);
  return { ...edition, state };
}

/** @returns false when somebody else changed it meanwhile */
async function setState(tx: Tx, edition: Edition, state: EditionState, now: Date): Promise<boolean> {
  const at = now.toISOString();
  const moved = await rows(
    tx,
    sql`update broadcasts set state = ${state}, ended_at = ${at}::timestamptz
        where id = ${edition.id} and state = ${edition.state} returning 1`,
  );
  return moved.length > 0;
}

/** A letter of an older edition that still waits is old news and never goes. */
async function endOlder(tx: Tx, key: string, now: Date): Promise<void> {
  const at = sql`${now.toISOString()}::timestamptz`;
  await tx.execute(sql`
    update messages set status = 'cancelled', done_at = ${at}
    where direction = 'outbound' and status = 'queued'
      and broadcast_id in (select id from broadcasts where kind = 'digest' and key <> ${key}
        and created_at > ${at} - interval '60 days')`);
  await tx.execute(sql`
    update broadcasts set state = case state when 'sending' then 'done' else 'skipped' end, ended_at = ${at}
    where kind = 'digest' and key <> ${key} and state in ('waiting', 'held', 'sending')`);
}

/** Nobody is left whose turn comes in this edition. */
async function endWhenDone(tx: Tx, editions: Editions, edition: Edition, now: Date): Promise<void> {
  if ((await unwritten(tx, edition)) > 0) return;
  if (await setState(tx, edition, 'done', now))
    editions.log.info('a digest edition is done', { edition: edition.key });
}

async function unwritten(tx: Tx, { key, opening }: Edition): Promise<number> {
  const [found] = await rows<{ count: number }>(
    tx,
    sql`select count(*)::int as count from digests d join people p on p.id = d.person_id
        where d.ended_at is null and p.stopped_at is null and d.began_at < ${opening.toISOString()}::timestamptz
          and d.edition is distinct from ${key}`,
  );
  return found?.count ?? 0;
}

async function tellSkipped(tx: Tx, editions: Editions, { key, opening }: Edition, now: Date): Promise<void> {
  editions.log.warn('a digest edition was skipped: it would have been too late', { edition: key });
  await tellDesk(tx, editions, 'skipped', { day: opening.getTime(), days: LATE_DAYS_MAX }, now);
}

async function tellCutShort(tx: Tx, editions: Editions, edition: Edition, now: Date): Promise<void> {
  const count = await unwritten(tx, edition);
  if (count === 0) return;
  editions.log.warn('a digest edition ended before everyone was written to', { edition: edition.key, count });
  await tellDesk(tx, editions, 'cutShort', { day: edition.opening.getTime(), count }, now);
}
