/**
 * The weekly letter as its reader set it: how often, at what hour, since when, and its end. This room knows no edition
 * and nothing of what is told in it.
 */
import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../database/database.ts';
import type { Followed } from './follow.ts';

export type Cadence = 'weekly' | 'onChange';

/** Times in milliseconds since 1970. */
export type DigestSettings = {
  cadence: Cadence;
  hour: number;
  placesAgreed: boolean;
  beganAt: number;
  toldAt: number;
  toldFrom: number | null;
  waiting: boolean;
  ended: boolean;
  room: string | null;
};

const millis = (column: ReturnType<typeof sql>) => sql`(extract(epoch from ${column}) * 1000)::float8`;

/** Undefined when they never subscribed. */
export async function digestOf(tx: Tx, personId: number): Promise<DigestSettings | undefined> {
  const found = await rows<DigestSettings>(
    tx,
    sql`select cadence, hour, places_agreed_at is not null as "placesAgreed", ${millis(sql`began_at`)} as "beganAt",
          ${millis(sql`told_at`)} as "toldAt", ${millis(sql`told_from`)} as "toldFrom",
          waiting_since is not null as waiting, ended_at is not null as ended, room
        from digests where person_id = ${personId}`,
  );
  return found[0];
}

/** Begins it, or begins it again after its end; what is under way goes on as it is. */
export async function beginDigest(tx: Tx, personId: number, hour: number, now: Date): Promise<void> {
  const at = sql`${now.toISOString()}::timestamptz`;
  await tx.execute(sql`
    insert into digests (person_id, cadence, hour, began_at, told_at)
    values (${personId}, 'weekly', ${hour}, ${at}, ${at})
    on conflict (person_id) do update set ended_at = null, began_at = ${at}, told_at = ${at}, told_from = null,
      edition = null, written_at = null, waiting_since = null
      where digests.ended_at is not null`);
}

export async function setCadence(tx: Tx, personId: number, cadence: Cadence): Promise<void> {
  await tx.execute(sql`update digests set cadence = ${cadence} where person_id = ${personId}`);
}

export async function setHour(tx: Tx, personId: number, hour: number): Promise<void> {
  await tx.execute(sql`update digests set hour = ${hour} where person_id = ${personId}`);
}

export async function agreeToPlaces(tx: Tx, personId: number, now: Date): Promise<void> {
  await tx.execute(
    sql`update digests set places_agreed_at = coalesce(places_agreed_at, ${now.toISOString()}::timestamptz)
        where person_id = ${personId}`,
  );
}

/**
 * Ends it at once: letters that wait in the queue do not go. The row is changed first: an edition that is being written
 * holds it, and its letters are then seen here.
 */
export async function endDigest(tx: Tx, personId: number, now: Date): Promise<void> {
  const at = sql`${now.toISOString()}::timestamptz`;
  await tx.execute(
    sql`update digests set ended_at = coalesce(ended_at, ${at}), waiting_since = null where person_id = ${personId}`,
  );
  await tx.execute(sql`
    update messages set status = 'cancelled', done_at = ${at} where ${queuedLetters(personId)}`);
}

/**
 * One topic is left. A letter that waits may tell of it, so it is taken back; the edition writes it anew at its next
 * look, without that topic.
 */
export async function noteEnding(tx: Tx, personId: number, left: Followed, now: Date): Promise<void> {
  await tx.execute(sql`
    insert into digest_endings (person_id, topic, subject_id, name, ended_at)
    values (${personId}, ${left.topic}, ${left.subjectId}, ${left.name ?? ''}, ${now.toISOString()}::timestamptz)
    on conflict (person_id, topic, subject_id, name) do update set ended_at = excluded.ended_at`);
  await tx.execute(sql`select 1 from digests where person_id = ${personId} for update`);
  const taken = await rows(tx, sql`delete from messages where ${waitingLetters(personId)} returning 1`);
  if (taken.length === 0) return;
  await tx.execute(
    sql`update digests set edition = null, told_at = coalesce(told_from, told_at) where person_id = ${personId}`,
  );
}

