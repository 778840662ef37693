import type { Log } from '../log.ts';

export const ALARM_EVERY_SECONDS = 60;

/** Says that the assembly's own account on a network is at fault, at most once in ALARM_EVERY_SECONDS. */
export function openAlarm(channel: string, log: Log, tell: ((kind: 'misconfigured') => void) | undefined) {
  let nextMs = Number.NEGATIVE_INFINITY;
  return (now: Date) => {
    if (now.getTime() < nextMs) return;
    nextMs = now.getTime() + ALARM_EVERY_SECONDS * 1000;
    log.error('the account on this network refuses our letters; someone must mend its settings', { channel });
    tell?.('misconfigured');
  };
}
