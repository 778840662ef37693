/** Chance that can be had again: the same seed draws the same lots. mulberry32, 32 bits of state. */

export type Draw = {
  /** In [0, 1). */
  number(): number;
  /** A whole number from 0 to `count - 1`. */
  below(count: number): number;
  chance(probability: number): boolean;
  /** Throws on an empty list: there is nothing to draw. */
  pick<T>(list: readonly T[]): T;
};

export function openDraw(seed: number): Draw {
  let state = (seed * 0x9e3779b1) >>> 0;
  const number = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (count: number) => Math.floor(number() * count);
  return {
    number,
    below,
    chance: (probability) => number() < probability,
    pick: (list) => {
      if (list.length === 0) throw new RangeError('there is nothing to draw from');
      return list[below(list.length)] as (typeof list)[number];
    },
  };
}
