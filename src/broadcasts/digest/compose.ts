/** The letter of each reader, not yet in words: what there is to tell, the most important first, and why they get it. */
import type { Tx } from '../../database/database.ts';
import { concernsOf, type Reader, type Reason } from './followed.ts';
import { type Happening, happenedBetween, type SubjectKey } from './happened.ts';
import { inOrder, type Matter, mattersOf } from './matters.ts';

export type Composed = { matters: Matter[]; reasons: Reason[] };

/** What happened, and the matters made of it, kept for all readers who were told up to the same moment. */
export type Told = {
  happened: Map<SubjectKey, Happening>;
  through: Date;
  matters: Map<number, Map<SubjectKey, Matter[]>>;
};

/** Moments up to which people were told differ by seconds among new readers; so many are kept at a time. */
const MOMENTS_KEPT_MAX = 500;

/** Reads once what happened between the earliest of all readers' moments and `through`. */
export async function readTold(tx: Tx, from: Date, through: Date): Promise<Told> {
  return { happened: await happenedBetween(tx, from, through), through, matters: new Map() };
}

/** One letter a reader; without matters where nothing changed. A few statements for any number of readers. */
export async function compose(tx: Tx, readers: Reader[], told: Told): Promise<Map<number, Composed>> {
  const concerns = await concernsOf(tx, readers, [...told.happened.keys()], told.through);
  return new Map(
    readers.map(({ personId, since }) => {
      const { followed = [], reports = [] } = concerns.get(personId) ?? {};
      const known = mattersSince(told, since);
      const subjects = new Set<SubjectKey>();
      const reasons: Reason[] = [];
      for (const { reason, subjects: own } of followed) {
        const telling = own.filter((key) => (known.get(key)?.length ?? 0) > 0);
        if (telling.length > 0) reasons.push(reason);
        for (const key of telling) subjects.add(key);
      }
      if (reports.length > 0) reasons.push({ topic: 'reports' });
      const matters = [...subjects].flatMap((key) => known.get(key) ?? []);
      return [personId, { matters: inOrder([...matters, ...reports]), reasons }];
    }),
  );
}

/** What everybody who follows all promises would read; for a sample, and for those who follow nothing yet. */
export function composeCity(told: Told, since: number): Composed {
  const matters = [...mattersSince(told, since)].flatMap(([key, own]) =>
    key.startsWith('commitment') ? own : [],
  );
  return { matters: inOrder(matters), reasons: [{ topic: 'commitments' }] };
}

function mattersSince({ happened, matters }: Told, since: number): Map<SubjectKey, Matter[]> {
  let known = matters.get(since);
  if (!known) {
    known = new Map();
    for (const [key, happening] of happened) {
      const own = mattersOf(happening, since);
      if (own.length > 0) known.set(key, own);
    }
    if (matters.size >= MOMENTS_KEPT_MAX) matters.clear();
    matters.set(since, known);
  }
  return known;
}

/** Two letters with the same key say the same in the same language: what stands behind "more" is only counted there. */
export const contentKey = ({ matters, reasons }: Composed): string =>
  JSON.stringify([matters.slice(0, SHOWN_MAX).map(({ key }) => key), matters.length, reasons]);

/** Matters that stand in the letter itself. */
export const SHOWN_MAX = 3;
