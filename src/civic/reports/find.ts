import { type SQL, sql } from 'drizzle-orm';
import { rows, type Tx } from '../../database/database.ts';
import { boxAround, metresBetween, positionOf } from '../../database/earth.ts';
import { OPEN_STATES, type Report, SAME_METRES_MAX, SAME_OFFERED_MAX, TALK } from './report.ts';

/** Times leave as milliseconds since 1970: they go into values and words. */
const millis = (column: SQL) => sql`(extract(epoch from ${column}) * 1000)::float8`;

const reportColumns = sql`r.id, r.person_id, r.category, r.department, r.description, r.latitude, r.longitude,
  r.place_name, r.other_assembly, (
    select jsonb_build_object('title', p.title, 'contractor', p.contractor, 'defects_until', p.defects_until)
    from projects p where p.id = r.project_id) as project, r.anonymous, r.called, r.language, r.state,
  ${millis(sql`r.sent_at`)} as sent_at, ${millis(sql`r.promised_at`)} as promised_at, r.taken_by,
  ${millis(sql`r.resolved_at`)} as resolved_at,
  (select count(*)::int from voices v where v.report_id = r.id) as voices,
  coalesce((select jsonb_agg(jsonb_build_object('id', f.id, 'kind', f.kind) order by rf.added_at, f.id)
    from report_files rf join files f on f.id = rf.file_id where rf.report_id = r.id), '[]'::jsonb) as files`;

export async function reportsById(tx: Tx, ids: number[]): Promise<Map<number, Report>> {
  if (ids.length === 0) return new Map();
  const found = await rows<Report>(
    tx,
    sql`select ${reportColumns} from reports r
        where r.id in (select value::bigint from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb))`,
  );
  return new Map(found.map((report) => [Number(report.id), report]));
}

/** The report, locked until the transaction ends: two officials act on it one after the other. */
export async function lockReport(tx: Tx, id: number): Promise<Report | undefined> {
  await tx.execute(sql`select 1 from reports where id = ${id} for update`);
  return (await reportsById(tx, [id])).get(id);
}

/** A person's own reports and those they follow, newest first. */
export async function reportsOf(tx: Tx, personId: number, most: number): Promise<Report[]> {
  return rows<Report>(
    tx,
    sql`select ${reportColumns} from reports r
        where r.category <> ${TALK} and (r.person_id = ${personId}
          or r.id in (select report_id from voices where person_id = ${personId}))
        order by r.id desc limit ${most}`,
  );
}

export type Near = { id: number; place_name: string; state: string; sent_at: number; metres: number };

/**
 * Open reports of the same category near each point, nearest first; one list a question, in the order of the questions.
 * Uses the GiST index reports_at: no full scan.
 */
export async function reportsNear(
  tx: Tx,
  questions: { category: string; latitude: number; longitude: number }[],
): Promise<Near[][]> {
  const lists = questions.map((): Near[] => []);
  if (questions.length === 0) return lists;
  const found = await rows<Near & { at: number }>(
    tx,
    sql`select given.at, near.id, near.place_name, near.state, near.sent_at, near.metres
        from jsonb_to_recordset(${JSON.stringify(questions.map((question, at) => ({ ...question, at })))}::jsonb)
          as given(at int, category text, latitude float8, longitude float8)
        cross join lateral (select ${positionOf(sql`given.latitude`, sql`given.longitude`)} as here offset 0) pin
        cross join lateral (
          select r.id, r.place_name, r.state, ${millis(sql`r.sent_at`)} as sent_at,
            ${metresBetween(sql`r.position`, sql`pin.here`)} as metres
          from reports r
          where r.position <@ ${boxAround(sql`pin.here`, SAME_METRES_MAX)} and r.position is not null
            and r.state in ('sent', 'taken', 'in_progress')
            and r.category = given.category
          order by metres, r.id desc limit ${SAME_OFFERED_MAX}) near
        where near.metres <= ${SAME_METRES_MAX}
        order by given.at, near.metres`,
  );
  for (const row of found) lists[row.at]?.push(row);
  return lists;
}

/** Open reports of a department that have no card at a desk yet, oldest first. */
export async function reportsWithoutCard(
  tx: Tx,
  departments: string[],
  desk: string,
  most: number,
): Promise<Report[]> {
  return rows<Report>(
    tx,
    sql`select ${reportColumns} from reports r
        where r.department in (select value from jsonb_array_elements_text(${JSON.stringify(departments)}::jsonb) value)
          and r.state in (select value from jsonb_array_elements_text(${JSON.stringify(OPEN_STATES)}::jsonb) value)
          and not exists (select 1 from cards c join messages m on m.id = c.message_id
            where c.report_id = r.id and c.desk = ${desk} and m.status not in ('failed', 'cancelled'))
        order by r.id limit ${most}`,
  );
}
