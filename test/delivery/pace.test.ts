import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Address } from '../../src/channels/message.ts';
import { ADDRESS_BURST, openPace, PACED_ADDRESSES_MAX, type Pace } from '../../src/delivery/pace.ts';
import { AMA, KOFI, WORKS_DESK } from './made.ts';

const telegram = { perSecondMax: 30, perAddressPerSecondMax: 1, perRoomPerMinuteMax: 20 };
const isRoom = (address: Address) => address.includes(':-');

function takes(pace: Pace, address: Address, count: number, nowMs: number) {
  for (let taken = 0; taken < count; taken += 1) pace.take(address, nowMs);
}

describe('the pace of a channel', () => {
  it('lets a person get five at once, then one a second', () => {
    const pace = openPace(telegram, isRoom);
    takes(pace, AMA, ADDRESS_BURST - 1, 0);
    expect(pace.waiting(0).addresses).toEqual([]);
    pace.take(AMA, 0);
    expect(pace.waiting(0)).toEqual({ addresses: [AMA], untilMs: 1000 });
    expect(pace.waiting(999).addresses).toEqual([AMA]);
    expect(pace.waiting(1000)).toEqual({ addresses: [], untilMs: undefined });
    pace.take(AMA, 1000);
    expect(pace.waiting(1000)).toEqual({ addresses: [AMA], untilMs: 2000 });
  });

  it('lets a group get twenty a minute, and nobody else waits for it', () => {
    const pace = openPace(telegram, isRoom);
    takes(pace, WORKS_DESK, 20, 0);
    pace.take(KOFI, 0);
    expect(pace.waiting(0)).toEqual({ addresses: [WORKS_DESK], untilMs: 60_000 });
    expect(pace.waiting(59_999).addresses).toEqual([WORKS_DESK]);
    expect(pace.waiting(60_000).addresses).toEqual([]);
  });

  it('lets the channel send thirty a second', () => {
    const pace = openPace(telegram, isRoom);
    for (let person = 0; person < 30; person += 1) pace.take(`telegram:${person}`, 0);
    expect(pace.free(0)).toBe(0);
    expect(pace.waiting(0).untilMs).toBe(1000);
    expect(pace.free(1000)).toBe(30);
  });

  it('stands still while it is paused', () => {
    const pace = openPace(telegram, isRoom);
    pace.pause(5000);
    pace.pause(3000);
    expect(pace.free(4999)).toBe(0);
    expect(pace.waiting(4999).untilMs).toBe(5000);
    expect(pace.free(5000)).toBe(30);
  });

  it('never exceeds its limits in any stretch of time, and never starves', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 4000 }), { minLength: 50, maxLength: 300 }),
        (pauses) => {
          const pace = openPace({ ...telegram, perSecondMax: 3 }, isRoom);
          const all: number[] = [];
          const room: number[] = [];
          let nowMs = 0;
          for (const pause of pauses) {
            nowMs += pause;
            if (pace.free(nowMs) === 0) continue;
            const address = pace.waiting(nowMs).addresses.includes(WORKS_DESK) ? AMA : WORKS_DESK;
            pace.take(address, nowMs);
            all.push(nowMs);
            if (address === WORKS_DESK) room.push(nowMs);
          }
          const most = (moments: number[], lengthMs: number) =>
            Math.max(
              ...moments.map((from) => moments.filter((at) => at >= from && at < from + lengthMs).length),
            );
          expect(most(all, 1000)).toBeLessThanOrEqual(3);
          expect(most(room, 60_000)).toBeLessThanOrEqual(20);
          expect(pace.free(nowMs + 1000)).toBe(3);
          expect(pace.waiting(nowMs + 120_000).addresses).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('forgets those to whom nothing was sent for a while, and never keeps more than it may', () => {
    const pace = openPace({ ...telegram, perSecondMax: 1e9 }, isRoom);
    for (let person = 0; person < PACED_ADDRESSES_MAX + 500; person += 1) pace.take(`telegram:${person}`, 0);
    expect(pace.remembered()).toBe(PACED_ADDRESSES_MAX);
    takes(pace, WORKS_DESK, 1, 1000);
    pace.take(AMA, 1000);
    expect(pace.remembered()).toBe(2);
    pace.take('telegram:-400', 61_000);
    expect(pace.remembered()).toBe(2);
  });
});
