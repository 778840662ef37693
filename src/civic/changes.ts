/**
 * The history of projects, commitments and milestones: what changed, from what to what, when, by whom, shown by what.
 * Written once and never changed: a correction is a change of its own that names the one it corrects.
 */
import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../database/database.ts';

export type Subject = 'project' | 'commitment' | 'milestone';

export type Change = {
  subject: Subject;
  subjectId: number;
  /** Which fact: added, state, progress, cost, contractor, plannedEnd, milestone, … */
  what: string;
  from?: string | null;
  to?: string | null;
  actor: string;
  words?: string | null;
  link?: string | null;
  correctsId?: number | null;
};

/** Writes changes down in one statement; resolves with their numbers in the same order. */
export async function writeChanges(tx: Tx, changes: Change[], now: Date): Promise<number[]> {
  if (changes.length === 0) return [];
  const given = changes.map((change, place) => ({ place, ...change }));
  const written = await rows<{ id: number }>(
    tx,
    sql`with given as materialized (
          select nextval(pg_get_serial_sequence('changes', 'id'))::bigint as id, g.*
          from (select * from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(place int, subject text,
            "subjectId" bigint, what text, "from" text, "to" text, actor text, words text, link text,
            "correctsId" bigint) order by place) g),
        written as (
          insert into changes (id, subject, subject_id, what, from_value, to_value, at, actor, words, link, corrects_id)
          overriding system value
          select id, subject, "subjectId", what, "from", "to", ${now.toISOString()}::timestamptz, actor, words, link,
            "correctsId"
          from given)
        select id::float8 as id from given order by place`,
  );
  return written.map((row) => row.id);
}

/** `at` in milliseconds since 1970. */
export type PastChange = {
  id: number;
  what: string;
  from: string | null;
  to: string | null;
  at: number;
  actor: string;
  words: string | null;
  link: string | null;
  correctsId: number | null;
  /** Photos that show it, as ids of files. */
  photos: string[];
};

/** The newest changes of one subject, newest first. */
export async function changesOf(
  tx: Tx,
  subject: Subject,
  subjectId: number,
  most: number,
): Promise<PastChange[]> {
  return rows<PastChange>(
    tx,
    sql`select c.id::float8 as id, c.what, c.from_value as "from", c.to_value as "to",
          (extract(epoch from c.at) * 1000)::float8 as at, c.actor, c.words, c.link,
          c.corrects_id::float8 as "correctsId", (
            select coalesce(jsonb_agg(a.file_id order by a.file_id), '[]'::jsonb) from attachments a
            where a.subject = 'change' and a.subject_id = c.id) as photos
        from changes c where c.subject = ${subject} and c.subject_id = ${subjectId}
        order by c.id desc limit ${most}`,
  );
}

/** What photos can be attached to; they are then kept when the letter that brought them is emptied. */
export type Attached = 'observation' | 'change' | 'answer' | 'draft';

export async function attach(
  tx: Tx,
  subject: Attached,
  subjectId: number,
  files: readonly string[],
): Promise<void> {
  if (files.length === 0) return;
  await tx.execute(sql`
    insert into attachments (subject, subject_id, file_id)
    select ${subject}, ${subjectId}, f.id from files f
    where f.id in (select value from jsonb_array_elements_text(${JSON.stringify(files)}::jsonb) value)
    on conflict do nothing`);
}
