/** Ends a browser for good, whatever the library made of it. */
import { bounded } from './bounded.ts';
import type { Phone } from './library.ts';

const LAUNCH_SECONDS_MAX = 35;
const CLOSE_SECONDS_MAX = 5;

/**
 * Resolves when the browser was launched, or was not. Its lines are listened to for errors from then on: puppeteer stops to
 * when it closes it, and one that came afterwards would end the process.
 */
export async function launched(phone: Phone, began: Promise<void>): Promise<void> {
  let over = false;
  const ends = began.finally(() => {
    over = true;
  });
  for (let waitedMs = 0; !phone.pupBrowser && !over && waitedMs < LAUNCH_SECONDS_MAX * 1000; waitedMs += 50) {
    await Promise.race([ends, new Promise((resolve) => setTimeout(resolve, 50))]);
  }
  for (const line of phone.pupBrowser?.process()?.stdio ?? []) line?.on('error', () => {});
}

/** A browser that is just being launched is waited for, or nobody would ever close it. */
export async function close(phone: Phone, launching: Promise<void>, began: Promise<void>): Promise<void> {
  await launching;
  const running = phone.pupBrowser?.process();
  await bounded(Promise.resolve(phone.destroy()), CLOSE_SECONDS_MAX).catch(() => {});
  if (running && running.exitCode === null && running.signalCode === null) {
    const gone = new Promise<void>((resolve) => running.once('exit', () => resolve()));
    running.kill('SIGKILL');
    await bounded(gone, CLOSE_SECONDS_MAX).catch(() => {});
  }
  await bounded(began, CLOSE_SECONDS_MAX).catch(() => {});
}
