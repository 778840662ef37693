/** One promise as a resident reads it: values for the words of flow `commitment`. */
import { answersOn } from '../civic/plan/answers.ts';
import { bar } from '../civic/plan/bar.ts';
import type { Milestone } from '../civic/plan/milestones.ts';
import { type Commitment, inLanguage, planName } from '../civic/plan/plan.ts';
import { type CommitmentRow, newestUpdate, type Update } from '../civic/plan/progress.ts';
import type { Json } from '../engine/content.ts';
import { isFollowing } from '../people/follow.ts';
import type { Person } from '../people/people.ts';
import type { Around } from './action.ts';

/** Of an official's words on the card; the whole of them stands with the evidence. */
const WORDS_ON_CARD_MAX = 120;
/** A letter with choices has 1024 letters where it has least. */
const WORDS_IN_EVIDENCE_MAX = 250;

export const shortened = (words: string, lettersMax: number): string =>
  words.length <= lettersMax ? words : `${words.slice(0, lettersMax - 1).trimEnd()}…`;

export async function standingOf(
  commitment: Commitment,
  row: CommitmentRow,
  person: Person,
  { tx, city, voice }: Around,
): Promise<Json> {
  const { language } = person;
  const update = await newestUpdate(tx, 'commitment', row.id);
  const answers = await answersOn(tx, row.id, update?.id ?? 0);
  const following = await isFollowing(tx, person.id, 'commitment', row.id);
  const offered = [following ? 'unfollow' : 'follow', 'live', 'milestones', 'evidence', 'next', 'list'];
  return {
    key: commitment.key,
    number: commitment.number,
    plan: planName(city.plan, commitment.plan),
    title: inLanguage(commitment.title, language),
    short: inLanguage(commitment.short, language),
    summary: inLanguage(commitment.summary, language),
    lead: commitment.lead ? inLanguage(commitment.lead.role, language) : null,
    led: commitment.lead ? 'known' : 'unknown',
    doubt: commitment.confidence === 'medium' ? 'medium' : null,
    reported: update ? (row.percent === null ? 'state' : 'percent') : 'nothing',
    state: row.state ?? 'unknown',
    percent: row.percent,
    bar: row.percent === null ? null : bar(row.percent),
    when: update?.at ?? null,
    words: shortened(update?.words ?? '', WORDS_ON_CARD_MAX),
    update: update?.id ?? 0,
    answers: answers.count === 0 ? 'nobody' : 'some',
    ...answers,
    next: nextOf(commitment, city.plan.commitments),
    choices: offered.map((id) => ({
      id,
      label: voice.say(language, `commitment.card.${id}`),
      words: [...voice.list(language, `words.${id === 'list' ? 'allPromises' : id}`)],
    })),
  };
}

/** The one below it in its plan; behind the last the first. */
function nextOf({ key, plan }: Commitment, all: Commitment[]): string {
  const keys = all.filter((one) => one.plan === plan).map((one) => one.key);
  return keys[(keys.indexOf(key) + 1) % keys.length] ?? key;
}

export function milestoneLines(milestones: Milestone[], language: string, { voice }: Around): string {
  return milestones
    .map(({ place, title, due, state, percent }) =>
      voice.say(language, 'commitment.milestones.line', {
        place,
        title,
        due,
        state,
        percent,
        until: due === null ? null : 'due',
        far: percent === null ? null : 'percent',
      }),
    )
    .join('\n');
}

export function evidenceOf(
  commitment: Commitment,
  update: Update | undefined,
  { language }: Person,
  { city }: Around,
): Json {
  const photos = update?.photos ?? [];
  const plan = city.plan.plans.find(({ id }) => id === commitment.plan);
  const reviewers = commitment.reviewers ?? plan?.reviewers;
  const targets = commitment.sdg?.targets ?? [];
  return {
    shown: update ? (photos.length > 0 || update.link ? 'evidence' : 'words') : 'nothing',
    when: update?.at ?? null,
    words: shortened(update?.words ?? '', WORDS_IN_EVIDENCE_MAX),
    linked: update?.link ? 'link' : null,
    link: update?.link ?? null,
    photos,
    count: photos.length,
    reviewers: reviewers ? `\n${inLanguage(reviewers, language)}` : '',
    goals: targets.length > 0 ? (commitment.sdg?.mapping ?? null) : null,
    targets: targets.join(', '),
    sources: 'some',
    links: commitment.sources.join(' '),
  };
}
