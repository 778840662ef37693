/**
 * A project as OC4IDS 0.9.5 says it (standard.open-contracting.org/infrastructure), as far as Kasa reads it. Everything
 * else that a publisher wrote stays in the record untouched. What OC4IDS has no place for is under `x_kasa`.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Json } from '../../engine/content.ts';

export type ProjectRecord = { [field: string]: Json };

/** What the source says beside the standard's fields; all of it optional. */
export type Extra = {
  state?: string;
  stateWords?: string;
  costWords?: string;
  startWords?: string;
  plannedEndWords?: string;
  asOf?: string;
  asOfWords?: string;
  confidence?: string;
  note?: string;
  /** Only the community is known. */
  near?: boolean;
  assembly?: string;
  /** Fingerprint of the row of city/projects.csv that it was last loaded from. */
  row?: string;
};

const optional = z.string().trim();
const day = optional.regex(/^(\d{4}-\d{2}-\d{2})?$/, 'must be YYYY-MM-DD or empty');
const numeric = optional.regex(/^(-?\d+(\.\d+)?)?$/, 'must be a number or empty');

/** A row of city/projects.csv. Empty: not known. */
export const projectRow = z.object({
  id: optional.min(1),
  title: optional.min(1),
  place: optional,
  assembly: optional,
  sector: optional,
  state: z.enum(['planned', 'ongoing', 'stalled', 'finished', 'cancelled', 'unknown']),
  state_words: optional,
  progress: numeric,
  progress_words: optional,
  owner: optional,
  contractor: optional,
  cost_amount: numeric,
  cost_currency: optional.regex(/^([A-Z]{3})?$/, 'must be three capital letters or empty'),
  cost_words: optional,
  start: optional,
  planned_end: day,
  planned_end_words: optional,
  as_of: day,
  as_of_words: optional,
  lat: numeric,
  lon: numeric,
  near: z.enum(['yes', 'no', '']),
  location_source: optional,
  sources: optional,
  confidence: z.enum(['high', 'medium', 'low', '']),
  note: optional,
});

export type ProjectRow = z.infer<typeof projectRow>;

/** OC4IDS knows no "stalled": such a project is in implementation, and `x_kasa.state` says the rest. */
const STATUS: Record<ProjectRow['state'], string | undefined> = {
  planned: 'preparation',
  ongoing: 'implementation',
  stalled: 'implementation',
  finished: 'completion',
  cancelled: 'cancelled',
  unknown: undefined,
};

/** A row of the city's file as an OC4IDS project. Pure. */
export function fromRow(row: ProjectRow): ProjectRecord {
  const parties = [party('owner', row.owner, 'funder'), party('contractor', row.contractor, 'supplier')];
  const extra: Extra = {
    state: row.state,
    stateWords: row.state_words,
    costWords: row.cost_words,
    startWords: row.start,
    plannedEndWords: row.planned_end_words,
    asOf: row.as_of,
    asOfWords: row.as_of_words,
    confidence: row.confidence,
    note: [row.note, row.progress_words && `Progress as written: ${row.progress_words}`]
      .filter(Boolean)
      .join('. '),
    ...(row.near === 'yes' && { near: true }),
    assembly: row.assembly,
    row: fingerprint(row),
  };
  return clean({
    id: row.id,
    title: row.title,
    status: STATUS[row.state] ?? '',
    sector: sectorsOf(row.sector),
    period: { endDate: row.planned_end && `${row.planned_end}T00:00:00Z` },
    locations: [locationOf(row)],
    budget: {
      amount: row.cost_amount ? { amount: Number(row.cost_amount), currency: row.cost_currency } : null,
    },
    parties: parties.filter((one) => one !== null),
    documents: row.sources
      .split(/\s*;\s*/)
      .map((url, at) => ({ id: `source-${at + 1}`, documentType: 'other', title: titleOf(url), url })),
    metrics: row.progress ? [progressMetric(Number(row.progress), row.as_of)] : [],
    x_kasa: extra as Json,
  }) as ProjectRecord;
}

/** Progress in percent where OC4IDS puts it; measured on `asOf` (YYYY-MM-DD, or empty when nobody said when). */
export function progressMetric(percent: number, asOf: string): Json {
  const period: { [name: string]: Json } = asOf
    ? { period: { startDate: `${asOf}T00:00:00Z`, endDate: `${asOf}T00:00:00Z` } }
    : {};
  const observation: Json = { id: '1', measure: String(percent), unit: { name: '%' }, ...period };
  return { id: 'physicalProgress', title: 'Physical progress', observations: [observation] };
}

const party = (id: string, name: string, role: string): Json => (name ? { id, name, roles: [role] } : null);

/** A code with a dot stands with its parent, as the standard asks. */
const sectorsOf = (code: string): string[] => {
  const [parent = ''] = code.split('.');
  return code === '' ? [] : parent === code ? [code] : [code, parent];
};

function locationOf({ lat, lon, place, location_source: source }: ProjectRow): Json {
  if (!place && !lat) return null;
  const point = lat && lon ? { type: 'Point', coordinates: [Number(lon), Number(lat)] } : null;
  return { id: '1', description: place, geometry: point, x_kasa_source: source };
}

function titleOf(url: string): string {
  try {
    return new URL(url).hostname.replace(/^www\./, '');
  } catch {
    return '';
  }
}

const fingerprint = (row: ProjectRow): string =>
  createHash('sha256').update(JSON.stringify(row)).digest('hex').slice(0, 16);

/** Deeper things are no project any more. */
export const DEPTH_MAX = 40;

/** Names that every object of JavaScript has by itself: a reader that meets them as fields stumbles (`toString`). */
const NAMES_OF_ALL: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/**
 * Without empty texts, lists, objects and nulls: the standard allows none of them. Without fields whose names break their
 * readers. Deeper than DEPTH_MAX is cut.
 */
export function clean(value: Json, depth = 0): Json {
  if (depth > DEPTH_MAX) return null;
  if (typeof value === 'string') return value.trim() === '' ? null : value;
  if (Array.isArray(value)) {
    const kept = value.map((one) => clean(one, depth + 1)).filter((one) => one !== null);
    return kept.length > 0 ? kept : null;
  }
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value)
    .filter(([name]) => !NAMES_OF_ALL.has(name))
    .map(([name, one]): [string, Json] => [name, clean(one, depth + 1)])
    .filter(([, one]) => one !== null);
  return entries.length > 0 ? Object.fromEntries(entries) : null;
}