/** Topics that they left and did not take up again, newest first. */
export async function endingsOf(tx: Tx, personId: number): Promise<(Followed & { endedAt: number })[]> {
  return rows(
    tx,
    sql`select 0 as id, e.topic, e.subject_id::float8 as "subjectId", nullif(e.name, '') as name,
          null as "radiusKm", 0 as "addedAt", ${millis(sql`e.ended_at`)} as "endedAt"
        from digest_endings e where e.person_id = ${personId} and not exists (
          select 1 from follows f where f.person_id = e.person_id and f.topic = e.topic
            and f.subject_id = e.subject_id and coalesce(f.name, '') = e.name)
        order by e.ended_at desc`,
  );
}

/** They have seen the edition that waited for them. */
export async function sawEdition(tx: Tx, personId: number, now: Date): Promise<void> {
  await tx.execute(
    sql`update digests set waiting_since = null, written_at = ${now.toISOString()}::timestamptz
        where person_id = ${personId} and waiting_since is not null`,
  );
}

/** Makes the group a person of its own that subscribes; resolves with its number. */
export async function roomPerson(
  tx: Tx,
  room: { address: string; channel: string; language: string },
  now: Date,
): Promise<number> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const [known] = await rows<{ id: number }>(
    tx,
    sql`select person_id::float8 as id from addresses where address = ${room.address}`,
  );
  if (known) return known.id;
  const [made] = await rows<{ id: number }>(
    tx,
    sql`insert into people (language, created_at) values (${room.language}, ${at}) returning id::float8 as id`,
  );
  const id = made?.id ?? Number.NaN;
  await tx.execute(sql`insert into addresses (address, person_id) values (${room.address}, ${id})`);
  const state = {
    language: room.language,
    frames: [],
    waiting: 'nothing',
    misreads: 0,
    asked: 0,
    at: 0,
  };
  await tx.execute(sql`
    insert into conversations (person_id, room, address, channel, state)
    values (${id}, '', ${room.address}, ${room.channel}, ${JSON.stringify(state)}::jsonb)`);
  return id;
}

export async function chooseForRoom(tx: Tx, personId: number, room: string, chosenBy: number): Promise<void> {
  await tx.execute(
    sql`update digests set room = ${room}, chosen_by = ${chosenBy} where person_id = ${personId}`,
  );
}

/** The group's letter as it was chosen; undefined when it has none. */
export async function roomDigest(tx: Tx, room: string): Promise<{ personId: number } | undefined> {
  const found = await rows<{ personId: number }>(
    tx,
    sql`select person_id::float8 as "personId" from digests where room = ${room} and ended_at is null`,
  );
  return found[0];
}

/** Ends a group's letter at once, also one that waits. */
export async function endRoomDigest(tx: Tx, room: string, now: Date): Promise<void> {
  const found = await roomDigest(tx, room);
  if (found) await endDigest(tx, found.personId, now);
}

/** Where a conversation is, and whether one who administers the group has just spoken to us in it. */
export type InRoom = { room: string; channel: string; language: string; administrator: boolean };

const ADMINISTRATOR_MINUTES = 60;

export async function roomOf(tx: Tx, conversationId: number, now: Date): Promise<InRoom | undefined> {
  const since = new Date(now.getTime() - ADMINISTRATOR_MINUTES * 60_000).toISOString();
  const found = await rows<InRoom>(
    tx,
    sql`select c.room, c.channel, c.state ->> 'language' as language, exists (
          select 1 from messages m where m.conversation_id = c.id and m.direction = 'inbound'
            and m.created_at >= ${since}::timestamptz and m.content ->> 'administrator' = 'true') as administrator
        from conversations c where c.id = ${conversationId} and c.room <> ''`,
  );
  return found[0];
}

/** Those that nobody is sending at this moment. */
const waitingLetters = (personId: number) => sql`
  ${queuedLetters(personId)} and not exists (select 1 from handfuls h where messages.id = any(h.letters))`;

const queuedLetters = (personId: number) => sql`
  direction = 'outbound' and status = 'queued'
  and broadcast_id in (select id from broadcasts where kind = 'digest')
  and conversation_id in (select id from conversations where person_id = ${personId})`;
