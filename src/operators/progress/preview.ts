/** A draft as its desk sees it before anybody else does, and how it is asked for. Composes and posts. */
import { bar } from '../../civic/plan/bar.ts';
import { milestonesOf } from '../../civic/plan/milestones.ts';
import { type Commitment, planName, titleOf } from '../../civic/plan/plan.ts';
import { commitmentRow, newestUpdate, type Standing } from '../../civic/plan/progress.ts';
import { post } from '../../delivery/post.ts';
import type { Content } from '../../engine/content.ts';
import type { Values } from '../../engine/flow.ts';
import { followersOf } from '../../people/follow.ts';
import { type AtDesk, deskWords } from '../desk.ts';
import { type Draft, keepDraft } from './draft.ts';

export const progressWords = (at: AtDesk, key: string, values: Values = {}): string =>
  deskWords(at, `progress.${key}`, values);

/** "Promise 4 (2018-2020), One place for complaints" */
export const nameOf = (at: AtDesk, commitment: Commitment): string =>
  progressWords(at, 'name', {
    number: commitment.number,
    plan: planName(at.desks.city.plan, commitment.plan),
    short: titleOf(at.desks.city.plan, commitment.key, at.desks.language),
  });

/** What it still needs before it can be published. "Completed" is believed only when it is shown. */
export function lackOf(draft: Draft): 'words' | 'title' | 'evidence' | undefined {
  const { content, photos } = draft;
  if (saysNothing(draft)) return 'words';
  if (content.kind === 'milestone' && content.milestone === null && content.title === null) return 'title';
  return content.state === 'completed' && content.link === null && photos.length === 0
    ? 'evidence'
    : undefined;
}

/** Says nothing that could be published. */
export const saysNothing = ({ content, photos }: Draft): boolean =>
  [content.state, content.percent, content.words, content.link, content.title, content.due].every(
    (said) => said === null,
  ) && photos.length === 0;

/** How its subject stands now, and the number of the newest update of it. */
export async function standingBefore(
  at: AtDesk,
  { content }: Draft,
  commitment: Commitment,
): Promise<{ before: Standing | undefined; seen: number; followers: number; commitmentId: number }> {
  const { tx } = at.around;
  const row = await commitmentRow(tx, commitment.key);
  const commitmentId = row?.id ?? 0;
  const milestone = content.milestone;
  const before = milestone
    ? (await milestonesOf(tx, commitmentId)).find(({ id }) => id === milestone.id)
    : row;
  const subject = milestone ? 'milestone' : 'commitment';
  const newest = await newestUpdate(tx, subject, milestone?.id ?? commitmentId);
  const followers = await followersOf(tx, 'commitment', commitmentId);
  return { before, seen: newest?.id ?? 0, followers: followers.length, commitmentId };
}

/** Shows the draft with its buttons, below a line that says why when there is something to say. */
export async function showPreview(
  at: AtDesk,
  draft: Draft,
  commitment: Commitment,
  note?: string,
): Promise<void> {
  const { before, seen, followers } = await standingBefore(at, draft, commitment);
  const { content } = draft;
  content.seen = seen;
  content.version += 1;
  const lack = lackOf(draft);
  const lines = [
    note ?? '',
    progressWords(at, content.corrects === null ? 'preview' : 'previewOfCorrection'),
    ...saidLines(at, draft, commitment, before),
    progressWords(at, 'followers', { count: followers }),
    progressWords(at, lack ? `lack.${lack}` : 'howToChange'),
  ];
  await sayOfDraft(at, draft, {
    text: lines.filter((line) => line !== '').join('\n'),
    choices: [...(lack ? [] : ['publish']), 'discard'].map((name) => ({
      id: `desk:${name}:${draft.id}:v${content.version}`,
      label: progressWords(at, `button.${name}`),
    })),
    numbered: false,
    ...(draft.photos.length > 0 && { media: draft.photos.map((file) => ({ kind: 'photo' as const, file })) }),
  });
}

/** What the draft says, line by line, each beside what was said before. */
export function saidLines(
  at: AtDesk,
  { content, photos }: Draft,
  commitment: Commitment,
  before: Standing | undefined,
): string[] {
  const { state, percent, milestone, title, due } = content;
  const moved = before?.state && before.state !== state ? 'fromTo' : 'to';
  const farther = before?.percent != null && before.percent !== percent ? 'fromTo' : 'to';
  const values = { state, from: before?.state ?? null, percent, percentFrom: before?.percent ?? null };
  return [
    nameOf(at, commitment),
    ...(milestone
      ? [progressWords(at, 'milestone', { place: milestone.place, title: milestone.title })]
      : []),
    ...(title ? [progressWords(at, 'title', { title })] : []),
    ...(due ? [progressWords(at, 'due', { due })] : []),
    ...(state ? [progressWords(at, `state.${moved}`, values)] : []),
    ...(percent === null ? [] : [progressWords(at, `percent.${farther}`, { ...values, bar: bar(percent) })]),
    ...(content.words ? [`“${content.words}”`] : []),
    ...(content.link ? [content.link] : []),
    ...(photos.length > 0 ? [progressWords(at, 'photos', { count: photos.length })] : []),
  ];
}

/** Says something about a draft that can be answered by quoting it. */
export async function sayOfDraft(at: AtDesk, draft: Draft, content: Content): Promise<void> {
  const { tx, now } = at.around;
  const [letter] = await post(tx, [at.here(content)], now);
  if (letter !== undefined) draft.content.letters.push(letter);
  await keepDraft(tx, draft, now);
}
