/** What goes wrong in a world, and how often: bounded, so that every world can be set right again. */
import type { Draw } from './draw.ts';

export type Troubles = {
  crashes: number;
  /** Transactions that the database undoes. */
  aborts: number;
  /** Transactions that are committed while their caller is told that the line was cut. */
  lostCommits: number;
  /** Times at which every call of the database fails for some steps. */
  outages: number;
  /** Steps of the clock: hours back or forth, days forward. */
  jumps: number;
  /** Times at which another process takes the channel over while the first is still at it. */
  takeovers: number;
  /** Letters that a network refuses, is too far away for, or delivers while the line breaks. */
  sendFaults: number;
  /** Sendings that end when the pump has long given them up. */
  hangs: number;
  /** A person who blocks us for a while. */
  blocks: number;
  /** Updates handed in again. */
  repeats: number;
  /** Downloads that fail or take long. */
  slowDownloads: number;
};

/** For what shows only when sendings cross each other: they hang or fail, the clock jumps, another process takes over. */
export const CROSSED_SENDINGS = { hangs: 20, jumps: 4, takeovers: 6, sendFaults: 6 };

export const NO_TROUBLES: Troubles = {
  crashes: 0,
  aborts: 0,
  lostCommits: 0,
  outages: 0,
  jumps: 0,
  takeovers: 0,
  sendFaults: 0,
  hangs: 0,
  blocks: 0,
  repeats: 0,
  slowDownloads: 0,
};

export function drawTroubles(draw: Draw): Troubles {
  const some = (probability: number, most: number) => (draw.chance(probability) ? 1 + draw.below(most) : 0);
  return {
    crashes: some(0.6, 3),
    aborts: some(0.4, 3),
    lostCommits: some(0.5, 3),
    outages: some(0.25, 2),
    jumps: some(0.35, 2),
    takeovers: some(0.4, 2),
    sendFaults: some(0.6, 4),
    hangs: some(0.3, 3),
    blocks: some(0.08, 1),
    repeats: some(0.7, 5),
    slowDownloads: some(0.4, 2),
  };
}
