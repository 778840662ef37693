/**
 * Telegram's update → our letter. Pure, and blind to what a letter means: it must not know flows, people or desks.
 * Source of the shapes: core.telegram.org/bots/api#update.
 */
import type { CallbackQuery, ChatMemberUpdated, Message, Update, User } from 'grammy/types';
import type { Address, ChatNews, InboundMessage } from '../message.ts';
import { readContents } from './contents.ts';

/** What reading must know of us. `now` is the time of a tap, since Telegram gives taps none. */
export type Reader = { id: number; username: string; now: Date };

export const address = (id: number | string): Address => `telegram:${id}`;

/** The letter in this update; undefined when nobody said anything to us with it. */
export function read(update: Update, reader: Reader): InboundMessage | undefined {
  if (update.message) return readMessage(update.message, reader);
  if (update.edited_message) return readEdit(update.edited_message, reader);
  if (update.callback_query) return readTap(update.callback_query, reader);
  if (update.my_chat_member) return readMembership(update.my_chat_member);
  return undefined;
}

/** The name of what an update holds, for the log. */
export const kindOf = (update: unknown): string =>
  typeof update === 'object' && update !== null
    ? (Object.keys(update).find((name) => /^[a-z_]+$/.test(name) && name !== 'update_id') ?? 'empty')
    : typeof update;

function readMessage(message: Message, reader: Reader): InboundMessage | undefined {
  const news = readNews(message, reader);
  if (news) {
    const teller = whoSaid(message) ?? { from: address(message.chat.id) };
    return { ...envelope(message), ...teller, text: '', news };
  }
  const teller = whoSaid(message);
  const contents = readContents(message);
  if (!teller || !contents) return undefined;
  const text = ownCommand(contents.text, message, reader);
  if (text === undefined) return undefined;
  const quoted = quotedBy(message);
  const said = message.chat.type === 'private' ? { text } : saidToUs(text, message, reader);
  return {
    ...envelope(message),
    ...teller,
    ...contents,
    ...said,
    ...(message.media_group_id && { album: message.media_group_id }),
    ...(quoted !== undefined && { replyTo: `${message.chat.id}:${quoted}` }),
  };
}

/** A live location comes as an edit every few seconds; its first point was the answer, so later ones are ignored. */
function readEdit(message: Message, reader: Reader): InboundMessage | undefined {
  if (message.location || message.edit_date === undefined) return undefined;
  const letter = readMessage(message, reader);
  if (!letter || letter.news) return undefined;
  return {
    ...letter,
    externalId: `e:${letter.externalId}:${message.edit_date}`,
    edits: letter.externalId,
    sentAt: at(message.edit_date),
  };
}

function readTap(query: CallbackQuery, reader: Reader): InboundMessage | undefined {
  const { message, data } = query;
  if (data === undefined || query.from.is_bot || message?.chat.type === 'channel') return undefined;
  return {
    channel: 'telegram',
    externalId: `c:${query.id}`,
    ...person(query.from),
    ...(message && where(message)),
    ...(message && message.chat.type !== 'private' && { addressed: true }),
    text: '',
    choice: data,
    ...(message && { replyTo: `${message.chat.id}:${message.message_id}` }),
    sentAt: reader.now,
  };
}

/** In a private chat this says that the bot was blocked or unblocked; in a group that it came or went. */
function readMembership(change: ChatMemberUpdated): InboundMessage | undefined {
  const { chat, date, new_chat_member: now } = change;
  if (chat.type === 'channel') return undefined;
  const gone = now.status === 'kicked' || now.status === 'left';
  const isPrivate = chat.type === 'private';
  if (!isPrivate && !gone) return undefined;
  const news: ChatNews = { kind: isPrivate ? (gone ? 'blocked' : 'unblocked') : 'removed' };
  return {
    channel: 'telegram',
    externalId: `n:${chat.id}:${date}:${news.kind}`,
    ...(isPrivate ? { from: address(chat.id) } : { ...person(change.from), room: address(chat.id) }),
    text: '',
    news,
    sentAt: at(date),
  };
}

