import { expect, it } from 'vitest';
import { checkMedia } from '../../src/media/check.ts';
import { CHECK_SECONDS_MAX } from '../../src/media/photo.ts';
import { MARKET_CIRCLE, photo, SECRET } from './pictures.ts';

const FLIPS = 200;

/** Numbers that are the same in every run (mulberry32), so that a failure can be played again by its seed. */
function dice(seed: number) {
  let state = seed;
  return (sides: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

it.each(['jpeg', 'png', 'webp'] as const)(
  'a %s with broken bytes is kept clean or refused, in time',
  async (as) => {
    const whole = await photo({ gps: MARKET_CIRCLE, orientation: 3, as });
    const outcomes = new Set<string>();
    for (let seed = 1; seed <= FLIPS; seed++) {
      const roll = dice(seed);
      const broken = Buffer.from(whole);
      for (let flip = roll(8); flip >= 0; flip--) broken[roll(broken.length)] = roll(256);
      const started = process.hrtime.bigint();
      const checked = await checkMedia(broken, 'photo');
      expect(Number(process.hrtime.bigint() - started) / 1e9, `seed ${seed}`).toBeLessThan(CHECK_SECONDS_MAX);
      outcomes.add('trouble' in checked ? checked.trouble : 'kept');
      if ('data' in checked)
        expect(Buffer.from(checked.data).includes(SECRET.slice(0, 6)), `seed ${seed}`).toBe(false);
    }
    // Both happen: a fuzz of which nothing passes, or everything, would show nothing.
    expect([...outcomes]).toEqual(expect.arrayContaining(['kept', 'unreadable']));
  },
  60_000,
);
