/** The buttons under a preview: publish, throw away. Each draft is locked, and an old preview's buttons do nothing. */
import { commitmentOf, mayRecord } from '../../civic/plan/plan.ts';
import { lockCommitment } from '../../civic/plan/record.ts';
import { post } from '../../delivery/post.ts';
import type { AtDesk } from '../desk.ts';
import { type Draft, dropDraft, lockDraft } from './draft.ts';
import { lackOf, nameOf, progressWords, saidLines, showPreview, standingBefore } from './preview.ts';
import { publishDraft } from './publish.ts';

const PRESSED = ['publish', 'discard'] as const;

export const isProgressButton = (name: string): boolean => (PRESSED as readonly string[]).includes(name);

/** @param stamp the preview that the button stood under: `v3` */
export async function pressProgress(at: AtDesk, name: string, draftId: number, stamp: string): Promise<void> {
  const draft = await lockDraft(at, draftId);
  if (!draft) return at.answer({ text: progressWords(at, 'draftGone') });
  const version = Number(stamp.slice(1));
  if (name === 'discard') await discard(at, draft);
  else await publish(at, draft, version);
}

export async function publish(at: AtDesk, draft: Draft, version: number): Promise<void> {
  const { city } = at.desks;
  const { content } = draft;
  const commitment = commitmentOf(city.plan, content.key ?? '');
  if (!commitment || !mayRecord(commitment, at.letter.department, city.front))
    return at.answer({ text: progressWords(at, 'draftGone') });
  if (version !== content.version) return at.answer({ text: progressWords(at, 'oldPreview') });
  if (lackOf(draft)) return showPreview(at, draft, commitment);
  await lockCommitment(at.around.tx, commitment.key);
  const { before, seen, commitmentId } = await standingBefore(at, draft, commitment);
  if (seen !== content.seen) {
    // What the author saw is not how it stands any more: a correction then means something else.
    if (content.corrects !== null) return discard(at, draft, progressWords(at, 'newerSince'));
    return showPreview(at, draft, commitment, progressWords(at, 'meanwhile'));
  }
  const lines = saidLines(at, draft, commitment, before);
  const published = await publishDraft(at, draft, commitment, commitmentId);
  if (!published) {
    const text = progressWords(at, 'nothingNew', { name: nameOf(at, commitment) });
    await closePreview(at, draft, text);
    return at.answer({ text });
  }
  await closePreview(
    at,
    draft,
    [progressWords(at, 'publishedBy', { name: at.letter.name }), ...lines].join('\n'),
  );
  at.answer({
    text: progressWords(at, 'published', { name: nameOf(at, commitment), count: published.told }),
    choices: [
      {
        id: `desk:correct:${published.update.id}:${commitment.key}`,
        label: progressWords(at, 'button.correct'),
      },
    ],
    numbered: false,
  });
}

export async function discard(at: AtDesk, draft: Draft, why?: string): Promise<void> {
  await closePreview(at, draft, progressWords(at, 'thrownAway'));
  await dropDraft(at.around.tx, draft.id);
  if (draft.content.version === 0 || why !== undefined)
    at.answer({ text: why ?? progressWords(at, 'thrownAway') });
}

/** The preview loses its buttons and says what became of it. */
async function closePreview(at: AtDesk, { content }: Draft, text: string): Promise<void> {
  const preview = content.letters.at(-1);
  if (preview === undefined || content.version === 0) return;
  await post(at.around.tx, [{ ...at.here({ text }), editsId: preview }], at.around.now);
}
