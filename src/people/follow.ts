/** What people want to hear of. This room knows the topics by name and number only, not what they mean. */
import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../database/database.ts';

/** `commitments` means all of them, and `reports` one's own: their subject is 0. Places are kept by the digest. */
export type Topic = 'project' | 'commitment' | 'commitments' | 'reports';

/** True when they did not follow it before. */
export async function follow(
  tx: Tx,
  personId: number,
  topic: Topic,
  subjectId: number,
  now: Date,
): Promise<boolean> {
  const added = await rows(
    tx,
    sql`insert into follows (person_id, topic, subject_id, added_at)
        values (${personId}, ${topic}, ${subjectId}, ${now.toISOString()}::timestamptz)
        on conflict (person_id, topic, subject_id) where topic <> 'place' do nothing returning 1`,
  );
  return added.length > 0;
}

export async function unfollow(tx: Tx, personId: number, topic: Topic, subjectId: number): Promise<void> {
  await tx.execute(
    sql`delete from follows where person_id = ${personId} and topic = ${topic} and subject_id = ${subjectId}`,
  );
}

export async function isFollowing(
  tx: Tx,
  personId: number,
  topic: Topic,
  subjectId: number,
): Promise<boolean> {
  const found = await rows(
    tx,
    sql`select 1 from follows
        where person_id = ${personId} and topic = ${topic} and subject_id = ${subjectId}`,
  );
  return found.length > 0;
}

/** Who follows it and did not say stop. */
export async function followersOf(tx: Tx, topic: Topic, subjectId: number): Promise<number[]> {
  const found = await rows<{ person_id: number }>(
    tx,
    sql`select distinct f.person_id::float8 as person_id from follows f join people p on p.id = f.person_id
        where f.topic = ${topic} and f.subject_id = ${subjectId} and p.stopped_at is null
        order by person_id`,
  );
  return found.map((row) => row.person_id);
}
