/** OC4IDS record → what Kasa looks for and shows. Pure; what is odd or missing becomes null, never a guess. */
import { fitText } from '../../database/fit.ts';
import type { Json, Point } from '../../engine/content.ts';
import type { Extra, ProjectRecord } from './record.ts';
import { isDay } from './values.ts';

export type ProjectState = 'planned' | 'ongoing' | 'stalled' | 'finished' | 'cancelled' | 'unknown';

/** The columns of table `projects`; days as YYYY-MM-DD. */
export type ProjectColumns = {
  title: string;
  sector: string | null;
  state: ProjectState;
  stateWords: string | null;
  progress: number | null;
  placeName: string | null;
  latitude: number | null;
  longitude: number | null;
  isNear: boolean;
  owner: string | null;
  contractor: string | null;
  costAmount: number | null;
  costCurrency: string | null;
  costWords: string | null;
  startWords: string | null;
  plannedEndWords: string | null;
  plannedEnd: string | null;
  defectsUntil: string | null;
  asOfWords: string | null;
  asOf: string | null;
  confidence: string | null;
  note: string | null;
};

const TITLE_LETTERS_MAX = 300;
const WORDS_LETTERS_MAX = 500;
/** A sector stands in an index. */
const SECTOR_LETTERS_MAX = 100;
/** Finer progress means nothing, and the column could not hold it. */
const PROGRESS_STEPS_A_PERCENT = 100;

/** OC4IDS's closed list of states, in ours. `completed` was renamed `maintenance` in 0.9.4. */
const STATE_OF: Record<string, ProjectState> = {
  identification: 'planned',
  preparation: 'planned',
  implementation: 'ongoing',
  completion: 'finished',
  completed: 'finished',
  maintenance: 'finished',
  decommissioning: 'finished',
  decommissioned: 'finished',
  cancelled: 'cancelled',
};

export function readProject(record: ProjectRecord): ProjectColumns {
  const extra = objectOf(record.x_kasa) as Extra;
  const place = placeIn(record);
  const cost = costIn(record);
  const state = stateIn(textOf(record.status), extra.state);
  return {
    title: short(textOf(record.title) ?? textOf(record.id) ?? '', TITLE_LETTERS_MAX),
    sector: sectorIn(record),
    state,
    stateWords: textOf(extra.stateWords),
    progress: progressIn(record),
    placeName: place.name,
    latitude: place.point?.latitude ?? null,
    longitude: place.point?.longitude ?? null,
    isNear: extra.near === true,
    owner: ownerIn(record),
    contractor: contractorIn(record),
    costAmount: cost?.amount ?? null,
    costCurrency: cost?.currency ?? null,
    costWords: textOf(extra.costWords),
    startWords: textOf(extra.startWords) ?? dayIn(record, 'period', 'startDate'),
    plannedEndWords: textOf(extra.plannedEndWords),
    plannedEnd: dayIn(record, 'period', 'endDate'),
    defectsUntil: defectsIn(record),
    asOfWords: textOf(extra.asOfWords),
    asOf: dayOf(textOf(extra.asOf)) ?? dayOf(textOf(record.updated)),
    confidence: textOf(extra.confidence),
    note: textOf(extra.note),
  };
}

/** Our own word says more than the standard's (it knows no "stalled"), and holds as long as it does not contradict it. */
function stateIn(status: string | null, ours: string | undefined): ProjectState {
  const theirs = (Object.hasOwn(STATE_OF, status ?? '') && STATE_OF[status ?? '']) || 'unknown';
  return ours === 'stalled' && theirs === 'ongoing' ? 'stalled' : theirs;
}

const objectOf = (value: Json | undefined): { [name: string]: Json } =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
const listOf = (value: Json | undefined): { [name: string]: Json }[] =>
  Array.isArray(value) ? value.map(objectOf) : [];
const textOf = (value: Json | undefined): string | null =>
  typeof value === 'string' && value.trim() !== '' ? short(value.trim(), WORDS_LETTERS_MAX) : null;
