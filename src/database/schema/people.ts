/** Who writes to us. Everything that tells who somebody is stands here, and nowhere else. */
import { sql } from 'drizzle-orm';
import { boolean, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { identity, number, when } from './columns.ts';

/** A person who writes to us. Everything that tells who they are is here and in `addresses`, nowhere else. */
export const people = pgTable('people', {
  id: identity(),
  language: text('language').notNull(),
  /** What officials may call them; they typed it themselves. */
  called: text('called'),
  consentedAt: when('consented_at'),
  consentVersion: text('consent_version'),
  anonymous: boolean('anonymous').notNull().default(false),
  /** They said stop: no notices, no broadcasts, until they say otherwise. */
  stoppedAt: when('stopped_at'),
  createdAt: when('created_at').notNull(),
});

export const addresses = pgTable(
  'addresses',
  {
    address: text('address').primaryKey(),
    personId: number('person_id')
      .notNull()
      .references(() => people.id),
    /** Their network says that they do not want or cannot get our letters. */
    blockedAt: when('blocked_at'),
    /** They told their network that they want no letters to many of us. */
    optedOutAt: when('opted_out_at'),
  },
  (t) => [
    index('addresses_person').on(t.personId),
    index('addresses_blocked').on(t.address).where(sql`blocked_at is not null`),
  ],
);

/**
 * One-time codes by which somebody shows on another network that they are the same person. Only a hash is kept. Beside
 * them, under names with a colon that no hash can be: wrong tries (people/link-code.ts), and notes of people and talks
 * that are gone (people/linked.ts).
 */
export const linkCodes = pgTable(
  'link_codes',
  {
    codeHash: text('code_hash').primaryKey(),
    personId: number('person_id')
      .notNull()
      .references(() => people.id),
    expiresAt: when('expires_at').notNull(),
    usedAt: when('used_at'),
  },
  (t) => [index('link_codes_person').on(t.personId)],
);

/** Wrong codes that somebody typed, for as long as they count. */
export const linkTries = pgTable(
  'link_tries',
  {
    id: identity(),
    personId: number('person_id')
      .notNull()
      .references(() => people.id),
    triedAt: when('tried_at').notNull(),
  },
  (t) => [index('link_tries_person').on(t.personId, t.triedAt)],
);

/** People and talks that became one with others: their old number, and whose they are now. Kept for a day. */
export const gone = pgTable(
  'gone',
  {
    what: text('what').$type<'person' | 'talk'>().notNull(),
    id: number('id').notNull(),
    /** Of a talk: the group, or '' when it was alone with us. */
    room: text('room').notNull().default(''),
    personId: number('person_id')
      .notNull()
      .references(() => people.id),
    goneAt: when('gone_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.what, t.id] }), index('gone_person').on(t.personId)],
);
