/** Takes waiting conversations under lock: one person, one turn at a time, in order of arrival, whatever the process. */
import { sql } from 'drizzle-orm';
import type { Address } from '../channels/message.ts';
import { idSet, rows, type Tx } from '../database/database.ts';
import type { Receipt } from '../database/schema.ts';
import type { Conversation } from '../engine/conversation.ts';
import type { Person } from '../people/people.ts';
import { INNER_CHANNEL } from '../people/wake.ts';
import { joinAlbum, type KeptLetter } from './letter.ts';

/** One letter of a conversation that waits to be taken. Parts of an album are one letter. */
export type WaitingLetter = {
  ids: number[];
  channel: string;
  externalId: string;
  address: Address;
  content: KeptLetter;
  about: number | null;
  receipt: Receipt | null;
  /** The desk that the chat is, where somebody alone with us writes from another one than before. */
  desk?: { department: string; opener: string } | undefined;
};

/** A conversation under lock, with what waits in it. */
export type Talk = {
  id: number;
  room: string;
  address: Address;
  channel: string;
  /** The department whose desk this chat is. */
  desk: string | null;
  /** Who opened it. */
  deskOpener: string | null;
  state: Conversation;
  person: Person;
  /** When they last wrote before these letters; undefined when they never did. */
  heardAtMs: number | undefined;
  letters: WaitingLetter[];
};

type TalkRow = {
  id: number;
  person_id: number;
  room: string;
  address: Address;
  channel: string;
  desk: string | null;
  desk_opener: string | null;
  state: Conversation;
  consented: boolean;
  anonymous: boolean;
  called: string | null;
  stopped: boolean;
  heard_ms: number | null;
};

/**
 * Locks up to `most` conversations that have letters waiting, and none of them still on its way (a photo being fetched,
 * an album not whole). Those that another process holds are passed over. `lettersMax` bounds the letters of each.
 */
export async function takeTalks(tx: Tx, most: number, lettersMax: number, now: Date): Promise<Talk[]> {
  const locked = await rows<TalkRow>(
    tx,
    sql`select c.id::float8 as id, c.person_id::float8 as person_id, c.room, c.address, c.channel, c.state,
          desk.department as desk, desk.opened_by as desk_opener,
          p.consented_at is not null as consented, p.anonymous, p.called, p.stopped_at is not null as stopped,
          (extract(epoch from c.heard_at) * 1000)::float8 as heard_ms
        from (
          select conversation_id, min(id) as first from messages
          where direction = 'inbound' and status = 'received'
          group by conversation_id having max(due_at) <= ${now.toISOString()}::timestamptz
          order by first) waiting
        join conversations c on c.id = waiting.conversation_id
        join people p on p.id = c.person_id
        left join desks desk on desk.address = case c.room when '' then c.address else c.room end
          and desk.closed_at is null
        order by waiting.first
        for update of c skip locked limit ${most}`,
  );
  if (locked.length === 0) return [];
  const letters = await lettersOf(
    tx,
    locked.map((row) => row.id),
    lettersMax,
  );
  await findDesks(tx, locked, letters);
  return locked.map((row) => ({
    id: row.id,
    room: row.room,
    address: row.address,
    channel: row.channel,
    desk: row.desk,
    deskOpener: row.desk_opener,
    state: row.state,
    person: {
      id: row.person_id,
      conversationId: row.id,
      language: row.state.language,
      consented: row.consented,
      anonymous: row.anonymous,
      called: row.called,
      stopped: row.stopped,
    },
    heardAtMs: row.heard_ms ?? undefined,
    letters: letters.get(row.id) ?? [],
  }));
}

type LetterRow = Omit<WaitingLetter, 'ids' | 'externalId'> & {
  id: number;
  conversation_id: number;
  external_id: string;
};

/** A new statement after the lock: it sees what others committed before we held it. */
async function lettersOf(tx: Tx, ids: number[], most: number): Promise<Map<number, WaitingLetter[]>> {
  const found = await rows<LetterRow>(
    tx,
    sql`select id::float8 as id, conversation_id::float8 as conversation_id, channel, external_id, address, content,
          about::float8 as about, receipt
        from messages where direction = 'inbound' and status = 'received'
          and conversation_id = any(${idSet(ids)})
        order by id for update`,
  );
  const byTalk = new Map<number, WaitingLetter[]>();
  for (const row of found) {
    const letters = byTalk.get(row.conversation_id) ?? [];
    byTalk.set(row.conversation_id, letters);
    const album = row.content.album;
    const begun = album === undefined ? undefined : letters.find((letter) => letter.content.album === album);
    if (begun) {
      begun.ids.push(row.id);
      begun.content = joinAlbum([begun.content, row.content]);
    } else if (letters.length < most) {
      const { id, conversation_id: _talk, external_id, ...letter } = row;
      letters.push({ ...letter, ids: [id], externalId: external_id });
    }
  }
  return byTalk;
}

/** Somebody on several channels may have a desk on one of them: what they write on the others is their own. */
async function findDesks(tx: Tx, talks: TalkRow[], letters: Map<number, WaitingLetter[]>): Promise<void> {
  const elsewhere = talks.flatMap((talk) =>
    (talk.room === '' ? (letters.get(talk.id) ?? []) : []).filter(
      (letter) => letter.channel !== INNER_CHANNEL && letter.address !== talk.address,
    ),
  );
  if (elsewhere.length === 0) return;
  const addresses = JSON.stringify(elsewhere.map(({ address }) => address));
  const found = await rows<{ address: string; department: string; opener: string }>(
    tx,
    sql`select address, department, opened_by as opener from desks
        where closed_at is null and address in (select jsonb_array_elements_text(${addresses}::jsonb))`,
  );
  const byAddress = new Map(found.map((desk) => [desk.address, desk]));
  for (const letter of elsewhere)
    letter.desk = byAddress.get(letter.address) ?? { department: '', opener: '' };
}
