/**
 * The turn loop: takes what waits, decides, and commits it whole: conversation, report, replies, the letter handled; or
 * nothing of it. As many conversations share a transaction as are waiting, so that a crowd costs little more than one.
 */
import { sql } from 'drizzle-orm';
import type { Around } from '../actions/action.ts';
import type { Address } from '../channels/message.ts';
import { type Database, rows, type Tx } from '../database/database.ts';
import type { DueLetter } from '../delivery/claim.ts';
import { type Places, postStraight } from '../delivery/direct.ts';
import type { Letter } from '../delivery/post.ts';
import { unstamp } from '../engine/choices.ts';
import type { Book, Input } from '../engine/conversation.ts';
import type { DeskLetter } from '../operators/desk.ts';
import { hearOperator } from '../operators/hear.ts';
import { leaveTalks } from '../operators/leave.ts';
import type { World } from '../world.ts';
import { correctWaiting } from './correct.ts';
import { leftTalks, talksUnderWay } from './ended.ts';
import { joinContents } from './join.ts';
import { toReply } from './letter.ts';
import { heedNews } from './news.ts';
import { replyInRoom } from './rooms.ts';
import { isHeard, save } from './save.ts';
import { type Actions, settle, type Under } from './settle.ts';
import { type Talk, takeTalks, type WaitingLetter } from './take.ts';

/** Conversations that share one transaction. */
export const TURNS_PER_COMMIT_MAX = 500;
/** Letters of one conversation that one transaction takes; the rest waits for the next. */
const LETTERS_PER_TALK_MAX = 20;

export type Turning = {
  database: Database;
  world: World;
  book: Book;
  actions: Actions;
  around: Omit<Around, 'tx' | 'now' | 'batch'>;
  /** Places for letters that can go at once, where this process carries the channel. */
  reserve?(channel: string, most: number): Places | undefined;
};

/** `queued`: letters wait in the queue. `more`: others wait to be taken. */
export type Taken = { letters: number; queued: boolean; more: boolean };

/** Takes turns once. Throws what the database throws: then nothing happened. */
export async function takeTurns(
  turning: Turning,
  talksMax = TURNS_PER_COMMIT_MAX,
  lettersMax = LETTERS_PER_TALK_MAX,
): Promise<Taken> {
  const { database, world } = turning;
  const places = new Map<string, Places>();
  let claimed = new Map<string, DueLetter[]>();
  let claimedAtMs = 0;
  try {
    await world.crashPoint('turn: before take');
    const taken = await database.inTransaction(async (tx) => {
      const now = world.now();
      claimedAtMs = now.getTime();
      const talks = await takeTalks(tx, talksMax, lettersMax, now);
      await world.crashPoint('turn: taken');
      const { outbound, more } =
        talks.length > 0 ? await turnAll(turning, tx, talks, now) : { outbound: [], more: false };
      reservePlaces(turning, outbound, places);
      const posted = await postStraight(tx, outbound, places, now);
      await world.crashPoint('turn: before commit');
      return { ...posted, more, letters: talks.reduce((sum, talk) => sum + talk.letters.length, 0) };
    });
    claimed = taken.claimed;
    await world.crashPoint('turn: committed');
    return taken;
  } finally {
    for (const [channel, place] of places) place.use(claimed.get(channel) ?? [], claimedAtMs);
  }
}

/** Once a channel, also when the transaction is tried again. */
function reservePlaces(turning: Turning, outbound: Letter[], places: Map<string, Places>): void {
  for (const { channel } of outbound) {
    if (places.has(channel)) continue;
    const reserved = turning.reserve?.(channel, outbound.length);
    if (reserved) places.set(channel, reserved);
  }
}

