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

/** Something that somebody follows, as a row of its own. */
export type Followed = {
  id: number;
  topic: Topic | 'place';
  subjectId: number;
  name: string | null;
  radiusKm: number | null;
  /** Milliseconds since 1970. */
  addedAt: number;
};

/** Places that one person may follow. */
export const PLACES_FOLLOWED_MAX = 5;

/** Everything that a person follows, oldest first. */
export async function followedBy(tx: Tx, personId: number): Promise<Followed[]> {
  return rows<Followed>(
    tx,
    sql`select id::float8 as id, topic, subject_id::float8 as "subjectId", name, radius_km as "radiusKm",
          (extract(epoch from added_at) * 1000)::float8 as "addedAt"
        from follows where person_id = ${personId} order by id`,
  );
}

export type FollowedPlace = { name: string; latitude: number; longitude: number; radiusKm: number };

/**
 * Follows a place; the same name again changes its point and radius.
 * @returns false when they follow PLACES_FOLLOWED_MAX others already
 */
export async function followPlace(
  tx: Tx,
  personId: number,
  place: FollowedPlace,
  now: Date,
): Promise<boolean> {
  const others = await rows<{ id: number; name: string | null }>(
    tx,
    sql`select id::float8 as id, name from follows where person_id = ${personId} and topic = 'place'`,
  );
  const known = others.find((other) => other.name === place.name);
  if (!known && others.length >= PLACES_FOLLOWED_MAX) return false;
  if (known) await tx.execute(sql`delete from follows where id = ${known.id}`);
  await tx.execute(sql`
    insert into follows (person_id, topic, name, latitude, longitude, radius_km, added_at)
    values (${personId}, 'place', ${place.name}, ${place.latitude}, ${place.longitude}, ${place.radiusKm},
      ${now.toISOString()}::timestamptz)`);
  return true;
}

/** Leaves one thing, by its row; resolves with what it was. */
export async function leaveFollowed(tx: Tx, personId: number, id: number): Promise<Followed | undefined> {
  const left = await rows<Followed>(
    tx,
    sql`delete from follows where person_id = ${personId} and id = ${id}
        returning id::float8 as id, topic, subject_id::float8 as "subjectId", name, radius_km as "radiusKm",
          (extract(epoch from added_at) * 1000)::float8 as "addedAt"`,
  );
  return left[0];
}
