/** The weekly letter as its reader sets it. */
import { z } from 'zod';
import { isQuietHour } from '../broadcasts/digest/clock.ts';
import { promiseTitles } from '../broadcasts/digest/promise.ts';
import { standings } from '../broadcasts/digest/week.ts';
import { currentPlan } from '../civic/plan/plan.ts';
import type { Json } from '../engine/content.ts';
import { containsPhrase, plain } from '../engine/plain.ts';
import {
  agreeToPlaces,
  beginDigest,
  digestOf,
  endDigest,
  noteEnding,
  setCadence,
  setHour,
} from '../people/digest.ts';
import { type Followed, follow, followedBy, followPlace, leaveFollowed, unfollow } from '../people/follow.ts';
import { type Action, type Around, actionEach, Refusal } from './action.ts';
import { listLines, namesOf, shortLabel } from './followed.ts';
import { found, given, wordsOf } from './inputs.ts';
import { DEFAULT_HOUR, nextFor } from './next-letter.ts';

const HOURS: Record<string, number> = { morning: 8, midday: 12, evening: 18 };
/** Kilometres around a place; what is typed is taken for the nearest of them. */
const RADII_KM = [1, 3, 10];
/** Numbers of promises that one answer may name. */
const PROMISES_NAMED_MAX = 30;

const nothing = z.object({});

export const digestActions: Record<string, Action> = {
  /** Whether they subscribe, to what, and when the next letter comes. */
  'digest.mine': actionEach(nothing, async ({ person }, around) => {
    const digest = await digestOf(around.tx, person.id);
    const followed = await followedBy(around.tx, person.id);
    const subscribed = digest !== undefined && !digest.ended;
    const names = await namesOf(followed, person.language, around);
    const hour = digest?.hour ?? DEFAULT_HOUR;
    return {
      subscribed,
      stopped: person.stopped,
      agreed: person.consented || (digest?.placesAgreed ?? false),
      cadence: digest?.cadence ?? 'weekly',
      list: listLines(names, person.language, around),
      choices: await hubChoices(followed, person.language, around),
      topics: followed.map(({ id }, at) => ({ id: String(id), label: shortLabel(names[at] ?? '') })),
      ...nextFor(subscribed ? digest.beganAt : around.now.getTime(), hour, around),
    };
  }),

  /** Begins it with what they chose; the rest is asked or changed later. */
  'digest.begin': actionEach(z.object({ what: z.string() }), async ({ input, person }, { tx, now }) => {
    await beginDigest(tx, person.id, DEFAULT_HOUR, now);
    const wants = (what: string): boolean => input.what === what || input.what === 'all';
    if (wants('promises')) await follow(tx, person.id, 'commitments', 0, now);
    if (wants('own')) await follow(tx, person.id, 'reports', 0, now);
    return null;
  }),

  'digest.agree': actionEach(nothing, async ({ person }, { tx, now }) => {
    await beginDigest(tx, person.id, DEFAULT_HOUR, now);
    await agreeToPlaces(tx, person.id, now);
    return null;
  }),

  'digest.place': actionEach(z.object({ found, radius: given }), async ({ input, person }, { tx, now }) => {
    const { latitude, longitude, name } = input.found;
    const km = radiusIn(wordsOf(input.radius));
    if (latitude === null || longitude === null || km === undefined)
      return { outcome: 'noRadius', name, km: null };
    const digest = await digestOf(tx, person.id);
    // The flow asks first; a place without a yes must not be kept whatever the flow says.
    if (!person.consented && !digest?.placesAgreed) throw new Refusal('notAgreed');
    const place = { latitude, longitude, name, radiusKm: km };
    return { outcome: (await followPlace(tx, person.id, place, now)) ? 'followed' : 'tooMany', name, km };
  }),

  /** The city's promises in a list, to choose from by their numbers. */
  'digest.promises': actionEach(nothing, async ({ person }, around) => {
    const title = promiseTitles(around.city);
    const all = await standings(around.tx, currentPlan(around.city.plan));
    const lines = all.map(({ key, ordinal }) => `${ordinal} ${title(key, person.language)}`.trim());
    return { count: all.length, list: lines.join('\n') };
  }),

  'digest.choose': actionEach(z.object({ given }), async ({ input, person }, around) => {
    const { tx, now, voice } = around;
    const said = wordsOf(input.given).toLowerCase();
    const all = voice.languages.some(({ code }) =>
      voice.list(code, 'words.all').some((word) => said.trim() === word.toLowerCase()),
    );
    const numbers = (said.match(/\d+/g) ?? []).slice(0, PROMISES_NAMED_MAX).map(Number);
    const chosen = (await standings(tx, currentPlan(around.city.plan))).filter(({ ordinal }) =>
      numbers.includes(ordinal),
    );
    if (!all && chosen.length === 0) throw new Refusal('noPromise');
    for (const followed of await followedBy(tx, person.id)) {
      const kept = chosen.some(({ id }) => id === followed.subjectId);
      if (followed.topic === 'commitment' && (all || !kept)) await leave(person.id, followed.id, around);
      if (followed.topic === 'commitments' && !all) await unfollow(tx, person.id, 'commitments', 0);
    }
    if (all) await follow(tx, person.id, 'commitments', 0, now);
    else for (const { id } of chosen) await follow(tx, person.id, 'commitment', id, now);
    return { count: all ? 0 : chosen.length };
  }),

  'digest.often': actionEach(
    z.object({ cadence: z.enum(['weekly', 'onChange']) }),
    async ({ input, person }, { tx }) => {
      await setCadence(tx, person.id, input.cadence);
      return null;
    },
  ),

  'digest.hour': actionEach(z.object({ given }), async ({ input, person }, around) => {
    const hour = hourIn(wordsOf(input.given), around);
    if (hour === undefined) throw new Refusal('noHour');
    const quiet = around.settings.digest?.quiet;
    if (quiet && isQuietHour(hour, quiet))
      throw new Refusal('quietHour', { from: quiet.from, until: quiet.until });
    await setHour(around.tx, person.id, hour);
    return null;
  }),

  'digest.leave': actionEach(
    z.object({ topic: z.coerce.number().int().positive() }),
    async ({ input, person }, around) => {
      const left = await leave(person.id, input.topic, around);
      if (!left) return { name: '' };
      const [name = ''] = await namesOf([left], person.language, around);
      return { name };
    },
  ),

  'digest.end': actionEach(nothing, async ({ person }, { tx, now }) => {
    await endDigest(tx, person.id, now);
    return null;
  }),
};

