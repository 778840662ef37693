import { z } from 'zod';
import type { Json } from '../engine/content.ts';
import { consent, forget, refuseConsent, setLanguage, setStopped } from '../people/people.ts';
import { type Action, action, actionEach, type Call } from './action.ts';

const nothing = z.object({});

const whoIs = ({ person }: Call<unknown>): Json => ({
  consented: person.consented,
  anonymous: person.anonymous,
  called: person.called,
});

export const peopleActions: Record<string, Action> = {
  /** Whether they agreed already, and how officials see them. */
  'people.me': action(nothing, async (calls) => calls.map(whoIs)),

  'people.consent': action(
    z.object({ how: z.string(), called: z.string().nullable() }),
    async (calls, { tx, now }) => {
      const given = calls.map(({ input, person }) => ({
        person,
        anonymous: input.how === 'anonymous',
        called: input.called,
      }));
      await consent(tx, given, now);
      return calls.map(whoIs);
    },
  ),

  'people.refuse': actionEach(nothing, async ({ person }, { tx }) => {
    await refuseConsent(tx, person);
    return null;
  }),

  'people.forget': actionEach(nothing, async ({ person }, { tx }) => {
    await forget(tx, person.id);
    Object.assign(person, { consented: false, anonymous: false, called: null });
    return null;
  }),

  'people.stop': actionEach(nothing, async ({ person }, { tx, now }) => {
    await setStopped(tx, person.id, now);
    return null;
  }),

  'people.resume': actionEach(nothing, async ({ person }, { tx }) => {
    await setStopped(tx, person.id, null);
    return null;
  }),

  'people.speak': actionEach(z.object({ language: z.string() }), async ({ input, person }, { tx, voice }) => {
    if (!voice.languages.some(({ code }) => code === input.language)) return null;
    await setLanguage(tx, person.id, input.language);
    person.language = input.language;
    return null;
  }),
};
