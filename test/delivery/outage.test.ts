import { describe, expect, it } from 'vitest';
import { OUTAGE_FAILURES_MIN, OUTAGE_PAUSE_SECONDS_MAX, openOutage } from '../../src/delivery/outage.ts';

const refused = (outage: ReturnType<typeof openOutage>, times: number, nowMs: number) => {
  for (let time = 0; time < times; time += 1) outage.heard('unreachable', nowMs);
};

describe('a network that is away', () => {
  it('is taken to be so after some failures in a row, whatever came before', () => {
    const outage = openOutage();
    refused(outage, OUTAGE_FAILURES_MIN - 1, 0);
    outage.heard('rejected', 0);
    refused(outage, OUTAGE_FAILURES_MIN - 1, 0);
    expect(outage.away()).toBe(false);
    refused(outage, 1, 0);
    expect(outage.away()).toBe(true);
    expect(outage.pausedUntilMs()).toBe(1000);
  });

  it('is felt for ever more rarely; letters that failed together count once', () => {
    const outage = openOutage();
    refused(outage, 200, 0);
    expect(outage.pausedUntilMs()).toBe(1000);
    refused(outage, 1, 1000);
    expect(outage.pausedUntilMs()).toBe(3000);
    let nowMs = 3000;
    for (let time = 0; time < 20; time += 1) {
      refused(outage, 1, nowMs);
      expect(outage.pausedUntilMs() - nowMs).toBeLessThanOrEqual(OUTAGE_PAUSE_SECONDS_MAX * 1000);
      nowMs = outage.pausedUntilMs();
    }
  });

  it('is back with the first letter that it answers', () => {
    const outage = openOutage();
    refused(outage, 20, 0);
    outage.heard(undefined, 1000);
    expect(outage.away()).toBe(false);
    expect(outage.pausedUntilMs()).toBe(0);
  });
});
