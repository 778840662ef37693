/** Every project as an OC4IDS 0.9 package, in pieces, so that its size is no matter. */
import { sql } from 'drizzle-orm';
import { idSet, rows, type Tx } from '../../database/database.ts';
import { publish, type StoredProject } from './publish.ts';

/** More are a different kind of publication, in several packages. */
export const EXPORT_PROJECTS_MAX = 100_000;
/** Projects that one statement reads; letters wait while they are made ready (about 15 ms). */
const CHUNK = 100;

/** Who publishes. `prefix`: six lower-case letters or digits, given by the OC4IDS helpdesk. `license`: its URI. */
export type Publisher = { uri: string; name: string; license?: string | undefined; prefix: string };

/** More projects than one package may hold: for whoever runs Kasa. */
export class TooManyProjects extends Error {
  override readonly name = 'TooManyProjects';
}

/** `print` changes whenever the package would. `changedAt`: the newest change to anything in it; null without projects. */
export type ExportState = { projects: number; changedAt: Date | null; print: string };

export async function exportState(tx: Tx): Promise<ExportState> {
  const [found] = await rows<{ projects: number; changed: number | null; print: string }>(
    tx,
    sql`select p.count::float8 as projects,
          (extract(epoch from greatest(p.newest, case when p.count > 0 then o.newest end)) * 1000)::float8 as changed,
          concat_ws('-', p.count, extract(epoch from p.newest), o.count, o.last, extract(epoch from o.newest)) as print
        from (select count(*), max(updated_at) as newest from projects) p,
          (select count(*), max(id) as last, max(at) as newest from observations) o`,
  );
  if (!found || found.projects === 0) return { projects: 0, changedAt: null, print: 'none' };
  return {
    projects: found.projects,
    changedAt: new Date(Math.floor(found.changed ?? 0)),
    print: found.print,
  };
}

/**
 * The package line by line, one project a line, sorted by key; together they are one JSON text. Nothing when there is no
 * project, for the standard has no empty package. @throws TooManyProjects before the first line
 */
export async function* exportLines(tx: Tx, publisher: Publisher): AsyncGenerator<string> {
  const { projects, changedAt } = await exportState(tx);
  if (changedAt === null) return;
  if (projects > EXPORT_PROJECTS_MAX) {
    throw new TooManyProjects(
      `There are ${projects} projects; a package holds ${EXPORT_PROJECTS_MAX} (EXPORT_PROJECTS_MAX).`,
    );
  }
  const found = await rows<{ id: number }>(
    tx,
    sql`select id::float8 as id from projects order by key collate "C" limit ${EXPORT_PROJECTS_MAX}`,
  );
  yield headOf(publisher, changedAt);
  let comma = '';
  for (let from = 0; from < found.length; from += CHUNK) {
    const some = found.slice(from, from + CHUNK).map(({ id }) => id);
    for (const stored of await storedProjects(tx, some, publisher.prefix)) {
      yield comma + lineOf(stored, publisher);
      comma = ',';
    }
  }
  yield ']}';
}

function headOf({ uri, name, license }: Publisher, changedAt: Date): string {
  const head = {
    uri,
    publisher: { name },
    publishedDate: changedAt.toISOString(),
    version: '0.9',
    ...(license && { license }),
  };
  return `${JSON.stringify(head).slice(0, -1)},"projects":[`;
}

/** An id of the standard is kept whole, whoever gave it. */
const isWhole = (key: string): boolean => /^oc4ids-[a-z0-9]{6}-?./.test(key);

function lineOf({ isTaken, ...stored }: StoredProject & { isTaken: boolean }, { prefix }: Publisher): string {
  const own = `oc4ids-${prefix}-${stored.key}`;
  // Somebody else's whole id that is the same came first; two projects of one id are refused by every reader.
  const id = isWhole(stored.key) ? stored.key : isTaken ? `${own}~` : own;
  return JSON.stringify(publish(stored, id));
}

function storedProjects(
  tx: Tx,
  ids: number[],
  prefix: string,
): Promise<(StoredProject & { isTaken: boolean })[]> {
  return rows(
    tx,
    sql`select p.key, p.record, p.progress::text as progress, p.as_of::text as "asOf",
          exists (select from projects other where other.key = ${`oc4ids-${prefix}-`}::text || p.key) as "isTaken",
          coalesce((
            select jsonb_agg(jsonb_build_object('seen', seen, 'count', count, 'first', first, 'last', last) order by seen)
            from (select seen, count(*), min((at at time zone 'UTC')::date) as first,
                    max((at at time zone 'UTC')::date) as last
                  from observations where project_id = p.id group by seen) counted), '[]') as seen
        from projects p where p.id = any(${idSet(ids)}) order by p.key collate "C"`,
  );
}
