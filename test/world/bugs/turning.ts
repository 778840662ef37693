/** Bugs in taking turns: what must be one transaction is two, or is not safe to repeat. */
import { sql } from 'drizzle-orm';
import { takeTalks } from '../../../src/conversations/take.ts';
import type { Database, Tx } from '../../../src/database/database.ts';
import type { Query } from '../prepared.ts';
import { openTx } from '../prepared.ts';
import type { Bug, PartsGiven } from '../process.ts';
import { between, read, rewriting, sayOn, withTransactions } from './between.ts';

/** Taking talks is two statements: the lock, and the letters. */
const TAKING = 2;

const turnOn =
  (change: (given: PartsGiven) => Database): Bug['parts'] =>
  (given, open) => {
    const { turner } = open(change(given));
    return { turn: () => turner.turnOnce() };
  };

/** The talks are taken under lock, and the lock is let go before what follows from them is written. */
export const lockLetGo: Bug = {
  name: 'a lock let go before the commit',
  parts: turnOn(({ database }) =>
    withTransactions(database, async (work) => {
      let said = 0;
      let end = () => {};
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      let committed: Promise<void> | undefined;
      let second: Promise<Tx> | undefined;
      const begin = () =>
        new Promise<Tx>((resolve, reject) => {
          committed = database.inTransaction((tx) => {
            resolve(tx);
            return ended;
          });
          committed.catch(reject);
        });
      const tx = openTx(async (query: Query) => {
        said += 1;
        if (said <= TAKING) return sayOn(database.tx, query);
        second ??= begin();
        return sayOn(await second, query);
      }, read);
      const result = await work(tx);
      end();
      await committed;
      return result;
    }),
  ),
};

/** The letter is marked first and understood afterwards, as a queue does that takes before it works. */
export const handledBeforeTurn: Bug = {
  name: 'a letter marked as handled before its turn',
  parts: turnOn(({ database, world }) =>
    withTransactions(database, async (work) => {
      const memory: unknown[] = [];
      const count = await database.inTransaction(async (tx) => {
        memory.length = 0;
        const talks = await takeTalks(remembering(tx, memory), 500, 20, world.now());
        const ids = talks.flatMap((talk) => talk.letters.flatMap((letter) => letter.ids));
        await tx.execute(sql`update messages set status = 'handled'
          where id in (select value::bigint from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb))`);
        return ids.length;
      });
      await world.crashPoint('bug: handled, not turned');
      if (count === 0) return database.inTransaction(work);
      return database.inTransaction((tx) => work(remembering(tx, memory)));
    }),
  ),
};

/** What was read in the first try is kept for the second, though the first may have been committed. */
export const repeatedFromMemory: Bug = {
  name: 'a transaction that is not safe to repeat',
  parts: turnOn(({ database }) =>
    withTransactions(database, (work) => {
      const memory: unknown[] = [];
      return database.inTransaction((tx) => work(remembering(tx, memory)));
    }),
  ),
};

function remembering(tx: Tx, memory: unknown[]): Tx {
  let said = 0;
  return between(tx, async (_query, itself) => {
    const place = said++;
    if (place >= TAKING) return itself();
    if (memory[place] === undefined) memory[place] = structuredClone(await itself());
    return structuredClone(memory[place]);
  });
}

/** Statements of one kind are kept back and said when the rest is committed. */
function late(
  database: Database,
  isLate: (query: Query) => boolean,
  then: (queries: Query[]) => Promise<void>,
): Database {
  return withTransactions(database, async (work) => {
    let kept: Query[] = [];
    const result = await database.inTransaction((tx) => {
      kept = [];
      return work(
        between(tx, async (query, itself) => {
          if (!isLate(query)) return itself();
          kept.push(query);
          return { rows: [] };
        }),
      );
    });
    await then(kept);
    return result;
  });
}

const isReplies = ({ sql: text, params }: Query) =>
  text.includes("'outbound'") &&
  text.includes('insert into messages') &&
  params.some((one) => String(one).includes('"priority":0'));

export const committedBeforeQueued: Bug = {
  name: 'a commit before the letters are queued',
  parts: turnOn(({ database, world }) =>
    late(database, isReplies, async (queries) => {
      for (const query of queries) {
        await world.crashPoint('bug: committed, not queued');
        await database.inTransaction((tx) => sayOn(tx, query));
      }
    }),
  ),
};

const isWake = ({ sql: text }: Query) =>
  text.includes('jsonb_to_recordset') && text.includes('given.receipt is not null');

/** News is queued by a job that tries until it hears that it went well, and nothing names its cause. */
export const newsTwice: Bug = {
  name: 'news without the key of its cause',
  ...rewriting(
    /given\.external_id, (c\.address, given\.content)/,
    "given.external_id || ':' || nextval('messages_id_seq'), $1",
  ),
  parts: turnOn(({ database }) =>
    late(database, isWake, async (queries) => {
      for (const query of queries) {
        for (let tries = 0; tries < 5; tries++) {
          const went = await database
            .inTransaction((tx) => sayOn(tx, query))
            .then(
              () => true,
              () => false,
            );
          if (went) break;
        }
      }
    }),
  ),
};
