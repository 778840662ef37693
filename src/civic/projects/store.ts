/**
 * Projects written down: what is new is added, what changed is changed and kept as history, what is the same is left.
 * Doing it twice changes nothing the second time.
 */
import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../../database/database.ts';
import { fitText } from '../../database/fit.ts';
import type { Json } from '../../engine/content.ts';
import { plain } from '../../engine/plain.ts';
import { type Change, writeChanges } from '../changes.ts';
import { type ProjectColumns, readProject } from './read.ts';
import { clean, type Extra, fromRow, type ProjectRecord, type ProjectRow } from './record.ts';

/** A name stands in an index, which takes some 2,700 bytes: of three bytes a letter at most. */
const NAME_LETTERS_MAX = 800;
/** Projects that one statement writes. */
const CHUNK = 500;

export type Saved = {
  added: string[];
  changed: string[];
  unchanged: string[];
  /** The changes written down, for whoever tells followers. */
  changeIds: number[];
};

/** A project and the id under which its publisher names it. */
export type Keyed = { key: string; record: ProjectRecord };

/**
 * Saves records by their key. @param actor who: an official's name, 'import' or 'city'
 * `record` is kept whole; its columns are read from it, and a place without a point is looked up in the gazetteer.
 */
export async function saveProjects(tx: Tx, given: Keyed[], actor: string, now: Date): Promise<Saved> {
  const saved: Saved = { added: [], changed: [], unchanged: [], changeIds: [] };
  for (let from = 0; from < given.length; from += CHUNK) {
    await saveSome(tx, given.slice(from, from + CHUNK), actor, now, saved);
  }
  return saved;
}

/**
 * Loads the city's own list. A row that was not edited since it was last loaded is passed over, so that what an import
 * or an official changed later stays; a row that was edited counts as newer than they are.
 */
export async function loadProjects(tx: Tx, list: ProjectRow[], now: Date): Promise<Saved> {
  const records = list.map((row) => ({ key: row.id, record: fromRow(row) }));
  const keys = JSON.stringify(records.map(({ key }) => key));
  const loaded = await rows<{ key: string; row: string | null }>(
    tx,
    sql`select key, record -> 'x_kasa' ->> 'row' as row from projects
        where key in (select value from jsonb_array_elements_text(${keys}::jsonb) value)`,
  );
  const rowOf = new Map(loaded.map(({ key, row }) => [key, row]));
  const edited = records.filter(({ key, record }) => extraOf(record).row !== rowOf.get(key));
  return saveProjects(tx, edited, 'city', now);
}

const extraOf = (record: ProjectRecord): Extra => (record.x_kasa ?? {}) as Extra;

type Before = Omit<ProjectColumns, 'startWords' | 'note'> & {
  id: number;
  key: string;
  record: ProjectRecord;
};

async function saveSome(tx: Tx, some: Keyed[], actor: string, now: Date, saved: Saved): Promise<void> {
  const before = await projectsBefore(
    tx,
    some.map(({ key }) => key),
  );
  const read = some.map(({ key, record }) => {
    const kept = keepRow((clean(record) ?? {}) as ProjectRecord, before.get(key)?.record);
    return { key, record: kept, ...readProject(kept) };
  });
  const placed = await lookUpPlaces(tx, read);
  const written = placed.filter(({ key, record }) => !sameJson(record, before.get(key)?.record));
  saved.unchanged.push(...placed.filter((one) => !written.includes(one)).map(({ key }) => key));
  if (written.length === 0) return;
  const ids = await write(tx, written, now);
  await writeNames(tx, [...ids.values()]);
  const changes: Change[] = [];
  for (const project of written) {
    const old = before.get(project.key);
    const subject = { subject: 'project' as const, subjectId: ids.get(project.key) ?? 0, actor };
    if (!old) changes.push({ ...subject, what: 'added', to: project.title });
    else changes.push(...differences(old, project).map((difference) => ({ ...subject, ...difference })));
    (old ? saved.changed : saved.added).push(project.key);
  }
  saved.changeIds.push(...(await writeChanges(tx, changes, now)));
}

/** An import knows nothing of the city's row that a project was loaded from: the mark of it stays. */
function keepRow(record: ProjectRecord, old: ProjectRecord | undefined): ProjectRecord {
  const row = old && extraOf(old).row;
  if (row === undefined || extraOf(record).row !== undefined) return record;
  return { ...record, x_kasa: { ...(record.x_kasa as { [name: string]: Json } | undefined), row } };
}

/** Postgres keeps JSON without the order of its keys. */
function sameJson(a: Json, b: Json | undefined): boolean {
  return b !== undefined && sorted(a) === sorted(b);
}

const sorted = (value: Json): string =>
  JSON.stringify(value, (_, one: Json) =>
    one !== null && typeof one === 'object' && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );

async function projectsBefore(tx: Tx, keys: string[]): Promise<Map<string, Before>> {
  const found = await rows<Before>(
    tx,
    sql`select id::float8 as id, key, title, sector, state, progress::text::float8 as progress, owner, contractor,
          cost_amount as "costAmount", cost_currency as "costCurrency", cost_words as "costWords",
          planned_end::text as "plannedEnd", planned_end_words as "plannedEndWords", record
        from projects where key in (select value from jsonb_array_elements_text(${JSON.stringify(keys)}::jsonb) value)`,
  );
  return new Map(found.map((row) => [row.key, row]));
}

type Fact = { what: string; from: string | null; to: string | null };
type Comparable = Pick<
  ProjectColumns,
  | 'title'
  | 'state'
  | 'progress'
  | 'owner'
  | 'contractor'
  | 'costAmount'
  | 'costCurrency'
  | 'costWords'
  | 'plannedEnd'
  | 'plannedEndWords'
