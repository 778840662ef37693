import { sql } from 'drizzle-orm';
import { type Channel, isTopicChannel, SendError } from '../channels/channel.ts';
import type { Address } from '../channels/message.ts';
import { type Database, rows, type Tx } from '../database/database.ts';
import type { Content } from '../engine/content.ts';
import type { DueLetter } from './claim.ts';

/** A topic as it was used for one letter. */
export type TopicUse = { room: Address; key: string; topic: string };

/** A report's card that was posted again, because the topic it stood in is gone. */
export type Reposted = { id: number; externalId: string };

/**
 * Names the topic that letters with this key go to; it is opened when the first of them is sent. Without such a name
 * a letter's topic key is ignored, as it is in a room without topics.
 */
export async function nameTopic(tx: Tx, room: Address, key: string, title: string): Promise<void> {
  await tx.execute(
    sql`insert into topics (room, key, title) values (${room}, ${key}, ${title})
        on conflict (room, key) do update set title = excluded.title`,
  );
}

/** What a topic is called that others opened, if it is gone and has to be opened again. */
const TITLE_OF_OTHERS = 'Kasa';

/** A topic that somebody else opened, for an answer in it; resolves with its key. */
export async function useTopic(tx: Tx, room: Address, topic: string): Promise<string> {
  const key = `topic:${topic}`;
  await tx.execute(
    sql`insert into topics (room, key, topic, title) values (${room}, ${key}, ${topic}, ${TITLE_OF_OTHERS})
        on conflict do nothing`,
  );
  return key;
}

/** The next letter with this key opens a new one; unless that has happened already. */
export async function forgetTopic(tx: Tx, use: TopicUse): Promise<void> {
  await tx.execute(
    sql`update topics set topic = null where room = ${use.room} and key = ${use.key} and topic = ${use.topic}`,
  );
}

/**
 * The topic for a letter, opened if need be; undefined where there are none. Two letters cannot open the same one,
 * since only one letter is sent to a room at a time. A topic opened anew begins with the report's card as it stands.
 * If the process dies before the topic is stored, another one is opened: better an empty topic than a lost letter.
 */
export async function ensureTopic(
  database: Database,
  channel: Channel,
  letter: DueLetter,
  sentMore: () => void,
): Promise<{ use: TopicUse; reposted?: Reposted } | undefined> {
  if (letter.topicKey === null || !isTopicChannel(channel)) return undefined;
  const known = await topicRow(database.tx, letter.address, letter.topicKey);
  if (known === undefined || known.hasTopics === false) return undefined;
  const place = { room: letter.address, key: letter.topicKey };
  if (known.topic !== null) return { use: { ...place, topic: known.topic } };

  sentMore();
  const topic = await channel.openTopic(letter.address, known.title);
  const card = known.opened > 0 ? await cardOf(database.tx, letter) : undefined;
  if (card) sentMore();
  const reposted = card && (await repost(channel, letter.address, card, topic));
  await database.inTransaction(async (tx) => {
    await storeTopic(tx, { ...place, topic });
    // From now on a quote of the new card is understood, and edits change it.
    if (reposted) {
      await tx.execute(
        sql`update messages set external_id = ${reposted.externalId} where id = ${reposted.id}`,
      );
    }
  });
  return { use: { ...place, topic }, ...(reposted && { reposted }) };
}

/** Undefined when the network refuses the card as it is: the letter that waits for it must not wait for ever. */
async function repost(
  channel: Channel,
  to: Address,
  card: Card,
  topic: string,
): Promise<Reposted | undefined> {
  try {
    const { id, content } = card;
    const { externalId } = await channel.send({
      id: String(id),
      channel: channel.name,
      to,
      content,
      priority: 'notice',
      topic,
    });
    return { id, externalId };
  } catch (error) {
    if (error instanceof SendError && error.kind === 'rejected') return undefined;
    throw error;
  }
}

type Card = { id: number; content: Content };
type TopicRow = { topic: string | null; title: string; opened: number; hasTopics: boolean | null };

async function topicRow(tx: Tx, room: Address, key: string): Promise<TopicRow | undefined> {
  const [row] = await rows<TopicRow>(
    tx,
    sql`select t.topic, t.title, t.opened, d.has_topics as "hasTopics"
        from topics t left join desks d on d.address = t.room where t.room = ${room} and t.key = ${key}`,
  );
  return row;
}

async function storeTopic(tx: Tx, use: TopicUse): Promise<void> {
  await tx.execute(
    sql`update topics set topic = ${use.topic}, opened = opened + 1, closed = false
        where room = ${use.room} and key = ${use.key}`,
  );
}

/** The card of the letter's report at this desk with its newest words; undefined when the letter is the card itself. */
async function cardOf(tx: Tx, letter: DueLetter): Promise<Card | undefined> {
  if (letter.about === null) return undefined;
  const [card] = await rows<Card>(
    tx,
    sql`select m.id::float8 as id, coalesce(
            (select e.content from messages e where e.edits_id = m.id and e.direction = 'outbound'
               and e.status not in ('failed', 'cancelled') order by e.id desc limit 1), m.content) as content
        from cards c join messages m on m.id = c.message_id
        where c.report_id = ${letter.about} and c.desk = ${letter.address} and m.id <> ${letter.id}
          and m.status in ('sent', 'arrived', 'read')`,
  );
  return card;
}

/** A room in which the bot may not open topics: the letter is then written without one, since nobody must miss it. */
export const isTopicRefusal = (error: unknown) =>
  error instanceof SendError && (error.kind === 'rejected' || error.kind === 'misconfigured');
