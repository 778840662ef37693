/** Writes down what an official tells of a commitment or a milestone: what changed, from what to what, and what shows it. */
import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../../database/database.ts';
import { attach, type Change, writeChanges } from '../changes.ts';
import { newestUpdate, type ProgressState, type Standing, type Subject, type Update } from './progress.ts';

/** Until the transaction ends: of two officials who publish at once the second sees what the first did. */
export async function lockCommitment(tx: Tx, key: string): Promise<void> {
  await tx.execute(sql`select 1 from commitments where key = ${key} for update`);
}

/** What an official says of a commitment or a milestone. What is left out stays as it is. */
export type Told = {
  state?: ProgressState | undefined;
  percent?: number | undefined;
  title?: string | undefined;
  /** YYYY-MM-DD */
  due?: string | undefined;
  words?: string | undefined;
  link?: string | undefined;
  photos: readonly string[];
  correctsId?: number | undefined;
};

/**
 * Writes an update down, with what changed and what shows it. Locks its subject: of two at once the second starts from
 * what the first left. Resolves with nothing when it says nothing new.
 */
export async function record(
  tx: Tx,
  subject: Subject,
  subjectId: number,
  told: Told,
  actor: string,
  now: Date,
): Promise<Update | undefined> {
  const before = await lock(tx, subject, subjectId);
  if (!before) return undefined;
  const facts = changedFacts(before, told);
  const shown = told.words !== undefined || told.link !== undefined || told.photos.length > 0;
  if (facts.length === 0 && !shown) return undefined;
  // Words without a change of state are an update too.
  const kept = facts.length > 0 ? facts : [{ what: 'words', from: null, to: null }];
  const changes = kept.map(
    (fact, place): Change => ({
      ...fact,
      subject,
      subjectId,
      actor,
      correctsId: told.correctsId ?? null,
      ...(place === 0 && { words: told.words ?? null, link: told.link ?? null }),
    }),
  );
  const [head = 0] = await writeChanges(tx, changes, now);
  await attach(tx, 'change', head, told.photos);
  await keep(tx, subject, subjectId, told, now);
  return (await newestUpdate(tx, subject, subjectId)) as Update;
}

type Before = Standing & { title: string | null; due: string | null };

async function lock(tx: Tx, subject: Subject, id: number): Promise<Before | undefined> {
  const [found] = await rows<Before>(
    tx,
    subject === 'commitment'
      ? sql`select id::float8 as id, state, percent::float8 as percent, null as title, null as due
            from commitments where id = ${id} for update`
      : sql`select id::float8 as id, state, percent::float8 as percent, title, due::text as due
            from milestones where id = ${id} for update`,
  );
  return found;
}

type Fact = { what: string; from: string | null; to: string | null };

function changedFacts(before: Before, told: Told): Fact[] {
  const said: [string, string | number | null, string | number | undefined][] = [
    ['state', before.state, told.state],
    ['progress', before.percent, told.percent],
    ['title', before.title, told.title],
    ['due', before.due, told.due],
  ];
  return said.flatMap(([what, from, to]) =>
    to === undefined || to === from
      ? []
      : [{ what, from: from === null ? null : String(from), to: String(to) }],
  );
}

async function keep(tx: Tx, subject: Subject, id: number, told: Told, now: Date): Promise<void> {
  const { state = null, percent = null, title = null, due = null } = told;
  const at = now.toISOString();
  await tx.execute(
    subject === 'commitment'
      ? sql`update commitments set state = coalesce(${state}, state), percent = coalesce(${percent}::real, percent),
              updated_at = ${at}::timestamptz where id = ${id}`
      : sql`update milestones set state = coalesce(${state}, state), percent = coalesce(${percent}::real, percent),
              title = coalesce(${title}, title), due = coalesce(${due}::date, due), updated_at = ${at}::timestamptz
            where id = ${id}`,
  );
}
