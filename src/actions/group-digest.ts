/** The weekly letter of a group, which one of its administrators chooses and ends. */
import { z } from 'zod';
import { ROOM_HOUR, ROOM_RADIUS_KM, subscribeRoom } from '../broadcasts/digest/room.ts';
import { endRoomDigest, roomDigest, roomOf } from '../people/digest.ts';
import { followedBy, followPlace } from '../people/follow.ts';
import { type Action, type Around, actionEach, Refusal } from './action.ts';
import { listLines, namesOf } from './followed.ts';
import { found } from './inputs.ts';
import { nextFor } from './next-letter.ts';

const nothing = z.object({});

export const groupDigestActions: Record<string, Action> = {
  /** outcome: alone (this is no group), member (no administrator asks), has (it has one), none. */
  'digest.group': actionEach(nothing, async ({ person }, around) => {
    const here = await roomOf(around.tx, person.conversationId, around.now);
    if (!here) return { outcome: 'alone', list: '' };
    if (!here.administrator) return { outcome: 'member', list: '' };
    const own = await roomDigest(around.tx, here.room);
    if (!own) return { outcome: 'none', list: '' };
    const names = await namesOf(await followedBy(around.tx, own.personId), person.language, around);
    return { outcome: 'has', list: listLines(names, person.language, around) };
  }),

  'digest.groupBegin': actionEach(
    z.object({ what: z.string(), found: found.nullable().optional() }),
    async ({ input, person }, around) => {
      const { tx, now } = around;
      const here = await administered(person.conversationId, around);
      const promises = input.what !== 'place';
      const topics = promises ? [{ topic: 'commitments' as const, subjectId: 0 }] : [];
      const room = { address: here.room, channel: here.channel, language: here.language };
      const group = await subscribeRoom(tx, room, person.id, topics, now);
      const { latitude = null, longitude = null, name = '' } = input.found ?? {};
      if (latitude !== null && longitude !== null)
        await followPlace(tx, group, { latitude, longitude, name, radiusKm: ROOM_RADIUS_KM }, now);
      return nextFor(now.getTime(), ROOM_HOUR, around);
    },
  ),

  'digest.groupEnd': actionEach(nothing, async ({ person }, around) => {
    const here = await administered(person.conversationId, around);
    await endRoomDigest(around.tx, here.room, around.now);
    return null;
  }),
};

/** The group, when one who administers it has just asked here; the flow looks before, but the rule is held here. */
async function administered(conversationId: number, { tx, now }: Around) {
  const here = await roomOf(tx, conversationId, now);
  if (!here?.administrator) throw new Refusal('notAdministrator');
  return here;
}
