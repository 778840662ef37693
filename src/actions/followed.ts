/** What somebody follows, by the names that they know. */
import { sql } from 'drizzle-orm';
import { promiseTitles } from '../broadcasts/digest/promise.ts';
import { shorten } from '../broadcasts/digest/write.ts';
import { rows } from '../database/database.ts';
import type { Followed } from '../people/follow.ts';
import type { Around } from './action.ts';

/** Fits on a button. */
const LABEL_LETTERS_MAX = 24;
const NAME_LETTERS_MAX = 60;

export const shortLabel = (name: string): string => shorten(name, LABEL_LETTERS_MAX);

/** In the order of what was given. */
export async function namesOf(followed: Followed[], language: string, around: Around): Promise<string[]> {
  const { tx, voice, city } = around;
  const ids = (topic: string): string =>
    JSON.stringify(followed.flatMap((one) => (one.topic === topic ? one.subjectId : [])));
  const known = await rows<{ topic: string; id: number; title: string; ordinal: number | null }>(
    tx,
    sql`select 'project' as topic, id::float8 as id, title, null::int as ordinal from projects
        where id in (select value::bigint from jsonb_array_elements_text(${ids('project')}::jsonb) value)
        union all
        select 'commitment', id::float8, key, ordinal from commitments
        where id in (select value::bigint from jsonb_array_elements_text(${ids('commitment')}::jsonb) value)`,
  );
  const title = promiseTitles(city);
  return followed.map(({ topic, subjectId, name, radiusKm }) => {
    const row = known.find((one) => one.topic === topic && one.id === subjectId);
    if (topic === 'commitment') {
      const about = row ? title(row.title, language) : '';
      const values = { ordinal: row?.ordinal ?? null, title: about };
      return voice.say(language, about ? 'digest.promiseTitled' : 'digest.promise', values);
    }
    if (topic === 'project') return shorten(row?.title ?? '', NAME_LETTERS_MAX);
    if (topic === 'place')
      return radiusKm === null
        ? (name ?? '')
        : voice.say(language, 'subscribe.topic.place', { name: name ?? '', km: radiusKm });
    return voice.say(language, `subscribe.topic.${topic}`);
  });
}

/** One a line; a word where there is nothing. */
export const listLines = (names: string[], language: string, { voice }: Around): string =>
  names.map((name) => `- ${name}`).join('\n') || voice.say(language, 'subscribe.nothing');
