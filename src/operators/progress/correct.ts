/** Puts the newest update of a promise or a milestone right: by a change of its own, with the history kept. */
import { milestonesOf } from '../../civic/plan/milestones.ts';
import { type Commitment, commitmentOf } from '../../civic/plan/plan.ts';
import { commitmentRow, newestUpdate, subjectOf } from '../../civic/plan/progress.ts';
import type { AtDesk } from '../desk.ts';
import { type Draft, emptyDraft, openDraft } from './draft.ts';
import { discard } from './press.ts';
import { nameOf, progressWords } from './preview.ts';
import { readProgress } from './read.ts';
import { allowed } from './rights.ts';
import { chooseMilestone, tell } from './tell.ts';

/** Corrects the newest update of the promise, or of the milestone that is named. */
export async function correct(
  at: AtDesk,
  draft: Draft,
  commitment: Commitment,
  words: string,
): Promise<void> {
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
