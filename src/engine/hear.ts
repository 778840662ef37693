/** Reads a person's letter as the answer to the question that was asked. Pure; decides nothing about what follows. */

import { MORE, offeredChoices, shownChoices, unstamp } from './choices.ts';
import type { Json, Media } from './content.ts';
import type { Book, Conversation, Frame, Reply } from './conversation.ts';
import type { Ask, Given } from './flow.ts';
import { containsPhrase, nearly, plain } from './plain.ts';
import { readChoice, readNumber } from './read-choice.ts';

/** Photos or voice notes beyond these in one answer are left out, and the person is told. */
export const PHOTOS_PER_ANSWER_MAX = 5;
const VOICES_PER_ANSWER_MAX = 5;

export type Heard =
  | {
      heard: 'answer';
      value: Json /** the whole sentence, when a choice was found inside it */;
      sentence?: string;
    }
  | { heard: 'more' }
  | { heard: 'stale' }
  | { heard: 'outOfRange'; most: number }
  | { heard: 'nothing' };

export function hearAnswer(book: Book, talk: Conversation, frame: Frame, step: Ask, reply: Reply): Heard {
  if (reply.choice !== undefined && unstamp(talk.asked, reply.choice) === undefined)
    return { heard: 'stale' };
  // Where there are no buttons, "skip" stands there as number 1.
  if (step.optional && step.ask !== 'choice' && readNumber(book.voice, talk.language, reply.text) === 1) {
    return { heard: 'answer', value: null };
  }
  switch (step.ask) {
    case 'choice':
      return hearChoice(book, talk, frame, step, reply);
    case 'photos':
      return hearPhotos(book, frame, step, reply);
    case 'location':
      if (reply.location)
        return answer({ location: reply.location, ...(reply.text && { text: reply.text }) });
      return hasWord(reply.text) ? answer({ text: reply.text }) : { heard: 'nothing' };
    case 'text': {
      const voices = filesOf(reply, 'voice').slice(0, VOICES_PER_ANSWER_MAX);
      if (!hasWord(reply.text) && voices.length === 0) return { heard: 'nothing' };
      return answer({ ...(reply.text && { text: reply.text }), ...(voices.length > 0 && { voices }) });
    }
    case 'anything':
    case 'operator': {
      const given = givenIn(reply);
      return Object.keys(given).length > 0 ? answer(given) : { heard: 'nothing' };
    }
  }
}

const answer = (value: Given): Heard => ({ heard: 'answer', value: value as Json });

/** Something that can be read aloud: an emoji, a lone mark or the number of a choice describes nothing. */
const hasWord = (text: string): boolean => /\p{L}[\p{L}\p{M}]/u.test(text);

function hearChoice(book: Book, talk: Conversation, frame: Frame, step: Ask, reply: Reply): Heard {
  const all = offeredChoices(book, talk.language, frame, step);
  const shown = shownChoices(book, talk.language, frame, all);
  const tapped = reply.choice === undefined ? undefined : unstamp(talk.asked, reply.choice);
  if (tapped !== undefined) {
    if (tapped === MORE && shown.some((choice) => choice.id === MORE)) return { heard: 'more' };
    return all.some((choice) => choice.id === tapped)
      ? { heard: 'answer', value: tapped }
      : { heard: 'stale' };
  }
  const read = readChoice(book.voice, talk.language, reply.text, shown, all, step.keep !== undefined);
  if (read.read === 'outOfRange') return { heard: 'outOfRange', most: shown.length };
  if (read.read === 'nothing') return { heard: 'nothing' };
  if (read.id === MORE && !all.some((choice) => choice.id === MORE)) return { heard: 'more' };
  return { heard: 'answer', value: read.id, ...(!read.wholeAnswer && { sentence: reply.text }) };
}

/** Photos, a voice note or more words; "no photo" and the like is an answer too. */
function hearPhotos(book: Book, frame: Frame, step: Ask, reply: Reply): Heard {
  const before = (frame.values[frame.step] ?? {}) as Given;
  const photos = [...(before.photos ?? []), ...filesOf(reply, 'photo')].slice(
    0,
    step.most ?? PHOTOS_PER_ANSWER_MAX,
  );
  const voices = filesOf(reply, 'voice').slice(0, VOICES_PER_ANSWER_MAX);
  if (filesOf(reply, 'photo').length === 0 && voices.length === 0) {
    if (saysNone(book, reply.text)) return { heard: 'answer', value: null };
    if (!hasWord(reply.text)) return { heard: 'nothing' };
  }
  return answer({
    ...(photos.length > 0 && { photos }),
    ...(voices.length > 0 && { voices }),
    ...(hasWord(reply.text) && { text: reply.text }),
  });
}

/** "none", "no photo", "ninguna", in any language. */
export function saysNone(book: Book, text: string): boolean {
  const said = plain(text);
  return book.voice.languages.some(({ code }) =>
    book.voice.list(code, 'words.none').some((word) => plain(word) === said),
  );
}

/** True when the whole of it is a greeting, in any language. */
export function isGreeting(book: Book, text: string): boolean {
  const said = plain(text);
  if (said === '') return false;
  return book.voice.languages.some(({ code }) =>
    book.voice
      .list(code, 'words.greeting')
      .map(plain)
      .some((word) => nearly(said, word) || (containsPhrase(said, word) && said.split(' ').length <= 3)),
  );
}

/** Files of one kind that were fetched and found good. */
export function filesOf(reply: Reply, kind: Media['kind']): string[] {
  return (reply.media ?? []).flatMap((media) => (media.kind === kind && media.file ? [media.file] : []));
}

export function givenIn(reply: Reply): Given {
  const photos = filesOf(reply, 'photo');
  const voices = filesOf(reply, 'voice');
  return {
    ...(reply.text.trim() !== '' && { text: reply.text }),
    ...(reply.location && { location: reply.location }),
    ...(photos.length > 0 && { photos }),
    ...(voices.length > 0 && { voices }),
  };
}
