/** A project in plain words: first what it is and how far, then who and how much, then what can be done. */
import { metresBetween } from '../civic/places.ts';
import type { Project } from '../civic/projects/find.ts';
import type { Observed } from '../civic/projects/observe.ts';
import type { SeenProject } from '../civic/projects/seen.ts';
import type { Json, Point } from '../engine/content.ts';
import type { Values } from '../engine/flow.ts';
import type { Around } from './action.ts';

/** Fits every network's buttons. */
const LABEL_LETTERS_MAX = 24;
/** Sources write at length; a letter with choices holds 1,024 letters on WhatsApp. */
const FIELD_LETTERS_MAX = 120;
const TITLE_LETTERS_MAX = 160;
const MONTH_DAYS = 30.44;
const DAY = 86_400_000;

/** Cut at a word, with a sign that there was more. */
export function shortTitle(title: string, most = LABEL_LETTERS_MAX): string {
  if (title.length <= most) return title;
  const cut = title.slice(0, most - 1);
  const space = cut.lastIndexOf(' ');
  return `${(space > most / 2 ? cut.slice(0, space) : cut).replace(/[\s,(]+$/, '')}…`;
}

export type Showing = {
  around: Around;
  language: string;
  /** Where the person looks from. */
  from: Point | null;
  next: number | null;
  /** It was shown already: only what else can be done. */
  brief: boolean;
};

export function composeProject(project: SeenProject, showing: Showing) {
  const { around, language, brief } = showing;
  const say = (key: string, values: Values = {}) =>
    around.voice.say(language, `projects.card.${key}`, values);
  const title = shortTitle(project.title, TITLE_LETTERS_MAX);
  const lines = brief
    ? [say('brief', { title })]
    : [
        title,
        headOf(project, showing, say),
        ...factsOf(project, around.now, say),
        ...seenOf(project.observed, say),
      ];
  return {
    text: lines.filter((line) => line !== '').join('\n'),
    choices: choicesOf(project, showing) as Json,
    place: pinOf(project),
  };
}

type Say = (key: string, values?: Values) => string;

function headOf(project: Project, { from }: Showing, say: Say): string {
  const { latitude, longitude, placeName, progress, state, sector, isNear } = project;
  const known = latitude !== null && longitude !== null;
  const metres = from && known ? metresBetween(from, { latitude, longitude }) : null;
  return [
    say('state', { state }) + (progress === null ? '' : ` (${say('progress', { percent: progress })})`),
    ...(sector ? [say('sector', { sector })] : []),
    ...(placeName ? [say(isNear || !known ? 'near' : 'at', { place: placeName })] : []),
    ...(metres === null ? [] : [say(distanceWord(isNear, metres), { metres })]),
  ].join(' · ');
}

/** Where only the community is known, a few metres are nothing to go by. */
const NEAR_METRES_MIN = 1000;

/** The word for how far: `here` (in that area), `about` or `distance`. */
export const distanceWord = (isNear: boolean, metres: number): 'here' | 'about' | 'distance' =>
  !isNear ? 'distance' : metres < NEAR_METRES_MIN ? 'here' : 'about';

const shown = (words: string | null): string | null => words && shortTitle(words, FIELD_LETTERS_MAX);

function factsOf(project: Project, now: Date, say: Say): string[] {
  const { owner, contractor, costAmount, costCurrency, costWords, plannedEnd, plannedEndWords } = project;
  // What nobody published is said to be so, and never guessed.
  const silent = say('silent');
  const money = costAmount === null ? null : { amount: costAmount, currency: costCurrency ?? '' };
  const ended = project.state === 'finished' || project.state === 'cancelled';
  // Late as of the day for which the state is known: since then it may have been finished.
  const known = project.asOf === null ? 0 : Math.min(now.getTime(), Date.parse(project.asOf));
  const lateMonths =
    plannedEnd && !ended ? Math.floor((known - Date.parse(plannedEnd)) / (MONTH_DAYS * DAY)) : 0;
  return [
    say('owner', { owner: shown(owner) ?? silent }),
    say('contractor', { contractor: shown(contractor) ?? silent }),
    money ? say('cost', { cost: money }) : say('costWords', { cost: shown(costWords) ?? silent }),
    say('planned', { end: shown(plannedEndWords) ?? plannedEnd ?? silent }) +
      (lateMonths > 0 ? ` ${say('late', { count: lateMonths })}` : ''),
    say(project.asOf ? 'asOf' : 'asOfWords', { when: project.asOf ?? shown(project.asOfWords) ?? silent }) +
      (project.confidence === 'low' || project.confidence === 'medium'
        ? ` ${say(`doubt.${project.confidence}`)}`
        : ''),
  ];
}

function seenOf(observed: Observed[], say: Say): string[] {
  if (observed.length === 0) return [];
  const counts = observed.map(({ seen, count }) => say(`seen.${seen}`, { count })).join(', ');
  return [say('observed', { counts, last: Math.max(...observed.map(({ last }) => last)) })];
}

function choicesOf(project: SeenProject, { around, language, next }: Showing) {
  const ids = [
    project.follows ? 'unfollow' : 'follow',
    'problem',
    'watch',
    ...(pinOf(project) ? ['where'] : []),
    ...(project.hasPhotos ? ['photos'] : []),
    ...(project.hasPapers ? ['papers'] : []),
    ...(next === null ? [] : ['next']),
    'elsewhere',
  ];
  return ids.map((id) => ({
    id,
    label: around.voice.say(language, `projects.one.${id}`),
    words: [...around.voice.list(language, `words.${id}`)],
  }));
}

/** Where only the community is known there is no pin: it would send people to a wrong spot. */
function pinOf({ latitude, longitude, isNear, title }: Project): Json {
  if (latitude === null || longitude === null || isNear) return null;
  return { latitude, longitude, name: title };
}
