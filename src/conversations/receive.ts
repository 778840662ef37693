/**
 * Letters come in. Stored once, whoever hands them in and how often; only then does the channel tell its network that
 * we have them. Nothing is understood here. Letters that arrive together share one transaction.
 */
import { sql } from 'drizzle-orm';
import type { Address, InboundMessage } from '../channels/message.ts';
import { type Database, rows, type Tx } from '../database/database.ts';
import type { World } from '../world.ts';
import {
  ALBUM_WAIT_SECONDS,
  awaitsMedia,
  FETCH_WAIT_MAX_SECONDS,
  type KeptLetter,
  keepLetter,
} from './letter.ts';
import { welcome } from './welcome.ts';

/** Letters stored by one transaction. */
export const RECEIVED_PER_COMMIT_MAX = 500;

export type Receiver = {
  /** Resolves when the letters are stored; rejects when they are not, and the network must hand them in again. */
  receive(messages: InboundMessage[]): Promise<void>;
};

type Waiting = { messages: InboundMessage[]; resolve: () => void; reject: (error: unknown) => void };

/**
 * @param languageOf which of our languages a network's hint means
 * @param stored called after letters were stored, so that the turn loop looks at once
 */
export function openReceiver(given: {
  database: Database;
  world: World;
  languageOf(hint: string | undefined): string;
  stored(): void;
}): Receiver {
  const { database, world } = given;
  let waiting: Waiting[] = [];
  let busy = false;

  const drain = async (): Promise<void> => {
    busy = true;
    while (waiting.length > 0) {
      const batch = takeBatch();
      const messages = batch.flatMap((one) => one.messages);
      try {
        await world.crashPoint('receive: before store');
        await store(database, messages, world.now(), given.languageOf);
        await world.crashPoint('receive: stored');
        for (const one of batch) one.resolve();
        given.stored();
      } catch (error) {
        for (const one of batch) one.reject(error);
      }
    }
    busy = false;
  };

  const takeBatch = (): Waiting[] => {
    let count = 0;
    let size = 0;
    while (count < waiting.length && (count === 0 || size < RECEIVED_PER_COMMIT_MAX)) {
      size += waiting[count]?.messages.length ?? 0;
      count += 1;
    }
    const batch = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return batch;
  };

  return {
    receive: (messages) =>
      new Promise((resolve, reject) => {
        if (messages.length === 0) return resolve();
        waiting.push({ messages, resolve, reject });
        if (!busy) void drain();
      }),
  };
}

type Row = {
  at: number;
  channel: string;
  external_id: string;
  address: string;
  room: string;
  content: KeptLetter;
  due_at: string;
  language: string;
  aliases: Address[];
};

async function store(
  database: Database,
  messages: InboundMessage[],
  now: Date,
  languageOf: (hint: string | undefined) => string,
): Promise<void> {
  const given = messages.map((message, at) => rowOf(message, at, now, languageOf));
  const withAlbum = given.some((row) => row.content.album !== undefined);
  // One statement is a transaction of its own; most letters need no more.
  const stored = withAlbum ? new Set<string>() : await insertLetters(database.tx, given, now);
  const missing = given.filter((row) => !stored.has(`${row.channel} ${row.external_id}`));
  if (missing.length === 0) return;
  // A letter that was not stored is a repeat, or its writer is new.
  await database.inTransaction(async (tx) => {
    await welcome(tx, missing, now);
    await insertLetters(tx, missing, now);
    if (withAlbum) await stretchAlbums(tx, given, now);
  });
}

function rowOf(
  message: InboundMessage,
  at: number,
  now: Date,
  languageOf: (hint: string | undefined) => string,
): Row {
  const content = keepLetter(message);
  const waitSeconds = awaitsMedia(content) ? FETCH_WAIT_MAX_SECONDS : content.album ? ALBUM_WAIT_SECONDS : 0;
  return {
    at,
    channel: message.channel,
    external_id: message.externalId,
    address: message.from,
    room: message.room ?? '',
    content,
    due_at: new Date(now.getTime() + waitSeconds * 1000).toISOString(),
    language: languageOf(message.languageHint),
    aliases: message.aliases ?? [],
  };
}

/** `offset 0` keeps Postgres from asking for each conversation twice: once to compare it, once to write it. */
async function insertLetters(tx: Tx, given: Row[], now: Date): Promise<Set<string>> {
  const stored = await rows<{ name: string }>(
    tx,
    sql`insert into messages (conversation_id, direction, channel, external_id, address, content, status, created_at, due_at)
        select conversation_id, 'inbound', given.channel, given.external_id, given.address, given.content, 'received',
          ${now.toISOString()}::timestamptz, given.due_at
        from (
          select given.*, (select c.id from addresses a join conversations c on c.person_id = a.person_id
            where a.address = given.address and c.room = given.room) as conversation_id
          from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as given(at int, channel text, external_id text,
            address text, room text, content jsonb, due_at timestamptz) offset 0) given
        where conversation_id is not null
        order by given.at
        on conflict (channel, external_id) where direction = 'inbound' do nothing
        returning channel || ' ' || external_id as name`,
  );
  return new Set(stored.map((row) => row.name));
}

/** Each part of an album moves the moment at which the whole is taken. */
async function stretchAlbums(tx: Tx, given: Row[], now: Date): Promise<void> {
  const albums = [
    ...new Set(given.flatMap((row) => (row.content.album ? [`${row.channel} ${row.content.album}`] : []))),
  ];
  if (albums.length === 0) return;
  const until = new Date(now.getTime() + ALBUM_WAIT_SECONDS * 1000).toISOString();
  await tx.execute(sql`
    update messages set due_at = greatest(due_at, ${until}::timestamptz)
    where direction = 'inbound' and status = 'received' and content ->> 'album' is not null
      and channel || ' ' || (content ->> 'album') in (select value from jsonb_array_elements_text(${JSON.stringify(albums)}::jsonb) value)`);
}
