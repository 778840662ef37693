/** Whom what happened concerns: topics, places and own reports, for a set of readers in a few statements. */
import { sql } from 'drizzle-orm';
import { referenceOf } from '../../civic/reference.ts';
import { TALK } from '../../civic/reports/report.ts';
import { rows, type Tx } from '../../database/database.ts';
import { metresBetween, positionOf } from '../../database/earth.ts';
import type { Json } from '../../engine/content.ts';
import { numberIn, type SubjectKey } from './happened.ts';
import { type Matter, matter, RANKS } from './matters.ts';

/** Told up to `since` (milliseconds since 1970). */
export type Reader = { personId: number; since: number };

/** Why somebody gets a line: something that they follow. */
export type Reason =
  | { topic: 'place'; name: string }
  | { topic: 'project' | 'commitment'; subjectId: number }
  | { topic: 'commitments' | 'reports' };

export type Concern = { followed: { reason: Reason; subjects: SubjectKey[] }[]; reports: Matter[] };

/** What of the given subjects concerns each reader, and why. Readers whom nothing concerns are absent. */
export async function concernsOf(
  tx: Tx,
  readers: Reader[],
  happened: SubjectKey[],
  through: Date,
): Promise<Map<number, Concern>> {
  const concerns = new Map<number, Concern>();
  const of = (personId: number): Concern => {
    let found = concerns.get(personId);
    if (!found) {
      found = { followed: [], reports: [] };
      concerns.set(personId, found);
    }
    return found;
  };
  const ids = (subject: string): number[] =>
    happened.flatMap((key) => (key.startsWith(subject) ? numberIn(key) : []));
  const [projects, commitments] = [ids('project'), ids('commitment')];
  const people = JSON.stringify(readers.map(({ personId }) => personId));
  const every = commitments.map((id): SubjectKey => `commitment:${id}`);
  for (const row of await followedIn(tx, people, projects, commitments)) {
    const subject = row.topic === 'commitment' ? 'commitment' : 'project';
    const subjects =
      row.topic === 'commitments' ? every : row.subjects.map((id): SubjectKey => `${subject}:${id}`);
    of(row.person_id).followed.push({ reason: reasonOf(row), subjects });
  }
  for (const [personId, reports] of await reportsOf(tx, readers, through)) of(personId).reports = reports;
  return concerns;
}

function reasonOf({ topic, subject_id, name }: FollowedRow): Reason {
  if (topic === 'place') return { topic, name: name ?? '' };
  return topic === 'commitments' ? { topic } : { topic, subjectId: subject_id };
}

type FollowedRow = {
  person_id: number;
  topic: 'place' | 'project' | 'commitment' | 'commitments';
  subject_id: number;
  name: string | null;
  subjects: number[];
};

/** No degree of latitude is shorter, whatever the sphere that is reckoned on. */
const METRES_PER_DEGREE_MIN = 110_000;

/** Each thing followed of which something happened. Places find the projects in their radius. */
async function followedIn(
  tx: Tx,
  people: string,
  projects: number[],
  commitments: number[],
): Promise<FollowedRow[]> {
  if (projects.length + commitments.length === 0) return [];
  return rows<FollowedRow>(
    tx,
    sql`with given as materialized (
          select value::bigint as person_id from jsonb_array_elements_text(${people}::jsonb) value),
        moved as materialized (
          select p.id, p.latitude, p.longitude, p.position
          from projects p join jsonb_array_elements_text(${JSON.stringify(projects)}::jsonb) value
            on p.id = value::bigint
          where p.latitude is not null),
        followed as materialized (
          select f.*, case f.topic when 'place' then ${positionOf(sql`f.latitude`, sql`f.longitude`)} end as here
          from given join follows f on f.person_id = given.person_id)
        select f.person_id::float8 as person_id, f.topic, f.subject_id::float8 as subject_id, f.name,
          jsonb_build_array(f.subject_id) as subjects
        from followed f
        where (f.topic = 'project' and f.subject_id in (
              select value::bigint from jsonb_array_elements_text(${JSON.stringify(projects)}::jsonb) value))
          or (f.topic = 'commitment' and f.subject_id in (
              select value::bigint from jsonb_array_elements_text(${JSON.stringify(commitments)}::jsonb) value))
          or (f.topic = 'commitments' and ${commitments.length} > 0)
        union all
        select f.person_id::float8, f.topic, 0, f.name, jsonb_agg(moved.id order by moved.id)
        from followed f join moved
          -- Most are told apart by their latitude alone; the distance is looked at where that does not do.
          on abs(f.latitude - moved.latitude) * ${METRES_PER_DEGREE_MIN}::float8 <= f.radius_km * 1000
            and ${metresBetween(sql`f.here`, sql`moved.position`)} <= f.radius_km * 1000
        where f.topic = 'place'
        group by f.id, f.person_id, f.topic, f.name
        order by 1, 2, 3, 4`,
  );
}

type ReportRow = {
  person_id: number;
  report: number;
  state: string | null;
  replies: number;
};

/** News of their own reports and of those to which they added their voice, if they want to hear of them here. */
async function reportsOf(tx: Tx, readers: Reader[], through: Date): Promise<Map<number, Matter[]>> {
  const given = readers.map(({ personId, since }) => ({
    person_id: personId,
    since: new Date(since).toISOString(),
  }));
  const found = await rows<ReportRow>(
    tx,
    sql`with given as materialized (
          select g.person_id, g.since from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
            as g(person_id bigint, since timestamptz)
          join follows f on f.person_id = g.person_id and f.topic = 'reports'),
        theirs as (
          select g.person_id, g.since, r.id from given g join reports r on r.person_id = g.person_id
          where r.category <> ${TALK}
          union
          select g.person_id, g.since, r.id from given g join voices v on v.person_id = g.person_id
          join reports r on r.id = v.report_id where r.category <> ${TALK})
        select t.person_id::float8 as person_id, t.id::float8 as report,
          (array_agg(e.to_value order by e.id desc) filter (where e.kind = 'state' and e.actor <> 'resident'))[1]
            as state,
          (count(*) filter (where e.kind = 'reply'))::int as replies
        from theirs t join report_events e on e.report_id = t.id and e.at > t.since
          and e.at <= ${through.toISOString()}::timestamptz and e.actor not in ('resident', 'kasa')
          and e.kind in ('state', 'reply')
        group by t.person_id, t.id
        order by 1, 2`,
  );
  const byPerson = new Map<number, Matter[]>();
  for (const row of found)
    byPerson.set(row.person_id, [...(byPerson.get(row.person_id) ?? []), reportMatter(row)]);
  return byPerson;
}

const ENDED = ['resolved', 'closed', 'not_ours', 'passed_on'];

/** Only what happened: "is it fixed?" was asked when it was resolved, and is not asked twice. */
function reportMatter({ report, state, replies }: ReportRow): Matter {
  const values: Record<string, Json> = { reference: referenceOf(report), state, count: replies };
  if (state !== null) {
    const rank = ENDED.includes(state) ? RANKS.reportEnded : RANKS.reportMoved;
    return matter(`report:${report}`, 'reportState', rank, values);
  }
  return matter(`report:${report}`, 'reportAnswered', RANKS.reportAnswered, values);
}
