import type { World } from '../world.ts';

/** Waits that can be cut short. A call of `wake` while nobody waits is remembered for the next wait. */
export type Waker = {
  wake(): void;
  /** Resolves with true when woken, with false after `milliseconds`; without them it waits for ever. */
  woken(milliseconds?: number): Promise<boolean>;
};

export function openWaker(world: World): Waker {
  let isAwake = false;
  let rouse: (() => void) | undefined;
  return {
    wake() {
      isAwake = true;
      rouse?.();
    },
    async woken(milliseconds) {
      if (!isAwake) {
        const sleep = new AbortController();
        const roused = new Promise<void>((resolve) => {
          rouse = () => {
            resolve();
            // With a reason of ours: the default one is an exception, and costs as much as the rest of the wait.
            sleep.abort('woken');
          };
        });
        await (milliseconds === undefined
          ? roused
          : Promise.race([roused, world.sleep(milliseconds, sleep.signal)]));
        rouse = undefined;
      }
      const was = isAwake;
      isAwake = false;
      return was;
    },
  };
}
