/**
 * Choices where a network has no buttons: an official quotes our letter with the number or the words of a choice, and it
 * is as if they had pressed it. Whatever else they quote it with is what it was.
 */
import { sql } from 'drizzle-orm';
import { rows } from '../database/database.ts';
import { TOLD_LATER } from '../database/schema.ts';
import type { Choice, Content } from '../engine/content.ts';
import { nearly, plain } from '../engine/plain.ts';
import { type AtDesk, ownWords } from './desk.ts';

/** Choices that a desk answers for; others are a resident's, and the engine reads them. */
const OURS = /^(?:desk|announce):/;
/** Behind a preview of progress a bare number may be a percent. */
const OF_DRAFT = /^desk:(?:publish|discard):/;
/** Networks whose letters are found by their name alone (index `messages_told`). */
const TOLD: ReadonlySet<string> = new Set(['whatsapp', 'whatsappweb']);
/** "Send" for "Send it": a first word that says enough. */
const FIRST_WORD_LETTERS_MIN = 4;

/** @returns the same with the choice that is meant; undefined when there is none of that number, which was said */
export async function withQuotedChoice(at: AtDesk): Promise<AtDesk | undefined> {
  const { content } = at.letter;
  const text = content.text ?? '';
  if (!at.inWords || content.choice !== undefined || content.replyTo === undefined || text.trim() === '')
    return at;
  const { choices = [], about, purpose } = (await quotedLetter(at, content.replyTo)) ?? {};
  const ours = choices.filter(({ id }) => OURS.test(id));
  if (ours.length === 0) return at;
  const number = readNumber(text);
  const chosen = number === undefined ? choiceSaid(ours, text) : ours[number - 1];
  if (chosen) return { ...at, letter: { ...at.letter, content: { ...content, choice: chosen.id } } };
  if (number === undefined || ours.some(({ id }) => OF_DRAFT.test(id))) return at;
  const again = ownWords(at, 'noSuchNumber', { number, count: ours.length });
  at.answer({ text: again, choices: ours, numbered: false, ...(purpose && { purpose }) } as Content, about);
  return undefined;
}

type Quoted = { choices?: Choice[]; purpose?: string; about?: number };

/** Our letter of that name, when it was said at this desk. */
export async function quotedLetter({ around, letter }: AtDesk, name: string): Promise<Quoted | undefined> {
  const { channel, desk } = letter;
  const found = await rows<{ id: number; about: number | null; content: Quoted }>(
    around.tx,
    sql`select id::float8 as id, about::float8 as about, content from messages
        where direction = 'outbound' and external_id is not null and channel = ${channel} and external_id = ${name}
          and address = ${desk} ${TOLD.has(channel) ? sql`and ${TOLD_LATER}` : sql``}`,
  );
  // A change of it may have the same name: numbers count along what was shown first.
  const [first] = found.sort((a, b) => a.id - b.id);
  return first && { ...first.content, ...(first.about !== null && { about: first.about }) };
}

/** "2", "2.", "#2", "no. 2", "2️⃣"; not "2 %", and not "2 men come tomorrow". */
export function readNumber(text: string): number | undefined {
  const read =
    /^\s*(?:#|n[o\u00ba]?[.\s]|number|option|opci[o\u00f3]n|n[u\u00fa]mero)?\s*\(?(\d{1,3})\s*[.)]?[\ufe0f\u20e3]*\s*$/iu;
  const [, number] = read.exec(text.normalize('NFKC')) ?? [];
  return number === undefined ? undefined : Number(number);
}

/** By its words, nearly, or by a first word that no other choice has. Never by a word inside a sentence. */
export function choiceSaid(choices: readonly Choice[], text: string): Choice | undefined {
  const said = plain(text);
  const only = (fits: (label: string) => boolean): Choice | undefined => {
    const found = choices.filter(({ label }) => fits(plain(label)));
    return found.length === 1 ? found[0] : undefined;
  };
  return (
    only((label) => label === said) ??
    only((label) => nearly(said, label)) ??
    (said.length >= FIRST_WORD_LETTERS_MIN ? only((label) => label.split(' ')[0] === said) : undefined)
  );
}
