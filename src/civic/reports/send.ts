import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../../database/database.ts';

/** A report ready to be sent. `at` in milliseconds since 1970 throughout this room. */
export type Draft = {
  personId: number;
  category: string;
  department: string;
  description: string;
  latitude: number | null;
  longitude: number | null;
  placeName: string;
  otherAssembly: string | null;
  /** The project (table `projects`) that it is about. */
  projectId: number | null;
  anonymous: boolean;
  called: string | null;
  language: string;
  promisedAt: Date | null;
  files: string[];
};

/** Writes reports down, each with its first event; resolves with their numbers in the order of the drafts. One statement. */
export async function sendReports(tx: Tx, drafts: Draft[], now: Date): Promise<number[]> {
  const given = drafts.map((draft, at) => ({
    ...draft,
    promisedAt: draft.promisedAt?.toISOString() ?? null,
    at,
  }));
  const sent = await rows<{ id: number }>(
    tx,
    sql`with given as materialized (
          select nextval(pg_get_serial_sequence('reports', 'id'))::bigint as id, drafts.*
          from (select * from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as drafts(at int, "personId" bigint,
            category text, department text, description text, latitude float8, longitude float8, "placeName" text,
            "otherAssembly" text, "projectId" bigint, anonymous boolean, called text, language text, "promisedAt" timestamptz, files jsonb)
            order by at) drafts),
        written as (
          insert into reports (id, person_id, category, department, description, latitude, longitude, place_name,
            other_assembly, project_id, anonymous, called, language, state, sent_at, promised_at, updated_at)
          overriding system value
          select id, "personId", category, department, description, latitude, longitude, "placeName", "otherAssembly", "projectId",
            anonymous, called, language, 'sent', ${now.toISOString()}::timestamptz, "promisedAt",
            ${now.toISOString()}::timestamptz
          from given returning id),
        kept as (
          insert into report_files (report_id, file_id, added_at)
          select given.id, file, ${now.toISOString()}::timestamptz
          from given, jsonb_array_elements_text(given.files) file
          on conflict do nothing),
        told as (
          insert into report_events (report_id, at, kind, to_value, actor)
          select id, ${now.toISOString()}::timestamptz, 'state', 'sent', 'resident' from given)
        select id::float8 as id from given order by at`,
  );
  return sent.map((row) => row.id);
}
