/**
 * Where a talk stands, what can happen to it, and what follows. All of it is JSON and goes through JSON between
 * two turns, so it may be held in memory, in a row, or on another machine.
 */
import type { Content, Json, Media, Point } from './content.ts';
import type { Flow, OfferedChoice, Values } from './flow.ts';

/** One flow under way. The topmost frame is the one being talked about; those below wait. */
export type Frame = {
  flow: string;
  /** The flow's content when the frame was last moved; a difference means that it was edited meanwhile. */
  version: string;
  step: string;
  values: Values;
  /** Questions answered by the person, oldest first: the way back. */
  trail: string[];
  /** Which page of a long list of choices is shown. */
  page?: number;
  /** When its question was last asked, milliseconds since 1970. */
  askedAt?: number;
};

export type Conversation = {
  language: string;
  frames: Frame[];
  /** `operator`: a person of the desk is talking, and the bot keeps out of it. */
  waiting: 'nothing' | 'reply' | 'operator';
  /** Answers in a row that were not understood. */
  misreads: number;
  /** Counts questions, so that a tap on an old button is known for what it is. */
  asked: number;
  /** They talk in a group, where everyone reads along. */
  inRoom?: boolean;
  /** Time of the person's last letter, milliseconds since 1970; 0 before the first. */
  at: number;
  /** A flow that has something ready for them: said with the answer to their next letter, at `<flow>.ready`. */
  offer?: string;
};

export const newConversation = (language: string): Conversation => ({
  language,
  frames: [],
  waiting: 'nothing',
  misreads: 0,
  asked: 0,
  at: 0,
});

/** What a person sent, as far as the engine needs it. */
export type Reply = {
  text: string;
  /** Id of the tapped choice, as it stood on the button. */
  choice?: string;
  location?: Point & { name?: string };
  media?: Media[];
  unsupported?: string;
  /** Number of the report whose letter they quote. */
  about?: number;
};

/** `at` is in milliseconds since 1970: the engine has no clock of its own. */
export type Input =
  | { type: 'started'; at: number; flow: string; values: Values; instead?: string }
  | { type: 'replied'; at: number; reply: Reply }
  | { type: 'returned'; at: number; result: Json }
  | { type: 'refused'; at: number; reason: string; values?: Values };

/** A wish for the world: action `noun.verb` with its input. Answered by 'returned' or 'refused'. */
export type Call = { action: string; input: Values };

/** All that should happen. With a `call` the turn goes on when it was answered. */
export type Turn = { conversation: Conversation; says: Content[]; call?: Call };

/** Words in every language, as the engine asks for them. Synchronous; a missing word is an empty string. */
export type Voice = {
  say(language: string, key: string, values?: Values): string;
  /** A list of words or phrases; empty when there is none. */
  list(language: string, key: string): readonly string[];
  readonly languages: readonly { code: string; name: string; finished: boolean }[];
};

/** All that the engine may know. */
export type Book = {
  flows: ReadonlyMap<string, Flow>;
  voice: Voice;
  /** Every word of every language that commands something, plain → command. */
  commands: ReadonlyMap<string, string>;
  /** Flows that a code starts, with the words of theirs that may stand before it, the longest first. */
  coded: readonly { flow: Flow; keywords: readonly string[] }[];
  /** Lists of choices that are the same for everyone, by name and language. */
  lists: Readonly<Record<string, ReadonlyMap<string, OfferedChoice[]>>>;
};

/** A fault in a flow that checkBook should have found, or a bound that was passed: for the author of the flow. */
export class FlowFault extends Error {
  override readonly name = 'FlowFault';
}
