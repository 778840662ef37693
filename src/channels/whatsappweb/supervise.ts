/** One life of the browser after the other, with pauses that grow, until it is time to stop. */
import { errorFacts, type Log } from '../../log.ts';
import type { World } from '../../world.ts';
import type { PairingState } from '../channel.ts';
import type { End } from './ending.ts';

export const RESTART_FIRST_SECONDS = 2;
export const RESTART_SECONDS_MAX = 300;
/** Who was up so long has earned a quick start. */
export const STEADY_MINUTES = 10;

export type Supervised = {
  /** Resolves with how it ended. */
  life(signal: AbortSignal): Promise<End>;
  /** The phone has put this device out: what was kept of the session is of no use. */
  forget(): void;
  tell(state: PairingState): void;
  /** When the browser starts again, where it waits for that; for those who want to send meanwhile. */
  waitsUntil(ms: number | undefined): void;
  world: World;
  log: Log;
  signal: AbortSignal;
};

/** Resolves when `signal` was aborted and the last browser is gone. Never rejects. */
export async function supervise({
  life,
  forget,
  tell,
  waitsUntil,
  world,
  log,
  signal,
}: Supervised): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    tell({ kind: 'starting' });
    const sinceMs = world.now().getTime();
    const how = await life(signal).catch((error: unknown): End => {
      log.error('whatsappweb: a fault of our own', errorFacts(error));
      return { kind: 'broken', why: 'a fault of our own' };
    });
    if (signal.aborted) return;
    const nowMs = world.now().getTime();
    const steady = how.kind !== 'broken' || nowMs - sinceMs >= STEADY_MINUTES * 60_000;
    failures = steady ? 1 : failures + 1;
    const seconds = pauseSeconds(failures, world.random());
    log.warn('whatsappweb: the browser ended', { why: how.why, againInSeconds: seconds });
    if (how.kind === 'loggedOut') {
      forgetSafely(forget, log);
      tell({ kind: 'loggedOut' });
    }
    if (how.kind === 'broken') tell({ kind: 'away', why: how.why, againInSeconds: seconds });
    waitsUntil(nowMs + seconds * 1000);
    await world.sleep(seconds * 1000, signal);
    waitsUntil(undefined);
  }
}

/** Doubles with each failure in a row up to RESTART_SECONDS_MAX; the upper half of it is random. */
export function pauseSeconds(failures: number, random: number): number {
  const whole = Math.min(RESTART_FIRST_SECONDS * 2 ** Math.min(failures - 1, 20), RESTART_SECONDS_MAX);
  return Math.ceil(whole * (0.5 + random / 2));
}

function forgetSafely(forget: () => void, log: Log): void {
  try {
    forget();
  } catch (error) {
    log.error('whatsappweb: the old session could not be deleted', errorFacts(error));
  }
}
