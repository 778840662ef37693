/** "Is this true where you live?": what residents say of a commitment's newest update, beside the official word. */
import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../../database/database.ts';
import { attach } from '../changes.ts';

export const ANSWERS = ['yes', 'notYet', 'no'] as const;
export type Answer = (typeof ANSWERS)[number];

export type Given = {
  commitmentId: number;
  /** The update that was judged; 0: there was none yet. */
  changeId: number;
  personId: number;
  answer: Answer;
  words: string | null;
  /** Photos and voice notes. */
  files: readonly string[];
};

/** One answer a person and update: the last one counts, with its words and photos in place of the earlier ones. */
export async function keepAnswer(tx: Tx, given: Given, now: Date): Promise<void> {
  const [kept] = await rows<{ id: number }>(
    tx,
    sql`insert into answers (commitment_id, change_id, person_id, answer, words, at)
        values (${given.commitmentId}, ${given.changeId}, ${given.personId}, ${given.answer}, ${given.words},
          ${now.toISOString()}::timestamptz)
        on conflict (person_id, commitment_id, change_id)
          do update set answer = excluded.answer, words = excluded.words, at = excluded.at
        returning id::float8 as id`,
  );
  const id = kept?.id ?? 0;
  await tx.execute(sql`delete from attachments where subject = 'answer' and subject_id = ${id}`);
  await attach(tx, 'answer', id, given.files);
}

export type Counted = Record<Answer, number> & { count: number };

export async function answersOn(tx: Tx, commitmentId: number, changeId: number): Promise<Counted> {
  const found = await rows<{ answer: Answer; count: number }>(
    tx,
    sql`select answer, count(*)::int as count from answers
        where commitment_id = ${commitmentId} and change_id = ${changeId} group by answer`,
  );
  const counted: Counted = { yes: 0, notYet: 0, no: 0, count: 0 };
  for (const { answer, count } of found) {
    counted[answer] += count;
    counted.count += count;
  }
  return counted;
}

export type SaidAnswer = { answer: Answer; words: string | null; at: number; photos: string[] };

/** The newest answers on an update that say more than yes or no, newest first. Without anybody's name. */
export async function newestAnswers(
  tx: Tx,
  commitmentId: number,
  changeId: number,
  most: number,
): Promise<SaidAnswer[]> {
  return rows<SaidAnswer>(
    tx,
    sql`select * from (
          select n.answer, n.words, (extract(epoch from n.at) * 1000)::float8 as at, coalesce((
              select jsonb_agg(f.id order by f.id) from attachments a join files f on f.id = a.file_id
              where a.subject = 'answer' and a.subject_id = n.id and f.kind = 'photo'), '[]'::jsonb) as photos
          from answers n where n.commitment_id = ${commitmentId} and n.change_id = ${changeId}) said
        where words is not null or photos <> '[]'::jsonb
        order by at desc limit ${most}`,
  );
}
