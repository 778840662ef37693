/**
 * Decides the next turn and does nothing else: no clock, no chance, no network, no database.
 * (book, conversation, input) → Turn. The turn loop carries out what the Turn says.
 */
import type { Book, Call, Conversation, Input, Turn } from './conversation.ts';
import { beginDeciding, type Deciding } from './deciding.ts';
import { pushFlow, stepNow } from './frames.ts';
import { hearLetter } from './hear-letter.ts';
import { fallThrough, refused, run } from './steps.ts';

export function advance(book: Book, conversation: Conversation, input: Input): Turn {
  const deciding = beginDeciding(book, conversation, input.at);
  const call = decide(deciding, input);
  return { conversation: deciding.talk, says: deciding.says, ...(call && { call }) };
}

/** A choice id that starts a flow by itself, from a letter that stands outside any question: `>flow~value~value`. */
export function startChoice(flow: string, ...values: (string | number)[]): string {
  return ['>', flow, ...values.map((value) => `~${value}`)].join('');
}

function decide(deciding: Deciding, input: Input): Call | undefined {
  const { talk } = deciding;
  switch (input.type) {
    case 'started':
      if (input.instead !== undefined)
        talk.frames = talk.frames.filter((frame) => frame.flow !== input.instead);
      pushFlow(deciding, input.flow, input.values);
      return run(deciding);
    case 'replied':
      return hearLetter(deciding, input.reply);
    case 'returned': {
      const { frame } = stepNow(deciding, 'a call returned');
      frame.values = { ...frame.values, [frame.step]: input.result };
      fallThrough(deciding, frame);
      return run(deciding);
    }
    case 'refused':
      return refused(deciding, input.reason, input.values ?? {});
  }
}
