/**
 * The order of everything. Whatever is under way stops at each crash point, wait and call of the network, and goes on
 * when the world's lot falls on it; so one thing runs at a time, and the same lots give the same order.
 */
import { setImmediate } from 'node:timers/promises';

/** A process of the house: it lives until it is killed, and then nothing of it goes on any more. */
export type Life = {
  readonly name: string;
  isDead(): boolean;
  /** Rejects with Killed at its death; never resolves. */
  readonly death: Promise<never>;
  kill(): void;
};

export class Killed extends Error {
  override readonly name = 'Killed';
}

export function begin(name: string): Life {
  let dead = false;
  let end: (reason: Killed) => void = () => {};
  const death = new Promise<never>((_, reject) => {
    end = reject;
  });
  death.catch(() => {});
  return {
    name,
    death,
    isDead: () => dead,
    kill() {
      dead = true;
      end(new Killed());
    },
  };
}

/** What a dead process waits for. */
export const never = <T>(): Promise<T> => new Promise<T>(() => {});

export type Strand = {
  life: Life;
  label: string;
  /** Not before this moment (milliseconds since 1970). */
  fromMs: number;
  /** Called when its process dies instead of it going on. */
  dies?: (() => void) | undefined;
  go(): void;
};

export type Strands = {
  /** Stops here until it is this strand's turn; for ever when the process is dead. */
  pause(
    life: Life,
    label: string,
    more?: { fromMs?: number; dies?: () => void; signal?: AbortSignal },
  ): Promise<void>;
  /** What could go on at this moment, in an order that does not hang on how long anything took. */
  ready(nowMs: number): Strand[];
  /** The moment at which the first of the others could go on, sleepers left aside. */
  nextMs(nowMs: number): number | undefined;
  go(strand: Strand): void;
  /** Forgets what a dead process was at. */
  bury(life: Life): void;
  /** Resolves when everything stands still. PGlite works within microtasks, so one round of the event loop is enough. */
  still(): Promise<void>;
};

const nameOf = (strand: Strand) => `${strand.life.name} ${strand.label}`;
const byName = (one: Strand, other: Strand) =>
  nameOf(one) < nameOf(other) ? -1 : nameOf(one) > nameOf(other) ? 1 : 0;

export function openStrands(): Strands {
  let stopped: Strand[] = [];
  return {
    pause(life, label, { fromMs = 0, dies, signal } = {}) {
      if (life.isDead()) return never();
      return new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const strand: Strand = { life, label, fromMs, dies, go: resolve };
        stopped.push(strand);
        signal?.addEventListener('abort', () => {
          stopped = stopped.filter((other) => other !== strand);
          if (!life.isDead()) resolve();
        });
      });
    },
    ready: (nowMs) => stopped.filter((strand) => strand.fromMs <= nowMs).sort(byName),
    nextMs: (nowMs) => {
      const later = stopped
        .filter((strand) => strand.fromMs > nowMs && strand.label !== 'sleep')
        .map((strand) => strand.fromMs);
      return later.length === 0 ? undefined : Math.min(...later);
    },
    go(strand) {
      stopped = stopped.filter((other) => other !== strand);
      strand.go();
    },
    bury(life) {
      const lost = stopped.filter((strand) => strand.life === life);
      stopped = stopped.filter((strand) => strand.life !== life);
      for (const strand of lost) strand.dies?.();
    },
    still: () => setImmediate(),
  };
}
