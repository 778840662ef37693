/** What time brings: a question after long silence, an end to what nobody reopened, and letters that must not be kept. */
import { sql } from 'drizzle-orm';
import { referenceOf } from '../civic/reference.ts';
import { REOPEN_DAYS_MAX, SILENCE_DAYS, TALK } from '../civic/reports/report.ts';
import { type Database, rows, type Tx } from '../database/database.ts';
import { dropPairingPictures } from '../media/pairing-picture.ts';
import { dropUploads } from '../media/uploads.ts';
import { dropOldCodes } from '../people/linked.ts';
import { emptyUnconsented } from '../people/people.ts';
import { wake } from '../people/wake.ts';
import { dropOldDrafts } from './progress/draft.ts';

const DAY = 86_400_000;
/** Reports that one run asks about; the rest is for the next. */
const ASKED_MAX = 500;

export async function remind(database: Database, now: Date): Promise<void> {
  await database.inTransaction((tx) => askAfterSilence(tx, now));
  await database.inTransaction((tx) => closeResolved(tx, now));
  await database.inTransaction((tx) => emptyUnconsented(tx, now));
  await database.inTransaction((tx) => dropOldDrafts(tx, now));
  await dropOldCodes(database.tx, now);
  await dropUploads(database.tx, now);
  await dropPairingPictures(database.tx, now);
}

/** Open reports without news for SILENCE_DAYS: "is it fixed?", once. */
async function askAfterSilence(tx: Tx, now: Date): Promise<void> {
  const silent = await rows<{ id: number; person_id: number; category: string }>(
    tx,
    sql`update reports set asked_at = ${now.toISOString()}::timestamptz
        where id in (select id from reports where state in ('sent', 'taken', 'in_progress') and category <> ${TALK}
          and updated_at < ${before(now, SILENCE_DAYS)}::timestamptz and asked_at is null and person_id is not null
          order by updated_at limit ${ASKED_MAX} for update skip locked)
        returning id::float8 as id, person_id::float8 as person_id, category`,
  );
  await wake(
    tx,
    silent.map(({ id, person_id, category }) => ({
      personId: person_id,
      flow: 'fixed',
      values: { report: id, reference: referenceOf(id), kind: category, silent: true },
      cause: `silence:${id}`,
      instead: 'fixed',
      about: id,
    })),
    now,
  );
}

/** A resolved report that nobody reopened in time is closed. */
async function closeResolved(tx: Tx, now: Date): Promise<void> {
  const at = now.toISOString();
  await tx.execute(sql`
    with closed as (
      update reports set state = 'closed', closed_at = ${at}::timestamptz, updated_at = ${at}::timestamptz
      where state = 'resolved' and resolved_at < ${before(now, REOPEN_DAYS_MAX)}::timestamptz returning id)
    insert into report_events (report_id, at, kind, from_value, to_value, actor)
    select id, ${at}::timestamptz, 'state', 'resolved', 'closed', 'kasa' from closed`);
}

const before = (now: Date, days: number): string => new Date(now.getTime() - days * DAY).toISOString();
