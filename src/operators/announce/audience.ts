/** To whom, as it was written, becomes an audience: names are looked up, and what is not found is told. */
import { sql } from 'drizzle-orm';
import type { Audience } from '../../broadcasts/audience.ts';
import { searchPlaces } from '../../civic/places.ts';
import { rows } from '../../database/database.ts';
import type { AtDesk } from '../desk.ts';
import type { Wanted } from './read.ts';
import { announceWords } from './say.ts';

export type AudienceFault = { key: string; line: string };

/** Without anything written the audience stays as it was. Adds to `faults` what cannot be found. */
export async function readAudience(
  at: AtDesk,
  wanted: Wanted[],
  before: Audience,
  faults: AudienceFault[],
): Promise<Audience> {
  if (wanted.length === 0) return { ...before };
  const audience: Audience = {};
  for (const one of wanted) {
    if (one.by === 'follows') {
      const follows = await subjectOf(at, one);
      if (follows) audience.follows = follows;
      else faults.push({ key: 'noSubject', line: one.name });
    } else if (one.by === 'near') {
      const point = await pointOf(at, one.place);
      if (point) audience.near = { ...point, km: one.km };
      else faults.push({ key: 'noPlace', line: one.place });
    } else if (one.by === 'language') {
      if (at.around.voice.languages.some(({ code }) => code === one.name)) audience.language = one.name;
      else faults.push({ key: 'noLanguage', line: one.name });
    } else if (one.by === 'channel') {
      if (at.around.settings.broadcastChannels.includes(one.name)) audience.channel = one.name;
      else faults.push({ key: 'noChannel', line: one.name });
    }
  }
  return audience;
}

async function subjectOf(
  { around: { tx } }: AtDesk,
  { topic, name }: Extract<Wanted, { by: 'follows' }>,
): Promise<Audience['follows']> {
  const table =
    topic === 'project'
      ? sql`select id::float8 as id, title from projects where lower(key) = lower(${name}) or id::text = ${name}`
      : sql`select id::float8 as id, ordinal::text as title from commitments
            where lower(key) = lower(${name}) or ordinal::text = ${name}`;
  const [found] = await rows<{ id: number; title: string }>(tx, sql`${table} order by id limit 1`);
  return found && { topic, subjectId: found.id, name: found.title };
}

async function pointOf({ around: { tx } }: AtDesk, place: string) {
  const [, latitude, longitude] = /^(-?\d{1,2}\.\d+)\s*,\s*(-?\d{1,3}\.\d+)$/.exec(place) ?? [];
  if (latitude !== undefined) {
    return { latitude: Number(latitude), longitude: Number(longitude), name: place };
  }
  const found = await searchPlaces(tx, place);
  const known = found.sure ? found.place : undefined;
  return known && { latitude: known.latitude, longitude: known.longitude, name: known.name };
}

/** "people within 2 km of Kojokrom, who speak Español". */
export function audienceWords(at: AtDesk, audience: Audience): string {
  const { follows, near, language, channel } = audience;
  const languageName = at.around.voice.languages.find(({ code }) => code === language)?.name ?? '';
  const parts = [
    follows && announceWords(at, `to.${follows.topic}`, { name: follows.name }),
    near && announceWords(at, 'to.near', { km: near.km, name: near.name }),
    language !== undefined && announceWords(at, 'to.language', { name: languageName }),
    channel !== undefined && announceWords(at, 'to.channel', { name: channel }),
  ].filter((part) => typeof part === 'string');
  return parts.length === 0 ? announceWords(at, 'to.everyone') : parts.join(', ');
}
