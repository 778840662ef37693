/**
 * How far commitments and their milestones are, and what was said of them. An update is what an official published at
 * once: its facts are rows of `changes` with one time and one actor, and the first of them carries words, link and photos.
 */
import { type SQL, sql } from 'drizzle-orm';
import { idSet, rows, type Tx } from '../../database/database.ts';

/** The reviewers' words (Independent Reporting Mechanism), in order. */
export const PROGRESS_STATES = ['notStarted', 'limited', 'substantial', 'completed'] as const;
export type ProgressState = (typeof PROGRESS_STATES)[number];

export type Subject = 'commitment' | 'milestone';

/** `state` and `percent` null: nobody said. `updatedAt` in milliseconds since 1970. */
export type Standing = { id: number; state: ProgressState | null; percent: number | null };
export type CommitmentRow = Standing & { key: string };

export async function commitmentRows(tx: Tx): Promise<Map<string, CommitmentRow>> {
  const found = await rows<CommitmentRow>(
    tx,
    sql`select id::float8 as id, key, state, percent::float8 as percent from commitments`,
  );
  return new Map(found.map((row) => [row.key, row]));
}

export async function commitmentRow(tx: Tx, key: string): Promise<CommitmentRow | undefined> {
  const [found] = await rows<CommitmentRow>(
    tx,
    sql`select id::float8 as id, key, state, percent::float8 as percent from commitments where key = ${key}`,
  );
  return found;
}

/** What a change in the history is about. */
export async function subjectOf(
  tx: Tx,
  changeId: number,
): Promise<{ subject: string; subjectId: number } | undefined> {
  const [found] = await rows<{ subject: string; subjectId: number }>(
    tx,
    sql`select subject, subject_id::float8 as "subjectId" from changes where id = ${changeId}`,
  );
  return found;
}

/** What changed from what to what, by the name of the fact: state, progress (percent), title, due, added. */
export type Facts = Record<string, { from: string | null; to: string | null }>;

/** `at` in milliseconds since 1970. */
export type Update = {
  /** The number of its first change: by it residents' answers and corrections name the update. */
  id: number;
  subject: Subject;
  subjectId: number;
  at: number;
  actor: string;
  facts: Facts;
  words: string | null;
  link: string | null;
  photos: string[];
  correctsId: number | null;
};

/** The newest updates of one commitment or milestone, newest first. */
export const updatesOf = (tx: Tx, subject: Subject, subjectId: number, most: number): Promise<Update[]> =>
  updates(tx, sql`c.subject = ${subject} and c.subject_id = ${subjectId}`, most);

export async function newestUpdate(tx: Tx, subject: Subject, subjectId: number): Promise<Update | undefined> {
  return (await updatesOf(tx, subject, subjectId, 1))[0];
}

/** The newest updates of a commitment and of all its milestones, newest first. */
export const historyOf = (tx: Tx, commitmentId: number, most: number): Promise<Update[]> =>
  updates(
    tx,
    sql`(c.subject = 'commitment' and c.subject_id = ${commitmentId}) or (c.subject = 'milestone'
      and c.subject_id in (select id from milestones where commitment_id = ${commitmentId}))`,
    most,
  );

export type CommitmentUpdate = Update & {
  /** The commitment that it is about, also when a milestone of it moved; by its key its title is found (plan.ts). */
  commitmentId: number;
  key: string;
  milestone: string | null;
};

/**
 * What was published since a moment about these commitments and their milestones, oldest first, corrections among it.
 * For the digest and the public pages.
 */
export async function updatesSince(
  tx: Tx,
  commitmentIds: readonly number[],
  since: Date,
  most: number,
): Promise<CommitmentUpdate[]> {
  return rows<CommitmentUpdate>(
    tx,
    sql`select u.*, k.id::float8 as "commitmentId", k.key, m.title as milestone
        from (${grouped(sql`c.subject in ('commitment', 'milestone') and c.at > ${since.toISOString()}::timestamptz`)}) u
        left join milestones m on u.subject = 'milestone' and m.id = u."subjectId"
        join commitments k on k.id = case when u.subject = 'commitment' then u."subjectId" else m.commitment_id end
        where k.id = any(${idSet(commitmentIds)})
        order by u.id limit ${most}`,
  );
}

const updates = (tx: Tx, which: SQL, most: number): Promise<Update[]> =>
  rows<Update>(tx, sql`select * from (${grouped(which)}) u order by id desc limit ${most}`);

const grouped = (which: SQL): SQL => sql`
  select g.*, coalesce((select jsonb_agg(a.file_id order by a.file_id) from attachments a
      where a.subject = 'change' and a.subject_id = g.id::bigint), '[]'::jsonb) as photos
  from (select min(c.id)::float8 as id, c.subject, c.subject_id::float8 as "subjectId",
      (extract(epoch from c.at) * 1000)::float8 as at, c.actor,
      jsonb_object_agg(c.what, jsonb_build_object('from', c.from_value, 'to', c.to_value)) as facts,
      max(c.words) as words, max(c.link) as link, max(c.corrects_id)::float8 as "correctsId"
    from changes c where ${which} group by c.subject, c.subject_id, c.at, c.actor) g`;
