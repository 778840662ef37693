/** Letters to many: an announcement of a desk, or an edition of the digest. The letters themselves are in `messages`. */
import { jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { Json } from '../../engine/content.ts';
import { identity, number, when } from './columns.ts';

export const broadcasts = pgTable('broadcasts', {
  id: identity(),
  /** announcement | digest */
  kind: text('kind').notNull(),
  /** What it is once and for all, such as `digest:2026-W48`: whoever makes it again finds it made. */
  key: text('key').notNull().unique(),
  /** draft | waiting (for approval) | sending | paused | held | stopped | skipped | done */
  state: text('state').notNull(),
  content: jsonb('content').$type<Json>().notNull(),
  audience: jsonb('audience').$type<Json>().notNull(),
  /** The desk that made or approves it, who wrote it, and who confirmed it, as colleagues see them. */
  desk: text('desk'),
  author: text('author'),
  confirmedBy: text('confirmed_by'),
  /** Our letter at the desk that shows the progress. */
  progressMessageId: number('progress_message_id'),
  createdAt: when('created_at').notNull(),
  startedAt: when('started_at'),
  endedAt: when('ended_at'),
});
