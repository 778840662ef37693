/** One letter at a desk: who wrote it, what it is about, and a way to answer there. */
import { sql } from 'drizzle-orm';
import type { Address } from '../channels/message.ts';
import type { City } from '../civic/city.ts';
import { idOf, referenceOf } from '../civic/reference.ts';
import { lockReport } from '../civic/reports/find.ts';
import type { Report } from '../civic/reports/report.ts';
import { rows, type Tx } from '../database/database.ts';
import type { Letter } from '../delivery/post.ts';
import type { Content, Media, Point } from '../engine/content.ts';
import type { Voice } from '../engine/conversation.ts';
import type { Values } from '../engine/flow.ts';
import { type Desks, isOfWords, toDesks } from './card.ts';
import { type CommandName, shownWord } from './commands.ts';

/** What an official's letter needs of its surroundings. */
export type Around = {
  tx: Tx;
  now: Date;
  city: City;
  voice: Voice;
  settings: {
    deskLanguage: string;
    broadcastChannels: readonly string[];
    windowHours?: Readonly<Record<string, number>>;
    /** Channels without buttons: desks there work by words. */
    wordChannels?: readonly string[];
    /** Channels that are reached through something that must be paired. */
    pairedChannels?: readonly string[];
  };
};

export type DeskContent = {
  text?: string;
  choice?: string;
  media?: Media[];
  location?: Point & { name?: string };
  replyTo?: string;
  topic?: string;
  roomHasTopics?: boolean;
  /** It changes an earlier letter that was handled already. */
  edits?: string;
};

export type DeskLetter = {
  channel: string;
  externalId: string;
  content: DeskContent;
  /** The chat in which it was said. */
  desk: Address;
  /** Empty when the chat is no desk yet. */
  department: string;
  inRoom: boolean;
  /** The official, as colleagues see them. */
  name: string;
};

export type AtDesk = {
  around: Around;
  desks: Desks;
  letter: DeskLetter;
  /** It has no buttons. */
  inWords: boolean;
  /** The report whose topic it was said in. */
  topicOf: number | undefined;
  /** Answers where it was said. */
  answer(content: Content, about?: number): void;
  /** The same as a letter to be posted by oneself, when its number is needed. */
  here(content: Content, about?: number): Letter;
};

/** Words of the desk's language. */
export const deskWords = ({ desks }: AtDesk, key: string, values: Values = {}): string =>
  desks.voice.say(desks.language, `desk.${key}`, values);

/** The same where there are no buttons to speak of, when it is said otherwise there. */
export const ownWords = (at: AtDesk, key: string, values: Values = {}): string =>
  deskWords(at, at.inWords ? `inWords.${key}` : key, values);

/** A command as it is written here: `#done` where everything is words, `/done` elsewhere. */
export const commandHere = ({ desks, inWords }: AtDesk, name: CommandName): string =>
  inWords ? shownWord(desks.voice, desks.language, name) : `/${name}`;

export async function atDesk(around: Around, letter: DeskLetter, outbound: Letter[]): Promise<AtDesk> {
  const desks = toDesks(around);
  const topicKey = await topicKeyOf(around.tx, letter);
  const here = (content: Content, about?: number): Letter => ({
    channel: letter.channel,
    to: letter.desk,
    content,
    priority: 'reply',
    about,
    topicKey,
  });
  const answer = (content: Content, about?: number): void => void outbound.push(here(content, about));
  return {
    around,
    desks,
    letter,
    inWords: isOfWords(desks, letter.channel),
    topicOf: topicKey === undefined ? undefined : idOf(topicKey),
    answer,
    here,
  };
}

async function topicKeyOf(tx: Tx, { desk, content }: DeskLetter): Promise<string | undefined> {
  if (content.topic === undefined) return undefined;
  const [held] = await rows<{ key: string }>(
    tx,
    sql`select key from topics where room = ${desk} and topic = ${content.topic}`,
  );
  return held?.key;
}

/**
 * The report, locked, when it is this desk's business: its department's, one whose card it has, or, for the front desk,
 * one whose department has no desk. To anybody else there is no such report.
 */
export async function reportHere(at: AtDesk, id: number): Promise<Report | undefined> {
  const { around, letter } = at;
  const report = await lockReport(around.tx, id);
  if (!report || report.department === letter.department) return report;
  const [rights] = await rows<{ card: boolean; manned: boolean }>(
    around.tx,
    sql`select exists (select 1 from cards where report_id = ${id} and desk = ${letter.desk}) as card,
          exists (select 1 from desks where department = ${report.department} and closed_at is null) as manned`,
  );
  const answersForAll = letter.department === around.city.front && rights?.manned === false;
  return rights?.card || answersForAll ? report : undefined;
}

/** Answers about one report, by its reference. */
export function sayOf(at: AtDesk, report: Report, key: string, values: Values = {}): void {
  at.answer({ text: deskWords(at, key, { reference: referenceOf(report.id), ...values }) }, report.id);
}

/** Names what an official did, once and for all. */
export const causeOf = ({ letter }: AtDesk): string => `desk:${letter.channel}:${letter.externalId}`;