>;

/** What a reader would call a change; the rest of the record changes without a word. */
function differences(old: Comparable, project: Comparable): Fact[] {
  const facts = (one: Comparable): Record<string, string | null> => ({
    title: one.title,
    state: one.state,
    progress: one.progress === null ? null : String(one.progress),
    owner: one.owner,
    contractor: one.contractor,
    cost: one.costAmount === null ? one.costWords : `${one.costCurrency} ${one.costAmount}`,
    plannedEnd: one.plannedEnd ?? one.plannedEndWords,
  });
  const was = facts(old);
  return Object.entries(facts(project)).flatMap(([what, to]) =>
    to === was[what] ? [] : [{ what, from: was[what] ?? null, to }],
  );
}

type Placed = { key: string; record: ProjectRecord } & ProjectColumns;

/** A community without a point is found by its name, whole or up to the first comma, and said to be near. */
async function lookUpPlaces(tx: Tx, projects: Placed[]): Promise<Placed[]> {
  const asked = projects.flatMap(({ placeName, latitude }, at) =>
    placeName && latitude === null ? wordsOfPlace(placeName).map((name, rank) => ({ at, rank, name })) : [],
  );
  if (asked.length === 0) return projects;
  const found = await rows<{ at: number; latitude: number; longitude: number }>(
    tx,
    sql`select distinct on (given.at) given.at, p.latitude, p.longitude
        from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as given(at int, rank int, name text)
        join place_names n on n.name = given.name join places p on p.id = n.place_id
        where p.kind <> 'city' order by given.at, given.rank, p.id`,
  );
  const byPlace = new Map(found.map((row) => [row.at, row]));
  return projects.map((project, at) => {
    const place = byPlace.get(at);
    return place
      ? { ...project, latitude: place.latitude, longitude: place.longitude, isNear: true }
      : project;
  });
}

const wordsOfPlace = (name: string): string[] => [
  ...new Set([plain(name), plain(name.split(/[,(;]/)[0] ?? '')].filter((one) => one.length >= 3)),
];

async function write(tx: Tx, projects: Placed[], now: Date): Promise<Map<string, number>> {
  const written = await rows<{ id: number; key: string }>(
    tx,
    sql`insert into projects (key, title, sector, state, state_words, progress, place_name, latitude, longitude, is_near,
          owner, contractor, cost_amount, cost_currency, cost_words, start_words, planned_end_words, planned_end,
          defects_until, as_of_words, as_of, confidence, note, record, updated_at)
        select key, title, sector, state, "stateWords", progress, "placeName", latitude, longitude, "isNear", owner,
          contractor, "costAmount", "costCurrency", "costWords", "startWords", "plannedEndWords", "plannedEnd",
          "defectsUntil", "asOfWords", "asOf", confidence, note, record, ${now.toISOString()}::timestamptz
        from jsonb_to_recordset(${JSON.stringify(projects)}::jsonb) as given(key text, title text, sector text, state text,
          "stateWords" text, progress real, "placeName" text, latitude float8, longitude float8, "isNear" boolean,
          owner text, contractor text, "costAmount" float8, "costCurrency" text, "costWords" text, "startWords" text,
          "plannedEndWords" text, "plannedEnd" date, "defectsUntil" date, "asOfWords" text, "asOf" date,
          confidence text, note text, record jsonb)
        on conflict (key) do update set (title, sector, state, state_words, progress, place_name, latitude, longitude,
          is_near, owner, contractor, cost_amount, cost_currency, cost_words, start_words, planned_end_words, planned_end,
          defects_until, as_of_words, as_of, confidence, note, record, updated_at) = (excluded.title, excluded.sector,
          excluded.state, excluded.state_words, excluded.progress, excluded.place_name, excluded.latitude,
          excluded.longitude, excluded.is_near, excluded.owner, excluded.contractor, excluded.cost_amount,
          excluded.cost_currency, excluded.cost_words, excluded.start_words, excluded.planned_end_words,
          excluded.planned_end, excluded.defects_until, excluded.as_of_words, excluded.as_of, excluded.confidence,
          excluded.note, excluded.record, excluded.updated_at)
        returning id::float8 as id, key`,
  );
  return new Map(written.map(({ key, id }) => [key, id]));
}

/** Made plain, a letter may become three; and nobody asks by a longer name than this. */
const plainName = (name: string): string => fitText(plain(name).slice(0, NAME_LETTERS_MAX));

/** Its title, its place, both together, and the other spellings of that place in the gazetteer. */
async function writeNames(tx: Tx, ids: number[]): Promise<void> {
  const named = await rows<{ id: number; title: string; place: string | null }>(
    tx,
    sql`select id::float8 as id, title, place_name as place from projects
        where id in (select value::bigint from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb))`,
  );
  const names = named.flatMap(({ id, title, place }) =>
    [...new Set([title, ...(place ? [place, `${title} ${place}`] : [])].map(plainName))]
      .filter((name) => name !== '')
      .map((name) => ({ id, name })),
  );
  const places = named.flatMap(({ id, place }) =>
    place ? wordsOfPlace(place).map((name) => ({ id, name })) : [],
  );
  await tx.execute(sql`
    delete from project_names
    where project_id in (select value::bigint from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb))`);
  await tx.execute(sql`
    insert into project_names (project_id, name)
    select id, name from jsonb_to_recordset(${JSON.stringify(names)}::jsonb) as given(id bigint, name text)
    union
    select given.id, other.name from jsonb_to_recordset(${JSON.stringify(places)}::jsonb) as given(id bigint, name text)
    join place_names same on same.name = given.name
    join place_names other on other.place_id = same.place_id
    on conflict do nothing`);
}
