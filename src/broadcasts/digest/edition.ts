/**
 * Editions: one a week, made once whoever makes it and however often, opened on its day, late when the house was down,
 * skipped when it would be old news. An edition is a row of `broadcasts`; its letters are written in `letters.ts`.
 */
import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../../database/database.ts';
import { createBroadcast } from '../broadcast.ts';
import { askDesk, tellDesk } from './approve.ts';
import { isoWeek, lastOpening } from './clock.ts';
import { writeLetters } from './letters.ts';
import { type Edition, type EditionState, type Editions, isTooLate, LATE_DAYS_MAX } from './opened.ts';

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
  const readers = await readersOf(tx, opening);
  if (readers === 0) return undefined;
  const state: EditionState = isTooLate(opening, now) ? 'skipped' : approval ? 'waiting' : 'sending';
  const content = { week: key.slice('digest:'.length), opening: opening.toISOString() };
  const broadcast = { kind: 'digest' as const, key, content, audience: { readers }, state };
  const made = await createBroadcast(tx, broadcast, now);
  const edition: Edition = { id: made.id, key, state: made.state, opening };
  if (!made.made) return keepUp(tx, editions, edition, now);
  await endOlder(tx, key, now);
  if (state === 'skipped') await tellSkipped(tx, editions, edition, now);
  if (state === 'waiting') await askDesk(tx, editions, edition, now);
  editions.log.info('a digest edition was opened', { edition: key, state, readers });
  return edition;
}

/** Those who subscribed before it opened. */
async function readersOf(tx: Tx, opening: Date): Promise<number> {
  const [found] = await rows<{ count: number }>(
    tx,
    sql`select count(*)::int as count from digests d join people p on p.id = d.person_id
        where d.ended_at is null and p.stopped_at is null and d.began_at < ${opening.toISOString()}::timestamptz`,
  );
  return found?.count ?? 0;
}

/** The edition as it was made before; one that grew too old meanwhile is ended. */
async function keepUp(tx: Tx, editions: Editions, edition: Edition, now: Date): Promise<Edition> {
  if (!isTooLate(edition.opening, now) || ENDED_FOR_GOOD.includes(edition.state)) return edition;
  const state: EditionState = WAITING_FOR_A_DESK.includes(edition.state) ? 'skipped' : 'done';
  const moved = await setState(tx, edition, state, now);
  if (moved && state === 'skipped') await tellSkipped(tx, editions, edition, now);
  if (moved && state === 'done') await tellCutShort(tx, editions, edition, now);
  return { ...edition, state };
}

const ENDED_FOR_GOOD: readonly EditionState[] = ['skipped', 'done', 'stopped'];
const WAITING_FOR_A_DESK: readonly EditionState[] = ['waiting', 'held'];

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
    update broadcasts set state = case when state in ('sending', 'paused') then 'done' else 'skipped' end, ended_at = ${at}
    where kind = 'digest' and key <> ${key} and state in ('waiting', 'held', 'sending', 'paused')`);
}

/**
 * Ends it when nobody is left whose turn comes in it, and no letter of it waits: letters go only while it is being sent.
 * Both are asked by one statement: between two of them another process may write the last letters, and would be cut short.
 */
async function endWhenDone(tx: Tx, editions: Editions, edition: Edition, now: Date): Promise<void> {
  const ended = await rows(
    tx,
    sql`update broadcasts set state = 'done', ended_at = ${now.toISOString()}::timestamptz
        where id = ${edition.id} and state = ${edition.state}
          and not exists (select 1 from messages where broadcast_id = ${edition.id} and status in ('queued', 'sending'))
          and not exists (${unwritten(edition)})
        returning 1`,
  );
  if (ended.length > 0) editions.log.info('a digest edition is done', { edition: edition.key });
}

/** The readers who were not written to in it. */
const unwritten = ({ key, opening }: Edition) => sql`
  select 1 from digests d join people p on p.id = d.person_id
  where d.ended_at is null and p.stopped_at is null and d.began_at < ${opening.toISOString()}::timestamptz
    and d.edition is distinct from ${key}`;

async function countUnwritten(tx: Tx, edition: Edition): Promise<number> {
  const [found] = await rows<{ count: number }>(
    tx,
    sql`select count(*)::int as count from (${unwritten(edition)}) readers`,
  );
  return found?.count ?? 0;
}

async function tellSkipped(tx: Tx, editions: Editions, { key, opening }: Edition, now: Date): Promise<void> {
  editions.log.warn('a digest edition was skipped: it would have been too late', { edition: key });
  await tellDesk(tx, editions, 'skipped', { day: opening.getTime(), days: LATE_DAYS_MAX }, now);
}

async function tellCutShort(tx: Tx, editions: Editions, edition: Edition, now: Date): Promise<void> {
  const count = await countUnwritten(tx, edition);
  if (count === 0) return;
  editions.log.warn('a digest edition ended before everyone was written to', { edition: edition.key, count });
  await tellDesk(tx, editions, 'cutShort', { day: edition.opening.getTime(), count }, now);
}
