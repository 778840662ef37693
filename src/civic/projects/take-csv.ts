/** Rows like those of city/projects.csv → projects. A row that is wrong is refused by its number; the others are taken. */
import { parse } from 'csv-parse/sync';
import type { Json } from '../../engine/content.ts';
import { CannotImport, tooMany } from './cannot.ts';
import { fromRow, projectRow } from './record.ts';

/** One project as read: where it stands, and either what it says or why it cannot be read. */
export type Given = { where: string; id: string | null } & ({ project: Json } | { refused: string });

/** Of one row's letters: an opening quote that is never closed would else swallow the file. */
const ROW_LETTERS_MAX = 100_000;
const COLUMNS = Object.keys(projectRow.shape);

/** @throws CannotImport when the file cannot be read as CSV, or has another header */
export function rowsOf(text: string, rowsMax: number): Given[] {
  const [header = [], ...rows] = split(text, rowsMax);
  const names = header.map((name) => name.trim());
  const missing = COLUMNS.filter((column) => !names.includes(column));
  if (missing.length === COLUMNS.length)
    throw new CannotImport('It is neither JSON nor CSV with a header like that of city/projects.csv.');
  if (missing.length > 0)
    throw new CannotImport(`The header lacks ${missing.join(', ')}: compare it with city/projects.csv.`);
  return rows.flatMap((fields, at): Given[] => {
    // An empty line; a spreadsheet counts it too.
    if (fields.length === 1 && fields[0]?.trim() === '') return [];
    return [rowOf(names, fields, `row ${at + 2}`)];
  });
}

function split(text: string, rowsMax: number): string[][] {
  let rows: string[][];
  try {
    const options = {
      bom: true,
      relax_column_count: true,
      max_record_size: ROW_LETTERS_MAX,
      to: rowsMax + 2,
    };
    rows = parse(text, options);
  } catch (error) {
    const line = (error as { lines?: unknown }).lines;
    throw new CannotImport(
      `${typeof line === 'number' ? `Line ${line}` : 'Somewhere in it'}: the CSV is broken (${reasonOf(error)}). Nothing was taken.`,
    );
  }
  if (rows.length > rowsMax + 1) throw tooMany(rowsMax);
  return rows;
}

const reasonOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown';

function rowOf(names: string[], fields: string[], where: string): Given {
  if (fields.length !== names.length)
    return { where, id: null, refused: `it has ${fields.length} fields, the header has ${names.length}` };
  const row = Object.fromEntries(names.map((name, at) => [name, fields[at] ?? '']));
  const id = row.id?.trim() || null;
  const read = projectRow.safeParse(row);
  if (read.success) return { where, id, project: fromRow(read.data) };
  const [issue] = read.error.issues;
  return { where, id, refused: `${String(issue?.path[0] ?? 'a column')}: ${issue?.message ?? 'is wrong'}` };
}