async function turnAll(
  turning: Turning,
  tx: Tx,
  talks: Talk[],
  now: Date,
): Promise<{ outbound: Letter[]; more: boolean }> {
  const batch = new Set(talks.map(({ id }) => id));
  const around: Around = { ...turning.around, tx, now, batch };
  const outbound: Letter[] = [];
  const unheard: number[] = [];
  for (const talk of talks) if (talk.room !== '') enterRoom(talk);
  await correctWaiting(tx, talks);
  const quoted = await quotedReports(tx, talks);
  // The first letters of all, then the second ones: a burst is taken in order.
  for (let round = 0; ; round++) {
    const turns: { under: Under; letter: WaitingLetter }[] = [];
    for (const talk of talks) {
      const letter = talk.letters[round];
      if (!letter) continue;
      moveTo(talk, letter);
      if (letter.content.news !== undefined) await heedNews(around, talk, letter);
      else if (await hearOperator(around, deskLetter(talk, letter, around), outbound)) continue;
      else if (talk.room !== '' && !isToUs(talk, letter)) unheard.push(...letter.ids);
      else turns.push({ under: { talk, input: inputOf(letter, quoted, now), says: [] }, letter });
    }
    if (turns.length === 0 && talks.every((talk) => talk.letters.length <= round + 1)) break;
    const talking = turns.map(({ under }) => talksUnderWay(turning.book, under.talk.state));
    await settle(
      turning.book,
      turning.actions,
      turns.map(({ under }) => under),
      around,
    );
    await leaveTalks(
      around,
      turns.flatMap(({ under }, at) => leftTalks(turning.book, talking[at] ?? [], under)),
    );
    for (const { under, letter } of turns) outbound.push(...(await replies(under, letter, tx)));
  }
  return { outbound, more: await save(tx, talks, unheard, now) };
}

/** Somebody on several channels hears our notices on the one that they used last. */
function moveTo(talk: Talk, letter: WaitingLetter): void {
  if (talk.room !== '' || !isHeard(letter)) return;
  Object.assign(talk, { address: letter.address, channel: letter.channel });
}

/** In a group: said to us, and no tap on a button that was another member's, an old one, or a closed desk's. */
function isToUs({ state }: Talk, { content }: WaitingLetter): boolean {
  const { addressed, choice } = content;
  if (!addressed || choice === undefined) return addressed === true;
  return choice.startsWith('>') || unstamp(state.asked, choice) !== undefined;
}

/** Questions of one member are counted far from those of another, so that nobody answers for somebody else by a tap. */
const ROOM_QUESTIONS_MAX = 1_000_000;

function enterRoom({ id, state }: Talk): void {
  if (!state.inRoom) Object.assign(state, { inRoom: true, asked: id * ROOM_QUESTIONS_MAX });
}

/** The letter as a desk would hear it, if its chat is one. */
function deskLetter(talk: Talk, letter: WaitingLetter, { voice, settings }: Around): DeskLetter {
  return {
    channel: letter.channel,
    externalId: letter.externalId,
    content: letter.content,
    desk: (talk.room || letter.address) as Address,
    department: letter.desk?.department ?? talk.desk ?? '',
    inRoom: talk.room !== '',
    name:
      letter.content.name ||
      (talk.room === '' && (letter.desk?.opener ?? talk.deskOpener)) ||
      voice.say(settings.deskLanguage, 'desk.someone'),
  };
}

function inputOf(letter: WaitingLetter, quoted: Map<string, number>, now: Date): Input {
  const at = now.getTime();
  const { start } = letter.content;
  if (start) return { type: 'started', at, ...start };
  const quotes = letter.content.choice === undefined ? letter.content.replyTo : undefined;
  const about = quotes === undefined ? null : (quoted.get(`${letter.channel} ${quotes}`) ?? null);
  return { type: 'replied', at, reply: toReply(letter.content, about) };
}

async function replies({ talk, says }: Under, letter: WaitingLetter, tx: Tx): Promise<Letter[]> {
  const content = joinContents(says);
  if (!content) return [];
  if (talk.room !== '') return [await replyInRoom(tx, talk, letter, content)];
  const inner = letter.content.start !== undefined;
  return [
    {
      channel: inner ? talk.channel : letter.channel,
      to: inner ? talk.address : letter.address,
      content,
      priority: inner ? 'notice' : 'reply',
      conversationId: talk.id,
      about: letter.about ?? undefined,
      receipt: letter.receipt ?? undefined,
    },
  ];
}

/** The reports that letters quote: our letter's name on its network → report. */
async function quotedReports(tx: Tx, talks: Talk[]): Promise<Map<string, number>> {
  const quotes = talks.flatMap((talk) =>
    talk.letters.flatMap(({ channel, content }) =>
      content.replyTo === undefined || content.choice !== undefined
        ? []
        : [{ channel, name: content.replyTo }],
    ),
  );
  if (quotes.length === 0) return new Map();
  const found = await rows<{ name: string; about: number }>(
    tx,
    sql`select m.channel || ' ' || m.external_id as name, m.about::float8 as about
        from jsonb_to_recordset(${JSON.stringify(quotes)}::jsonb) as given(channel text, name text)
        join messages m on m.channel = given.channel and m.external_id = given.name
          and m.direction = 'outbound' and m.about is not null`,
  );
  return new Map(found.map((row) => [row.name, row.about]));
}
