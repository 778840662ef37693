/**
 * How officials tell progress: `/progress 4 substantial 60 The desk is open.`, `/milestone 4 Train the officers by
 * 2027-03-31`, answers that quote a preview, and its buttons. Nothing is public before somebody pressed Publish.
 */
import { MILESTONES_MAX, milestonesOf } from '../../civic/plan/milestones.ts';
import { type Commitment, commitmentOf, mayRecord, namedCommitment } from '../../civic/plan/plan.ts';
import { commitmentRow, newestUpdate, subjectOf } from '../../civic/plan/progress.ts';
import { plain } from '../../engine/plain.ts';
import { nameOfDepartment } from '../card.ts';
import type { AtDesk } from '../desk.ts';
import { addPhotos, type Draft, emptyDraft, openDraft, quotedDraft } from './draft.ts';
import { showAnswers, showHistory } from './history.ts';
import { discard, publish } from './press.ts';
import { nameOf, progressWords, sayOfDraft, saysNothing, showPreview } from './preview.ts';
import { type Read, readMilestone, readProgress, splitName, type Trouble } from './read.ts';

export const isProgressCommand = (name: string): boolean => name === 'progress' || name === 'milestone';

export async function obeyProgress(at: AtDesk, command: string, words: string): Promise<void> {
  const { name, rest } = splitName(words);
  const kind = command === 'milestone' ? 'milestone' : 'progress';
  if (name === '') {
    const draft = await openDraft(at, emptyDraft(kind));
    await sayOfDraft(at, draft, {
      text: progressWords(at, kind === 'milestone' ? 'howToMilestone' : 'which'),
    });
    return;
  }
  const commitment = namedCommitment(at.desks.city.plan, name);
  if (!commitment) return at.answer({ text: progressWords(at, 'noPromise', { name }) });
  const [, verb = '', further = ''] = /^(\p{L}+)\s*([\s\S]*)$/u.exec(rest) ?? [];
  const asked = kind === 'progress' ? verbOf(at, verb, further) : undefined;
  if (asked === 'history') return showHistory(at, commitment);
  if (asked === 'answers') return showAnswers(at, commitment);
  if (!allowed(at, commitment)) return;
  const draft = await openDraft(at, { ...emptyDraft(kind), key: commitment.key });
  if (asked === 'correct') await correct(at, draft, commitment, further);
  else await tell(at, draft, commitment, rest);
}

/** An answer that quotes our letter about a draft. @returns false when it quotes no such letter */
export async function answerDraft(at: AtDesk, words: string): Promise<boolean> {
  const draft = await quotedDraft(at);
  if (!draft) return false;
  const said = plain(words);
  const means = (list: string) =>
    at.desks.voice.list(at.desks.language, `words.${list}`).some((word) => plain(word) === said);
  if (draft.content.version > 0 && means('publish')) await publish(at, draft, draft.content.version);
  else if (means('discard')) await discard(at, draft);
  else if (draft.content.key === null) {
    await obeyProgress(at, draft.content.kind, words);
  } else {
    const commitment = commitmentOf(at.desks.city.plan, draft.content.key);
    if (commitment && allowed(at, commitment)) await tell(at, draft, commitment, words);
  }
  return true;
}

/** The button of a published letter: what it says shall be put right. */
export async function correctUpdate(at: AtDesk, updateId: number, key: string): Promise<void> {
  const { tx } = at.around;
  const commitment = commitmentOf(at.desks.city.plan, key);
  const about = await subjectOf(tx, updateId);
  if (!commitment || !about || !allowed(at, commitment)) return;
  const { subject, subjectId } = about;
  const newest = await newestUpdate(tx, subject === 'milestone' ? subject : 'commitment', subjectId);
  if (newest?.id !== updateId) return at.answer({ text: progressWords(at, 'newerSince') });
  const row = await commitmentRow(tx, key);
  const milestone = (await milestonesOf(tx, row?.id ?? 0)).find(
    ({ id }) => subject === 'milestone' && id === subjectId,
  );
  // Its title and its date are put right as they were told: by words, not by a state.
  const kind = newest.facts.added || newest.facts.title || newest.facts.due ? 'milestone' : 'progress';
  const draft = await openDraft(at, { ...emptyDraft(kind), key });
  if (milestone) draft.content.milestone = milestone;
  await correct(at, draft, commitment, '');
}

/** "Answers come within a day now" begins like a command and is none: those that only show stand alone. */
function verbOf(at: AtDesk, said: string, further: string): 'history' | 'answers' | 'correct' | undefined {
  const verbs = further === '' ? (['history', 'answers', 'correct'] as const) : (['correct'] as const);
  return verbs.find(
    (verb) =>
      verb === said.toLowerCase() ||
      at.desks.voice
        .list(at.desks.language, `words.progress.${verb}`)
        .some((word) => plain(word) === plain(said)),
  );
}

/** The desk of the lead department, or the front desk; others are told who. */
function allowed(at: AtDesk, commitment: Commitment): boolean {
  const { city } = at.desks;
  if (mayRecord(commitment, at.letter.department, city.front)) return true;
  const front = nameOfDepartment(at.desks, city.front);
  const lead = commitment.lead && nameOfDepartment(at.desks, commitment.lead.department);
  const who = progressWords(at, lead && lead !== front ? 'leadOrFront' : 'onlyFront', {
    lead: lead ?? '',
    front,
  });
  at.answer({ text: progressWords(at, 'notYours', { name: nameOf(at, commitment), who }) });
  return false;
}

