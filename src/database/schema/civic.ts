/** The places of the city, and what residents report. */
import { sql } from 'drizzle-orm';
import { boolean, doublePrecision, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { position } from '../earth.ts';
import { identity, number, when } from './columns.ts';
import { files } from './letters.ts';
import { people } from './people.ts';

/** The gazetteer, from city/places.csv. */
export const places = pgTable('places', {
  id: integer('id').primaryKey(),
  name: text('name').notNull(),
  kind: text('kind').notNull(),
  subMetro: text('sub_metro'),
  assembly: text('assembly').notNull(),
  latitude: doublePrecision('latitude').notNull(),
  longitude: doublePrecision('longitude').notNull(),
  precision: text('precision').notNull(),
  source: text('source').notNull(),
});

/** Every way a place is written, made plain (lower case, no accents, no marks). */
export const placeNames = pgTable(
  'place_names',
  {
    placeId: integer('place_id')
      .notNull()
      .references(() => places.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
  },
  (t) => [primaryKey({ columns: [t.placeId, t.name] })],
);

/**
 * A report of a resident, or (category 'talk') their wish to speak with a person.
 * Its reference is computed from its id (civic/reference.ts) and stored nowhere.
 */
export const reports = pgTable(
  'reports',
  {
    id: identity(),
    personId: number('person_id').references(() => people.id),
    category: text('category').notNull(),
    department: text('department').notNull(),
    description: text('description').notNull(),
    latitude: doublePrecision('latitude'),
    longitude: doublePrecision('longitude'),
    position: position(),
    placeName: text('place_name').notNull(),
    /** The assembly that serves the place, when it is not ours. */
    otherAssembly: text('other_assembly'),
    /** The project (table `projects`) that it is about; no foreign key: it would make the two files know each other. */
    projectId: number('project_id'),
    anonymous: boolean('anonymous').notNull(),
    called: text('called'),
    language: text('language').notNull(),
    state: text('state').notNull(),
    sentAt: when('sent_at').notNull(),
    promisedAt: when('promised_at'),
    takenBy: text('taken_by'),
    takenAt: when('taken_at'),
    answeredAt: when('answered_at'),
    resolvedAt: when('resolved_at'),
    closedAt: when('closed_at'),
    /** When the resident was asked whether it is fixed, after silence or after "resolved". */
    askedAt: when('asked_at'),
    updatedAt: when('updated_at').notNull(),
  },
  (t) => [
    index('reports_person').on(t.personId, t.id),
    index('reports_department').on(t.department, t.state),
    index('reports_open').on(t.updatedAt).where(sql`state in ('sent', 'taken', 'in_progress')`),
    index('reports_at')
      .using('gist', t.position)
      .where(sql`position is not null and state in ('sent', 'taken', 'in_progress')`),
  ],
);

export const reportFiles = pgTable(
  'report_files',
  {
    reportId: number('report_id')
      .notNull()
      .references(() => reports.id),
    fileId: text('file_id')
      .notNull()
      .references(() => files.id),
    addedAt: when('added_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.reportId, t.fileId] })],
);

/** Residents who say "the same here": they follow the report too. */
export const voices = pgTable(
  'voices',
  {
    reportId: number('report_id')
      .notNull()
      .references(() => reports.id),
    personId: number('person_id')
      .notNull()
      .references(() => people.id),
    addedAt: when('added_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.reportId, t.personId] }), index('voices_person').on(t.personId)],
);

/** Everything that happened to a report, in order; never changed afterwards. */
export const reportEvents = pgTable(
  'report_events',
  {
    id: identity(),
    reportId: number('report_id')
      .notNull()
      .references(() => reports.id),
    at: when('at').notNull(),
    kind: text('kind').notNull(),
    from: text('from_value'),
    to: text('to_value'),
    /** Who: 'resident', 'kasa', or the official's name as colleagues see it. */
    actor: text('actor').notNull(),
    words: text('words'),
  },
  (t) => [index('report_events_report').on(t.reportId, t.id)],
);
