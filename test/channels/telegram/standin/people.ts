import type { Message, User } from 'grammy/types';
import type { Address } from '../../../../src/channels/message.ts';
import type { ChatState, Chats, Heard, Said } from './chats.ts';

/** What the people need of the server around them. */
export type Street = {
  chats: Chats;
  now(): number;
  emit(update: object): void;
  openTap(): string;
};

/** A picture that the network takes for one: one white pixel. */
export const PIXEL = new Uint8Array(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
    'base64',
  ),
);

type Quotable = Heard | Said;

/** What a person can do in one chat. Everything reaches the bot as a real update would. */
export type Voice = {
  /** What the bot has said in this chat, as it stands now. */
  readonly heard: Heard[];
  say(text: string): Said;
  quote(quoted: Quotable, text: string): Said;
  edit(said: Said, text: string): Said;
  sendPhoto(data?: Uint8Array, caption?: string, quoted?: Quotable): Said;
  /** Telegram sends an album as separate messages with one id. */
  sendAlbum(photos: Uint8Array[], caption?: string): Said[];
  sendVoice(data?: Uint8Array, seconds?: number): Said;
  sendDocument(data: Uint8Array, mime: string, name?: string): Said;
  pin(latitude: number, longitude: number): Said;
  /** Anything else: `{ sticker: {...} }`, `{ poll: {...} }`. */
  send(contents: object): Said;
  /** Taps a button by its number, its words or a part of them; on the last letter with buttons unless told otherwise. */
  tap(button: number | string, on?: Heard): void;
};

export type Person = Voice & {
  readonly id: number;
  readonly name: string;
  readonly address: Address;
  /** Presses "start", from a link with a payload if one is given. */
  start(payload?: string): Said;
  block(): void;
  unblock(): void;
  /** The same person speaking in a group, or in a topic of it. */
  in(group: Group, topic?: number | string): Voice;
};

export type Group = {
  /** Changes when a small group becomes a supergroup. */
  readonly id: number;
  readonly title: string;
  readonly address: Address;
  readonly heard: Heard[];
  /** Topics that are there now. */
  readonly topics: { id: number; name: string; closed: boolean }[];
  /** A member opens a topic; resolves with its id. */
  openTopic(name: string, by: Person): number;
  deleteTopic(topic: number | string): void;
  closeTopic(topic: number | string, by: Person): void;
  reopenTopic(topic: number | string, by: Person): void;
  /** Becomes a supergroup with a new id. */
  upgrade(by: Person): void;
  /** Makes somebody an administrator of it. */
  promote(person: Person): void;
  /** Throws the bot out. */
  removeBot(by: Person): void;
};

export function newPerson(street: Street, name: string, id?: number): Person {
  const state = street.chats.addPerson(name, id);
  const user = street.chats.users.get(state.chat.id) as User;
  const member = (was: string, is: string) =>
    street.emit({
      my_chat_member: {
        chat: state.chat,
        from: user,
        date: seconds(street),
        old_chat_member: { status: was, user: street.chats.bot },
        new_chat_member: { status: is, user: street.chats.bot },
      },
    });
  const voice = newVoice(street, user, () => state);
  return Object.assign(voice, {
    id: user.id,
    name,
    address: `telegram:${user.id}` as const,
    start: (payload?: string) => voice.say(payload ? `/start ${payload}` : '/start'),
    block: () => {
      state.open = false;
      member('member', 'kicked');
    },
    unblock: () => {
      state.open = true;
      member('kicked', 'member');
    },
    in: (group: Group, topic?: number | string) =>
      newVoice(street, user, () => stateOf(street, group), topic === undefined ? undefined : Number(topic)),
  });
}

export function newGroup(street: Street, title: string, kind: 'group' | 'supergroup' | 'forum'): Group {
  let state = street.chats.addGroup(title, kind);
  const notice = (by: Person, contents: object, topic?: number) => {
    const user = street.chats.users.get(by.id) as User;
    say(street, user, state, contents, topic);
  };
  const topicOf = (topic: number | string) => {
    const known = state.topics.get(Number(topic));
    if (!known) throw new Error(`${title} has no topic ${topic}`);
    return known;
  };
  return {
    get id() {
      return state.chat.id;
    },
    title,
    get address() {
      return `telegram:${state.chat.id}` as const;
    },
    get heard() {
      return state.heard;
    },
    get topics() {
      return [...state.topics].map(([id, { name, closed }]) => ({ id, name, closed }));
    },
    openTopic: (name, by) => {
      const id = street.chats.nextMessageId(state.chat);
      const first = {
        message_id: id,
        message_thread_id: id,
        is_topic_message: true,
        from: street.chats.users.get(by.id),
        chat: state.chat,
        date: seconds(street),
        forum_topic_created: { name, icon_color: 7322096 },
      } as Message;
      state.topics.set(id, { name, closed: false, first });
      state.messages.set(id, first);
      street.emit({ message: first });
      return id;
    },
    deleteTopic: (topic) => {
      topicOf(topic);
      state.topics.delete(Number(topic));
    },
    closeTopic: (topic, by) => {
      topicOf(topic).closed = true;
      notice(by, { forum_topic_closed: {} }, Number(topic));
    },
    reopenTopic: (topic, by) => {
      topicOf(topic).closed = false;
      notice(by, { forum_topic_reopened: {} }, Number(topic));
    },
    upgrade: (by) => {
      const grown = street.chats.addGroup(title, 'supergroup');
      notice(by, { migrate_to_chat_id: grown.chat.id });
      state.movedTo = grown.chat.id;
      grown.heard = state.heard;
      const old = state.chat.id;
      state = grown;
      notice(by, { migrate_from_chat_id: old });
    },
    promote: ({ id }) => void state.administrators.add(id),
    removeBot: (by) => {
      state.open = false;
      street.emit({
        my_chat_member: {
          chat: state.chat,
          from: street.chats.users.get(by.id),
          date: seconds(street),
          old_chat_member: { status: 'administrator', user: street.chats.bot },
          new_chat_member: { status: 'left', user: street.chats.bot },
        },
      });
    },
  };
}

