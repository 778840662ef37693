/** Brings the commitments of `city/plan.yaml` into the table, at every start. What officials recorded stays as it is. */
import { sql } from 'drizzle-orm';
import type { Tx } from '../../database/database.ts';
import type { Plan } from './plan.ts';

/** Changes nothing when nothing changed. A commitment that left the file keeps its row: its history is not lost. */
export async function loadPlan(tx: Tx, { commitments }: Plan, now: Date): Promise<void> {
  if (commitments.length === 0) return;
  const at = now.toISOString();
  const given = commitments.map(({ key, plan, number }, place) => ({ place, key, plan, number }));
  await tx.execute(sql`
    insert into commitments (key, plan, ordinal, updated_at)
    select key, plan, number, ${at}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as given(place int, key text, plan text, number smallint)
    where not exists (select 1 from commitments c
      where c.key = given.key and c.plan = given.plan and c.ordinal = given.number)
    order by place
    on conflict (key) do update set plan = excluded.plan, ordinal = excluded.ordinal`);
  const milestones = commitments
    .flatMap(({ key, milestones: planned }) =>
      planned.map(({ title, due }) => ({ key, title, due: due ?? null })),
    )
    .map((milestone, place) => ({ place, ...milestone }));
  if (milestones.length === 0) return;
  // By its title: a due date that an official moved since is not moved back.
  await tx.execute(sql`
    insert into milestones (commitment_id, title, due, state, updated_at)
    select c.id, given.title, given.due, 'notStarted', ${at}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(milestones)}::jsonb) as given(place int, key text, title text, due date)
    join commitments c on c.key = given.key
    where not exists (select 1 from milestones m where m.commitment_id = c.id and m.title = given.title)
    order by given.place`);
}
