/** Letters, the talks that they belong to, what came with them, and the topics in which they stand. */
import { sql } from 'drizzle-orm';
import {
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { Json } from '../../engine/content.ts';
import { bytes, identity, number, when } from './columns.ts';
import { people } from './people.ts';

/** One person in one place (alone with us, or in one group): the unit of order. Locked for a turn. */
export const conversations = pgTable(
  'conversations',
  {
    id: identity(),
    personId: number('person_id')
      .notNull()
      .references(() => people.id),
    /** The group, or '' when they are alone with us. */
    room: text('room').notNull().default(''),
    /** Where their last letter came from, and by which channel; notices go there. */
    address: text('address').notNull(),
    channel: text('channel').notNull(),
    state: jsonb('state').$type<Json>().notNull(),
    heardAt: when('heard_at'),
  },
  (t) => [uniqueIndex('conversations_person_room').on(t.personId, t.room)],
);

/** Channels that tell later how letters fared; written out, since the index must be recognised by its words. */
export const TOLD_CHANNELS: readonly string[] = ['whatsapp', 'whatsappweb'];
export const TOLD_LATER = sql.raw(`channel in (${TOLD_CHANNELS.map((name) => `'${name}'`).join(', ')})`);

/**
 * Letters.
 * Inbound status: received → handled | failed | ignored. Outbound: queued → sending → sent (→ arrived → read),
 * or failed | cancelled; `waiting` where its network lets nothing through until the person writes. `due_at` of an inbound letter is in the future while its album or its photo is awaited.
 */
export const messages = pgTable(
  'messages',
  {
    id: identity(),
    /** Not a foreign key: the check would cost every letter. Null where a person has the same letter of a broadcast already (people/linked.ts). */
    conversationId: number('conversation_id'),
    direction: text('direction').$type<'inbound' | 'outbound'>().notNull(),
    channel: text('channel').notNull(),
    /** The network's name for the letter; for an inner letter the fact that caused it. */
    externalId: text('external_id'),
    /** The sender of an inbound letter, the receiver of an outbound one. */
    address: text('address').notNull(),
    content: jsonb('content').$type<Json>().notNull(),
    status: text('status').notNull(),
    priority: smallint('priority').notNull().default(0),
    createdAt: when('created_at').notNull(),
    dueAt: when('due_at').notNull(),
    /** When it was handled, sent, or given up. */
    doneAt: when('done_at'),
    attempts: smallint('attempts').notNull().default(0),
    leaseUntil: when('lease_until'),
    /** Fencing token: a result is written only by the claim that is still the newest. */
    token: integer('token').notNull().default(0),
    /** Kind of error and a text without anything personal. */
    error: text('error'),
    /** The report that the letter is about. */
    about: number('about'),
    /** Outbound: the broadcast that it belongs to. */
    broadcastId: number('broadcast_id'),
    /** Its words, when they stand in `broadcast_contents`; `content` says nothing then. */
    contentId: number('content_id'),
    /** Outbound: our own letter to quote. */
    replyToId: number('reply_to_id'),
    /** Outbound: our own letter to change. */
    editsId: number('edits_id'),
    /** Outbound to a group with topics: the key of the topic in `topics`. */
    topicKey: text('topic_key'),
    /** An official's letter on which to mark how this one fares. */
    receipt: jsonb('receipt').$type<Receipt>(),
    /** What its network charges it as, where it tells. */
    price: text('price'),
  },
  (t) => [
    uniqueIndex('messages_inbound_once').on(t.channel, t.externalId).where(sql`direction = 'inbound'`),
    index('messages_waiting').on(t.conversationId).where(sql`direction = 'inbound' and status = 'received'`),
    // Letters of broadcasts have an index of their own: they must cost little, and be in nobody's way.
    index('messages_due')
      .on(t.channel, t.priority, t.id)
      .where(sql`direction = 'outbound' and status = 'queued' and broadcast_id is null`),
    index('messages_under_way')
      .on(t.channel, t.address, t.priority, t.id)
      .where(sql`direction = 'outbound' and status in ('queued', 'sending') and broadcast_id is null`),
    index('messages_broadcast_due')
      .on(t.broadcastId, t.channel, t.dueAt, t.id)
      .where(sql`status = 'queued' and broadcast_id is not null`),
    uniqueIndex('messages_edit_once')
      .on(t.editsId)
      .where(sql`direction = 'outbound' and status = 'queued' and edits_id is not null`),
    index('messages_quoted')
      .on(t.channel, t.externalId)
      .where(sql`direction = 'outbound' and about is not null`),
    // Only where networks tell later how letters fared: elsewhere it would cost every letter and find none.
    index('messages_told')
      .on(t.channel, t.externalId)
      .where(sql`direction = 'outbound' and external_id is not null and ${TOLD_LATER}`),
    index('messages_shut').on(t.channel, t.conversationId).where(sql`status = 'waiting'`),
    index('messages_priced').on(t.doneAt).where(sql`price is not null`),
    uniqueIndex('messages_broadcast_once')
      .on(t.broadcastId, t.conversationId)
      .where(sql`broadcast_id is not null`),
    index('messages_history').on(t.conversationId, t.id),
    index('messages_about').on(t.about, t.id).where(sql`about is not null`),
  ],
);

/**
 * When a template last asked somebody on a network whether what waits may come: at most once until they write, and only
 * so many people in a day.
 */
export const knocks = pgTable(
  'knocks',
  {
    address: text('address').primaryKey(),
    channel: text('channel').notNull(),
    kind: text('kind').notNull(),
    askedAt: when('asked_at').notNull(),
  },
  (t) => [index('knocks_asked').on(t.channel, t.askedAt)],
);

/** What a paired network is doing, as the process told that carries it. */
export const pairings = pgTable('pairings', {
  channel: text('channel').primaryKey(),
  state: jsonb('state').$type<Json>().notNull(),
  changedAt: when('changed_at').notNull(),
});

/** An official's letter: on which channel, in which chat, and its id there. */
export type Receipt = { channel: string; room: string; on: string };

/** Photos and voice notes, checked and stripped of their metadata. */
export const files = pgTable('files', {
  id: text('id').primaryKey(),
  kind: text('kind').notNull(),
  mime: text('mime').notNull(),
  bytes: integer('bytes').notNull(),
  data: bytes('data').notNull(),
  createdAt: when('created_at').notNull(),
});

/** Topics opened in groups. No network lists them, so they are remembered here. */
export const topics = pgTable(
  'topics',
  {
    room: text('room').notNull(),
    key: text('key').notNull(),
    topic: text('topic'),
    title: text('title').notNull(),
    /** How often it had to be opened; above 1 the summary is posted first. */
    opened: smallint('opened').notNull().default(0),
    closed: boolean('closed').notNull().default(false),
  },
  (t) => [primaryKey({ columns: [t.room, t.key] }), uniqueIndex('topics_topic').on(t.room, t.topic)],
);
