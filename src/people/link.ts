/**
 * Two people who are one: everything of the one (`from`, whose code it was) goes to the other (`into`, who typed it and
 * whose turn it is), in the turn's transaction. Whatever table names a person is named here or in link-rows.ts; a test
 * looks through all.
 *
 * Conversations are deleted here and nowhere else, and `messages.conversation_id` is no foreign key, so what other
 * processes do at the same moment was thought through:
 * - A turn of either talk holds its conversation's row. We lock all rows of both first and so wait for it; a talk that
 *   is in our own batch is refused before (`NotTogether` in actions/action.ts). Two who type each other's codes at the
 *   same time lock each other out: the database undoes one, whose transaction is repeated and finds the code used.
 * - Whoever writes a row that names `from` needs a share of its row in `people`, which we hold until the end: they
 *   committed before and we move their row, or they fail afterwards and come again (`receive` answers its network so).
 * - A wake reads who a report's people are, with the report locked, and then writes into their talk. Reports and follows
 *   are moved first: whoever read them before us has written when our statement goes on, and letters are moved last.
 * - What was looked up before and is stored after that last statement lands in a talk that is gone. `noteGone` writes
 *   down where it went: `adoptStragglers` brings such letters after it, and `wake` asks for today's number of a person.
 */
import { sql } from 'drizzle-orm';
import type { Address } from '../channels/message.ts';
import { idSet, rows, type Tx } from '../database/database.ts';
import type { Conversation } from '../engine/conversation.ts';
import { type Merger, moveDigest, moveFollows, moveJudgements, moveReports } from './link-rows.ts';
import { type GoneTalk, moveLetters, noteGone } from './linked.ts';
import { CONSENT_VERSION, cancelNotices, type Person } from './people.ts';

type TalkRow = { id: number; person_id: number; room: string; state: Conversation };

/** What the one who types the code is told of the other, before anything is changed. */
export type Other = {
  /** Every talk of theirs, in rooms too. */
  talks: number[];
  /** Where they wrote from last, alone with us. */
  channel: string;
  address: Address;
  anonymous: boolean;
  stopped: boolean;
  /** The flows that they are in the middle of. */
  flows: string[];
};

export async function lookAtOther(tx: Tx, personId: number): Promise<Other | undefined> {
  const talks = await rows<TalkRow & Omit<Other, 'talks' | 'flows'>>(
    tx,
    sql`select c.id::float8 as id, c.person_id::float8 as person_id, c.room, c.state, c.channel, c.address, p.anonymous,
          p.stopped_at is not null as stopped
        from conversations c join people p on p.id = c.person_id where c.person_id = ${personId} order by c.id`,
  );
  const alone = talks.find(({ room }) => room === '');
  if (!alone) return undefined;
  const { channel, address, anonymous, stopped, state } = alone;
  return {
    talks: talks.map(({ id }) => id),
    channel,
    address,
    anonymous,
    stopped,
    flows: state.frames.map(({ flow }) => flow),
  };
}

/** Either talk alone with us is a desk: an official's, which is nobody's own. */
export async function isDeskAlone(tx: Tx, { from, into }: Merger): Promise<boolean> {
  const found = await rows(
    tx,
    sql`select 1 from desks d join addresses a on a.address = d.address
        where d.closed_at is null and a.person_id = any(${idSet([from, into])})`,
  );
  return found.length > 0;
}

/** @returns false when one of them is not there any more: somebody else was faster */
export async function lockBoth(tx: Tx, { from, into }: Merger): Promise<boolean> {
  const both = idSet([from, into]);
  await rows(tx, sql`select 1 from conversations where person_id = any(${both}) order by id for update`);
  const people = await rows(tx, sql`select 1 from people where id = any(${both}) order by id for update`);
  return people.length === 2;
}

/**
 * Makes `from` one with `person`, who was locked with them (lockBoth); changes `person` too: the turn goes on with it.
 * What `from` was in the middle of is left on `person.adopted`, for the turn to lay beneath what it does.
 */
