import type { Router } from 'express';
import type { Media, TemplateKind } from '../engine/content.ts';
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

/** Optional ability: the network tells later how letters fared. */
export interface OutcomeChannel extends Channel {
  /**
   * Called once, before `start` and `accept`, in every process. `tell` resolves when the outcomes are written down and
   * rejects when they could not be; the network must then be asked to tell again, where it does.
   */
  onOutcomes(tell: (outcomes: Outcome[]) => Promise<void>): void;
}

/** How a letter fared. A network may repeat it and mix up its order. */
export type Outcome = {
  /** The network's name for the letter. */
  externalId: string;
  /** Our own number of the letter (`OutboundMessage.id`), where the network gives it back. */
  id?: string;
  status: 'sent' | 'arrived' | 'read' | 'failed';
  /** Why it failed. */
  error?: SendError;
  /** What the network charges it as (`service`, `utility`, `marketing` …), or `free`. */
  price?: string;
};

/** Optional ability: a network that is reached through something that must be paired, and that may fall away. */
export interface PairedChannel extends Channel {
  /** Called once, before `start`. `tell` is called at each change, and never throws. */
  onPairing(tell: (state: PairingState) => void): void;
}

/** `code`: what the picture to be scanned says; the next one replaces it within a minute. */
export type PairingState =
  | { kind: 'starting' }
  | { kind: 'pairing'; code: string }
  | { kind: 'ready' }
  | { kind: 'loggedOut' }
  /** It comes back by itself in so many seconds. `why` holds nothing that a person wrote, and no address. */
  | { kind: 'away'; why: string; againInSeconds: number }
  /** As many letters as it may send in a day have gone; the next go in so many seconds. */
  | { kind: 'full'; againInSeconds: number };

export const isOutcomeChannel = (channel: Channel): channel is OutcomeChannel => 'onOutcomes' in channel;
export const isPairedChannel = (channel: Channel): channel is PairedChannel => 'onPairing' in channel;
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
  /** What may be sent outside those hours: a template that asks. Absent: nothing, and it waits. */
  templates?: TemplateLimits;
  /** Whether a letter went whose sending was cut is told by an outcome with its number; so long it is waited for. */
  unknownWaitSeconds?: number;
};

export type TemplateLimits = {
  kinds: readonly TemplateKind[];
  /** The first one stands in for those that are missing. */
  languages: readonly [string, ...string[]];
  /** A letter waits so long for the person to write by themselves before a template asks them. */
  waitHours: number;
  /** Different people whom templates may reach in a day. */
  peoplePerDayMax: number;
};

/**
 * Why a letter did not go, in words that the pump can act on:
 * - throttled: too fast; nothing of the channel goes before `retryAfterSeconds`
 * - unreachable: the network or its server is away; tried again on a schedule
 * - unknown: it may have arrived (the line was cut after the letter was written); tried again
 * - blocked: this person does not want or cannot get letters; nothing is retried
 * - rejected: this letter cannot be sent as it is; nothing is retried
 * - windowShut: the network lets nothing but templates through to this person now; it waits until they write
 * - optedOut: this person wants no letters to many by this network; nothing is retried
 * - topicLost: the topic is gone; it is opened anew and the letter sent there
 * - misconfigured: the assembly's own account is at fault; tried again, and an alarm is raised
 */
export type SendErrorKind =
  | 'throttled'
  | 'unreachable'
  | 'unknown'
  | 'blocked'
  | 'rejected'
  | 'windowShut'
  | 'optedOut'
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
