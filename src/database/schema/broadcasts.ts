/** Letters to many: an announcement of a desk, or an edition of the digest. The letters themselves are in `messages`. */
import { index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { Json } from '../../engine/content.ts';
import { identity, number, when } from './columns.ts';

export const broadcasts = pgTable('broadcasts', {
  id: identity(),
  /** announcement | digest */
  kind: text('kind').notNull(),
  /** What it is once and for all, such as `digest:2026-W48`: whoever makes it again finds it made. */
  key: text('key').notNull().unique(),
  /** draft | waiting (for approval) | sending | paused | held | stopped | skipped | done. Letters go only while `sending`. */
  state: text('state').notNull(),
  content: jsonb('content').$type<Json>().notNull(),
  audience: jsonb('audience').$type<Json>().notNull(),
  /** The desk that made or approves it, who wrote it, and who confirmed it, as colleagues see them. */
  desk: text('desk'),
  author: text('author'),
  confirmedBy: text('confirmed_by'),
  /** Our letter at the desk that shows the progress. */
  progressMessageId: number('progress_message_id'),
  /** When that letter last changed; what state it shows, and how many letters were done then. */
  shownAt: when('shown_at'),
  shownState: text('shown_state'),
  shownDone: integer('shown_done'),
  createdAt: when('created_at').notNull(),
  startedAt: when('started_at'),
  endedAt: when('ended_at'),
});

/** What a broadcast says: once for each language and content key, however many people get it. Never changed. */
export const broadcastContents = pgTable(
  'broadcast_contents',
  {
    id: identity(),
    broadcastId: number('broadcast_id')
      .notNull()
      .references(() => broadcasts.id),
    /** Names it within its broadcast, such as `en` or `es:b`. */
    key: text('key').notNull(),
    content: jsonb('content').$type<Json>().notNull(),
  },
  (t) => [uniqueIndex('broadcast_contents_key').on(t.broadcastId, t.key)],
);

/**
 * Letters of broadcasts that one pump took together. They stay `queued` while they are sent, so that each is written
 * once and not twice; while their handful is here nobody else takes them, and its lease brings them back.
 */
export const handfuls = pgTable(
  'handfuls',
  {
    id: identity(),
    channel: text('channel').notNull(),
    letters: number('letters').array().notNull(),
    leaseUntil: when('lease_until').notNull(),
  },
  (t) => [index('handfuls_channel').on(t.channel)],
);
