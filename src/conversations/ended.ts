/**
 * Talks with the desk that came to their end in a turn. Whatever the way ("cancel", "stop", a month of silence), the
 * desk must hear of it, so the end is looked for here and not left to each flow.
 */
import type { Book, Conversation } from '../engine/conversation.ts';
import { isAsk } from '../engine/flow.ts';
import type { Under } from './settle.ts';

/**
 * The reports behind the talks with a person of the desk that are under way, also beneath other flows. There is one,
 * or two when each of two people who became one had theirs.
 */
export function talksUnderWay(book: Book, { frames }: Conversation): number[] {
  return frames.flatMap((frame) => {
    const step = book.flows.get(frame.flow)?.steps[frame.step];
    const opened = frame.values.open;
    if (!step || !isAsk(step) || step.ask !== 'operator') return [];
    if (!opened || typeof opened !== 'object' || Array.isArray(opened)) return [];
    return Number(opened.report) || [];
  });
}

/** The reports of the talks that were under way before this turn and are no more. */
export function leftTalks(book: Book, before: readonly number[], { talk }: Under): number[] {
  if (before.length === 0) return [];
  const after = talksUnderWay(book, talk.state);
  return before.filter((report) => !after.includes(report));
}
