/** Where departments answer. */
import { boolean, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { reports } from './civic.ts';
import { number, when } from './columns.ts';

/** A group, or an operator's private chat, in which a department answers. */
export const desks = pgTable(
  'desks',
  {
    address: text('address').primaryKey(),
    channel: text('channel').notNull(),
    department: text('department').notNull(),
    hasTopics: boolean('has_topics').notNull().default(false),
    openedAt: when('opened_at').notNull(),
    openedBy: text('opened_by').notNull(),
    closedAt: when('closed_at'),
  },
  (t) => [index('desks_department').on(t.department)],
);

/** One-time codes that open a desk. Only a hash is kept. */
export const invitations = pgTable('invitations', {
  codeHash: text('code_hash').primaryKey(),
  department: text('department').notNull(),
  createdAt: when('created_at').notNull(),
  expiresAt: when('expires_at').notNull(),
  usedAt: when('used_at'),
});

/** Where a report stands at a desk: the card (our letter) under which its talk is held. */
export const cards = pgTable(
  'cards',
  {
    reportId: number('report_id')
      .notNull()
      .references(() => reports.id),
    desk: text('desk')
      .notNull()
      .references(() => desks.address, { onUpdate: 'cascade' }),
    messageId: number('message_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.reportId, t.desk] })],
);
