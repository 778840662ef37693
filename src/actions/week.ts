/** The weekly letter as its reader asks for it: the week, the rest of it, its picture, and why they get it. */
import { z } from 'zod';
import { pictureOf } from '../broadcasts/digest/picture.ts';
import { promiseTitles } from '../broadcasts/digest/promise.ts';
import { type Standing, standings, weekOf } from '../broadcasts/digest/week.ts';
import { newestAnnouncement } from '../broadcasts/received.ts';
import { departmentName } from '../civic/city.ts';
import { currentPlan } from '../civic/plan/plan.ts';
import type { Json } from '../engine/content.ts';
import { digestOf, endingsOf, sawEdition } from '../people/digest.ts';
import { followedBy } from '../people/follow.ts';
import { type Action, type Around, actionEach, type Call } from './action.ts';
import { namesOf, shortLabel } from './followed.ts';
import { DEFAULT_HOUR, nextFor } from './next-letter.ts';

const nothing = z.object({});

export const weekActions: Record<string, Action> = {
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

const wordsFor = ({ city, voice }: Around) => ({ voice, promiseTitle: promiseTitles(city) });

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
