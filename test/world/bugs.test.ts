import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as delivering from './bugs/delivering.ts';
import * as receiving from './bugs/receiving.ts';
import * as turning from './bugs/turning.ts';
import type { Rule } from './check.ts';
import { type Ground, openGround } from './ground.ts';
import { play } from './play.ts';
import type { Bug } from './process.ts';
import { CROSSED_SENDINGS, NO_TROUBLES, type Troubles } from './troubles.ts';

/** A world that does not find them within so many seeds is too kind. */
const SEEDS_MAX = 600;

/**
 * Each with the rule that it breaks (it may break others as well, in the same world) and the seed of the world that
 * showed it when it was last searched for: that one is played first, and spares the search while it still does.
 */
const BUGS: [Bug, Rule, number, Partial<Troubles>?][] = [
  [receiving.duplicateCheckWithoutIndex, 'stored once', 2],
  [turning.lockLetGo, 'one answer', 2],
  [receiving.albumOfSixAnswers, 'one answer', 1],
  [turning.committedBeforeQueued, 'one answer', 15],
  [receiving.confirmedBeforeStored, 'stored once', 3],
  [delivering.staleLease, 'no needless repeat', 579, CROSSED_SENDINGS],
  [delivering.lateStatus, 'no downgrade', 64],
  [turning.handledBeforeTurn, 'one answer', 1],
  [turning.repeatedFromMemory, 'one answer', 67],
  [turning.newsTwice, 'news once', 194],
  [delivering.orderDropped, 'in order', 1],
  [delivering.throttledIsFailed, 'all sent', 11],
  [receiving.photoNotAwaited, 'photo awaited', 2],
];

describe('a world finds', () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await openGround();
  }, 60_000);
  afterAll(() => ground.close());

  it.each(BUGS.map(([bug, rule, seed, troubles]) => ({ name: bug.name, bug, rule, seed, troubles })))(
    '$name',
    async ({ bug, rule, seed, troubles }) => {
      const mend = await bug.plant?.(ground);
      try {
        const found = await findSeed(ground, bug, rule, seed, troubles);
        expect(found, `none of ${SEEDS_MAX} worlds broke "${rule}"`).toBeDefined();
        expect(bug.isPlanted?.() ?? true, 'the bug was not planted: the statement reads otherwise now').toBe(
          true,
        );
        console.log(`seed ${found} finds ${bug.name} (${rule})`);
      } finally {
        await mend?.();
      }
    },
    120_000,
  );
});

async function findSeed(
  ground: Ground,
  bug: Bug,
  rule: Rule,
  shownBy: number,
  troubles?: Partial<Troubles>,
): Promise<number | undefined> {
  const plan = troubles ? { bug, troubles: { ...NO_TROUBLES, ...troubles } } : { bug };
  const all = Array.from({ length: SEEDS_MAX }, (_, place) => place + 1);
  for (const seed of [shownBy, ...all]) {
    const { violations } = await play(ground, seed, plan);
    if (violations.some((violation) => violation.rule === rule)) return seed;
  }
  return undefined;
}
