/** The gazetteer: which place is meant, and who serves it. */
import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../database/database.ts';
import type { Point } from '../engine/content.ts';
import { plain } from '../engine/plain.ts';
import type { City, PlaceRow } from './city.ts';

export type KnownPlace = {
  id: number;
  name: string;
  kind: string;
  sub_metro: string | null;
  assembly: string;
  latitude: number;
  longitude: number;
};

/** Names less alike than this are not offered (pg_trgm similarity, 0 to 1). */
const ALIKE_MIN = 0.32;
/** A name as alike as this is taken without asking, when no other comes near. */
const SURE_MIN = 0.45;
const LEAD_MIN = 0.12;
/** Longer texts are descriptions, in which a name may stand. */
const NAME_WORDS_MAX = 4;
/** How alike a name in a description must be. */
const DESCRIBED_MIN = 0.7;
/** How alike a name inside a sentence must be: high, since most words of a sentence are no places. */
const IN_SENTENCE_MIN = 0.62;
/** The same for short names, which soon sound like another word ("Secondi", "second"). */
const SHORT_IN_SENTENCE_MIN = 0.75;
const SHORT_LETTERS_MAX = 7;
export const MATCHES_MAX = 5;
/** A pin within this distance of a known place is described by it. */
const NEARBY_METRES_MAX = 3000;

const columns = sql`p.id, p.name, p.kind, p.sub_metro, p.assembly, p.latitude, p.longitude`;

export type Search = { sure: true; place: KnownPlace } | { sure: false; matches: KnownPlace[] };

/** What somebody typed for a place: the likely ones, best first; one alone when it is clear. */
export async function searchPlaces(tx: Tx, typed: string): Promise<Search> {
  const said = plain(typed).slice(0, 80);
  const found = await rows<KnownPlace & { alike: number }>(
    tx,
    sql`select * from (
          select distinct on (p.id) ${columns},
            greatest(similarity(n.name, ${said}),
              case when length(n.name) >= 4 then strict_word_similarity(n.name, ${said}) * 0.95 else 0 end) as alike
          from place_names n join places p on p.id = n.place_id
          where n.name % ${said} or (length(n.name) >= 4 and n.name <<% ${said})
          order by p.id, alike desc) found
        where alike >= ${ALIKE_MIN}
        order by alike desc, (kind = 'city'), length(name), id limit ${MATCHES_MAX}`,
  );
  const [best, next] = found;
  if (!best) return { sure: false, matches: [] };
  // Words that describe a place ("on the second floor") are not taken for a name that they only sound like.
  if (said.split(' ').length > NAME_WORDS_MAX && best.alike < DESCRIBED_MIN)
    return { sure: false, matches: [] };
  const sure = best.alike >= SURE_MIN && (!next || best.alike - next.alike >= LEAD_MIN);
  return sure ? { sure: true, place: best } : { sure: false, matches: found };
}

/**
 * The place named in a sentence, when exactly one is clearly meant. Of two equally clear ones the longer name wins:
 * "Kojokrom Market" over "Kojokrom".
 */
export async function placeInSentence(tx: Tx, sentence: string): Promise<KnownPlace | undefined> {
  const said = plain(sentence).slice(0, 300);
  const found = await rows<KnownPlace & { alike: number; letters: number }>(
    tx,
    sql`select * from (
          select ${columns}, strict_word_similarity(n.name, ${said}) as alike, length(n.name) as letters
          from place_names n join places p on p.id = n.place_id
          where length(n.name) >= 4 and p.kind <> 'city') found
        where alike >= case when letters <= ${SHORT_LETTERS_MAX} then ${SHORT_IN_SENTENCE_MIN}::float8 else ${IN_SENTENCE_MIN}::float8 end
        order by alike * least(letters, 14) desc, id limit 1`,
  );
  return found[0];
}

export async function placeById(tx: Tx, id: number): Promise<KnownPlace | undefined> {
  return (await rows<KnownPlace>(tx, sql`select ${columns} from places p where p.id = ${id}`))[0];
}

