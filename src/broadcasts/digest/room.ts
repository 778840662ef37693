/** A group gets the weekly letter like a person, when one of its administrators chose so. */
import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../../database/database.ts';
import { beginDigest, chooseForRoom, endDigest, roomPerson } from '../../people/digest.ts';
import { follow, type Topic } from '../../people/follow.ts';

/** Its address on its network, and the language in which it is written to. */
export type Room = { address: string; channel: string; language: string };

/** In the middle of the day, when a group disturbs nobody. */
const ROOM_HOUR = 12;

/**
 * Subscribes a group, in the name of the administrator who chose it (`chosenBy`, a person's number). Whoever calls this
 * has made sure that they are one.
 * @returns the number under which the group follows things, as a person does
 */
export async function subscribeRoom(
  tx: Tx,
  room: Room,
  chosenBy: number,
  topics: { topic: Topic; subjectId: number }[],
  now: Date,
): Promise<number> {
  const personId = await roomPerson(tx, room, now);
  await beginDigest(tx, personId, ROOM_HOUR, now);
  await chooseForRoom(tx, personId, room.address, chosenBy);
  for (const { topic, subjectId } of topics) await follow(tx, personId, topic, subjectId, now);
  return personId;
}

/** Ends it at once, also for a letter that waits. @returns false when the group did not subscribe */
export async function endRoom(tx: Tx, address: string, now: Date): Promise<boolean> {
  const [found] = await rows<{ person_id: number }>(
    tx,
    sql`select person_id::float8 as person_id from digests where room = ${address} and ended_at is null`,
  );
  if (!found) return false;
  await endDigest(tx, found.person_id, now);
  return true;
}
