/** What an official wrote goes into the draft: seen at once, or asked for where nothing is there yet. */
import { MILESTONES_MAX, milestonesOf } from '../../civic/plan/milestones.ts';
import type { Commitment } from '../../civic/plan/plan.ts';
import { commitmentRow } from '../../civic/plan/progress.ts';
import type { AtDesk } from '../desk.ts';
import { addPhotos, type Draft } from './draft.ts';
import { nameOf, progressWords, sayOfDraft, saysNothing, showPreview } from './preview.ts';
import { type Read, readMilestone, readProgress, type Trouble } from './read.ts';

/** Takes what was written into the draft and shows it; where there is nothing yet, asks for it. */
export async function tell(at: AtDesk, draft: Draft, commitment: Commitment, words: string): Promise<void> {
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

/** @returns false when there is no milestone of that number, or the draft cannot change over to it */
export async function chooseMilestone(
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
