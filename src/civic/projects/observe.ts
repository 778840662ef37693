/** What residents see on a site. It stands beside the official figure and is never mixed with it. */
import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../../database/database.ts';
import { attach } from '../changes.ts';

export type Seen = 'going' | 'stopped' | 'finished' | 'unclear';

export type Observation = {
  projectId: number;
  personId: number;
  seen: Seen;
  since: string | null;
  photos: string[];
};

/** What was seen longer ago says nothing of today. */
export const OBSERVED_DAYS_MAX = 180;
/** Looking again within so many hours corrects what the same person saw before, and does not count twice. */
export const LOOK_AGAIN_HOURS = 12;

export async function observe(tx: Tx, given: Observation, now: Date): Promise<void> {
  const at = now.toISOString();
  const since = new Date(now.getTime() - LOOK_AGAIN_HOURS * 3_600_000).toISOString();
  const [before] = await rows<{ id: number }>(
    tx,
    sql`update observations set seen = ${given.seen}, since = ${given.since}, at = ${at}::timestamptz
        where project_id = ${given.projectId} and person_id = ${given.personId} and at > ${since}::timestamptz
        returning id::float8 as id`,
  );
  const [made] = before
    ? [before]
    : await rows<{ id: number }>(
        tx,
        sql`insert into observations (project_id, person_id, at, seen, since)
            values (${given.projectId}, ${given.personId}, ${at}::timestamptz, ${given.seen}, ${given.since})
            returning id::float8 as id`,
      );
  if (made) await attach(tx, 'observation', made.id, given.photos);
}

/** `last` in milliseconds since 1970. */
export type Observed = { seen: Seen; count: number; last: number };

/** What residents saw lately, counted; the newest kind first. */
export async function observedAt(tx: Tx, projectId: number, now: Date): Promise<Observed[]> {
  const since = new Date(now.getTime() - OBSERVED_DAYS_MAX * 86_400_000).toISOString();
  return rows<Observed>(
    tx,
    sql`select seen, count(*)::int as count, (extract(epoch from max(at)) * 1000)::float8 as last
        from observations where project_id = ${projectId} and at > ${since}::timestamptz
        group by seen order by last desc, seen`,
  );
}

export async function photosOf(
  tx: Tx,
  projectId: number,
  most: number,
): Promise<{ file: string; at: number }[]> {
  return rows(
    tx,
    sql`select a.file_id as file, (extract(epoch from o.at) * 1000)::float8 as at
        from observations o join attachments a on a.subject = 'observation' and a.subject_id = o.id
        where o.project_id = ${projectId} order by o.at desc, a.file_id limit ${most}`,
  );
}
