/** Two talks of one person become one: what the other one was in the middle of is gone on with here. */
import type { Book, Conversation } from './conversation.ts';
import { beginDeciding } from './deciding.ts';
import { dropOpen, dropStale, firstStep } from './frames.ts';

/**
 * Lays the flows under way of `other` beneath those of `talk`, whose topmost one asks or calls on; when those have ended
 * the next question is the other talk's. Questions are counted on from the higher number of both, so that every button
 * that either talk ever showed is known as an old one.
 */
export function adopt(book: Book, talk: Conversation, other: Conversation, at: number): Conversation {
  const deciding = beginDeciding(book, other, at);
  dropStale(deciding);
  // Beneath something else, what is no real question would be asked out of place.
  if (talk.frames.length > 1) dropOpen(deciding);
  const beneath = deciding.talk.frames.flatMap((frame) => {
    const flow = book.flows.get(frame.flow);
    const isDouble = talk.frames.some(
      (mine) => mine.flow === frame.flow && JSON.stringify(mine.values) === JSON.stringify(frame.values),
    );
    if (!flow || isDouble) return [];
    // A flow that was edited meanwhile is gone through again, with the answers that are there.
    return [flow.steps[frame.step] ? frame : { ...frame, step: firstStep(flow), trail: [] }];
  });
  const offer = talk.offer ?? other.offer;
  return {
    ...talk,
    frames: [...beneath, ...talk.frames],
    asked: Math.max(talk.asked, other.asked),
    ...(offer !== undefined && { offer }),
  };
}
