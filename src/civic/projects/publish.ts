/** A stored project as it is published: the record, its progress as it is known now, and what residents saw. Pure. */
import type { Json } from '../../engine/content.ts';
import { fitProject } from './fit.ts';
import type { Seen } from './observe.ts';
import { withParties } from './parties.ts';
import { readProject } from './read.ts';
import { type ProjectRecord, progressMetric } from './record.ts';

/** What residents saw, counted by kind; days as YYYY-MM-DD. */
export type SeenCount = { seen: Seen; count: number; first: string; last: string };

/** `progress` and `asOf` as their columns say them now. */
export type StoredProject = {
  key: string;
  record: ProjectRecord;
  progress: string | null;
  asOf: string | null;
  seen: SeenCount[];
};

/**
 * The metric of what residents saw. It is made from their observations each time: an import must leave it out, or what
 * they saw would be published as somebody's own figure.
 */
export const RESIDENTS_METRIC = 'residentsObservations';

const SEEN_WORDS: Record<Seen, string> = {
  going: 'times residents saw work going on',
  stopped: 'times residents saw that work had stopped',
  finished: 'times residents saw that it was finished',
  unclear: 'times residents could not tell',
};

/** @param id with which it is published */
export function publish(stored: StoredProject, id: string): ProjectRecord {
  const { record } = stored;
  const others = listOf(record.metrics).filter((one) => idOf(one) !== RESIDENTS_METRIC);
  const seen = stored.seen.length > 0 ? [residentsMetric(stored.seen)] : [];
  const project = fitProject({
    ...record,
    id,
    sector: withParents(record.sector),
    metrics: [...withProgress(others, stored), ...seen],
    x_kasa: withoutRow(record.x_kasa),
  });
  return withParties(project);
}

const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
const isObject = (value: Json | undefined): value is { [name: string]: Json } =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const idOf = (value: Json): Json | undefined => (isObject(value) ? value.id : undefined);

/** A code with a dot stands with its parent, as the standard asks. */
function withParents(sector: Json | undefined): Json {
  const codes = [sector ?? []].flat();
  const parents = codes.flatMap((code) =>
    typeof code === 'string' && /^[a-z]\w*\.\w/i.test(code) ? [code.split('.')[0] ?? ''] : [],
  );
  return [...codes, ...parents.filter((parent) => !codes.includes(parent))];
}

/** The mark of the row in the city's file is nobody else's business. */
function withoutRow(extra: Json | undefined): Json {
  if (!isObject(extra)) return extra ?? null;
  const { row: _, ...others } = extra;
  return others;
}

/** What the column says stands last; what was measured before stays. */
function withProgress(metrics: Json[], { record, progress, asOf }: StoredProject): Json[] {
  const said = readProject({ ...record, id: 'read' }).progress;
  const known = progress === null ? null : Number(progress);
  if (said === known || (said !== null && known !== null && Math.fround(said) === Math.fround(known))) {
    return metrics;
  }
  const others = metrics.filter((one) => idOf(one) !== 'physicalProgress');
  if (known === null) return others;
  const metric = progressMetric(known, asOf ?? '') as { observations: Json[] };
  const before = metrics.find((one) => idOf(one) === 'physicalProgress');
  const measured = isObject(before) ? listOf(before.observations) : [];
  const newest = { ...(metric.observations[0] as object), id: String(measured.length + 1) };
  return [
    ...others,
    {
      ...(metric as { [name: string]: Json }),
      ...(isObject(before) && before),
      observations: [...measured, newest],
    },
  ];
}

function residentsMetric(seen: SeenCount[]): Json {
  return {
    id: RESIDENTS_METRIC,
    title: 'What residents saw',
    description: 'Seen on the site by residents and counted; nobody measured it.',
    observations: seen.map(({ seen: what, count, first, last }) => ({
      id: what,
      measure: String(count),
      unit: { name: SEEN_WORDS[what] ?? what },
      dimensions: { seen: what },
      period: { startDate: `${first}T00:00:00Z`, endDate: `${last}T00:00:00Z` },
    })),
  };
}
