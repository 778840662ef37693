/** The steps of a commitment. None were published for the plans that we know: officials add them. */
import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../../database/database.ts';
import { writeChanges } from '../changes.ts';
import type { ProgressState } from './progress.ts';

/** Of one commitment. */
export const MILESTONES_MAX = 30;

/** `due` as YYYY-MM-DD; `place` is the number by which people call it. */
export type Milestone = {
  id: number;
  place: number;
  title: string;
  due: string | null;
  state: ProgressState;
  percent: number | null;
};

export async function milestonesOf(tx: Tx, commitmentId: number): Promise<Milestone[]> {
  return rows<Milestone>(
    tx,
    sql`select id::float8 as id, row_number() over (order by id)::int as place, title, due::text as due, state,
          percent::float8 as percent
        from milestones where commitment_id = ${commitmentId} order by id limit ${MILESTONES_MAX}`,
  );
}

/** Adds one, with the event that says so; resolves with its number in `milestones` and the event's. */
export async function addMilestone(
  tx: Tx,
  commitmentId: number,
  given: { title: string; due: string | null; state: ProgressState; percent: number | null },
  actor: string,
  now: Date,
): Promise<{ id: number; changeId: number }> {
  const { title, due, state, percent } = given;
  const [added] = await rows<{ id: number }>(
    tx,
    sql`insert into milestones (commitment_id, title, due, state, percent, updated_at)
        values (${commitmentId}, ${title}, ${due}::date, ${state}, ${percent}::real, ${now.toISOString()}::timestamptz)
        returning id::float8 as id`,
  );
  const id = added?.id ?? 0;
  const [changeId = 0] = await writeChanges(
    tx,
    [
      { subject: 'milestone', subjectId: id, what: 'added', from: null, to: title, actor },
      ...(state === 'notStarted'
        ? []
        : [{ subject: 'milestone' as const, subjectId: id, what: 'state', from: null, to: state, actor }]),
      ...(due === null
        ? []
        : [{ subject: 'milestone' as const, subjectId: id, what: 'due', from: null, to: due, actor }]),
    ],
    now,
  );
  return { id, changeId };
}
