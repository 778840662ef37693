/** Lets at most `atOnceMax` pieces of work run; the others wait in order. How many may wait is the callers' bound. */
export function openGate(atOnceMax: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    // A place that is given back is handed straight to the next in line, so nobody can slip in between.
    if (running < atOnceMax) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
