/** What may be said at any point: menu, back, cancel, skip, and the flows that may be started at any time. */
import { type Command, readCommand } from './book.ts';
import { offeredChoices, shownChoices } from './choices.ts';
import type { Call, Frame, Reply } from './conversation.ts';
import { type Deciding, nameOfFlow, sayWords } from './deciding.ts';
import { isAsk } from './flow.ts';
import { askedNow, backDownTo, dropFresh, forget, pushFlow, topFrame } from './frames.ts';
import { hearAnswer } from './hear.ts';
import { plain } from './plain.ts';
import { answered, run } from './steps.ts';
import { look } from './values.ts';

/** Commands that leave a talk with the desk; there every other word is for the officials. */
const LEAVING = ['menu', 'cancel', 'stop'];

/** Reads a letter that commands something, where it may. */
export function commandIn(deciding: Deciding, reply: Reply): string | undefined {
  if (reply.text === '' || reply.choice !== undefined || reply.location || reply.media) return undefined;
  const { book, talk } = deciding;
  const asked = askedNow(deciding);
  const anyWords = asked !== undefined && asked.step.ask !== 'choice';
  const read = readCommand(book, reply.text, anyWords);
  if (read === undefined) return undefined;
  if (read.slash || talk.frames.length === 0) return read.command;
  if (talk.waiting === 'operator') return LEAVING.includes(read.command) ? read.command : undefined;
  const flow = book.flows.get(read.command);
  if (flow && !flow.anytime) return undefined;
  return isAChoice(deciding, reply.text, read) ? undefined : read.command;
}

/** The words of a choice on offer come before a command of the same words; nearly its words before nearly a command. */
function isAChoice(deciding: Deciding, text: string, read: Command): boolean {
  const { book, talk } = deciding;
  const asked = askedNow(deciding);
  if (asked?.step.ask !== 'choice') return false;
  const said = plain(text);
  const all = offeredChoices(book, talk.language, asked.frame, asked.step);
  // "More" of a long list stands only among those that are shown.
  const offered = [...all, ...shownChoices(book, talk.language, asked.frame, all)];
  if (offered.some(({ label, words = [] }) => [label, ...words].some((word) => plain(word) === said)))
    return true;
  if (!read.nearly) return false;
  const heard = hearAnswer(book, talk, asked.frame, asked.step, { text });
  return heard.heard === 'answer' && heard.sentence === undefined;
}

export function obey(deciding: Deciding, command: string): Call | undefined {
  const { talk } = deciding;
  talk.misreads = 0;
  switch (command) {
    case 'cancel':
      return cancel(deciding);
    case 'back':
      return back(deciding, topFrame(talk));
    case 'skip':
      return skip(deciding);
    default:
      dropFresh(deciding, command);
      if (!backDownTo(deciding, command)) pushFlow(deciding, command, {});
      else if (!askedNow(deciding)?.step.open) sayAlreadyHere(deciding, command);
      return run(deciding);
  }
}

const sayAlreadyHere = (deciding: Deciding, flow: string): void =>
  sayWords(deciding, 'common.alreadyHere', { flow: nameOfFlow(deciding, flow) });

/** Each flow may have words of its own for it: not everything that is stopped was going to be sent. */
function cancel(deciding: Deciding): Call | undefined {
  const { book, talk } = deciding;
  const frame = topFrame(talk);
  const own = frame && `${frame.flow}.cancelled`;
  if (own && book.voice.say(talk.language, own) !== '') sayWords(deciding, own);
  else sayWords(deciding, frame ? 'common.cancelled' : 'common.nothingToCancel');
  talk.frames = [];
  return run(deciding);
}

function back(deciding: Deciding, frame: Frame | undefined): Call | undefined {
  const { talk } = deciding;
  const last = frame === undefined ? undefined : lastAskable(deciding, frame);
  if (frame && last !== undefined) {
    forget(frame, frame.trail.slice(frame.trail.lastIndexOf(last)));
    frame.step = last;
    delete frame.page;
  } else if (talk.frames.length > 1) {
    talk.frames.pop();
  } else {
    sayWords(deciding, 'common.noBack');
    if (!frame) pushFlow(deciding, 'menu', {});
  }
  return run(deciding);
}

/** The newest answered question that can be asked again: one whose choices are gone by now is passed by. */
function lastAskable({ book }: Deciding, frame: Frame): string | undefined {
  return frame.trail.findLast((id) => {
    const step = book.flows.get(frame.flow)?.steps[id];
    if (step === undefined || !isAsk(step)) return false;
    const from = typeof step.choices === 'string' && step.choices.startsWith('$') ? step.choices : undefined;
    return from === undefined || Array.isArray(look(frame.values, from));
  });
}

function skip(deciding: Deciding): Call | undefined {
  const asked = askedNow(deciding);
  if (asked?.step.optional) answered(deciding, asked.frame, null);
  else if (asked && !asked.step.open) sayWords(deciding, 'common.cannotSkip');
  else if (asked?.step.ask !== 'choice') pushFlow(deciding, 'menu', {});
  return run(deciding);
}
