/** To whom: as data that is kept with the broadcast, and as the query that finds them. */
import { type SQL, sql } from 'drizzle-orm';
import { rows, type Tx } from '../database/database.ts';
import type { Point } from '../engine/content.ts';
import { canGetLetters } from './prepare.ts';

/**
 * Everybody, narrowed down by each thing that is given. `near` means people who follow a place within the circle, or
 * who reported something there: nobody's whereabouts are kept.
 */
export type Audience = {
  follows?: { topic: 'project' | 'commitment'; subjectId: number; name: string };
  near?: Point & { km: number; name: string };
  language?: string;
  channel?: string;
};

/** People in their private conversations: `conversation_id`, `person_id`, `language`. */
export function audienceQuery(audience: Audience): SQL {
  const { follows, near, language, channel } = audience;
  const narrowed = [
    follows && followers(follows),
    near && around(near),
    language !== undefined && sql`p.language = ${language}`,
    channel !== undefined && sql`c.channel = ${channel}`,
  ].filter((part) => part !== undefined && part !== false);
  return sql`select c.id as conversation_id, p.id as person_id, p.language
             from conversations c join people p on p.id = c.person_id
             where c.room = '' and ${isNoGroup} ${narrowed.length > 0 ? sql`and ${sql.join(narrowed, sql` and `)}` : sql``}`;
}

/** A group that chose the weekly letter chose nothing else. */
const isNoGroup = sql`not exists (select 1 from digests d where d.person_id = p.id and d.room is not null)`;

/** Those who follow all commitments follow each. */
const followers = ({ topic, subjectId }: NonNullable<Audience['follows']>): SQL =>
  sql`exists (select 1 from follows f where f.person_id = p.id
        and (f.topic = ${topic} and f.subject_id = ${subjectId}
          ${topic === 'commitment' ? sql`or f.topic = 'commitments'` : sql``}))`;

const METRES_PER_DEGREE = 111_195;

/** On the flat: good enough for a city, and two numbers a row. */
function around({ latitude, longitude, km }: NonNullable<Audience['near']>): SQL {
  const across = METRES_PER_DEGREE * Math.cos((latitude * Math.PI) / 180);
  const within = (of: SQL, metres: SQL) =>
    sql`power((${of}.latitude - ${latitude}) * ${METRES_PER_DEGREE}, 2)
        + power((${of}.longitude - ${longitude}) * ${across}, 2) <= power(${metres}, 2)`;
  return sql`(exists (select 1 from follows f where f.person_id = p.id and f.topic = 'place' and f.latitude is not null
        and ${within(sql`f`, sql`(${km} + coalesce(f.radius_km, 0)) * 1000`)})
      or exists (select 1 from reports r where r.person_id = p.id and r.latitude is not null
        and ${within(sql`r`, sql`${km}::float8 * 1000`)}))`;
}

/** How many would get a letter, by language. */
export async function countAudience(
  tx: Tx,
  audience: Audience,
  channels: readonly string[],
): Promise<{ language: string; count: number }[]> {
  return rows(
    tx,
    sql`select p.language, count(*)::int as count from (${audienceQuery(audience)}) r
        join conversations c on c.id = r.conversation_id join people p on p.id = c.person_id
        where ${canGetLetters(channels)} group by 1 order by 2 desc, 1`,
  );
}
