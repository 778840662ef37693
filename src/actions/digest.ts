/** The weekly letter as its reader sets it, and as they ask for it. */
import { z } from 'zod';
import { isQuietHour, nextLetter } from '../broadcasts/digest/clock.ts';
import { pictureOf } from '../broadcasts/digest/picture.ts';
import { promiseTitles } from '../broadcasts/digest/promise.ts';
import { type Standing, standings, weekOf } from '../broadcasts/digest/week.ts';
import { newestAnnouncement } from '../broadcasts/received.ts';
import { departmentName } from '../civic/city.ts';
import { currentPlan } from '../civic/plan/plan.ts';
import type { Json } from '../engine/content.ts';
import { containsPhrase, plain } from '../engine/plain.ts';
import {
  agreeToPlaces,
  beginDigest,
  digestOf,
  endDigest,
  endingsOf,
  noteEnding,
  sawEdition,
  setCadence,
  setHour,
} from '../people/digest.ts';
import { type Followed, follow, followedBy, followPlace, leaveFollowed, unfollow } from '../people/follow.ts';
import { type Action, type Around, actionEach, type Call, Refusal } from './action.ts';
import { listLines, namesOf, shortLabel } from './followed.ts';
import { found, given, wordsOf } from './inputs.ts';

/** When nobody says otherwise. */
const DEFAULT_HOUR = 8;
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

  /** Why they get what they get, as the data has it. */
  'digest.why': actionEach(nothing, async (call, around) => whyOf(call, around)),

  'digest.week': actionEach(nothing, async ({ person }, around) => {
    const { tx, now } = around;
    const week = await weekOf(tx, person.id, person.language, wordsFor(around), now);
    await sawEdition(tx, person.id, now);
    const outcome = !week.subscribed ? 'guest' : week.text === '' ? 'nothing' : 'told';
    return { outcome, text: week.text, since: week.from, any: week.text !== '' };
  }),

  'digest.more': actionEach(nothing, async ({ person }, around) => {
    const { more } = await weekOf(around.tx, person.id, person.language, wordsFor(around), around.now);
    return { text: more };
  }),

  'digest.picture': actionEach(nothing, async ({ person }, around) => {
    const all = await standings(around.tx, currentPlan(around.city.plan));
    if (all.length === 0) return { count: 0, photos: [], list: '' };
    const photos = [await pictureOf(around.tx, all, around.now)];
    return { count: all.length, photos, list: chartLines(all, person.language, around) };
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

const wordsFor = ({ city, voice }: Around) => ({ voice, promiseTitle: promiseTitles(city) });

/** `next`: when the next letter comes, in milliseconds since 1970; null where no day is set for it. */
export function nextFor(
  beganAt: number,
  hour: number,
  { now, settings }: Around,
): { hour: string; next: number | null } {
  const at = settings.digest && nextLetter(now, beganAt, hour, settings.digest).getTime();
  return { hour: `${String(hour).padStart(2, '0')}:00`, next: at ?? null };
}

async function leave(personId: number, id: number, { tx, now }: Around) {
  const left = await leaveFollowed(tx, personId, id);
  if (left) await noteEnding(tx, personId, left, now);
  return left;
}

async function whyOf({ person }: Call<unknown>, around: Around): Promise<Json> {
  const { tx, voice } = around;
  const digest = await digestOf(tx, person.id);
  const followed = await followedBy(tx, person.id);
  const names = await namesOf(followed, person.language, around);
  const endings = await endingsOf(tx, person.id);
  const ended = await namesOf(endings, person.language, around);
  const said = followed.map(({ addedAt }, at) =>
    voice.say(person.language, 'why.topic', { name: names[at] ?? '', when: addedAt }),
  );
  const left = endings.map(({ endedAt }, at) =>
    voice.say(person.language, 'why.left', { name: ended[at] ?? '', when: endedAt }),
  );
  const outcome = person.stopped ? 'stopped' : !digest ? 'never' : digest.ended ? 'ended' : 'subscribed';
  return {
    outcome,
    since: digest?.beganAt ?? null,
    cadence: digest?.cadence ?? null,
    announced: await announcedTo(person.conversationId, person.language, around),
    list: [...said, ...left].join('\n') || voice.say(person.language, 'subscribe.nothing'),
    topics: [
      {
        id: 'keep',
        label: voice.say(person.language, 'why.keep'),
        words: [...voice.list(person.language, 'words.keepIt')],
      },
      ...followed.map(({ id }, at) => ({
        id: String(id),
        label: endLabel(names[at] ?? '', person.language, around),
      })),
      {
        id: 'end',
        label: voice.say(person.language, 'why.end'),
        words: [...voice.list(person.language, 'words.endAll')],
      },
    ],
    ...nextFor(digest?.beganAt ?? around.now.getTime(), digest?.hour ?? DEFAULT_HOUR, around),
  };
}

/** Why they got the newest announcement, on a line of its own; empty where there was none. */
async function announcedTo(conversationId: number, language: string, around: Around): Promise<string> {
  const { tx, now, city, voice } = around;
  const received = await newestAnnouncement(tx, conversationId, now);
  if (!received) return '';
  const { follows, near } = received.audience;
  const to = follows ? 'followers' : near ? 'near' : 'everyone';
  const from = departmentName(city, received.department ?? city.front);
  const name = follows?.name ?? near?.name ?? '';
  return `\n${voice.say(language, `why.announced.${to}`, { when: received.at, from, name })}`;
}

const endLabel = (name: string, language: string, { voice }: Around): string =>
  shortLabel(voice.say(language, 'why.endOne', { name }));

const chartLines = (all: Standing[], language: string, { city, voice }: Around): string => {
  const title = promiseTitles(city);
  const lines = all.map(({ key, ordinal, state, percent }) => {
    const how = percent === null ? (state ?? 'unknown') : 'percent';
    const values = {
      ordinal,
      title: title(key, language),
      percent: percent === null ? null : Math.round(percent),
    };
    return voice.say(language, `picture.line.${how}`, values);
  });
  return lines.join('\n');
};

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
