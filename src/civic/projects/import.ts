/** Projects of others written down: all of them or none, in one transaction, and those who follow one hear of it. */
import { setImmediate } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database/database.ts';
import type { Voice } from '../../engine/conversation.ts';
import { tellFollowers } from './news.ts';
import { type Keyed, type Saved, saveProjects } from './store.ts';

/** Projects after which the progress is told, and others in this process get a moment. */
const STEP = 500;

export type Importing = {
  voice: Pick<Voice, 'say'>;
  now: Date;
  /** Everything is done, and then undone. */
  dryRun: boolean;
  progress?(done: number, of: number): void;
};

/** Thrown so that the transaction is undone; never leaves this file. */
class Undo extends Error {
  override readonly name = 'Undo';
}

/** Safe to repeat: what is the same is left as it is. */
export async function importProjects(
  database: Database,
  projects: Keyed[],
  importing: Importing,
): Promise<Saved> {
  let saved: Saved = { added: [], changed: [], unchanged: [], changeIds: [] };
  try {
    await database.inTransaction(async (tx) => {
      // The work may be repeated by the database; it then counts anew.
      saved = { added: [], changed: [], unchanged: [], changeIds: [] };
      for (let from = 0; from < projects.length; from += STEP) {
        const some = await saveProjects(tx, projects.slice(from, from + STEP), 'import', importing.now);
        await tellFollowers(tx, some.changeIds, importing.voice, importing.now);
        for (const kind of ['added', 'changed', 'unchanged'] as const) saved[kind].push(...some[kind]);
        saved.changeIds.push(...some.changeIds);
        importing.progress?.(Math.min(from + STEP, projects.length), projects.length);
        await setImmediate();
      }
      if (importing.dryRun) throw new Undo();
    });
  } catch (error) {
    if (!(error instanceof Undo)) throw error;
  }
  // The search must know at once how much there is now; the server's own look may be a minute away.
  if (!importing.dryRun && saved.added.length + saved.changed.length > 0)
    await database.tx.execute(sql`analyze projects, project_names`);
  return saved;
}
