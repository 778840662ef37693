import { CHOICE_ID_MAX_BYTES, type Choice } from './content.ts';
import { type Book, FlowFault, type Frame } from './conversation.ts';
import type { Ask, OfferedChoice } from './flow.ts';
import { look } from './values.ts';

/** The longest list that one letter carries: WhatsApp's lists hold ten rows, and a thumb little more. */
export const CHOICES_PER_LETTER_MAX = 10;
const CHOICES_PER_PAGE = 8;
/** The choice that turns the page. */
export const MORE = 'more';

/** Everything that may be chosen, on whatever page. */
export function offeredChoices(book: Book, language: string, frame: Frame, step: Ask): OfferedChoice[] {
  if (Array.isArray(step.choices)) {
    return step.choices.map((id) => ({
      id,
      label: book.voice.say(language, `${frame.flow}.${frame.step}.${id}`, frame.values),
      words: [...book.voice.list(language, `words.${id}`)],
    }));
  }
  const list = book.lists[step.choices ?? '']?.get(language);
  if (list) return list;
  const found = look(frame.values, step.choices ?? null);
  if (!Array.isArray(found)) {
    throw new FlowFault(
      `flow ${frame.flow}, step ${frame.step}: ${String(step.choices)} holds no list of choices`,
    );
  }
  return found as OfferedChoice[];
}

/** What the letter shows: all, or one page and "more". */
export function shownChoices(
  book: Book,
  language: string,
  frame: Frame,
  all: OfferedChoice[],
): OfferedChoice[] {
  if (all.length <= CHOICES_PER_LETTER_MAX) return all;
  const pages = Math.ceil(all.length / CHOICES_PER_PAGE);
  const page = (frame.page ?? 0) % pages;
  const shown = all.slice(page * CHOICES_PER_PAGE, (page + 1) * CHOICES_PER_PAGE);
  const label = book.voice.say(language, 'common.more');
  return [...shown, { id: MORE, label, words: [...book.voice.list(language, 'words.more')] }];
}

/** A button remembers which question it answers, so that an old one can be told from a new one. */
export function stamped(asked: number, choice: OfferedChoice): Choice {
  const id = `${asked.toString(36)}.${choice.id}`;
  if (Buffer.byteLength(id) > CHOICE_ID_MAX_BYTES)
    throw new FlowFault(`the choice id ${choice.id} is too long`);
  return { id, label: choice.label, ...(choice.detail && { detail: choice.detail }) };
}

/** The choice of a tap on the newest question; undefined when the button is an older one's. */
export function unstamp(asked: number, tapped: string): string | undefined {
  const stamp = `${asked.toString(36)}.`;
  return tapped.startsWith(stamp) ? tapped.slice(stamp.length) : undefined;
}
