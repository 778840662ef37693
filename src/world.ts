/** What the rooms may know of the world outside: handed in, so that a test can make a world of its own. */

export type World = {
  now(): Date;
  /** In [0, 1). For spreading retries and drawing codes in tests; secrets use node:crypto. */
  random(): number;
  /** Resolves after `milliseconds`, or at once when `signal` is aborted. Never rejects. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Does nothing in production. Stands at every await of receive, turn and delivery, where a test lets the process die. */
  crashPoint(name: string): void | Promise<void>;
};

export const realWorld: World = {
  now: () => new Date(),
  random: Math.random,
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      signal?.addEventListener('abort', done);
    }),
  crashPoint: () => {},
};
