/** Projects as one person sees them: with what residents observed, and whether this person follows. */
import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../../database/database.ts';
import { type Project, projectColumns } from './find.ts';
import { OBSERVED_DAYS_MAX, type Observed } from './observe.ts';

/** `hasPapers`, `hasPhotos`: there is something of the kind to show. */
export type SeenProject = Project & {
  observed: Observed[];
  follows: boolean;
  hasPapers: boolean;
  hasPhotos: boolean;
};

/** One project a question, in the order of the questions; undefined where there is none. One statement for all. */
export async function seenProjects(
  tx: Tx,
  questions: { projectId: number; personId: number }[],
  now: Date,
): Promise<(SeenProject | undefined)[]> {
  const since = new Date(now.getTime() - OBSERVED_DAYS_MAX * 86_400_000).toISOString();
  const given = questions.map((question, at) => ({ ...question, at }));
  const found = await rows<SeenProject & { at: number }>(
    tx,
    sql`select given.at, ${projectColumns},
          exists (select 1 from follows f where f.person_id = given."personId" and f.topic = 'project'
            and f.subject_id = p.id) as follows,
          exists (select 1 from jsonb_path_query(p.record, '$.documents[*].url')) as "hasPapers",
          exists (select 1 from observations o join attachments a on a.subject = 'observation' and a.subject_id = o.id
            where o.project_id = p.id) as "hasPhotos",
          coalesce((select jsonb_agg(jsonb_build_object('seen', s.seen, 'count', s.count, 'last', s.last)
              order by s.last desc, s.seen)
            from (select o.seen, count(*) as count, (extract(epoch from max(o.at)) * 1000)::float8 as last
              from observations o where o.project_id = p.id and o.at > ${since}::timestamptz group by o.seen) s),
            '[]'::jsonb) as observed
        from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
          as given(at int, "projectId" bigint, "personId" bigint)
        cross join lateral (select * from projects where id = given."projectId" offset 0) p`,
  );
  const byPlace = new Map(found.map((row) => [row.at, row]));
  return questions.map((_, at) => byPlace.get(at));
}