/** Takes what was written into the draft and shows it; where there is nothing yet, asks for it. */
async function tell(at: AtDesk, draft: Draft, commitment: Commitment, words: string): Promise<void> {
  const photos = (at.letter.content.media ?? []).flatMap((media) =>
    media.kind === 'photo' && media.file ? [media.file] : [],
  );
  await addPhotos(at.around.tx, draft, photos);
  const trouble =
    draft.content.kind === 'milestone'
      ? await takeMilestone(at, draft, commitment, words)
      : await takeProgress(at, draft, commitment, readProgress(at.desks.voice, at.desks.language, words));
  const note = trouble && progressWords(at, `trouble.${trouble}`);
  if (!saysNothing(draft)) return showPreview(at, draft, commitment, note);
  const ask = await askFor(at, draft, commitment);
  await sayOfDraft(at, draft, { text: note ? `${note}\n${ask}` : ask });
}

/** What is wrong with what was written: words at `desk.progress.trouble.<name>`. */
type Wrong = Trouble | 'milestone' | 'otherMilestone' | 'tooMany';

async function takeProgress(
  at: AtDesk,
  draft: Draft,
  commitment: Commitment,
  read: Read,
): Promise<Wrong | undefined> {
  const { content } = draft;
  // Of what is not there nothing is taken: it would be told of the promise itself.
  if (read.milestone !== undefined && !(await chooseMilestone(at, draft, commitment, read.milestone)))
    return content.corrects === null ? 'milestone' : 'otherMilestone';
  if (read.state !== undefined && content.state === 'completed' && content.percent === 100)
    content.percent = null;
  if (read.state) content.state = read.state;
  if (read.percent !== undefined) content.percent = read.percent;
  // What is completed is so wholly, unless somebody says otherwise.
  else if (read.state === 'completed') content.percent = 100;
  if (read.words) content.words = read.words;
  if (read.link) content.link = read.link;
  return read.trouble;
}

async function takeMilestone(
  at: AtDesk,
  draft: Draft,
  commitment: Commitment,
  words: string,
): Promise<Wrong | undefined> {
  const read = readMilestone(at.desks.voice, at.desks.language, words);
  const { content } = draft;
  if (read.place !== undefined && !(await chooseMilestone(at, draft, commitment, read.place)))
    return 'milestone';
  if (content.milestone === null && (await isFull(at, commitment))) return 'tooMany';
  if (read.title) content.title = read.title;
  if (read.due) content.due = read.due;
  if (read.state) content.state = read.state;
  if (read.link) content.link = read.link;
  return read.trouble;
}

async function isFull({ around }: AtDesk, { key }: Commitment): Promise<boolean> {
  const row = await commitmentRow(around.tx, key);
  return (await milestonesOf(around.tx, row?.id ?? 0)).length >= MILESTONES_MAX;
}

async function chooseMilestone(
  { around }: AtDesk,
  { content }: Draft,
  commitment: Commitment,
  place: number,
): Promise<boolean> {
  // A correction is of one update: it does not change over to another milestone.
  if (content.corrects !== null) return content.milestone?.place === place;
  const row = await commitmentRow(around.tx, commitment.key);
  const found = (await milestonesOf(around.tx, row?.id ?? 0)).find((one) => one.place === place);
  if (found) content.milestone = { id: found.id, title: found.title, place };
  return found !== undefined;
}

async function askFor(at: AtDesk, { content }: Draft, commitment: Commitment): Promise<string> {
  const name = nameOf(at, commitment);
  if (content.kind === 'milestone' && content.milestone === null)
    return progressWords(at, 'askMilestone', { name });
  const row = await commitmentRow(at.around.tx, commitment.key);
  const milestones = await milestonesOf(at.around.tx, row?.id ?? 0);
  const chosen = milestones.find(({ id }) => id === content.milestone?.id);
  const { state = null, percent = null } = chosen ?? row ?? {};
  const stands = state === null ? 'standsNowhere' : percent === null ? 'stands' : 'standsAt';
  const asked =
    content.kind === 'milestone' ? 'askChange' : content.corrects === null ? 'askProgress' : 'askCorrection';
  return [
    name,
    ...(chosen ? [chosen] : milestones).map(({ place, title }) =>
      progressWords(at, 'milestone', { place, title }),
    ),
    progressWords(at, stands, { state, percent }),
    progressWords(at, asked),
  ].join('\n');
}

/** Corrects the newest update of the promise, or of the milestone that is named. */
async function correct(at: AtDesk, draft: Draft, commitment: Commitment, words: string): Promise<void> {
  const { tx } = at.around;
  const read = readProgress(at.desks.voice, at.desks.language, words);
  if (read.milestone !== undefined) await chooseMilestone(at, draft, commitment, read.milestone);
  const { milestone } = draft.content;
  const row = await commitmentRow(tx, commitment.key);
  const newest = await newestUpdate(
    tx,
    milestone ? 'milestone' : 'commitment',
    milestone?.id ?? row?.id ?? 0,
  );
  if (!newest) {
    await discard(at, draft, progressWords(at, 'nothingToCorrect', { name: nameOf(at, commitment) }));
    return;
  }
  draft.content.corrects = newest.id;
  await tell(at, draft, commitment, words);
}
