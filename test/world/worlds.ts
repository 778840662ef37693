/** Many worlds, shared over the test files that call this: each plays every `parts`-th seed. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Ground, openGround } from './ground.ts';
import { type Played, play } from './play.ts';

/** `WORLDS=20000 npx vitest run test/world` plays more of them, from seed `WORLDS_FROM`; `SEED=17` the one alone. */
const WORLDS = Number(process.env.WORLDS ?? 2000);
const FROM = Number(process.env.WORLDS_FROM ?? 1);
const SEED = process.env.SEED;
const WORLDS_PER_TEST = 100;
const MILLISECONDS_PER_WORLD_MAX = 1500;

export function playWorlds(part: number, parts: number): void {
  describe(`worlds, part ${part + 1} of ${parts}`, () => {
    let ground: Ground;
    beforeAll(async () => {
      ground = await openGround();
    }, 60_000);
    afterAll(() => ground.close());

    const seeds = SEED === undefined ? every(part, parts) : part === 0 ? [Number(SEED)] : [];
    for (let first = 0; first < seeds.length; first += WORLDS_PER_TEST) {
      const some = seeds.slice(first, first + WORLDS_PER_TEST);
      it(
        `come to a good end: seeds ${some[0]} to ${some.at(-1)}`,
        async () => {
          for (const seed of some) expectGoodEnd(await play(ground, seed));
        },
        some.length * MILLISECONDS_PER_WORLD_MAX + 30_000,
      );
    }
    if (seeds.length === 0) it('has no share in one seed', () => {});
  });
}

const every = (part: number, parts: number): number[] =>
  Array.from({ length: WORLDS }, (_, at) => at + FROM).filter((seed) => seed % parts === part);

export function expectGoodEnd({ seed, violations, trace }: Played): void {
  if (violations.length === 0) return;
  const broken = violations.map(({ rule, detail }) => `  ${rule}: ${detail}`);
  throw new Error(
    [
      `SEED=${seed} npx vitest run test/world/worlds`,
      ...broken,
      'What happened (seconds, step):',
      ...trace,
    ].join('\n'),
  );
}
