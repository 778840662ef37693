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

/** Each with the rule that it breaks; it may break others as well, in the same world. */
const BUGS: [Bug, Rule, Partial<Troubles>?][] = [
  [receiving.duplicateCheckWithoutIndex, 'stored once'],
  [turning.lockLetGo, 'one answer'],
  [receiving.albumOfSixAnswers, 'one answer'],
  [turning.committedBeforeQueued, 'one answer'],
  [receiving.confirmedBeforeStored, 'stored once'],
  [delivering.staleLease, 'no needless repeat', CROSSED_SENDINGS],
  [delivering.lateStatus, 'no downgrade'],
  [turning.handledBeforeTurn, 'one answer'],
  [turning.repeatedFromMemory, 'one answer'],
  [turning.newsTwice, 'news once'],
  [delivering.orderDropped, 'in order'],
  [delivering.throttledIsFailed, 'all sent'],
  [receiving.photoNotAwaited, 'photo awaited'],
];

describe('a world finds', () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await openGround();
  }, 60_000);
  afterAll(() => ground.close());

  it.each(BUGS.map(([bug, rule, troubles]) => ({ name: bug.name, bug, rule, troubles })))(
    '$name',
    async ({ bug, rule, troubles }) => {
      const mend = await bug.plant?.(ground);
      try {
        const found = await findSeed(ground, bug, rule, troubles);
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
  troubles?: Partial<Troubles>,
): Promise<number | undefined> {
  const plan = troubles ? { bug, troubles: { ...NO_TROUBLES, ...troubles } } : { bug };

  for (let seed = 1; seed <= SEEDS_MAX; seed++) {
    const { violations } = await play(ground, seed, plan);
    if (violations.some((violation) => violation.rule === rule)) return seed;
  }
  return undefined;
}
