/**
 * The tables. One row in `messages` is one letter, in or out, and that table is the only queue.
 * Migrations in `drizzle/` are generated from this file (`npm run migration`); what drizzle cannot express
 * (extensions, GiST and trigram indexes) stands in hand-written migrations beside them.
 */
export * from './schema/broadcasts.ts';
export * from './schema/civic.ts';
export * from './schema/desks.ts';
export * from './schema/digest.ts';
export * from './schema/letters.ts';
export * from './schema/people.ts';
export * from './schema/plan.ts';
export * from './schema/projects.ts';