export async function merge(tx: Tx, person: Person, from: number, now: Date): Promise<void> {
  const merger: Merger = { from, into: person.id };
  await moveReports(tx, merger);
  await moveFollows(tx, merger);
  await moveDigest(tx, merger);
  await moveJudgements(tx, merger);
  await tx.execute(sql`update addresses set person_id = ${merger.into} where person_id = ${from}`);
  await tx.execute(sql`update link_codes set person_id = ${merger.into} where person_id = ${from}`);
  await tx.execute(sql`update link_tries set person_id = ${merger.into} where person_id = ${from}`);
  await tx.execute(sql`update gone set person_id = ${merger.into} where person_id = ${from}`);
  await joinSelves(tx, merger, person);
  const { gone, adopted } = await moveTalks(tx, merger, now);
  await noteGone(tx, merger.into, { personId: from, talks: gone }, now);
  if (adopted) person.adopted = adopted;
  await tx.execute(sql`delete from people where id = ${from}`);
  // "Stop" holds for both from now on, also for what waits.
  if (person.stopped) await cancelNotices(tx, person.id, now);
}

type Self = {
  language: string;
  called: string | null;
  consented: boolean;
  anonymous: boolean;
  stopped: boolean;
};

/**
 * One self: the language of whoever wrote to us first, a consent that either gave to today's words, the more careful of
 * both where it is about their name and about being written to.
 */
async function joinSelves(tx: Tx, { from, into }: Merger, person: Person): Promise<void> {
  const isToday = sql`(p.consent_version is not distinct from ${CONSENT_VERSION} and p.consented_at is not null
    or not (o.consent_version is not distinct from ${CONSENT_VERSION} and o.consented_at is not null)
      and p.consented_at is not null)`;
  const [self] = await rows<Self>(
    tx,
    sql`update people p set
          language = case when (o.created_at, o.id) < (p.created_at, p.id) then o.language else p.language end,
          called = coalesce(p.called, o.called),
          consented_at = case when ${isToday} then p.consented_at else o.consented_at end,
          consent_version = case when ${isToday} then p.consent_version else o.consent_version end,
          anonymous = p.anonymous or o.anonymous,
          stopped_at = least(p.stopped_at, o.stopped_at),
          created_at = least(p.created_at, o.created_at)
        from people o where p.id = ${into} and o.id = ${from}
        returning p.language, p.called, p.consented_at is not null as consented, p.anonymous,
          p.stopped_at is not null as stopped`,
  );
  if (self) Object.assign(person, self);
}

/**
 * A talk in a room where `into` has none goes on as it is, with its number: nothing that is on its way to it is lost.
 * Where there are two, the letters of `from` go into the other one.
 */
async function moveTalks(
  tx: Tx,
  { from, into }: Merger,
  now: Date,
): Promise<{ gone: GoneTalk[]; adopted: Conversation | undefined }> {
  const both = await rows<TalkRow>(
    tx,
    sql`select id::float8 as id, person_id::float8 as person_id, room, state from conversations
        where person_id = any(${idSet([from, into])}) order by id`,
  );
  const mine = new Map(both.filter((row) => row.person_id === into).map((row) => [row.room, row.id]));
  const theirs = both.filter((row) => row.person_id === from);
  const gone = theirs.filter(({ room }) => mine.has(room));
  const kept = theirs.filter(({ room }) => !mine.has(room)).map(({ id }) => id);
  await tx.execute(sql`update conversations set person_id = ${into} where id = any(${idSet(kept)})`);
  for (const { id, room } of gone) await moveLetters(tx, id, mine.get(room) ?? id, now);
  await tx.execute(sql`delete from conversations where id = any(${idSet(gone.map(({ id }) => id))})`);
  return { gone, adopted: gone.find(({ room }) => room === '')?.state };
}
