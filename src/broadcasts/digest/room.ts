/** A group gets the weekly letter like a person, when one of its administrators chose so. */
import type { Tx } from '../../database/database.ts';
import { beginDigest, chooseForRoom, roomPerson } from '../../people/digest.ts';
import { follow, type Topic } from '../../people/follow.ts';

/** Its address on its network, and the language in which it is written to. */
export type Room = { address: string; channel: string; language: string };

/** In the middle of the day, when a group disturbs nobody. */
export const ROOM_HOUR = 12;
/** How far around a place a group looks. */
export const ROOM_RADIUS_KM = 3;

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
