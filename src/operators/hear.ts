/**
 * What officials write: commands, buttons, answers by quoting. Everything else said at a desk stays inside.
 * This room must not know how a network shows a card, or what the bot says to residents.
 */
import type { Letter } from '../delivery/post.ts';
import type { Content } from '../engine/content.ts';
import { act } from './act.ts';
import { announceButton, announceQuoted } from './announce/hear.ts';
import { type CommandRead, type Marked, readCommand, readMark } from './commands.ts';
import { type Around, type AtDesk, atDesk, commandHere, type DeskLetter, deskWords } from './desk.ts';
import { decideDigest } from './digest.ts';
import { tellOfEdit } from './edited.ts';
import { firstWords } from './help.ts';
import { meantReport } from './meant.ts';
import { obey } from './obey.ts';
import { openDesk } from './open.ts';
import { askToPair } from './pair.ts';
import { correctUpdate } from './progress/correct.ts';
import { answerDraft } from './progress/hear.ts';
import { isProgressButton, pressProgress } from './progress/press.ts';
import { quotedLetter, withQuotedChoice } from './quoted.ts';
import { relay } from './relay.ts';

/** @returns whether the letter was an official's, and is dealt with. */
export async function hearOperator(around: Around, letter: DeskLetter, outbound: Letter[]): Promise<boolean> {
  let marked = readMark(letter.content.text ?? '');
  if (letter.department === '' && !/^(?:desk|pair)(?!\p{L})/iu.test(marked?.rest ?? '')) return false;
  const at = await atDesk(around, letter, outbound);
  if (!marked && at.inWords) marked = await wordAskedFor(at);
  const command = marked && readCommand(at.desks.voice, at.desks.language, marked, isForgiving(at, marked));
  if (command?.read === 'command' && command.name === 'desk') {
    await openDesk(at, command.words, letter.content.roomHasTopics ?? false);
    return true;
  }
  if (letter.department === '') return command?.read === 'command' && askToPair(at, command.words);
  if (letter.content.edits !== undefined) {
    await tellOfEdit(at, letter.content.edits);
    return letter.inRoom;
  }
  if (marked && command) return hearCommand(at, marked, command);
  const chosen = await withQuotedChoice(at);
  return chosen ? hearWords(chosen, undefined) : true;
}

/** Where colleagues use marks for their own things, only what is written right, or quotes us, is meant for us. */
function isForgiving({ letter, inWords }: AtDesk, { mark }: Marked): boolean {
  if (letter.department === '') return false;
  if (letter.content.replyTo !== undefined) return true;
  return inWords ? letter.inRoom || mark === '#' : letter.inRoom && mark === '/';
}

async function hearCommand(at: AtDesk, marked: Marked, command: CommandRead): Promise<boolean> {
  const { letter, inWords } = at;
  if (command.read === 'several') {
    const words = command.names.map((name) => commandHere(at, name)).join(` ${deskWords(at, 'or')} `);
    await askForWord(at, deskWords(at, 'whichWord', { words }));
    return true;
  }
  if (command.read === 'command') return (await obey(at, marked.mark, command)) || hearWords(at, marked);
  if (inWords && (letter.inRoom || letter.content.replyTo !== undefined)) {
    const values = { command: command.said, words: firstWords(at) };
    await askForWord(at, deskWords(at, 'inWords.unknownCommand', values));
    return true;
  }
  if (!letter.inRoom || marked.mark === '#') return hearWords(at, marked);
  at.answer({ text: deskWords(at, 'unknownCommand', { command: command.said }) });
  return true;
}

/** In a desk of words, quoting this letter gives the right word, of the report that was meant. */
async function askForWord(at: AtDesk, text: string): Promise<void> {
  if (!at.inWords) return at.answer({ text });
  const meant = await meantReport(at, '');
  at.answer({ text, purpose: 'word' } as Content, meant?.report);
}

/** "done", quoting the letter that asked which word is meant: never words for the resident. */
async function wordAskedFor(at: AtDesk): Promise<Marked | undefined> {
  const { choice, replyTo, text = '' } = at.letter.content;
  if (choice !== undefined || replyTo === undefined || text.trim() === '') return undefined;
  const quoted = await quotedLetter(at, replyTo);
  return quoted?.purpose === 'word' ? { mark: '#', rest: text.trim() } : undefined;
}

/** @param marked when it began like a command and is none of ours */
async function hearWords(at: AtDesk, marked: Marked | undefined): Promise<boolean> {
  const { letter } = at;
  const text = letter.content.text ?? '';
  const choice = letter.content.choice ?? '';
  const button = /^desk:([a-z]+):(\d{1,15})(?::(\w+))?$/.exec(choice);
  if (button) {
    const [, name = '', report = '', more = ''] = button;
    if (!(await press(at, name, Number(report), more))) at.answer({ text: deskWords(at, 'notHere') });
    return true;
  }
  if (await announceButton(at, choice)) return true;
  if (!marked && (await answerDraft(at, text))) return true;
  const meant = letter.content.replyTo === undefined ? undefined : await meantReport(at, text);
  if (!meant && !marked && (await announceQuoted(at, text))) return true;
  // A command that is none of ours is nothing to say to a resident.
  if (meant?.quoted && marked?.mark !== '/') {
    if (meant.purpose === 'reason') await act(at, 'notours', meant.report, text);
    else if (meant.purpose === 'pass') await act(at, 'pass', meant.report, text);
    else await relay(at, meant.report, text);
    return true;
  }
  // In a group it stays inside; in a private chat the official is a resident like anyone.
  return letter.inRoom;
}

/** @returns false when what the button was for is not this desk's. */
async function press(at: AtDesk, name: string, id: number, more: string): Promise<boolean> {
  if (name === 'digest') return decideDigest(at, id, more);
  if (name !== 'correct' && !isProgressButton(name)) return act(at, name, id, more);
  await (name === 'correct' ? correctUpdate(at, id, more) : pressProgress(at, name, id, more));
  return true;
}
