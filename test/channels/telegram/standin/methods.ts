import type { Message } from 'grammy/types';
import type { ChatState, Chats, Heard } from './chats.ts';
import {
  buttonsOf,
  bytesOf,
  captionOf,
  chatFor,
  locationLabelOf,
  pointOf,
  reactionOf,
  replyOf,
  textOf,
  topicOf,
} from './checks.ts';
import { bad, Complaint, type Params } from './request.ts';

/** What the methods need of the server around them. */
export type House = {
  chats: Chats;
  /** Answers to taps that are still awaited. */
  taps: Map<string, { answered: boolean }>;
  commands: Map<string, { command: string; description: string }[]>;
  now(): number;
  perRoomPerMinuteMax: number | undefined;
  hideFileSizes: boolean;
  emit(update: object): void;
};

export type Method = (params: Params, house: House) => unknown;

type Seen = Omit<Heard, 'method' | 'messageId' | 'externalId' | 'buttons' | 'edits'>;

/** Says something in a chat: every check, the message as everybody sees it, and the result of the method. */
function tell(house: House, method: string, params: Params, seen: Seen, message: object): Message {
  const state = chatFor(house.chats, params);
  const topic = topicOf(state, params);
  const replyTo = replyOf(state, params);
  const buttons = buttonsOf(params);
  const asksLocation = locationLabelOf(state, params);
  pace(house, state);
  const messageId = house.chats.nextMessageId(state.chat);
  const whole = {
    message_id: messageId,
    from: house.chats.bot,
    chat: state.chat,
    date: Math.floor(house.now() / 1000),
    ...(topic !== undefined && { message_thread_id: topic, is_topic_message: true }),
    ...message,
    ...(buttons.length > 0 && { reply_markup: params.reply_markup }),
  } as Message;
  state.messages.set(messageId, whole);
  state.heard.push({
    method,
    messageId,
    externalId: `${state.chat.id}:${messageId}`,
    buttons,
    ...(asksLocation !== undefined && { asksLocation }),
    ...(topic !== undefined && { topic }),
    ...(replyTo !== undefined && { replyTo }),
    ...seen,
    edits: 0,
  });
  return whole;
}

