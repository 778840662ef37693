/**
 * What officials write: commands, buttons, answers by quoting. Everything else said at a desk stays inside.
 * This room must not know how a network shows a card, or what the bot says to residents.
 */
import { referenceOf } from '../civic/reference.ts';
import type { Letter } from '../delivery/post.ts';
import { act, isAct } from './act.ts';
import { announce, announceButton, announceQuoted } from './announce/hear.ts';
import { type Around, type AtDesk, atDesk, type DeskLetter, deskWords, meantReport } from './desk.ts';
import { decideDigest } from './digest.ts';
import { tellOfEdit } from './edited.ts';
import { listCosts } from './letters.ts';
import { listOpen } from './list.ts';
import { openDesk } from './open.ts';
import { correctUpdate } from './progress/correct.ts';
import { answerDraft, isProgressCommand, obeyProgress } from './progress/hear.ts';
import { isProgressButton, pressProgress } from './progress/press.ts';
import { relay } from './relay.ts';

/** @returns whether the letter was an official's, and is dealt with. */
export async function hearOperator(around: Around, letter: DeskLetter, outbound: Letter[]): Promise<boolean> {
  const text = letter.content.text ?? '';
  const command = readDeskCommand(text);
  if (letter.department === '' && command?.name !== 'desk') return false;
  const at = await atDesk(around, letter, outbound);
  if (command?.name === 'desk') {
    await openDesk(at, command.words, letter.content.roomHasTopics ?? false);
    return true;
  }
  if (letter.content.edits !== undefined) {
    await tellOfEdit(at, letter.content.edits);
    return letter.inRoom;
  }
  const button = /^desk:([a-z]+):(\d{1,15})(?::(\w+))?$/.exec(letter.content.choice ?? '');
  if (button) {
    const [, name = '', report = '', more = ''] = button;
    if (!(await press(at, name, Number(report), more))) at.answer({ text: deskWords(at, 'notHere') });
    return true;
  }
  if (await announceButton(at, letter.content.choice ?? '')) return true;
  if (command && (await obey(at, command))) return true;
  if (!command && (await answerDraft(at, text))) return true;
  const meant = letter.content.replyTo === undefined ? undefined : await meantReport(at, text);
  if (!meant && !command && (await announceQuoted(at, text))) return true;
  if (meant?.quoted) {
    if (meant.purpose === 'reason') await act(at, 'notours', meant.report, text);
    else await relay(at, meant.report, text);
    return true;
  }
  // In a group it stays inside; in a private chat the official is a resident like anyone.
  if (command && letter.inRoom && text.startsWith('/'))
    at.answer({ text: deskWords(at, 'unknownCommand', { command: command.name }) });
  return letter.inRoom;
}

/** @returns false when what the button was for is not this desk's. */
async function press(at: AtDesk, name: string, id: number, more: string): Promise<boolean> {
  if (name === 'digest') return decideDigest(at, id, more);
  if (name !== 'correct' && !isProgressButton(name)) return act(at, name, id, more);
  await (name === 'correct' ? correctUpdate(at, id, more) : pressProgress(at, name, id, more));
  return true;
}

/** Commands of a desk that residents have too, with another meaning. */
const RESIDENTS_TOO = new Set(['start', 'back']);

type Command = { name: string; words: string };

/** "/done", "/done@KasaBot", "#done" with words behind it. */
function readDeskCommand(text: string): Command | undefined {
  const read = /^\s*[/#]([a-zA-Z_]+)(?:@\w+)?(?:\s+([\s\S]*))?$/.exec(text);
  return read ? { name: read[1]?.toLowerCase() ?? '', words: read[2] ?? '' } : undefined;
}

async function obey(at: AtDesk, { name, words }: Command): Promise<boolean> {
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
  if (name === 'desk_help' || (name === 'help' && at.letter.inRoom)) {
    at.answer({ text: [deskWords(at, 'help'), deskWords(at, 'helpProgress')].join('\n') });
    return true;
  }
  if (isProgressCommand(name)) {
    await obeyProgress(at, name, words);
    return true;
  }
  const isReply = name === 'r' || name === 'reply';
  if (!isReply && !isAct(name)) return false;
  const meant = await meantReport(at, words);
  // Alone with us an official is a resident too, whose links and words these are.
  if (RESIDENTS_TOO.has(name) && !at.letter.inRoom && !meant?.quoted) return false;
  if (!meant) {
    at.answer({ text: deskWords(at, 'whichReport', { command: name }) });
    return true;
  }
  const rest = meant.quoted ? words : words.replace(/^\s*ks[\s-]?[2-9a-z]{4,7}\s*/i, '');
  if (isReply) await relay(at, meant.report, rest);
  else if (!(await act(at, name, meant.report, rest))) {
    at.answer({ text: deskWords(at, 'noReport', { reference: referenceOf(meant.report) }) });
  }
  return true;
}
