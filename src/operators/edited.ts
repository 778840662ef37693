/** An official changes words that were passed on already: what the resident has read stays, and the official is told. */
import { sql } from 'drizzle-orm';
import { rows } from '../database/database.ts';
import { readMark } from './commands.ts';
import { type AtDesk, type DeskContent, deskWords } from './desk.ts';
import { meantReport } from './meant.ts';

/** @param edited the network's name for the first words */
export async function tellOfEdit(at: AtDesk, edited: string): Promise<void> {
  const [first] = await rows<{ content: DeskContent }>(
    at.around.tx,
    sql`select content from messages
        where direction = 'inbound' and channel = ${at.letter.channel} and external_id = ${edited}`,
  );
  if (!first) return;
  const text = first.content.text ?? '';
  const meant = await meantReport({ ...at, letter: { ...at.letter, content: first.content } }, text);
  const wasPassedOn = meant?.quoted ? readMark(text) === undefined : /^\s*[/#]r(eply)?\s/.test(text);
  if (meant && wasPassedOn) at.answer({ text: deskWords(at, 'editedLate') }, meant.report);
}
