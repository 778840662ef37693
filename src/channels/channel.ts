import type { Router } from 'express';
import type { Media } from '../engine/content.ts';
import type { Address, InboundMessage, OutboundMessage } from './message.ts';

/**
 * The contract of a network. A channel carries and decides nothing: it translates words (`read`, `write`)
 * and complaints (`SendError`), and says as data what its network bears (`Limits`).
 * It must not know flows, people, desks or the database.
 */
export interface Channel {
  readonly name: string;
  readonly limits: Limits;
  /** True when every process may listen and send at once; otherwise one process carries the channel. */
  readonly shared?: boolean;
  /**
   * Begins to listen. Called once, by the one process that holds the channel. `receive` resolves when the
   * letters are stored and rejects when they could not be; only after it resolved may the channel tell its
   * network that it has them. May be called with several letters at once; never lose one because another is odd.
   */
  start(receive: Receive): Promise<void>;
  /**
   * Hands one letter to the network. Resolves when the network has accepted it; throws SendError otherwise.
   * Never retries by itself: the pump decides that. May run concurrently, up to `limits.inFlightMax`.
   */
  send(message: OutboundMessage): Promise<Sent>;
  /** Stops listening; resolves when no `receive` is under way any more. Called before the process ends. */
  stop(): Promise<void>;
}

export type Receive = (messages: InboundMessage[]) => Promise<void>;

/** `externalId` names the letter on its network from now on (quotes and edits use it). */
export type Sent = { externalId: string };

/** Optional ability: the network calls us. The router is mounted at `path`, or else at `/channels/<name>`. */
export interface WebhookChannel extends Channel {
  readonly path?: string;
  readonly routes: Router;
}

/** Optional ability: what people send must be fetched in a second step. */
export interface MediaChannel extends Channel {
  /**
   * The bytes behind `media.source`. Throws SendError: 'rejected' when they are more than `bytesMax` or not kept any
   * more (the fetcher tells these apart by `media.bytes`, so give it where it is known); others may be tried again.
   */
  download(media: Media, bytesMax: number): Promise<Uint8Array>;
}

/** Optional ability: groups that have topics. */
export interface TopicChannel extends Channel {
  /** Opens a topic and resolves with the network's name for it. */
  openTopic(room: Address, title: string): Promise<string>;
}

/** Optional ability: groups. Without it every address is taken for a person's. Pure and quick: asked for each letter. */
export interface RoomChannel extends Channel {
  isRoom(address: Address): boolean;
}

/**
 * Optional ability: letters may reach any process (a webhook behind one address), not only the one that carries the
 * channel.
 */
export interface AcceptingChannel extends Channel {
  /** From now on this process takes what the network brings it. Called once, before `start`, and in every process. */
  accept(receive: Receive): void;
  /** Takes nothing any more; resolves when no `receive` is under way. */
  refuse(): Promise<void>;
}

/** Optional ability: pages or commands that live beside the chat (a list of commands per language). */
export interface CommandsChannel extends Channel {
  announceCommands(commands: Record<string, { command: string; description: string }[]>): Promise<void>;
}

/** Optional ability: settings that the network can judge before anything is started. */
export interface ProvableChannel extends Channel {
  /**
   * Asks the network whether it accepts our settings. Throws SendError 'misconfigured' or 'rejected' when it does not;
   * resolves when it does, and also when it cannot be reached within `seconds`.
   */
  prove(seconds: number): Promise<void>;
}

export const isProvableChannel = (channel: Channel): channel is ProvableChannel => 'prove' in channel;
export const isWebhookChannel = (channel: Channel): channel is WebhookChannel => 'routes' in channel;
export const isMediaChannel = (channel: Channel): channel is MediaChannel => 'download' in channel;
export const isTopicChannel = (channel: Channel): channel is TopicChannel => 'openTopic' in channel;
export const isRoomChannel = (channel: Channel): channel is RoomChannel => 'isRoom' in channel;
export const isAcceptingChannel = (channel: Channel): channel is AcceptingChannel => 'accept' in channel;
export const isCommandsChannel = (channel: Channel): channel is CommandsChannel =>
  'announceCommands' in channel;

/** What a network bears, as data. Lengths are in UTF-16 code units, as JavaScript counts them. */
export type Limits = {
  textMax: number;
  captionMax: number;
  /** 0 where there are no buttons: choices then become numbered lines of text. */
  choicesMax: number;
  choiceLabelMax: number;
  photosPerLetterMax: number;
  /** Letters handed to `send` at once. */
  inFlightMax: number;
  /** Letters a second over the whole channel; a reply in a private chat may be free of it on some networks. */
  perSecondMax: number;
  /** Letters a second to one person. */
  perAddressPerSecondMax: number;
  /** Letters a minute in one group, edits counted. */
  perRoomPerMinuteMax: number;
  /**
   * Letters to many: false where the network bears none. Otherwise their own pace, beside that of the rest, and how many
   * people they may reach in a day. Absent: they share the pace of the rest, which goes first.
   */
  broadcasts?: false | { perSecondMax: number; inFlightMax: number; peoplePerDayMax?: number };
  /** A letter may be sent freely within so many hours of the person's last one; absent: always. */
  freeReplyHours?: number;
};

/**
 * Why a letter did not go, in words that the pump can act on:
 * - throttled: too fast; nothing of the channel goes before `retryAfterSeconds`
 * - unreachable: the network or its server is away; tried again on a schedule
 * - unknown: it may have arrived (the line was cut after the letter was written); tried again
 * - blocked: this person does not want or cannot get letters; nothing is retried
 * - rejected: this letter cannot be sent as it is; nothing is retried
 * - topicLost: the topic is gone; it is opened anew and the letter sent there
 * - misconfigured: the assembly's own account is at fault; tried again, and an alarm is raised
 */
export type SendErrorKind =
  | 'throttled'
  | 'unreachable'
  | 'unknown'
  | 'blocked'
  | 'rejected'
  | 'topicLost'
  | 'misconfigured';

export class SendError extends Error {
  override readonly name = 'SendError';
  readonly kind: SendErrorKind;
  readonly retryAfterSeconds: number | undefined;
  /** The address under which the room lives from now on (a Telegram group that became a supergroup). */
  readonly movedTo: Address | undefined;

  /** `message` must hold nothing that a person wrote, and no address. */
  constructor(
    kind: SendErrorKind,
    message: string,
    more: { retryAfterSeconds?: number; movedTo?: Address; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.kind = kind;
    this.retryAfterSeconds = more.retryAfterSeconds;
    this.movedTo = more.movedTo;
  }
}
