import type { Content, Media, Point } from '../engine/content.ts';

/**
 * Where a letter comes from or goes to: the network's name, a colon, and the network's own id.
 * Opaque: never a person's key (a person may have several), never assumed to be a phone number.
 */
export type Address =
  | `telegram:${string}`
  | `whatsapp:${string}`
  | `whatsappweb:${string}`
  | `web:${string}`
  | `console:${string}`;

/** What a person sent, as one channel read it. Unknown things are left out, never guessed. */
export type InboundMessage = {
  channel: string;
  /** Unique within the channel for ever: the same letter handed in again has the same id. */
  externalId: string;
  from: Address;
  /**
   * Other names of the same sender on the same network (a phone number beside an opaque id), from the network itself.
   * One that has only such a name so far is the same person from now on.
   */
  aliases?: Address[];
  /** The group in which it was said; absent in a private chat. */
  room?: Address;
  /** True when the group has topics (Telegram forums). Only desks look at it. */
  roomHasTopics?: boolean;
  /** The topic of the group in which it was said, as the network names it. */
  topic?: string;
  /** The sender's name as the network shows it. Kept for operators only; a resident's is never stored. */
  name?: string;
  /** Language that the network hints at, as BCP 47. */
  languageHint?: string;
  /** In a group: it was said to us (a command, a mention, an answer to our letter, a tap), and not among the others. */
  addressed?: boolean;
  /** In a group: they administer it. Known where their network tells, of words said to us. */
  administrator?: boolean;
  text: string;
  /** The id of the choice that was tapped. */
  choice?: string;
  location?: Point & { name?: string };
  media?: Media[];
  /** Parts of one album carry the same value; they are taken as one answer. */
  album?: string;
  /** External id of our letter that is being quoted, or on which the tapped button stood. */
  replyTo?: string;
  /** External id of the person's own earlier letter that this one corrects. */
  edits?: string;
  /** Set when this is no letter but news about the chat itself. */
  news?: ChatNews;
  /** What kind of thing it is when Kasa has no use for it; it still gets a kind answer. */
  unsupported?: 'poll' | 'contact' | 'video' | 'sticker' | 'unknown';
  sentAt: Date;
};

export type ChatNews =
  | { kind: 'blocked' }
  | { kind: 'unblocked' }
  /** The chat (a group, or the person's own) lives at another address from now on. */
  | { kind: 'moved'; to: Address }
  /** They let in what waits: a tap on a template's button that starts nothing. */
  | { kind: 'opened' }
  /** They told their network that they want no letters to many of us, or want them again. */
  | { kind: 'optedOut' | 'optedIn' }
  | { kind: 'removed' }
  | { kind: 'topicClosed' | 'topicReopened'; topic: string };

export type Priority = 'reply' | 'notice' | 'broadcast';

/** How a letter of an official fared, shown as a reaction on it. */
export type ReceiptMark = 'sent' | 'arrived' | 'failed';

/** A letter that is due, with everything a channel needs to carry it. */
export type OutboundMessage = {
  id: string;
  channel: string;
  to: Address;
  content: Content;
  priority: Priority;
  /** External id of the letter to quote. */
  replyTo?: string;
  /** External id of our own letter to change instead of sending a new one. */
  edits?: string;
  /** The topic to write in, as the network names it. */
  topic?: string;
  /** No letter but a mark on somebody's letter (its external id). */
  reaction?: { on: string; mark: ReceiptMark };
};
