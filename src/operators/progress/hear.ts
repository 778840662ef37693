/**
 * How officials tell progress: `/progress 4 substantial 60 The desk is open.`, `/milestone 4 Train the officers by
 * 2027-03-31`, answers that quote a preview, and its buttons. Nothing is public before somebody pressed Publish.
 */
import { commitmentOf, namedCommitment } from '../../civic/plan/plan.ts';
import { plain } from '../../engine/plain.ts';
import type { AtDesk } from '../desk.ts';
import { correct } from './correct.ts';
import { emptyDraft, openDraft, quotedDraft } from './draft.ts';
import { showAnswers, showHistory } from './history.ts';
import { discard, publish } from './press.ts';
import { progressWords, sayOfDraft } from './preview.ts';
import { splitName } from './read.ts';
import { allowed } from './rights.ts';
import { tell } from './tell.ts';

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
  const quoted = await quotedDraft(at);
  if (!quoted) return false;
  const { draft, newest } = quoted;
  const said = plain(words);
  const means = (list: string) =>
    at.desks.voice.list(at.desks.language, `words.${list}`).some((word) => plain(word) === said);
  const { version } = draft.content;
  // An older preview is not what would be published.
  if (version > 0 && means('publish')) await publish(at, draft, newest ? version : version - 1);
  else if (means('discard')) await discard(at, draft);
  else if (draft.content.key === null) {
    await obeyProgress(at, draft.content.kind, words);
  } else {
    const commitment = commitmentOf(at.desks.city.plan, draft.content.key);
    if (commitment && allowed(at, commitment)) await tell(at, draft, commitment, words);
  }
  return true;
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
