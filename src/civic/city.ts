/** What a city would change: its assembly, departments, categories and places, read from `city/` and checked once. */
import { readFileSync } from 'node:fs';
import { parse as parseCsv } from 'csv-parse/sync';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Plan, readPlan } from './plan/plan.ts';
import { type ProjectRow, projectRow } from './projects/record.ts';

const point = z.object({ latitude: z.number(), longitude: z.number() });

const citySchema = z.strictObject({
  assembly: z.strictObject({
    name: z.string(),
    short: z.string(),
    ours: z.array(z.string()),
    neighbours: z.record(z.string(), z.string()),
    centre: point,
    farKm: z.number().positive(),
  }),
  holidays: z.array(z.string().regex(/^\d{4}-\d{2}-\d{2}$/)),
  departments: z.record(z.string(), z.strictObject({ name: z.string(), front: z.boolean().optional() })),
  categories: z.record(
    z.string(),
    z.strictObject({
      department: z.string(),
      hours: z.number().positive(),
      manner: z.enum(['plain', 'emergency', 'refer']).default('plain'),
      quiet: z.boolean().default(false),
    }),
  ),
});

const placeRow = z.object({
  name: z.string().min(1),
  alt_names: z.string(),
  kind: z.string(),
  sub_metro: z.string(),
  assembly: z.string(),
  lat: z.coerce.number().min(-90).max(90),
  lon: z.coerce.number().min(-180).max(180),
  precision: z.string(),
  source: z.string(),
});

export type PlaceRow = z.infer<typeof placeRow>;
export type City = z.infer<typeof citySchema> & {
  places: PlaceRow[];
  projects: ProjectRow[];
  front: string;
  plan: Plan;
};

/** @throws an Error that names the file and the fault, for the city's editor. */
export function readCity(folder: string): City {
  const file = `${folder}/departments.yaml`;
  const read = citySchema.safeParse(parse(readFileSync(file, 'utf8')));
  if (!read.success) throw new Error(`${file}: ${z.prettifyError(read.error)}`);
  const city = read.data;
  const front = Object.entries(city.departments).find(([, department]) => department.front)?.[0];
  if (!front)
    throw new Error(`${file}: one department must say front: true; people who ask for a human reach it`);
  for (const [id, category] of Object.entries(city.categories)) {
    if (!city.departments[category.department]) {
      throw new Error(`${file}: category ${id} names department ${category.department}, which is not there`);
    }
  }
  return {
    ...city,
    front,
    places: readRows(`${folder}/places.csv`, placeRow),
    projects: readRows(`${folder}/projects.csv`, projectRow),
    plan: readPlan(`${folder}/plan.yaml`, Object.keys(city.departments)),
  };
}

function readRows<Row>(file: string, shape: z.ZodType<Row>): Row[] {
  const rows: unknown[] = parseCsv(readFileSync(file, 'utf8'), { columns: true, skip_empty_lines: true });
  return rows.map((row, index) => {
    const read = shape.safeParse(row);
    if (!read.success) throw new Error(`${file}, row ${index + 2}: ${z.prettifyError(read.error)}`);
    return read.data;
  });
}

export const departmentName = (city: City, id: string): string => city.departments[id]?.name ?? id;
