/** What is open at a desk. */
import { sql } from 'drizzle-orm';
import { referenceOf } from '../civic/reference.ts';
import { rows } from '../database/database.ts';
import { type AtDesk, deskWords } from './desk.ts';

/** Listed by /open. */
const LISTED_MAX = 20;

export async function listOpen(at: AtDesk): Promise<void> {
  const open = await rows<{
    id: number;
    category: string;
    place_name: string;
    state: string;
    due: number | null;
  }>(
    at.around.tx,
    sql`select id::float8 as id, category, place_name, state, (extract(epoch from promised_at) * 1000)::float8 as due
        from reports where department = ${at.letter.department} and state in ('sent', 'taken', 'in_progress')
        order by promised_at nulls last limit ${LISTED_MAX}`,
  );
  const lines = open.map((report) =>
    deskWords(at, 'openLine', {
      reference: referenceOf(report.id),
      problem: report.category,
      place: report.place_name,
      state: report.state,
      due: report.due,
    }),
  );
  at.answer({ text: [deskWords(at, 'openCount', { count: open.length }), ...lines].join('\n') });
}
