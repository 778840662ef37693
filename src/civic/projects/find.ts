/** Which projects are meant or near: by a point, by a name in spite of its spelling, one by its number. */
import { sql } from 'drizzle-orm';
import { idSet, rows, type Tx } from '../../database/database.ts';
import { metresBetween, positionOf } from '../../database/earth.ts';
import { plain } from '../../engine/plain.ts';
import type { ProjectColumns } from './read.ts';

/** A project as a resident is told of it. What is null was not published. Days as YYYY-MM-DD. */
export type Project = { id: number; key: string } & Omit<ProjectColumns, 'note'>;

export const projectColumns = sql`p.id::float8 as id, p.key, p.title, p.sector, p.state, p.state_words as "stateWords",
  p.progress::text::float8 as progress, p.place_name as "placeName", p.latitude, p.longitude, p.is_near as "isNear",
  p.owner, p.contractor, p.cost_amount as "costAmount", p.cost_currency as "costCurrency",
  p.cost_words as "costWords", p.start_words as "startWords", p.planned_end_words as "plannedEndWords",
  p.planned_end::text as "plannedEnd", p.defects_until::text as "defectsUntil", p.as_of_words as "asOfWords",
  p.as_of::text as "asOf", p.confidence`;

export async function projectsById(tx: Tx, ids: number[]): Promise<Map<number, Project>> {
  if (ids.length === 0) return new Map();
  const found = await rows<Project>(
    tx,
    sql`select ${projectColumns} from projects p where p.id = any(${idSet(ids)})`,
  );
  return new Map(found.map((project) => [project.id, project]));
}

/** `after`: so many nearer ones are passed over. Null: whatever its state, its sector, its distance. */
export type NearQuestion = {
  latitude: number;
  longitude: number;
  after: number;
  km: number | null;
  state: string | null;
  sector: string | null;
};

export type NearProject = Pick<Project, 'id' | 'title' | 'state' | 'isNear'> & { metres: number };

/** Farther projects are not "near me", whatever else is asked. */
export const NEAR_KM_MAX = 25;
/**
 * Projects at one point (a community of which nothing nearer is known) come in the order of their numbers, so that no
 * page shows one again or leaves one out. The index does not know their numbers, so as many more are taken and sorted; each
 * costs about 0.02 ms.
 */
const AT_ONE_POINT_MAX = 5;

/**
 * The nearest projects of each point, nearest first, at most `most` each; one list a question, in the order of the
 * questions. By the GiST index projects_at, which yields them in that order: the chord through the earth orders as the
 * great circle over it does. A condition on the distance inside would make Postgres sort all that it holds instead.
 */
export async function projectsNear(
  tx: Tx,
  questions: NearQuestion[],
  most: number,
): Promise<NearProject[][]> {
  const lists = questions.map((): NearProject[] => []);
  if (questions.length === 0) return lists;
  const given = questions.map((question, at) => ({ ...question, km: question.km ?? NEAR_KM_MAX, at }));
  const found = await rows<NearProject & { at: number }>(
    tx,
    sql`select given.at, near.*
        from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as given(at int, latitude float8, longitude float8,
          after int, km float8, state text, sector text)
        -- Once a question, not once a row.
        cross join lateral (select ${positionOf(sql`given.latitude`, sql`given.longitude`)} as here offset 0) pin
        cross join lateral (
          select around.* from (
          select p.id::float8 as id, p.title, p.state, p.is_near as "isNear",
            ${metresBetween(sql`p.position`, sql`pin.here`)} as metres
          from projects p
          where p.position is not null
            and (given.state is null or p.state = given.state)
            and (given.sector is null or p.sector = given.sector)
          order by p.position <-> pin.here
          limit ${most + AT_ONE_POINT_MAX}::int + given.after) around
          order by around.metres, around.id limit ${most} offset given.after) near
        where near.metres <= given.km * 1000
        order by given.at, near.metres, near.id`,
  );
  for (const { at, ...project } of found) lists[at]?.push(project);
  return lists;
}

export type NamedProject = Pick<Project, 'id' | 'title' | 'state' | 'placeName'> & { alike: number };

/** Names less alike than this are not offered (pg_trgm strict word similarity, 0 to 1). */
const ALIKE_MIN = 0.5;
export const NAMED_MAX = 5;
const NAME_LETTERS_MAX = 80;

/** Projects whose name, or whose place's name, holds what was typed, or nearly; the likeliest first. */
export async function projectsNamed(tx: Tx, typed: string): Promise<NamedProject[]> {
  const said = plain(typed).slice(0, NAME_LETTERS_MAX);
  if (said.length < 3) return [];
  return rows<NamedProject>(
    tx,
    sql`select * from (
          select distinct on (p.id) p.id::float8 as id, p.title, p.state, p.place_name as "placeName",
            strict_word_similarity(${said}, n.name)::float8 as alike
          from project_names n join projects p on p.id = n.project_id
          where n.name %>> ${said}
          order by p.id, alike desc) found
        where alike >= ${ALIKE_MIN} order by alike desc, length(title), id limit ${NAMED_MAX}`,
  );
}

/** A title that holds what was typed as well as this was meant by it. */
export const MEANT_MIN = 0.75;

/** True when the words surely name a project. */
export async function isProjectNamed(tx: Tx, words: string): Promise<boolean> {
  const [best] = await projectsNamed(tx, words);
  return best !== undefined && best.alike >= MEANT_MIN;
}

/** The sectors that projects have, the commonest first. */
export async function sectorsOf(tx: Tx, most: number): Promise<{ sector: string; count: number }[]> {
  return rows(
    tx,
    sql`select sector, count(*)::int as count from projects where sector is not null
        group by sector order by count desc, sector limit ${most}`,
  );
}

/** Where a project is written about. */
export type Paper = { title: string; url: string };

export async function papersOf(tx: Tx, projectId: number, most: number): Promise<Paper[]> {
  return rows<Paper>(
    tx,
    sql`select coalesce(document ->> 'title', '') as title, document ->> 'url' as url
        from projects p, jsonb_array_elements(case jsonb_typeof(p.record -> 'documents')
          when 'array' then p.record -> 'documents' else '[]'::jsonb end) document
        where p.id = ${projectId} and document ->> 'url' like 'http%' limit ${most}`,
  );
}
