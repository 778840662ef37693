import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawResidents } from './city.ts';
import { openDraw } from './draw.ts';
import { type Ground, openGround } from './ground.ts';
import { type Played, play } from './play.ts';
import { NO_TROUBLES } from './troubles.ts';
import { expectGoodEnd } from './worlds.ts';

/** Two residents, one with an album and one with a voice note. */
const RESIDENTS_SEED = 2;
const SEED = 1;

describe('a world', () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await openGround();
  }, 60_000);
  afterAll(() => ground.close());

  const playWith = (crashAt: number): Promise<Played> =>
    play(ground, SEED, {
      crashAt,
      residents: drawResidents(openDraw(RESIDENTS_SEED)),
      troubles: { ...NO_TROUBLES, repeats: 3 },
    });

  it('comes to a good end whatever point a process dies at', async () => {
    const residents = drawResidents(openDraw(RESIDENTS_SEED));
    expect(residents.some(({ album }) => album !== undefined)).toBe(true);
    expect(residents.some(({ voice }) => voice !== undefined)).toBe(true);
    const died = new Set<string>();
    for (let crashAt = 1; ; crashAt++) {
      const played = await playWith(crashAt);
      expectGoodEnd(played);
      if (played.crashPoints < crashAt) break;
      for (const line of played.trace)
        if (line.includes(' dies at ')) died.add(line.replace(/^.* dies at /, ''));
    }
    expect([...died].sort()).toEqual([
      'fetch: before claim',
      'fetch: before commit',
      'fetch: checked',
      'fetch: claimed',
      'fetch: committed',
      'fetch: downloaded',
      'pump: before claim',
      'pump: before mark',
      'pump: claimed',
      'pump: marked',
      'pump: sent',
      'receive: before store',
      'receive: stored',
      'turn: before commit',
      'turn: before take',
      'turn: committed',
      'turn: taken',
    ]);
  }, 170_000);

  it('goes the same way each time it is played', async () => {
    const seeds = [3, 7, 11, 20, 45, 51];
    const first = new Map<number, string[]>();
    for (const seed of seeds) first.set(seed, (await play(ground, seed)).trace);
    for (const seed of [45, 7, 51, 11, 3, 20])
      expect((await play(ground, seed)).trace).toEqual(first.get(seed));
    expect(first.get(3)).not.toEqual(first.get(7));
  }, 60_000);
});