function readNews(message: Message, reader: Reader): ChatNews | undefined {
  if (message.migrate_to_chat_id) return { kind: 'moved', to: address(message.migrate_to_chat_id) };
  // What the bot itself did to a topic comes back to it as a notice.
  if (message.from?.id === reader.id || message.message_thread_id === undefined) return undefined;
  const topic = String(message.message_thread_id);
  if (message.forum_topic_closed) return { kind: 'topicClosed', topic };
  if (message.forum_topic_reopened) return { kind: 'topicReopened', topic };
  return undefined;
}

function envelope(
  message: Message,
): Pick<InboundMessage, 'channel' | 'externalId' | 'sentAt' | 'room' | 'topic'> {
  return {
    channel: 'telegram',
    externalId: `${message.chat.id}:${message.message_id}`,
    ...where(message),
    sentAt: at(message.date),
  };
}

/** A plain chain of replies carries a thread id too; only `is_topic_message` says that it is a topic. */
function where(message: Pick<Message, 'chat' | 'is_topic_message' | 'message_thread_id'>) {
  const { chat } = message;
  if (chat.type === 'private') return {};
  const topic = message.is_topic_message && message.message_thread_id;
  return {
    room: address(chat.id),
    ...(chat.type === 'supergroup' && chat.is_forum && { roomHasTopics: true }),
    ...(topic && { topic: String(topic) }),
  };
}

/**
 * An anonymous administrator speaks as the group, and somebody who hides behind a channel as that channel; Telegram
 * then puts a made-up bot into `from`. Bots, and posts that a linked channel forwards by itself, are nobody.
 */
function whoSaid(message: Message): Pick<InboundMessage, 'from' | 'name' | 'languageHint'> | undefined {
  const { chat, from, sender_chat: mask } = message;
  if (chat.type === 'channel' || message.is_automatic_forward) return undefined;
  if (mask) return { from: address(mask.id), ...(mask.title && { name: mask.title }) };
  if (!from || from.is_bot) return undefined;
  return person(from);
}

function person(user: User): Pick<InboundMessage, 'from' | 'name' | 'languageHint'> {
  const name = [user.first_name, user.last_name].filter(Boolean).join(' ');
  return {
    from: address(user.id),
    ...(name && { name }),
    ...(user.language_code && { languageHint: user.language_code }),
  };
}

/** In a topic every message that quotes nothing "replies" to the topic's first message. */
function quotedBy(message: Message): number | undefined {
  const quoted = message.reply_to_message;
  if (!quoted || quoted.forum_topic_created) return undefined;
  if (message.is_topic_message && quoted.message_id === message.message_thread_id) return undefined;
  return quoted.message_id;
}

/** `/report@KasaBot x` is `/report x`; a command for another bot of the group is not for us. */
function ownCommand(text: string, message: Message, reader: Reader): string | undefined {
  const command = /^(\/\w+)@(\w+)/.exec(text);
  if (!command) return text;
  const ours = command[2]?.toLowerCase() === reader.username.toLowerCase();
  if (!ours && message.chat.type !== 'private') return undefined;
  return `${command[1]}${text.slice(command[0].length)}`;
}

/** In a group only what is said to us is ours to answer: a command, our name, or an answer to what we wrote. */
function saidToUs(
  text: string,
  message: Message,
  { id, username }: Reader,
): Pick<InboundMessage, 'text' | 'addressed'> {
  const mention = new RegExp(`(^|\\s)@${username}\\b[,:]?\\s*`, 'gi');
  const named = username !== '' && mention.test(text);
  const answers = quotedBy(message) !== undefined && message.reply_to_message?.from?.id === id;
  const addressed = named || answers || text.startsWith('/');
  return { text: named ? text.replace(mention, '$1').trim() : text, ...(addressed && { addressed }) };
}

const at = (seconds: number) => new Date(seconds * 1000);
