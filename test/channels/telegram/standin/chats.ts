import type { Chat, Message, User } from 'grammy/types';

/** A letter of the bot as a person or a group sees it now; edits change it in place. */
export type Heard = {
  method: string;
  messageId: number;
  externalId: string;
  /** The words, under a photo or alone. */
  text: string;
  buttons: { text: string; data: string; url?: string }[][];
  /** The label of the keyboard's button that shares a place. */
  asksLocation?: string;
  photo?: Uint8Array;
  voice?: Uint8Array;
  document?: Uint8Array;
  location?: { latitude: number; longitude: number };
  venue?: { title: string; address: string };
  album?: string;
  topic?: number;
  replyTo?: number;
  edits: number;
};

/** Something that a person did, by which it can be quoted, edited, or looked at for a reaction. */
export type Said = { messageId: number; externalId: string };

export type ChatState = {
  chat: Chat;
  forum: boolean;
  /** False: a person never pressed "start", or blocked the bot; a group threw it out. */
  open: boolean;
  started: boolean;
  movedTo?: number;
  topics: Map<number, { name: string; closed: boolean; first: Message }>;
  messages: Map<number, Message>;
  /** What the bot shows under messages of others. */
  reactions: Map<number, string>;
  heard: Heard[];
  administrators: Set<number>;
  /** When the bot wrote here, in milliseconds; for the 20 a minute. */
  writtenAt: number[];
};

/** Ids as big as real ones: 52 bits are allowed, and groups are negative. */
const FIRST_PERSON = 6_100_000_001;
const FIRST_GROUP = -4_600_000_001;
const FIRST_SUPERGROUP = -1_002_300_000_001;

/** Everything that the network knows: who is there, which chats, what was said. */
export class Chats {
  readonly bot: User;
  readonly all = new Map<number, ChatState>();
  readonly users = new Map<number, User>();
  readonly files = new Map<string, Uint8Array>();
  private people = 0;
  private groups = 0;
  private lastMessage = 0;
  private lastFile = 0;
  private readonly lastInSupergroup = new Map<number, number>();

  constructor(bot: User) {
    this.bot = bot;
  }

  addPerson(name: string, id = FIRST_PERSON + this.people++): ChatState {
    this.users.set(id, { id, is_bot: false, first_name: name, language_code: 'en' });
    return this.add({ id, type: 'private', first_name: name }, false, false);
  }

  addGroup(title: string, kind: 'group' | 'supergroup' | 'forum', id?: number): ChatState {
    const given = id ?? (kind === 'group' ? FIRST_GROUP : FIRST_SUPERGROUP) - this.groups++;
    if (kind === 'group') return this.add({ id: given, type: 'group', title }, false, true);
    const chat: Chat = {
      id: given,
      type: 'supergroup',
      title,
      ...(kind === 'forum' && { is_forum: true as const }),
    };
    return this.add(chat, kind === 'forum', true);
  }

  /** Supergroups count their own messages, of which the first says that there is a group; private chats and small groups share one count. */
  nextMessageId(chat: Chat): number {
    if (chat.type !== 'supergroup') return ++this.lastMessage;
    const next = (this.lastInSupergroup.get(chat.id) ?? 1) + 1;
    this.lastInSupergroup.set(chat.id, next);
    return next;
  }

  keepFile(data: Uint8Array): { file_id: string; file_unique_id: string; file_size: number } {
    const n = ++this.lastFile;
    this.files.set(`AgACAgQAAxkBAAI_file_${n}`, data);
    return { file_id: `AgACAgQAAxkBAAI_file_${n}`, file_unique_id: `AQAD_${n}`, file_size: data.length };
  }

  private add(chat: Chat, forum: boolean, open: boolean): ChatState {
    const state: ChatState = {
      chat,
      forum,
      open,
      started: open,
      topics: new Map(),
      messages: new Map(),
      reactions: new Map(),
      heard: [],
      administrators: new Set(),
      writtenAt: [],
    };
    this.all.set(chat.id, state);
    return state;
  }
}
