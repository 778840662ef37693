/** A person's letters in both directions, for channels that show the talk themselves (the web page). */
import { sql } from 'drizzle-orm';
import type { Address } from '../channels/message.ts';
import { type Database, rows } from '../database/database.ts';
import type { Content } from '../engine/content.ts';
import { INNER_CHANNEL } from '../people/wake.ts';
import type { KeptLetter } from './letter.ts';

type Letter = {
  id: number;
  content: Content;
  at: string;
  mine: boolean;
  edited?: boolean;
  externalId?: string;
};

type Row = {
  id: number;
  direction: string;
  external_id: string | null;
  content: Content & KeptLetter;
  at: string;
};

/** @param most how many letters at the most: the newest */
export async function lettersOf(
  database: Database,
  address: Address,
  afterId: number,
  most: number,
): Promise<Letter[]> {
  const found = await rows<Row>(
    database.tx,
    sql`select * from (
          select m.id::float8 as id, m.direction, m.external_id, coalesce(b.content, m.content) as content,
            to_char(m.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
          from addresses a join conversations c on c.person_id = a.person_id and c.room = ''
          join messages m on m.conversation_id = c.id
          left join broadcast_contents b on b.id = m.content_id
          where a.address = ${address} and m.id > ${afterId} and m.address = ${address} and m.channel <> ${INNER_CHANNEL}
            and (m.direction = 'inbound' or m.status not in ('failed', 'cancelled'))
            and (m.broadcast_id is null or m.status in ('sent', 'arrived', 'read'))
          order by m.id desc limit ${most}) newest
        order by id`,
  );
  return found.map(show);
}

function show(row: Row): Letter {
  const { id, at } = row;
  if (row.direction === 'outbound') return { id, at, content: row.content, mine: false };
  const { text = '', media, location, edits } = row.content;
  const content: Content = {
    text,
    ...(media && { media }),
    ...(location && {
      place: { latitude: location.latitude, longitude: location.longitude, name: location.name ?? '' },
    }),
  };
  return {
    id,
    at,
    content,
    mine: true,
    ...(edits && { edited: true }),
    ...(row.external_id && { externalId: row.external_id }),
  };
}