function newVoice(street: Street, user: User, state: () => ChatState, topic?: number): Voice {
  const send = (contents: object) => say(street, user, state(), contents, topic);
  const picture = (data: Uint8Array) => {
    const large = { ...street.chats.keepFile(data), width: 1280, height: 960 };
    const small = { ...street.chats.keepFile(data.slice()), width: 90, height: 67 };
    return [small, large];
  };
  const here = () => state().heard.filter((heard) => topic === undefined || heard.topic === topic);
  const quoting = (quoted: Quotable) => {
    const { reply_to_message: _, ...original } = state().messages.get(quoted.messageId) ?? ({} as Message);
    return { reply_to_message: original };
  };
  return {
    get heard() {
      return here();
    },
    say: (text) => send({ text }),
    send,
    quote: (quoted, text) => send({ text, ...quoting(quoted) }),
    edit: (said, text) => edit(street, state(), said, text),
    sendPhoto: (data = PIXEL, caption, quoted) =>
      send({ photo: picture(data), ...(caption && { caption }), ...(quoted && quoting(quoted)) }),
    sendAlbum: (photos, caption) => {
      const media_group_id = String(14_000_000_000_000_000 + street.chats.files.size);
      return photos.map((data, index) =>
        send({ photo: picture(data), media_group_id, ...(index === 0 && caption && { caption }) }),
      );
    },
    sendVoice: (data = new Uint8Array([0x4f, 0x67, 0x67, 0x53]), duration = 3) =>
      send({ voice: { ...street.chats.keepFile(data), duration, mime_type: 'audio/ogg' } }),
    sendDocument: (data, mime_type, file_name = 'file') =>
      send({ document: { ...street.chats.keepFile(data), mime_type, file_name } }),
    pin: (latitude, longitude) => send({ location: { latitude, longitude } }),
    tap: (button, on) =>
      tap(street, user, state(), button, on ?? here().findLast((one) => one.buttons.length > 0)),
  };
}

function say(street: Street, user: User, state: ChatState, contents: object, topic?: number): Said {
  const { chat } = state;
  if (chat.type === 'private') state.started = state.open = true;
  const messageId = street.chats.nextMessageId(chat);
  const message = {
    message_id: messageId,
    from: user,
    chat,
    date: seconds(street),
    ...(topic !== undefined && {
      message_thread_id: topic,
      is_topic_message: true,
      // Without a quote of its own, a message in a topic "replies" to the topic's first one.
      reply_to_message: state.topics.get(topic)?.first,
    }),
    ...commandMark(contents),
    ...contents,
  } as Message;
  state.messages.set(messageId, message);
  street.emit({ message });
  return { messageId, externalId: `${chat.id}:${messageId}` };
}

/** Telegram marks commands, up to the first blank. */
function commandMark(contents: object): object {
  const text = 'text' in contents && typeof contents.text === 'string' ? contents.text : '';
  const command = /^\/[\w@]+/.exec(text)?.[0];
  return command ? { entities: [{ type: 'bot_command', offset: 0, length: command.length }] } : {};
}

function edit(street: Street, state: ChatState, said: Said, text: string): Said {
  const message = state.messages.get(said.messageId);
  if (!message) throw new Error('there is nothing to edit');
  const edited = { ...message, text, edit_date: seconds(street) } as Message;
  state.messages.set(said.messageId, edited);
  street.emit({ edited_message: edited });
  return said;
}

function tap(
  street: Street,
  user: User,
  state: ChatState,
  wanted: number | string,
  on: Heard | undefined,
): void {
  const buttons = on?.buttons.flat() ?? [];
  const button =
    typeof wanted === 'number'
      ? buttons.find(({ text }) => text.startsWith(`${wanted} `))
      : (buttons.find(({ text }) => text === wanted) ?? buttons.find(({ text }) => text.includes(wanted)));
  if (!on || !button) {
    throw new Error(
      `no button ${JSON.stringify(wanted)} among ${JSON.stringify(buttons.map((one) => one.text))}`,
    );
  }
  street.emit({
    callback_query: {
      id: street.openTap(),
      from: user,
      chat_instance: `${state.chat.id}`,
      message: state.messages.get(on.messageId),
      data: button.data,
    },
  });
}

function stateOf(street: Street, group: Group): ChatState {
  const state = street.chats.all.get(group.id);
  if (!state) throw new Error(`no group ${group.title}`);
  return state;
}

const seconds = (street: Street) => Math.floor(street.now() / 1000);
