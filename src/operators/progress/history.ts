/** What was published about a promise, and what residents answered: for any desk to read. */
import { answersOn, newestAnswers } from '../../civic/plan/answers.ts';
import { milestonesOf } from '../../civic/plan/milestones.ts';
import type { Commitment } from '../../civic/plan/plan.ts';
import {
  commitmentRow,
  type Facts,
  historyOf,
  newestUpdate,
  type Update,
} from '../../civic/plan/progress.ts';
import type { AtDesk } from '../desk.ts';
import { nameOf, progressWords } from './preview.ts';

/** Updates and answers that one letter shows, and how much of each one's words. */
const LISTED_MAX = 10;
const WORDS_LETTERS_MAX = 200;

export async function showHistory(at: AtDesk, commitment: Commitment): Promise<void> {
  const { tx } = at.around;
  const row = await commitmentRow(tx, commitment.key);
  const updates = await historyOf(tx, row?.id ?? 0, LISTED_MAX);
  const milestones = new Map((await milestonesOf(tx, row?.id ?? 0)).map(({ id, title }) => [id, title]));
  const corrected = new Set(updates.map(({ correctsId }) => correctsId));
  const lines = updates.map((update) =>
    progressWords(at, 'history.line', {
      when: update.at,
      actor: update.actor,
      what: whatOf(at, update, milestones.get(update.subjectId)),
      words: shortened(update.words),
      link: update.link ? ` ${update.link}` : '',
      photos:
        update.photos.length > 0 ? ` (${progressWords(at, 'photos', { count: update.photos.length })})` : '',
      kind: update.correctsId !== null ? 'correction' : corrected.has(update.id) ? 'corrected' : null,
    }),
  );
  const head = progressWords(at, lines.length > 0 ? 'history.head' : 'history.nothing', {
    name: nameOf(at, commitment),
  });
  at.answer({ text: [head, ...lines].join('\n') });
}

/** "limited → substantial, 40 % → 60 %" */
function whatOf(at: AtDesk, { subject, facts }: Update, milestone: string | undefined): string {
  const state = (value: string): string => progressWords(at, 'history.state', { state: value });
  const percent = (value: string): string => `${value} %`;
  const parts = [
    ...(facts.added ? [progressWords(at, 'history.added')] : []),
    ...fromTo(facts.state, state),
    ...fromTo(facts.progress, percent),
    ...fromTo(facts.title, (value) => `“${value}”`),
    ...fromTo(facts.due, (value) => value),
  ];
  const said = parts.length > 0 ? parts.join(', ') : progressWords(at, 'history.words');
  return subject === 'milestone' ? `“${milestone ?? ''}”: ${said}` : said;
}

function fromTo(fact: Facts[string] | undefined, say: (value: string) => string): string[] {
  if (!fact?.to) return [];
  return [fact.from === null ? say(fact.to) : `${say(fact.from)} → ${say(fact.to)}`];
}

/** How many residents say that the newest update is true, and the newest of their words. Nobody is named. */
export async function showAnswers(at: AtDesk, commitment: Commitment): Promise<void> {
  const { tx } = at.around;
  const id = (await commitmentRow(tx, commitment.key))?.id ?? 0;
  const update = (await newestUpdate(tx, 'commitment', id))?.id ?? 0;
  const counted = await answersOn(tx, id, update);
  const said = await newestAnswers(tx, id, update, LISTED_MAX);
  const head = progressWords(at, 'answers', { name: nameOf(at, commitment), ...counted });
  const lines = said.map(({ answer, words, photos }) => {
    const shown = photos.length > 0 ? ` (${progressWords(at, 'photos', { count: photos.length })})` : '';
    return `${progressWords(at, `answer.${answer}`)}${shortened(words)}${shown}`;
  });
  const media = said.flatMap(({ photos }) => photos).slice(0, LISTED_MAX);
  at.answer({
    text: [head, ...lines].join('\n'),
    ...(media.length > 0 && { media: media.map((file) => ({ kind: 'photo' as const, file })) }),
  });
}

function shortened(words: string | null): string {
  if (!words) return '';
  return `: “${words.length > WORDS_LETTERS_MAX ? `${words.slice(0, WORDS_LETTERS_MAX)}…` : words}”`;
}
