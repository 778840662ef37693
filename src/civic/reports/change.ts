/** What happens to a report after it was sent. Each change is written as an event; the promised date never moves. */
import { sql } from 'drizzle-orm';
import type { Tx } from '../../database/database.ts';
import type { Report, ReportState } from './report.ts';

export type Change = { to: ReportState; actor: string; words?: string };

/** Moves a report to another state. Who took it first stays its taker. */
export async function changeState(tx: Tx, report: Report, change: Change, now: Date): Promise<void> {
  const at = now.toISOString();
  await tx.execute(sql`
    update reports set state = ${change.to}, updated_at = ${at}::timestamptz,
      taken_by = case when ${change.to} in ('taken', 'in_progress') then coalesce(taken_by, ${change.actor})
        when ${change.to} = 'sent' then null else taken_by end,
      taken_at = case when ${change.to} in ('taken', 'in_progress') then coalesce(taken_at, ${at}::timestamptz) else taken_at end,
      answered_at = coalesce(answered_at, ${at}::timestamptz),
      resolved_at = case when ${change.to} = 'resolved' then ${at}::timestamptz
        when ${change.to} in ('sent', 'taken', 'in_progress') then null else resolved_at end,
      closed_at = case when ${change.to} in ('closed', 'not_ours', 'passed_on') then ${at}::timestamptz else null end
    where id = ${report.id}`);
  await writeEvent(tx, report.id, { kind: 'state', from: report.state, ...change }, now);
  report.state = change.to;
}

/** Gives a report to another department. The clock to the promised date goes on. */
export async function passReport(
  tx: Tx,
  report: Report,
  department: string,
  actor: string,
  now: Date,
): Promise<void> {
  await tx.execute(sql`
    update reports set department = ${department}, state = 'sent', taken_by = null, taken_at = null,
      updated_at = ${now.toISOString()}::timestamptz
    where id = ${report.id}`);
  await writeEvent(
    tx,
    report.id,
    { kind: 'department', from: report.department, to: department, actor },
    now,
  );
  report.department = department;
  report.state = 'sent';
  report.taken_by = null;
}

/** Another resident says the same. True when they had not said so before. */
export async function addVoice(tx: Tx, reportId: number, personId: number, now: Date): Promise<boolean> {
  const added = (await tx.execute(sql`
    insert into voices (report_id, person_id, added_at)
    select id, ${personId}, ${now.toISOString()}::timestamptz from reports
    where id = ${reportId} and person_id is distinct from ${personId}
    on conflict do nothing returning 1`)) as unknown as { rows: unknown[] };
  return added.rows.length > 0;
}

export async function addFiles(tx: Tx, reportId: number, files: string[], now: Date): Promise<void> {
  if (files.length === 0) return;
  await tx.execute(sql`
    insert into report_files (report_id, file_id, added_at)
    select ${reportId}, id, ${now.toISOString()}::timestamptz from files
    where id in (select value from jsonb_array_elements_text(${JSON.stringify(files)}::jsonb) value)
    on conflict do nothing`);
}

export type Event = { kind: string; from?: string; to?: string; actor: string; words?: string };

export async function writeEvent(tx: Tx, reportId: number, event: Event, now: Date): Promise<void> {
  await tx.execute(sql`
    insert into report_events (report_id, at, kind, from_value, to_value, actor, words)
    values (${reportId}, ${now.toISOString()}::timestamptz, ${event.kind}, ${event.from ?? null}, ${event.to ?? null},
      ${event.actor}, ${event.words ?? null})`);
  const at = now.toISOString();
  await tx.execute(sql`
    update reports set updated_at = ${at}::timestamptz,
      answered_at = case when ${event.kind} = 'reply' then coalesce(answered_at, ${at}::timestamptz) else answered_at end
    where id = ${reportId}`);
}
