/** What is built, what residents saw of it, and who follows what. */
import { sql } from 'drizzle-orm';
import {
  boolean,
  date,
  doublePrecision,
  index,
  jsonb,
  pgTable,
  primaryKey,
  real,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { Json } from '../../engine/content.ts';
import { position } from '../earth.ts';
import { identity, number, when } from './columns.ts';
import { files } from './letters.ts';
import { people } from './people.ts';

/**
 * A public infrastructure project. `record` is the project as OC4IDS says it, whole, as it was published or imported;
 * the other columns are read from it (civic/projects) so that it can be found, filtered and shown. Null: not published.
 */
export const projects = pgTable(
  'projects',
  {
    id: identity(),
    /** The publisher's own id for it, such as ST-001; an OC4IDS id of another publisher is kept whole. */
    key: text('key').notNull().unique(),
    title: text('title').notNull(),
    /** A code of OC4IDS's projectSector list, or the publisher's own word. */
    sector: text('sector'),
    /** planned | ongoing | stalled | finished | cancelled | unknown */
    state: text('state').notNull(),
    /** The state in the source's own words. */
    stateWords: text('state_words'),
    progress: real('progress'),
    placeName: text('place_name'),
    latitude: doublePrecision('latitude'),
    longitude: doublePrecision('longitude'),
    position: position(),
    /** Only the community is known: said as "near", and no pin is shown. */
    isNear: boolean('is_near').notNull().default(false),
    owner: text('owner'),
    contractor: text('contractor'),
    costAmount: doublePrecision('cost_amount'),
    costCurrency: text('cost_currency'),
    /** The cost in the source's words, where it is no plain sum. */
    costWords: text('cost_words'),
    startWords: text('start_words'),
    plannedEndWords: text('planned_end_words'),
    plannedEnd: date('planned_end', { mode: 'string' }),
    /** Until when whoever built it must repair what breaks. */
    defectsUntil: date('defects_until', { mode: 'string' }),
    /** As of when, in the source's words and, where it can be read, as a day. */
    asOfWords: text('as_of_words'),
    asOf: date('as_of', { mode: 'string' }),
    /** high | medium | low: how sure the source is. */
    confidence: text('confidence'),
    note: text('note'),
    record: jsonb('record').$type<Json>().notNull(),
    updatedAt: when('updated_at').notNull(),
  },
  (t) => [
    index('projects_state').on(t.state),
    index('projects_sector').on(t.sector),
    index('projects_at').using('gist', t.position).where(sql`position is not null`),
  ],
);

/** Every way a project may be asked for, made plain: its title, its place and the place's other spellings. */
export const projectNames = pgTable(
  'project_names',
  {
    projectId: number('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
  },
  (t) => [primaryKey({ columns: [t.projectId, t.name] })],
);

/**
 * Everything that changed about a project, a commitment or a milestone, in order; never changed afterwards. The digest,
 * the public pages and the audit trail read it.
 */
export const changes = pgTable(
  'changes',
  {
    id: identity(),
    /** project | commitment | milestone */
    subject: text('subject').notNull(),
    subjectId: number('subject_id').notNull(),
    /** Which fact: added, state, progress, cost, contractor, plannedEnd, … */
    what: text('what').notNull(),
    from: text('from_value'),
    to: text('to_value'),
    at: when('at').notNull(),
    /** Who: the official's name as colleagues see it, 'import' or 'city'. */
    actor: text('actor').notNull(),
    words: text('words'),
    /** A link that shows it; photos are in `attachments`. */
    link: text('link'),
    /** The earlier change that this one corrects. */
    correctsId: number('corrects_id'),
  },
  (t) => [index('changes_subject').on(t.subject, t.subjectId, t.id), index('changes_at').on(t.at)],
);

/** What residents saw on a site: beside the official figure, never mixed with it. */
export const observations = pgTable(
  'observations',
  {
    id: identity(),
    projectId: number('project_id')
      .notNull()
      .references(() => projects.id),
    /** Null when they had themselves forgotten. */
    personId: number('person_id').references(() => people.id),
    at: when('at').notNull(),
    /** going | stopped | finished | unclear */
    seen: text('seen').notNull(),
    /** Since when not, in the resident's words. */
    since: text('since'),
  },
  (t) => [index('observations_project').on(t.projectId, t.at), index('observations_person').on(t.personId)],
);

/** Photos that prove something: of an observation, a change or an answer. They outlive the letter that brought them. */
export const attachments = pgTable(
  'attachments',
  {
    /** observation | change | answer | draft */
    subject: text('subject').notNull(),
    subjectId: number('subject_id').notNull(),
    fileId: text('file_id')
      .notNull()
      .references(() => files.id),
  },
  (t) => [
    primaryKey({ columns: [t.subject, t.subjectId, t.fileId] }),
    index('attachments_file').on(t.fileId),
  ],
);

/** What a person wants to hear of. A place has a point and a radius; `subject_id` is 0 where the topic is all of a kind. */
export const follows = pgTable(
  'follows',
  {
    id: identity(),
    personId: number('person_id')
      .notNull()
      .references(() => people.id),
    /** project | commitment | commitments (all) | place | reports (one's own) */
    topic: text('topic').notNull(),
    subjectId: number('subject_id').notNull().default(0),
    name: text('name'),
    latitude: doublePrecision('latitude'),
    longitude: doublePrecision('longitude'),
    radiusKm: real('radius_km'),
    addedAt: when('added_at').notNull(),
  },
  (t) => [
    uniqueIndex('follows_once').on(t.personId, t.topic, t.subjectId).where(sql`topic <> 'place'`),
    index('follows_topic').on(t.topic, t.subjectId),
  ],
);
