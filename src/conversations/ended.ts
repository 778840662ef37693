/**
 * Talks with the desk that came to their end in a turn. Whatever the way ("cancel", "stop", a month of silence), the
 * desk must hear of it, so the end is looked for here and not left to each flow.
 */
import type { Book, Conversation } from '../engine/conversation.ts';
import { isAsk } from '../engine/flow.ts';
import type { Under } from './settle.ts';

/** The report behind the talk with a person of the desk that is under way, also beneath other flows. */
export function talkUnderWay(book: Book, { frames }: Conversation): number | undefined {
  for (const frame of frames) {
    const step = book.flows.get(frame.flow)?.steps[frame.step];
    const opened = frame.values.open;
    if (!step || !isAsk(step) || step.ask !== 'operator') continue;
    if (opened && typeof opened === 'object' && !Array.isArray(opened))
      return Number(opened.report) || undefined;
  }
  return undefined;
}

/** The report of the talk that was under way before this turn and is no more; at most one. */
export function leftTalk(book: Book, before: number | undefined, { talk }: Under): number[] {
  return before === undefined || talkUnderWay(book, talk.state) === before ? [] : [before];
}
