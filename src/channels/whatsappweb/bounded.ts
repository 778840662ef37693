/** What the library promises may never come: nothing of it is waited for without an end. */

export class TookTooLong extends Error {
  override readonly name = 'TookTooLong';
}

/** Rejects with TookTooLong after so many seconds; what comes later is passed over. */
export function bounded<T>(work: Promise<T>, seconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new TookTooLong(`no end after ${seconds} s`)), seconds * 1000);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
