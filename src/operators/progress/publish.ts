/** A draft becomes public: it is written into the history, and those who follow the promise hear of it. */
import { attach } from '../../civic/changes.ts';
import { bar } from '../../civic/plan/bar.ts';
import { addMilestone } from '../../civic/plan/milestones.ts';
import { type Commitment, namedCommitment, titleOf } from '../../civic/plan/plan.ts';
import { type Facts, newestUpdate, type Update } from '../../civic/plan/progress.ts';
import { record, type Told } from '../../civic/plan/record.ts';
import type { Values } from '../../engine/flow.ts';
import { followersOf } from '../../people/follow.ts';
import { languagesOf } from '../../people/people.ts';
import { wake } from '../../people/wake.ts';
import type { AtDesk } from '../desk.ts';
import { type Draft, dropDraft } from './draft.ts';

export type Published = { update: Update; told: number };

/** Writes it down and wakes who follows. Resolves with nothing when it says what is public already. */
export async function publishDraft(
  at: AtDesk,
  draft: Draft,
  commitment: Commitment,
  commitmentId: number,
): Promise<Published | undefined> {
  const { tx, now } = at.around;
  const update = await write(at, draft, commitmentId);
  await dropDraft(tx, draft.id);
  if (!update) return undefined;
  const followers = await followersOf(tx, 'commitment', commitmentId);
  const languages = await languagesOf(tx, followers);
  const wakes = followers.map((personId) => ({
    personId,
    flow: 'progress',
    values: newsOf(at, draft, commitment, update, languages.get(personId) ?? at.desks.language),
    cause: `progress:${update.id}`,
    instead: 'progress',
  }));
  await wake(tx, wakes, now);
  return { update, told: followers.length };
}

async function write(at: AtDesk, draft: Draft, commitmentId: number): Promise<Update | undefined> {
  const { tx, now } = at.around;
  const { content, photos } = draft;
  const actor = at.letter.name;
  if (content.kind === 'milestone' && content.milestone === null) {
    const { title, due, percent, state } = content;
    const given = { title: title ?? '', due, percent, state: state ?? ('notStarted' as const) };
    const { id, changeId } = await addMilestone(tx, commitmentId, given, actor, now);
    await attach(tx, 'change', changeId, photos);
    return newestUpdate(tx, 'milestone', id);
  }
  const told: Told = {
    state: content.state ?? undefined,
    percent: content.percent ?? undefined,
    title: content.title ?? undefined,
    due: content.due ?? undefined,
    words: content.words ?? undefined,
    link: content.link ?? undefined,
    photos,
    correctsId: content.corrects ?? undefined,
  };
  const { milestone } = content;
  return record(tx, milestone ? 'milestone' : 'commitment', milestone?.id ?? commitmentId, told, actor, now);
}

/** The fact that the news begins with. */
function movedIn({ added, state, title, due, progress }: Facts): string {
  if (added) return 'added';
  if (state) return state.from === null ? 'to' : 'fromTo';
  if (title) return 'renamed';
  if (due) return 'due';
  return progress ? 'percent' : 'nothing';
}

/** What flow `progress` says, in one language. */
function newsOf(
  { desks }: AtDesk,
  { content }: Draft,
  commitment: Commitment,
  update: Update,
  language: string,
): Values {
  const { plan } = desks.city;
  const { state, progress, due } = update.facts;
  const named = namedCommitment(plan, String(commitment.number))?.key === commitment.key;
  const milestone = content.milestone?.title ?? content.title;
  return {
    commitment: commitment.key,
    name: named ? String(commitment.number) : commitment.key,
    number: commitment.number,
    short: titleOf(plan, commitment.key, language),
    part: milestone === null ? null : 'milestone',
    milestone,
    kind: update.correctsId === null ? 'news' : 'correction',
    moved: movedIn(update.facts),
    renamed: update.facts.title?.to ?? null,
    state: state?.to ?? null,
    from: state?.from ?? null,
    far: progress ? (progress.from === null ? 'to' : 'fromTo') : null,
    percent: progress ? Number(progress.to) : null,
    percentFrom: progress?.from == null ? null : Number(progress.from),
    bar: progress ? bar(Number(progress.to)) : null,
    until: due ? 'to' : null,
    due: due?.to ?? null,
    words: update.words,
    linked: update.link ? 'link' : null,
    link: update.link,
    count: update.photos.length,
    shown: update.photos,
  };
}
