/** What happened in the city between two moments: read once for everyone, and made into differences for each reader. */
import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../../database/database.ts';

/** Changes that one edition reads; older ones beyond them are left out, and the newest tell where things stand. */
export const CHANGES_READ_MAX = 20_000;

/** One fact that changed. Times in milliseconds since 1970. */
export type Changed = {
  id: number;
  subject: 'project' | 'commitment' | 'milestone';
  subjectId: number;
  what: string;
  from: string | null;
  to: string | null;
  at: number;
  /** It corrects a change of that time. */
  correctsAt: number | null;
  /** What the official said of it. */
  words: string | null;
};

/** `subject` and its number: what a reader may follow. Milestones belong to their commitment. */
export type SubjectKey = `project:${number}` | `commitment:${number}`;

export type Project = { title: string; place: string | null; state: string; progress: number | null };
export type Milestone = { id: number; title: string; due: string | null; state: string };
export type Commitment = { key: string; ordinal: number; state: string | null; percent: number | null };
export type Observed = { at: number; seen: string };

/** Everything about one subject that happened meanwhile, oldest first. */
export type Happening = {
  key: SubjectKey;
  project?: Project;
  commitment?: Commitment;
  changes: Changed[];
  milestones: Map<number, Milestone>;
  /** Milestones whose day passed without their being met, with the end of that day. */
  missed: (Milestone & { at: number })[];
  observed: Observed[];
};

/** States of a milestone that nobody waits for any more. */
const MILESTONE_ENDED = ['met', 'completed', 'done', 'cancelled', 'dropped'];

export async function happenedBetween(
  tx: Tx,
  from: Date,
  through: Date,
): Promise<Map<SubjectKey, Happening>> {
  const between = {
    from: sql`${from.toISOString()}::timestamptz`,
    through: sql`${through.toISOString()}::timestamptz`,
  };
  const happened = new Map<SubjectKey, Happening>();
  const of = (key: SubjectKey): Happening => {
    let found = happened.get(key);
    if (!found) {
      found = { key, changes: [], milestones: new Map(), missed: [], observed: [] };
      happened.set(key, found);
    }
    return found;
  };
  for (const { parent, title, due, state, ...change } of await changesIn(tx, between)) {
    const here = of(parent === null ? `project:${change.subjectId}` : `commitment:${parent}`);
    here.changes.push(change);
    if (change.subject === 'milestone')
      here.milestones.set(change.subjectId, { id: change.subjectId, title, due, state });
  }
  for (const { commitmentId, ...milestone } of await missedIn(tx, between))
    of(`commitment:${commitmentId}`).missed.push(milestone);
  for (const { projectId, ...seen } of await observedIn(tx, between))
    of(`project:${projectId}`).observed.push(seen);
  await nameThem(tx, happened);
  return happened;
}

type Between = { from: ReturnType<typeof sql>; through: ReturnType<typeof sql> };

type ChangeRow = Changed & { parent: number | null; title: string; due: string | null; state: string };

async function changesIn(tx: Tx, { from, through }: Between): Promise<ChangeRow[]> {
  const newest = await rows<ChangeRow>(
    tx,
    sql`select c.id::float8 as id, c.subject, c.subject_id::float8 as "subjectId", c.what, c.from_value as "from",
          c.to_value as "to", (extract(epoch from c.at) * 1000)::float8 as at,
          (extract(epoch from was.at) * 1000)::float8 as "correctsAt", c.words,
          (case c.subject when 'commitment' then c.subject_id when 'milestone' then m.commitment_id end)::float8
            as parent, coalesce(m.title, '') as title, m.due::text as due, coalesce(m.state, '') as state
        from changes c
        left join changes was on was.id = c.corrects_id
        left join milestones m on c.subject = 'milestone' and m.id = c.subject_id
        where c.at > ${from} and c.at <= ${through} and (c.subject <> 'milestone' or m.id is not null)
        order by c.id desc limit ${CHANGES_READ_MAX}`,
  );
  return newest.reverse();
}

/** A milestone is missed when the day after its due day begins, in UTC. */
async function missedIn(tx: Tx, { from, through }: Between) {
  return rows<Milestone & { commitmentId: number; at: number }>(
    tx,
    sql`select id::float8 as id, commitment_id::float8 as "commitmentId", title, due::text as due, state,
          (extract(epoch from (due + 1)::timestamp at time zone 'UTC') * 1000)::float8 as at
        from milestones
        where due is not null and (due + 1)::timestamp at time zone 'UTC' > ${from}
          and (due + 1)::timestamp at time zone 'UTC' <= ${through}
          and state not in (select jsonb_array_elements_text(${JSON.stringify(MILESTONE_ENDED)}::jsonb))
        order by due, id`,
  );
}

async function observedIn(tx: Tx, { from, through }: Between) {
  return rows<Observed & { projectId: number }>(
    tx,
    sql`select project_id::float8 as "projectId", seen, (extract(epoch from at) * 1000)::float8 as at
        from observations where at > ${from} and at <= ${through} order by at`,
  );
}

/** What the subjects are called now, and where they stand. */
async function nameThem(tx: Tx, happened: Map<SubjectKey, Happening>): Promise<void> {
  const ids = (subject: string): string =>
    JSON.stringify([...happened.keys()].flatMap((key) => (key.startsWith(subject) ? numberIn(key) : [])));
  const projects = await rows<Project & { id: number }>(
    tx,
    sql`select id::float8 as id, title, place_name as place, state, progress from projects
        where id in (select value::bigint from jsonb_array_elements_text(${ids('project')}::jsonb) value)`,
  );
  for (const { id, ...project } of projects) {
    const here = happened.get(`project:${id}`);
    if (here) here.project = project;
  }
  const commitments = await rows<Commitment & { id: number }>(
    tx,
    sql`select id::float8 as id, key, ordinal, state, percent from commitments
        where id in (select value::bigint from jsonb_array_elements_text(${ids('commitment')}::jsonb) value)`,
  );
  for (const { id, ...commitment } of commitments) {
    const here = happened.get(`commitment:${id}`);
    if (here) here.commitment = commitment;
  }
}

export const numberIn = (key: SubjectKey): number => Number(key.slice(key.indexOf(':') + 1));
