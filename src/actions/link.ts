/** One person on several channels: a code from one talk, typed in the other, makes one talk of both. */
import { z } from 'zod';
import { post } from '../delivery/post.ts';
import type { Json } from '../engine/content.ts';
import { isDeskAlone, lockBoth, lookAtOther, merge, type Other } from '../people/link.ts';
import { LINK_MINUTES, lookAtCode, offerCode, useCode } from '../people/link-code.ts';
import type { Person } from '../people/people.ts';
import { type Action, type Around, actionEach, NotTogether, Refusal } from './action.ts';

/** Looked at and left again: nobody was in the middle of it. */
const OPEN_FLOWS: readonly string[] = ['menu'];

const code = z.string();

export const linkActions: Record<string, Action> = {
  /** A fresh code. It is said once; the codes before it open nothing any more. */
  'link.offer': actionEach(z.object({}), async ({ person }, { tx, now }) => {
    if (await isDeskAlone(tx, { from: person.id, into: person.id })) throw new Refusal('codeDesk');
    return { code: await offerCode(tx, person.id, now), minutes: LINK_MINUTES };
  }),

  /** Whose code it is, and what would become of it: asked before anything is changed. */
  'link.look': actionEach(z.object({ code }), async ({ input, person }, around): Promise<Json> => {
    const { other } = await otherOf(input.code, person, around);
    return {
      app: appOf(other.channel, person, around),
      names: other.anonymous === person.anonymous ? 'alike' : 'anonymous',
      stopped: other.stopped === person.stopped ? 'alike' : 'stopped',
    };
  }),

  'link.join': actionEach(z.object({ code }), async ({ input, person }, around): Promise<Json> => {
    const { tx, now, batch } = around;
    const { from, other: before } = await otherOf(input.code, person, around);
    if (before.talks.some((id) => batch.has(id)))
      throw new NotTogether('the talk that a code links is in the same batch');
    if (!(await lockBoth(tx, { from, into: person.id }))) throw new Refusal('codeUsed');
    // Again: a turn of theirs may have come to its end while we waited for it.
    const { other } = await otherOf(input.code, person, around);
    if (!(await useCode(tx, input.code, now))) throw new Refusal('codeUsed');
    const here = await lookAtOther(tx, person.id);
    await merge(tx, person, from, now);
    await tellThere(other, appOf(here?.channel ?? '', person, around), person, around);
    return {
      app: appOf(other.channel, person, around),
      language: person.language,
      half: other.flows.some((flow) => !OPEN_FLOWS.includes(flow)),
      stopped: person.stopped,
    };
  }),
};

async function otherOf(
  typed: string,
  person: Person,
  { tx, now }: Around,
): Promise<{ from: number; other: Other }> {
  const found = await lookAtCode(tx, typed, person.id, now);
  if (typeof found === 'string') throw new Refusal(found);
  if (await isDeskAlone(tx, { from: found.personId, into: person.id })) throw new Refusal('codeDesk');
  const other = await lookAtOther(tx, found.personId);
  if (!other) throw new Refusal('codeUsed');
  return { from: found.personId, other };
}

/** The channel, where there are words for it. */
const appOf = (channel: string, { language }: Person, { voice }: Around): string =>
  voice.say(language, `link.on.${channel}`) === '' ? 'other' : channel;

/** Whoever reads there hears it too: it may have been somebody else who was shown the code. */
async function tellThere(
  { channel, address }: Other,
  app: string,
  person: Person,
  { tx, now, voice }: Around,
): Promise<void> {
  const text = voice.say(person.language, 'link.told', { app });
  await post(
    tx,
    [{ channel, to: address, content: { text }, priority: 'reply', conversationId: person.conversationId }],
    now,
  );
}
