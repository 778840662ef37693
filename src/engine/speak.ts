/** What a step says, as content. */

import { offeredChoices, shownChoices, stamped } from './choices.ts';
import type { Content, Json, Place } from './content.ts';
import type { Book, Conversation, Frame } from './conversation.ts';
import type { Ask, Say } from './flow.ts';
import { look, lookAll } from './values.ts';

export function composeSay(book: Book, language: string, frame: Frame, step: Say): Content | undefined {
  const text = book.voice.say(language, `${frame.flow}.${frame.step}`, lookAll(frame.values, step.say));
  const photos = step.photos ? look(frame.values, step.photos) : null;
  const place = step.place ? look(frame.values, step.place) : null;
  const content: Content = {
    text,
    ...(Array.isArray(photos) && {
      media: photos.map((file) => ({ kind: 'photo' as const, file: String(file) })),
    }),
    ...(isPlace(place) && { place }),
    ...(step.once && { once: true as const }),
  };
  return text === '' && !content.media && !content.place ? undefined : content;
}

const isPlace = (value: Json): value is Place =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && typeof value.latitude === 'number';

/**
 * The question, with its choices. After a misread it is said another way (`<key>.again`, when there is one), after the
 * second with how to answer.
 */
export function askQuestion(
  book: Book,
  talk: Conversation,
  frame: Frame,
  step: Ask,
  misread: number,
): Content | undefined {
  if (step.ask === 'operator') return undefined;
  const key = `${frame.flow}.${frame.step}`;
  const values = lookAll(frame.values, step.with);
  const again = misread > 0 ? book.voice.say(talk.language, `${key}.again`, values) : '';
  let text = again || book.voice.say(talk.language, key, values);
  if (misread === 1 && !again) text = `${book.voice.say(talk.language, 'common.notUnderstood')}\n${text}`;
  if (misread > 1) text = `${text}\n${book.voice.say(talk.language, `common.how.${step.ask}`)}`;
  const content: Content = { text };
  if (step.ask === 'choice') {
    const shown = shownChoices(book, talk.language, frame, offeredChoices(book, talk.language, frame, step));
    content.choices = shown.map((choice) => stamped(talk.asked, choice));
  } else if (step.optional) {
    content.choices = [
      stamped(talk.asked, { id: SKIP, label: book.voice.say(talk.language, 'common.skip') }),
    ];
  }
  if (step.ask === 'location') {
    content.wants = 'location';
    content.wantsLabel = book.voice.say(talk.language, 'common.sharePlace');
  }
  if (step.ask === 'photos') content.wants = 'photo';
  return content;
}

/** The button of a question that need not be answered. */
export const SKIP = 'skip';
