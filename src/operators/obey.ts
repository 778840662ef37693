/** Does what a command says. */
import { referenceOf } from '../civic/reference.ts';
import { act, isAct } from './act.ts';
import { announce } from './announce/hear.ts';
import type { CommandRead, Marked } from './commands.ts';
import { type AtDesk, commandHere, deskWords, ownWords } from './desk.ts';
import { helpHere } from './help.ts';
import { listCosts } from './letters.ts';
import { listOpen } from './list.ts';
import { meantReport } from './meant.ts';
import { askToPair } from './pair.ts';
import { isProgressCommand, obeyProgress } from './progress/hear.ts';
import { relay } from './relay.ts';

/** Commands of a desk that residents have too, with another meaning. */
const RESIDENTS_TOO = new Set(['start', 'back']);

type Command = Extract<CommandRead, { read: 'command' }>;

/** @returns false when it is a resident's command after all */
export async function obey(at: AtDesk, mark: Marked['mark'], { name, words }: Command): Promise<boolean> {
  if (name === 'pair') return askToPair(at, words);
  if (name === 'open') {
    await listOpen(at);
    return true;
  }
  if (name === 'letters') {
    await listCosts(at);
    return true;
  }
  if (name === 'announce') {
    await announce(at, words);
    return true;
  }
  if (name === 'desk_help' || (name === 'help' && (at.letter.inRoom || mark === '#'))) {
    at.answer({ text: helpHere(at) });
    return true;
  }
  if (isProgressCommand(name)) {
    await obeyProgress(at, name, words);
    return true;
  }
  const isReply = name === 'r';
  if (!isReply && !isAct(name)) return false;
  const meant = await meantReport(at, words);
  // Alone with us an official is a resident too, whose links and words these are.
  if (RESIDENTS_TOO.has(name) && mark === '/' && !at.letter.inRoom && !meant?.quoted) return false;
  if (!meant) {
    at.answer({ text: ownWords(at, 'whichReport', { command: commandHere(at, name) }) });
    return true;
  }
  const rest = meant.quoted ? words : words.replace(/^\s*ks[\s-]?[2-9a-z]{4,7}\s*/i, '');
  if (isReply) await relay(at, meant.report, rest);
  else if (!(await act(at, name, meant.report, rest))) {
    at.answer({ text: deskWords(at, 'noReport', { reference: referenceOf(meant.report) }) });
  }
  return true;
}
