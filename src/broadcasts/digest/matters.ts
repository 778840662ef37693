/**
 * Differences: what a reader is told of one subject, from where they were told last to where it stands now. What went
 * there and back meanwhile is nothing. Pure.
 */
import type { Values } from '../../engine/flow.ts';
import type { Changed, Happening } from './happened.ts';

/** One line of a letter. Two with the same key say the same. */
export type Matter = {
  key: string;
  /** The greater goes first. */
  rank: number;
  /** Its words are at `digest.matter.<words>`. */
  words: string;
  values: Values;
};

/** What matters more to a reader, in the order of the letter. */
export const RANKS = {
  reportEnded: 95,
  corrected: 92,
  reportAnswered: 88,
  missed: 84,
  stalled: 82,
  finished: 80,
  met: 76,
  started: 72,
  state: 70,
  reportMoved: 64,
  progress: 55,
  cancelled: 54,
  words: 45,
  added: 40,
  observed: 35,
  details: 20,
} as const;

/** Facts whose value is a state or a figure; every other fact is told as "details were changed". */
const STATE = ['state', 'status'];
const FIGURE = ['progress', 'percent'];

type Difference = { from: string | null; to: string | null; corrected: boolean; said: string | null };

/** From the value before the first change to that after the last; undefined when it is the same. */
export function differenceOf(
  changes: Changed[],
  whats: readonly string[],
  since: number,
): Difference | undefined {
  const own = changes.filter((change) => whats.includes(change.what) && change.at > since);
  const [first] = own;
  const last = own.at(-1);
  if (!first || !last || same(first.from, last.to)) return undefined;
  const corrected = own.some(({ correctsAt }) => correctsAt !== null && correctsAt <= since);
  return { from: first.from, to: last.to, corrected, said: last.words };
}

const same = (a: string | null, b: string | null): boolean =>
  a === b || (a !== null && b !== null && a.trim() !== '' && Number(a) === Number(b));

/** What a reader who was told everything up to `since` is to hear of a subject. */
export function mattersOf(happening: Happening, since: number): Matter[] {
  const matters = happening.project ? ofProject(happening, since) : [];
  if (happening.commitment)
    matters.push(...ofCommitment(happening, since), ...ofMilestones(happening, since));
  return matters;
}

const PROJECT_RANKS: Record<string, keyof typeof RANKS> = {
  ongoing: 'started',
  stalled: 'stalled',
  finished: 'finished',
  cancelled: 'cancelled',
};

function ofProject({ key, project, changes, observed }: Happening, since: number): Matter[] {
  if (!project) return [];
  const own = changes.filter(({ subject, at }) => subject === 'project' && at > since);
  const title = { title: project.title };
  const state = differenceOf(own, STATE, since);
  const figure = differenceOf(own, FIGURE, since);
  if (own.some(({ what }) => what === 'added'))
    return [matter(key, 'projectAdded', RANKS.added, { ...title, state: project.state })];
  const told: Matter[] = [];
  if (state?.to && PROJECT_RANKS[state.to]) {
    const rank = state.corrected ? 'corrected' : (PROJECT_RANKS[state.to] ?? 'state');
    const was = percentIn(figure?.from ?? (project.progress === null ? null : String(project.progress)));
    const before = state.to === 'finished' && was !== null && was < 100 ? was : null;
    const words = state.corrected ? 'projectCorrected' : before === null ? 'projectState' : 'projectStateWas';
    told.push(matter(key, words, RANKS[rank], { ...title, to: state.to, was: before }));
  } else if (figure) {
    told.push(figureMatter(key, 'project', title, figure));
  } else if (own.length > 0 && own.some(({ from, to }) => !same(from, to)) && !state) {
    const other = own.filter(({ what }) => !STATE.includes(what) && !FIGURE.includes(what));
    if (other.length > 0) told.push(matter(key, 'projectDetails', RANKS.details, title));
  }
  return [...told, ...ofObservations({ key, observed }, title, since)];
}

/** What residents saw, beside the official word and never mixed with it. */
function ofObservations(
  { key, observed }: Pick<Happening, 'key' | 'observed'>,
  title: Values,
  since: number,
): Matter[] {
  const counts = new Map<string, number>();
  for (const { at, seen } of observed) if (at > since) counts.set(seen, (counts.get(seen) ?? 0) + 1);
  counts.delete('unclear');
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  if (!most) return [];
  const [seen, count] = most;
  return [matter(key, `observed.${seen}`, RANKS.observed, { ...title, count })];
}

function ofCommitment({ key, commitment, changes }: Happening, since: number): Matter[] {
  if (!commitment) return [];
  const own = changes.filter(({ subject }) => subject === 'commitment');
  const promise = { promise: commitment.key, ordinal: commitment.ordinal };
  const state = differenceOf(own, STATE, since);
  const figure = differenceOf(own, FIGURE, since);
  if (state?.to) {
    const percent = percentIn(figure?.to ?? null);
    const corrected = state.corrected || figure?.corrected;
    const words = `${corrected ? 'promiseCorrected' : 'promiseState'}${percent === null ? '' : 'At'}`;
    const rank = corrected ? RANKS.corrected : state.to === 'completed' ? RANKS.finished : RANKS.state;
    return [matter(key, words, rank, { ...promise, to: state.to, percent, said: state.said })];
  }
  if (figure) return [figureMatter(key, 'promise', promise, figure)];
  const last = own.findLast(({ what, words, at }) => what === 'words' && words && at > since);
  return last ? [matter(key, 'promiseWords', RANKS.words, { ...promise, said: last.words })] : [];
}

function figureMatter(key: string, of: 'project' | 'promise', values: Values, figure: Difference): Matter {
  const [from, to] = [percentIn(figure.from), percentIn(figure.to)];
  const words = figure.corrected ? `${of}FigureCorrected` : from === null ? `${of}Figure` : `${of}Progress`;
  const rank = figure.corrected ? RANKS.corrected : RANKS.progress;
  return matter(key, words, rank, { ...values, from, to, said: figure.said });
}

const MET = ['met', 'completed', 'done'];

function ofMilestones({ key, commitment, changes, milestones, missed }: Happening, since: number): Matter[] {
  if (!commitment) return [];
  const promise = { promise: commitment.key, ordinal: commitment.ordinal };
  const told: Matter[] = [];
  for (const { id, title, state } of milestones.values()) {
    const own = changes.filter(({ subject, subjectId }) => subject === 'milestone' && subjectId === id);
    const moved = differenceOf(own, STATE, since);
    if (!moved?.to || !MET.includes(moved.to) || !MET.includes(state)) continue;
    told.push(matter(`${key}.${id}`, 'milestoneMet', RANKS.met, { ...promise, title }));
  }
  for (const { id, title, due, at } of missed)
    if (at > since)
      told.push(matter(`${key}.${id}`, 'milestoneMissed', RANKS.missed, { ...promise, title, due }));
  return told;
}

function percentIn(value: string | null): number | null {
  const number = value === null || value.trim() === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? Math.round(number) : null;
}

export const matter = (subject: string, words: string, rank: number, values: Values): Matter => ({
  key: `${subject}|${words}|${Object.values(values).join('|')}`,
  rank,
  words,
  values,
});

/** The most important first; of equals the one that stands earlier in the alphabet, so that all read the same. */
export const inOrder = (matters: Matter[]): Matter[] =>
  [...matters].sort((a, b) => b.rank - a.rank || (a.key < b.key ? -1 : 1));
