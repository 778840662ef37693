/** Tells the people of a report what happened to it: its owner and those who added their voice. */
import { sql } from 'drizzle-orm';
import { referenceOf } from '../civic/reference.ts';
import type { Report } from '../civic/reports/report.ts';
import { rows, type Tx } from '../database/database.ts';
import type { Values } from '../engine/flow.ts';
import { wake } from '../people/wake.ts';
import { type Desks, nameOfDepartment } from './card.ts';
import { type AtDesk, causeOf } from './desk.ts';

/** `cause` names the happening once and for all: the same happening tells the same person once. */
export async function tellPeople(
  tx: Tx,
  report: Report,
  told: { flow: string; values: Values; cause: string; exceptPersonId?: number },
  desks: Desks,
  now: Date,
): Promise<void> {
  const followers = await rows<{ person_id: number }>(
    tx,
    sql`select person_id::float8 as person_id from voices where report_id = ${report.id}`,
  );
  const people = [
    ...(report.person_id === null ? [] : [Number(report.person_id)]),
    ...followers.map((row) => row.person_id),
  ];
  const values: Values = {
    report: report.id,
    reference: referenceOf(report.id),
    kind: report.category,
    department: nameOfDepartment(desks, report.department),
    due: report.promised_at,
    ...told.values,
  };
  await wake(
    tx,
    people
      .filter((personId) => personId !== told.exceptPersonId)
      .map((personId) => ({
        personId,
        flow: told.flow,
        values,
        cause: told.cause,
        instead: told.flow,
        about: report.id,
      })),
    now,
  );
}

/** The same, for what an official just did. */
export const tellOf = (at: AtDesk, report: Report, flow: string, values: Values): Promise<void> =>
  tellPeople(at.around.tx, report, { flow, values, cause: causeOf(at) }, at.desks, at.around.now);
