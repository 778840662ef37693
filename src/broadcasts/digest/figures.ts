/** How well the city keeps its word about reports: those whose promised day fell into a week. */
import { sql } from 'drizzle-orm';
import { TALK } from '../../civic/reports/report.ts';
import { rows, type Tx } from '../../database/database.ts';
import { DAY } from './clock.ts';

/** `due`: how many were to be answered by then; `kept`: how many of them were answered in time. */
export type Kept = { due: number; kept: number };

/** `thisWeek` ends with `through`, `lastWeek` seven days before. A report that nobody took up counts as late. */
export type Figures = { thisWeek: Kept; lastWeek: Kept };

export async function responseFigures(tx: Tx, through: Date): Promise<Figures> {
  const end = through.getTime();
  const at = (milliseconds: number) => sql`${new Date(milliseconds).toISOString()}::timestamptz`;
  const found = await rows<Kept & { week: number }>(
    tx,
    sql`select case when promised_at > ${at(end - 7 * DAY)} then 0 else 1 end as week, count(*)::int as due,
          (count(*) filter (where answered_at <= promised_at))::int as kept
        from reports
        where promised_at > ${at(end - 14 * DAY)} and promised_at <= ${at(end)} and category <> ${TALK}
        group by 1`,
  );
  const none: Kept = { due: 0, kept: 0 };
  const of = (week: number): Kept => {
    const row = found.find((one) => one.week === week);
    return row ? { due: row.due, kept: row.kept } : none;
  };
  return { thisWeek: of(0), lastWeek: of(1) };
}