/** The nearest known place of each point, in the order of the points; null where none is near. */
export async function nearestPlaces(
  tx: Tx,
  points: Point[],
): Promise<((KnownPlace & { metres: number }) | null)[]> {
  const found = await rows<KnownPlace & { at: number; metres: number }>(
    tx,
    sql`select given.at, near.* from jsonb_to_recordset(${JSON.stringify(
      points.map((point, at) => ({ at, latitude: point.latitude, longitude: point.longitude })),
    )}::jsonb) as given(at int, latitude float8, longitude float8)
        cross join lateral (
          select ${columns}, sqrt(power((p.latitude - given.latitude) * 111195, 2)
            + power((p.longitude - given.longitude) * 110770, 2)) as metres
          from places p where p.kind <> 'city' order by metres, p.id limit 1) near
        where near.metres <= ${NEARBY_METRES_MAX}`,
  );
  const byAt = new Map(found.map((row) => [row.at, row]));
  return points.map((_, at) => byAt.get(at) ?? null);
}

const METRES_PER_DEGREE = 111_195;

/** Great-circle distance in metres (haversine on a sphere of 6,371 km). */
export function metresBetween(a: Point, b: Point): number {
  const radians = Math.PI / 180;
  const across = Math.sin(((b.latitude - a.latitude) * radians) / 2) ** 2;
  const along = Math.sin(((b.longitude - a.longitude) * radians) / 2) ** 2;
  const half = across + Math.cos(a.latitude * radians) * Math.cos(b.latitude * radians) * along;
  return (2 * Math.asin(Math.sqrt(half)) * METRES_PER_DEGREE) / radians;
}

/** The other assembly that serves a place, by its full name; undefined when it is ours or nobody knows. */
export function otherAssembly(city: City, place: { assembly: string } | null): string | undefined {
  if (!place || city.assembly.ours.includes(place.assembly)) return undefined;
  return city.assembly.neighbours[place.assembly] ?? place.assembly;
}

/** GhanaPostGPS digital addresses: two letters, three or four digits, four digits ("WS-000-9679"). */
export function digitalAddressIn(text: string): string | undefined {
  const found = /\b([a-z]{2})[\s-]?(\d{3,4})[\s-]?(\d{4})\b/i.exec(text);
  return found ? `${found[1]?.toUpperCase()}-${found[2]}-${found[3]}` : undefined;
}

/** Loads the gazetteer of the city's files; run at every start, changes nothing when nothing changed. */
export async function loadPlaces(tx: Tx, places: PlaceRow[]): Promise<void> {
  const given = places.map((place, at) => ({
    id: at + 1,
    name: place.name,
    kind: place.kind,
    sub_metro: place.sub_metro || null,
    assembly: place.assembly,
    latitude: place.lat,
    longitude: place.lon,
    precision: place.precision,
    source: place.source,
  }));
  const names = places.flatMap((place, at) =>
    [...new Set([place.name, ...place.alt_names.split('|')].map(plain))]
      .filter((name) => name !== '')
      .map((name) => ({ place_id: at + 1, name })),
  );
  await tx.execute(sql`delete from places where id > ${given.length}`);
  await tx.execute(sql`
    insert into places (id, name, kind, sub_metro, assembly, latitude, longitude, precision, source)
    select id, name, kind, sub_metro, assembly, latitude, longitude, precision, source
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as given(id int, name text, kind text, sub_metro text,
      assembly text, latitude float8, longitude float8, precision text, source text)
    on conflict (id) do update set (name, kind, sub_metro, assembly, latitude, longitude, precision, source) =
      (excluded.name, excluded.kind, excluded.sub_metro, excluded.assembly, excluded.latitude, excluded.longitude,
       excluded.precision, excluded.source)`);
  await tx.execute(sql`delete from place_names`);
  await tx.execute(sql`
    insert into place_names (place_id, name)
    select place_id, name from jsonb_to_recordset(${JSON.stringify(names)}::jsonb) as given(place_id int, name text)
    on conflict do nothing`);
}
