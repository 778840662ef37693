/** One turn being decided: what is known, what has become of the talk so far, and what is to be said. */
import type { Content } from './content.ts';
import type { Book, Conversation, Reply } from './conversation.ts';
import type { Values } from './flow.ts';

/** Lives for one call of `advance`. `talk` is a copy; `says` grows. */
export type Deciding = {
  readonly book: Book;
  readonly talk: Conversation;
  readonly says: Content[];
  /** Milliseconds since 1970. */
  readonly at: number;
};

export function beginDeciding(book: Book, talk: Conversation, at: number): Deciding {
  return { book, talk: { ...talk, frames: talk.frames.map((frame) => ({ ...frame })) }, says: [], at };
}

/** A letter without words and without anything to look at is none. */
export function say({ says }: Deciding, content: Content | undefined): void {
  if (content && (content.text !== '' || content.choices || content.media || content.place))
    says.push(content);
}

export function sayWords(deciding: Deciding, key: string, values: Values = {}): void {
  say(deciding, { text: deciding.book.voice.say(deciding.talk.language, key, values) });
}

/** What a flow is called in the middle of a sentence. */
export const nameOfFlow = ({ book, talk }: Deciding, flow: string): string =>
  book.voice.say(talk.language, `${flow}.name`);

/** A kind of letter that Kasa has no use for gets its own kind word. */
export const sayUseless = (deciding: Deciding, reply: Reply): void =>
  sayWords(deciding, `trouble.${reply.unsupported ?? 'empty'}`);

/** Says what is wrong with a photo or a file; true when something was. */
export function sayTroubles(deciding: Deciding, reply: Reply): boolean {
  const troubles = new Set((reply.media ?? []).flatMap((media) => media.trouble ?? []));
  for (const trouble of troubles) sayWords(deciding, `trouble.${trouble}`);
  return troubles.size > 0;
}
