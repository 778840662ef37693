/** The action plan's commitments: what was promised, how far it is, and what residents say of it. */
import { date, index, jsonb, pgTable, real, smallint, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { Json } from '../../engine/content.ts';
import { identity, number, when } from './columns.ts';
import { people } from './people.ts';

/** Titles and plain words stand in city/plan.yaml; here is what changes. */
export const commitments = pgTable('commitments', {
  id: identity(),
  /** As in city/plan.yaml, such as SEK0006. */
  key: text('key').notNull().unique(),
  plan: text('plan').notNull(),
  /** The number by which people call it in its plan. */
  ordinal: smallint('ordinal').notNull(),
  /** notStarted | limited | substantial | completed; null: nobody said. */
  state: text('state'),
  percent: real('percent'),
  updatedAt: when('updated_at').notNull(),
});

export const milestones = pgTable(
  'milestones',
  {
    id: identity(),
    commitmentId: number('commitment_id')
      .notNull()
      .references(() => commitments.id),
    title: text('title').notNull(),
    due: date('due', { mode: 'string' }),
    state: text('state').notNull(),
    percent: real('percent'),
    updatedAt: when('updated_at').notNull(),
  },
  (t) => [index('milestones_commitment').on(t.commitmentId, t.id)],
);

/** Progress that an official is writing at a desk, before it is published. One a desk and official. */
export const progressDrafts = pgTable(
  'progress_drafts',
  {
    id: identity(),
    desk: text('desk').notNull(),
    author: text('author').notNull(),
    content: jsonb('content').$type<Json>().notNull(),
    updatedAt: when('updated_at').notNull(),
  },
  (t) => [uniqueIndex('progress_drafts_author').on(t.desk, t.author)],
);

/** "Is this true where you live?": one answer a person, commitment and update; the last one counts. */
export const answers = pgTable(
  'answers',
  {
    id: identity(),
    commitmentId: number('commitment_id')
      .notNull()
      .references(() => commitments.id),
    /** The change (an update of its progress) that was judged; 0: there was none yet. */
    changeId: number('change_id').notNull().default(0),
    personId: number('person_id').references(() => people.id),
    /** yes | notYet | no */
    answer: text('answer').notNull(),
    words: text('words'),
    at: when('at').notNull(),
  },
  (t) => [
    index('answers_commitment').on(t.commitmentId, t.changeId),
    uniqueIndex('answers_person').on(t.personId, t.commitmentId, t.changeId),
  ],
);