/** 20 a minute in a group, everything counted; only when the test asks for it. */
function pace(house: House, state: ChatState): void {
  const max = house.perRoomPerMinuteMax;
  if (max === undefined || state.chat.type === 'private') return;
  const now = house.now();
  state.writtenAt = state.writtenAt.filter((at) => at > now - 60_000);
  const [first] = state.writtenAt;
  if (first !== undefined && state.writtenAt.length >= max) {
    const seconds = Math.ceil((first + 60_000 - now) / 1000);
    throw new Complaint(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
  }
  state.writtenAt.push(now);
}

function sendFile(method: string, field: 'photo' | 'voice' | 'document'): Method {
  return (params, house) => {
    chatFor(house.chats, params);
    const data = bytesOf(house.chats, params[field], field === 'photo' ? 'photo' : 'other');
    const text = captionOf(params);
    const kept = house.chats.keepFile(data);
    const shown = field === 'photo' ? [{ ...kept, width: 90, height: 90 }] : kept;
    const message = { [field]: shown, ...(text && { caption: text }) };
    return tell(house, method, params, { text, [field]: data }, message);
  };
}

const sendMediaGroup: Method = (params, house) => {
  const media = (params.media ?? []) as { type?: string; media?: unknown; caption?: string }[];
  if (media.length < 2) throw bad('too few items in media group');
  if (media.length > 10) throw bad('too many messages to send as an album');
  if (params.reply_markup !== undefined) throw bad('reply markup is not allowed in media groups');
  const album = String(
    13_000_000_000_000_000 + house.chats.nextMessageId({ id: 0, type: 'supergroup', title: '' }),
  );
  const pictures = media.map((medium) => ({
    data: bytesOf(house.chats, medium.media, 'photo'),
    text: captionOf(medium),
  }));
  return pictures.map(({ data, text }) => {
    const photo = [{ ...house.chats.keepFile(data), width: 90, height: 90 }];
    const message = { photo, media_group_id: album, ...(text && { caption: text }) };
    return tell(house, 'sendMediaGroup', params, { text, photo: data, album }, message);
  });
};

/** Changes a letter of the bot; `part` is what the method is for. */
function edit(part: 'text' | 'caption' | 'buttons'): Method {
  return (params, house) => {
    const state = chatFor(house.chats, params);
    const message = state.messages.get(Number(params.message_id));
    const heard = state.heard.find((one) => one.messageId === Number(params.message_id));
    if (!message || !heard) throw bad('message to edit not found');
    if (part === 'text' && message.text === undefined) throw bad('there is no text in the message to edit');
    if (part === 'caption' && !message.photo && !message.voice && !message.document) {
      throw bad('there is no caption in the message to edit');
    }
    const text = part === 'text' ? textOf(params) : part === 'caption' ? captionOf(params) : heard.text;
    const buttons = buttonsOf(params);
    if (text === heard.text && JSON.stringify(buttons) === JSON.stringify(heard.buttons)) {
      throw bad(
        'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
      );
    }
    pace(house, state);
    Object.assign(heard, { text, buttons, edits: heard.edits + 1 });
    if (part !== 'buttons') message[part] = text;
    message.edit_date = Math.floor(house.now() / 1000);
    return message;
  };
}

const setMessageReaction: Method = (params, house) => {
  const state = chatFor(house.chats, params);
  const emoji = reactionOf(params);
  const id = Number(params.message_id);
  if (!state.messages.has(id)) throw bad('message to react not found');
  pace(house, state);
  if (emoji === undefined) state.reactions.delete(id);
  else state.reactions.set(id, emoji);
  return true;
};

const createForumTopic: Method = (params, house) => {
  const state = chatFor(house.chats, params);
  if (!state.forum) throw bad('the chat is not a forum');
  const name = String(params.name ?? '').trim();
  if (!name || name.length > 128) throw bad('TOPIC_TITLE_EMPTY');
  pace(house, state);
  const id = house.chats.nextMessageId(state.chat);
  const first = {
    message_id: id,
    message_thread_id: id,
    is_topic_message: true,
    from: house.chats.bot,
    chat: state.chat,
    date: Math.floor(house.now() / 1000),
    forum_topic_created: { name, icon_color: 7322096 },
  } as Message;
  state.topics.set(id, { name, closed: false, first });
  state.messages.set(id, first);
  house.emit({ message: first });
  return { message_thread_id: id, name, icon_color: 7322096 };
};

const answerCallbackQuery: Method = (params, { taps }) => {
  const tap = taps.get(String(params.callback_query_id));
  if (!tap || tap.answered) {
    throw bad('query is too old and response timeout expired or query ID is invalid');
  }
  if (String(params.text ?? '').length > 200) throw bad('MESSAGE_TOO_LONG');
  tap.answered = true;
  return true;
};

const setMyCommands: Method = (params, { commands }) => {
  const list = (params.commands ?? []) as { command: string; description: string }[];
  const language = String(params.language_code ?? '');
  if (!/^([a-z]{2})?$/.test(language)) throw bad('invalid language code specified');
  if (list.length > 100) throw bad('BOT_COMMANDS_TOO_MUCH');
  for (const { command, description } of list) {
    if (!/^[a-z0-9_]{1,32}$/.test(command)) throw bad('BOT_COMMAND_INVALID');
    if (!description || description.length > 256) throw bad('BOT_COMMAND_DESCRIPTION_INVALID');
  }
  commands.set(language, list);
  return true;
};

export const METHODS: Record<string, Method> = {
  getMe: (_, { chats }) => ({ ...chats.bot, can_join_groups: true, can_read_all_group_messages: false }),
  sendMessage: (params, house) => {
    chatFor(house.chats, params);
    const text = textOf(params);
    return tell(house, 'sendMessage', params, { text }, { text });
  },
  sendPhoto: sendFile('sendPhoto', 'photo'),
  sendVoice: sendFile('sendVoice', 'voice'),
  sendDocument: sendFile('sendDocument', 'document'),
  sendMediaGroup,
  sendLocation: (params, house) => {
    const location = pointOf(params);
    return tell(house, 'sendLocation', params, { text: '', location }, { location });
  },
  sendVenue: (params, house) => {
    const location = pointOf(params);
    const venue = { title: String(params.title ?? ''), address: String(params.address ?? '') };
    if (!venue.title) throw bad('title is empty');
    if (!venue.address) throw bad('address is empty');
    return tell(
      house,
      'sendVenue',
      params,
      { text: '', location, venue },
      { location, venue: { ...venue, location } },
    );
  },
  editMessageText: edit('text'),
  editMessageCaption: edit('caption'),
  editMessageReplyMarkup: edit('buttons'),
  setMessageReaction,
  createForumTopic,
  answerCallbackQuery,
  setMyCommands,
  getChatMember: (params, house) => {
    const state = chatFor(house.chats, params);
    const id = Number(params.user_id);
    if (id === house.chats.bot.id) {
      return { status: 'administrator', user: house.chats.bot, can_manage_topics: state.forum };
    }
    const user = house.chats.users.get(id);
    if (!user) throw bad('user not found');
    return { status: state.administrators.has(id) ? 'administrator' : 'member', user };
  },
  getFile: (params, { chats, hideFileSizes }) => {
    const id = String(params.file_id ?? '');
    const data = chats.files.get(id);
    if (!data) throw bad('wrong file_id or the file is temporarily unavailable');
    if (data.length > 20e6) throw bad('file is too big');
    const size = hideFileSizes ? {} : { file_size: data.length };
    return { file_id: id, file_unique_id: id, ...size, file_path: `photos/${id}` };
  },
};