/** What can be changed about it now. */
async function hubChoices(followed: Followed[], language: string, around: Around): Promise<Json> {
  const { tx, city, voice } = around;
  const promises = await standings(tx, currentPlan(city.plan));
  const ids = [
    'fine',
    'place',
    ...(promises.length > 0 ? ['promises'] : []),
    ...(followed.some(({ topic }) => topic === 'reports') ? [] : ['own']),
    'often',
    'hour',
    ...(followed.length > 0 ? ['leave'] : []),
    'drop',
  ];
  return ids.map((id) => ({
    id,
    label: voice.say(language, `subscribe.shown.${id}`),
    words: [
      ...voice.list(language, `words.${id}`),
      ...(id === 'fine' ? voice.list(language, 'words.yes') : []),
    ],
  }));
}

async function leave(personId: number, id: number, { tx, now }: Around) {
  const left = await leaveFollowed(tx, personId, id);
  if (left) await noteEnding(tx, personId, left, now);
  return left;
}

function radiusIn(said: string): number | undefined {
  const number = Number(/\d+/.exec(said)?.[0] ?? Number.NaN);
  if (!Number.isFinite(number)) return undefined;
  return RADII_KM.reduce((best, km) => (Math.abs(km - number) < Math.abs(best - number) ? km : best));
}

/** "7", "07:00", "7 pm", "morning", in any language; undefined when it is no hour. */
function hourIn(said: string, { voice }: Around): number | undefined {
  const words = plain(said);
  for (const [name, hour] of Object.entries(HOURS))
    for (const { code } of voice.languages)
      if (voice.list(code, `words.${name}`).some((word) => containsPhrase(words, plain(word)))) return hour;
  const read = /\b(\d{1,2})(?:[:.h]\d{2})?\s*([ap])?\.?\s*m?\b/i.exec(said);
  if (!read) return undefined;
  const hour = (Number(read[1]) % (read[2] ? 12 : 25)) + (read[2]?.toLowerCase() === 'p' ? 12 : 0);
  return hour <= 23 ? hour : undefined;
}
