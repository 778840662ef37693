/** Who gets the weekly letter, when, and where its differences begin. What they follow stands in `follows`. */
import { sql } from 'drizzle-orm';
import { index, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';
import { number, when } from './columns.ts';
import { files } from './letters.ts';
import { people } from './people.ts';

/** One a person. A group is a person too: one whose only address is its room. */
export const digests = pgTable(
  'digests',
  {
    personId: number('person_id')
      .primaryKey()
      .references(() => people.id),
    /** weekly: every edition, and now and then a word that nothing changed · onChange: only when something did */
    cadence: text('cadence').notNull(),
    /** From 0 to 23, in the city's time. */
    hour: smallint('hour').notNull(),
    /** When they agreed that a place is kept. */
    placesAgreedAt: when('places_agreed_at'),
    beganAt: when('began_at').notNull(),
    /** Up to when they were told; what changed afterwards is for the next edition. */
    toldAt: when('told_at').notNull(),
    /** From when the newest edition told: "week" and "more" show it again. */
    toldFrom: when('told_from'),
    /** Key of the newest edition in which it was their turn, whether there was anything to tell or not. */
    edition: text('edition'),
    /** When they were last written to, a "still no change" included. */
    writtenAt: when('written_at'),
    /** An edition waits until they write, because their network carries no letter before. */
    waitingSince: when('waiting_since'),
    /** They ended it. Only they can begin it again. */
    endedAt: when('ended_at'),
    /** A group: its address, and the administrator who chose it. */
    room: text('room'),
    chosenBy: number('chosen_by'),
  },
  (t) => [
    index('digests_hour').on(t.hour, t.personId).where(sql`ended_at is null`),
    index('digests_room').on(t.room).where(sql`room is not null`),
  ],
);

/** Topics that somebody left, so that "why do I get this?" can say so. A topic followed again leaves the list. */
export const digestEndings = pgTable(
  'digest_endings',
  {
    personId: number('person_id')
      .notNull()
      .references(() => people.id),
    topic: text('topic').notNull(),
    subjectId: number('subject_id').notNull().default(0),
    name: text('name').notNull().default(''),
    endedAt: when('ended_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.personId, t.topic, t.subjectId, t.name] })],
);

/** Charts that were drawn, by what they show: drawn once for all who ask. */
export const digestPictures = pgTable('digest_pictures', {
  key: text('key').primaryKey(),
  fileId: text('file_id')
    .notNull()
    .references(() => files.id),
});