/** Cut so that no half of a character is left: the database would refuse it. */
const short = (text: string, lettersMax: number): string => fitText(text.slice(0, lettersMax));
const dayOf = (value: string | null): string | null =>
  value !== null && isDay(value.slice(0, 10)) ? value.slice(0, 10) : null;
const dayIn = (record: ProjectRecord, field: string, name: string): string | null =>
  dayOf(textOf(objectOf(record[field])[name]));

/** The most exact code: a sub-sector before its parent. */
function sectorIn({ sector }: ProjectRecord): string | null {
  const codes = Array.isArray(sector) ? sector.filter((one): one is string => typeof one === 'string') : [];
  const code = codes.find((one) => one.includes('.')) ?? codes[0];
  return code === undefined ? null : short(code, SECTOR_LETTERS_MAX);
}

/** The last measure of metric `physicalProgress`, 0 to 100. */
function progressIn(record: ProjectRecord): number | null {
  const metric = listOf(record.metrics).find(({ id }) => id === 'physicalProgress');
  const given = listOf(metric?.observations).at(-1)?.measure;
  const measure = typeof given === 'number' ? given : Number(textOf(given) ?? Number.NaN);
  if (!(measure >= 0 && measure <= 100)) return null;
  return Math.round(measure * PROGRESS_STEPS_A_PERCENT) / PROGRESS_STEPS_A_PERCENT;
}

function placeIn(record: ProjectRecord): { name: string | null; point: Point | null } {
  const [first] = listOf(record.locations);
  const gazetteer = listOf(first?.gazetteerEntries)[0];
  const address = objectOf(first?.address);
  const name =
    textOf(first?.description) ??
    textOf(gazetteer?.description) ??
    textOf(address.locality) ??
    textOf(address.streetAddress);
  return { name, point: pointIn(first?.geometry) };
}

/** GeoJSON: longitude first. Of other shapes the first corner stands for the whole. */
function pointIn(geometry: Json | undefined): Point | null {
  let corner: Json | undefined = objectOf(geometry).coordinates;
  while (Array.isArray(corner) && Array.isArray(corner[0])) [corner] = corner;
  if (!Array.isArray(corner)) return null;
  const [longitude, latitude] = corner;
  if (typeof longitude !== 'number' || typeof latitude !== 'number') return null;
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : null;
}

const namesWith = (record: ProjectRecord, role: string): string | null => {
  const parties = listOf(record.parties).filter(
    ({ roles }) => Array.isArray(roles) && roles.some((one) => one === role),
  );
  return textOf(parties.flatMap(({ name }) => textOf(name) ?? []).join('; '));
};

function ownerIn(record: ProjectRecord): string | null {
  return namesWith(record, 'funder') ?? textOf(objectOf(record.publicAuthority).name);
}

function contractorIn(record: ProjectRecord): string | null {
  const summaries = listOf(record.contractingProcesses).map(({ summary }) => objectOf(summary));
  const named = summaries.flatMap((summary) =>
    listOf(summary.suppliers).flatMap(({ name }) => textOf(name) ?? []),
  );
  return namesWith(record, 'supplier') ?? textOf([...new Set(named)].join('; '));
}

/** What it cost in the end, what was contracted, what was planned: the first of these that is said. */
function costIn(record: ProjectRecord): { amount: number; currency: string } | null {
  const processes = listOf(record.contractingProcesses).map(({ summary }) => objectOf(summary));
  const contracted = processes.length === 1 ? processes[0]?.contractValue : undefined;
  for (const value of [objectOf(record.completion).finalValue, contracted, objectOf(record.budget).amount]) {
    const { amount, currency } = objectOf(value);
    if (typeof amount === 'number' && amount >= 0 && typeof currency === 'string' && currency !== '')
      return { amount, currency };
  }
  return null;
}

/** OC4IDS has no field of its own for it: publishers name a milestone or a period so. */
function defectsIn(record: ProjectRecord): string | null {
  const own = dayOf(textOf(objectOf(record.defectsLiabilityPeriod).endDate));
  const milestone = listOf(record.milestones).find(({ title }) => /defects/i.test(textOf(title) ?? ''));
  return own ?? dayOf(textOf(milestone?.dueDate));
}
