/** How a life of the browser ends: once, whoever is first to say so. */

/** `why` holds nothing that a person wrote, and no address. */
export type End = { why: string; kind: 'broken' | 'loggedOut' | 'unscanned' | 'stopped' };

export type Ending = {
  /** Aborted when it has ended. */
  over: AbortSignal;
  end(how: End): void;
  ended: Promise<End>;
};

/** @param leaving it is time to stop */
export function openEnding(leaving: AbortSignal): Ending {
  const over = new AbortController();
  let end: Ending['end'] = () => {};
  const ended = new Promise<End>((resolve) => {
    end = (how) => {
      over.abort();
      resolve(how);
    };
  });
  const stop = () => end({ kind: 'stopped', why: 'stopped' });
  leaving.addEventListener('abort', stop, { signal: over.signal });
  if (leaving.aborted) stop();
  return { over: over.signal, end, ended };
}
