/** The database as one process of a world sees it: it may be away, undo a transaction, or keep its word to itself. */
import type { Database, Tx } from '../../src/database/database.ts';
import { openTx, type Prepared, type Rewrite } from './prepared.ts';
import { Killed, type Life, never } from './strands.ts';

/** How a transaction ends, as the world has drawn it. */
export type Ending = 'fine' | 'undone' | 'committed, not told';

export type StoreFaults = {
  isAway(): boolean;
  /** Asked once for each transaction, when its work is done. */
  ending(): Ending;
  /** A server's driver repeats the whole work when its line drops; the embedded database has no line. */
  repeats: boolean;
};

const TRIES_MAX = 4;

/** Errors as node-postgres throws them: `isAway` knows them. */
const lineCut = () => Object.assign(new Error('Connection terminated unexpectedly'), { code: '08006' });
const refused = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

/** @param rewrite changes statements: for planted bugs */
export function openStore(prepared: Prepared, life: Life, faults: StoreFaults, rewrite?: Rewrite): Database {
  const alive = <T>(value: T): T | Promise<T> => (life.isDead() ? never<T>() : value);

  async function once<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    if (faults.isAway()) throw refused();
    let ending: Ending = 'fine';
    const result = await prepared.inTransaction(async (tx) => {
      const done = await Promise.race([work(tx), life.death]);
      if (faults.isAway()) throw lineCut();
      ending = faults.ending();
      if (ending === 'undone') throw lineCut();
      return done;
    }, rewrite);
    if ((ending as Ending) === 'committed, not told') throw lineCut();
    return result;
  }

  async function inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    if (life.isDead()) return never();
    for (let tried = 1; ; tried += 1) {
      try {
        return await alive(await once(work));
      } catch (error) {
        if (error instanceof Killed || life.isDead()) return never();
        const code = error instanceof Error && 'code' in error ? error.code : undefined;
        if (!faults.repeats || code !== '08006' || tried === TRIES_MAX) throw error;
      }
    }
  }

  const tx = openTx(
    async (query) => {
      if (life.isDead()) return never();
      if (faults.isAway()) throw refused();
      return alive(await prepared.say(query, rewrite));
    },
    (statement) => prepared.read(statement),
  );
  return {
    kind: 'embedded',
    tx,
    inTransaction,
    holdLock: () => never(),
    close: async () => {},
  };
}
