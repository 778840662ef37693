import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SendError } from '../../../src/channels/channel.ts';
import {
  type Care,
  ceiling,
  counted,
  dayOf,
  left,
  NO_TALLY,
  paired,
  pauseMs,
  readTally,
  secondsLeft,
  type Tally,
} from '../../../src/channels/whatsappweb/care.ts';
import { openGate, TURN_SECONDS_MAX } from '../../../src/channels/whatsappweb/gate.ts';
import { openTallyFile } from '../../../src/channels/whatsappweb/tally.ts';
import { silentLog } from '../../../src/log.ts';
import { keptLog } from './bench.ts';

const CARE: Care = { pauseSeconds: { least: 2, most: 6 }, perDay: 500, warmUpDays: 10 };
const ACCRA = 'Africa/Accra';
const NOON = new Date('2026-11-27T12:00:00Z');
const daysAfter = (days: number) => new Date(NOON.getTime() + days * 86_400_000);

describe('a number that is new', () => {
  it('may send a share of the day that grows', () => {
    const since = NOON.toISOString();
    const days = [0, 1, 4, 8, 9, 10, 400].map((day) => ceiling(CARE, since, daysAfter(day)));
    expect(days).toEqual([50, 100, 250, 450, 500, 500, 500]);
    expect(ceiling(CARE, undefined, NOON)).toBe(50);
    expect(ceiling({ ...CARE, warmUpDays: 0 }, undefined, NOON)).toBe(500);
    expect(ceiling({ ...CARE, perDay: 3 }, since, NOON)).toBe(1);
    expect(ceiling(CARE, since, daysAfter(-3)), 'a clock set back').toBe(50);
  });

  it('is as old as its first pairing; another number begins anew', () => {
    const first = paired(NO_TALLY, 'a@c.us', NOON);
    expect(paired(first, 'a@c.us', daysAfter(5))).toEqual(first);
    expect(paired(first, 'b@c.us', daysAfter(5)).since).toBe(daysAfter(5).toISOString());
  });
});

describe('a day', () => {
  it('begins and ends where the assembly is', () => {
    const late = new Date('2026-11-27T23:59:30Z');
    expect([dayOf(late, ACCRA), dayOf(late, 'Asia/Tokyo')]).toEqual(['2026-11-27', '2026-11-28']);
    expect([secondsLeft(late, ACCRA), secondsLeft(NOON, ACCRA)]).toEqual([30, 43_200]);
    expect(secondsLeft(new Date('2026-11-28T00:00:00Z'), ACCRA)).toBe(86_400);
  });

  it('counts what went, and forgets it when it turns', () => {
    let tally: Tally = { day: '', sent: 0, since: daysAfter(-30).toISOString() };
    for (let sent = 0; sent < 500; sent += 1) tally = counted(tally, NOON, ACCRA);
    expect(left(CARE, tally, NOON, ACCRA)).toBe(0);
    expect(left(CARE, tally, daysAfter(1), ACCRA)).toBe(500);
    expect(counted(tally, daysAfter(1), ACCRA)).toMatchObject({ sent: 1, day: '2026-11-28' });
  });
});

it('pauses are never below the least nor above the most', () => {
  expect([0, 0.5, 0.999].map((random) => pauseMs(CARE, random))).toEqual([2000, 4000, 5996]);
});

describe('what is written down', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kasa-tally-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('survives, in a folder that only we may read', () => {
    const inner = join(folder, 'whatsapp');
    const tally = { day: '2026-11-27', sent: 7, number: 'a@c.us', since: NOON.toISOString() };
    openTallyFile(inner, silentLog).write(tally);
    expect(openTallyFile(inner, silentLog).read()).toEqual(tally);
    expect(readdirSync(inner)).toEqual(['tally.json']);
    if (process.platform !== 'win32') expect(statSync(inner).mode & 0o077).toBe(0);
  });

  it.each(['', '{', '[]', 'null', '{"day":"2026-11-27","sent":-1}', '{"day":3,"sent":1}', '{"sent":1}'])(
    'a broken file (%s) makes the number new',
    (text) => {
      writeFileSync(join(folder, 'tally.json'), text);
      expect(openTallyFile(folder, silentLog).read()).toEqual(NO_TALLY);
      expect(ceiling(CARE, readTally(text).since, NOON)).toBe(50);
    },
  );

  it('a time that is none makes the number new, and the count stays', () => {
    expect(readTally('{"day":"2026-11-27","sent":3,"since":"yesterday"}')).toEqual({
      day: '2026-11-27',
      sent: 3,
    });
  });

  it('is remembered until the end where it cannot be written', () => {
    writeFileSync(join(folder, 'file'), '');
    const log = keptLog();
    const file = openTallyFile(join(folder, 'file', 'whatsapp'), log);
    file.write({ day: '2026-11-27', sent: 1 });
    expect(file.read().sent).toBe(1);
    expect(log.lines[0]?.event).toMatch(/cannot be written/);
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('');
  });
});

describe('the gate', () => {
  function open(care: Care = CARE, tally: Tally = { day: '', sent: 0, since: daysAfter(-30).toISOString() }) {
    let nowMs = NOON.getTime();
    const slept: number[] = [];
    const full: number[] = [];
    let kept = tally;
    const world = {
      now: () => new Date(nowMs),
      random: () => 0.5,
      sleep: async (ms: number) => {
        slept.push(ms);
        nowMs += ms;
      },
    };
    const file = {
      read: () => kept,
      write(next: Tally) {
        kept = next;
      },
    };
    const gate = openGate({
      care,
      tally: file,
      timeZone: ACCRA,
      world,
      onFull: (seconds) => full.push(seconds),
      onFree: () => {},
    });
    const later = (seconds: number) => {
      nowMs += seconds * 1000;
    };
    return { gate, slept, full, later, kept: () => kept };
  }
  const whole = { counts: true, isPart: false };
  const { signal } = new AbortController();

  it('makes a pause between two messages, a short one between parts of one letter, and none after a silence', async () => {
    const { gate, slept, later } = open();
    await gate.pass(whole, signal);
    gate.went(true);
    await gate.pass(whole, signal);
    gate.went(true);
    await gate.pass({ ...whole, isPart: true }, signal);
    gate.went(true);
    later(60);
    await gate.pass(whole, signal);
    expect(slept).toEqual([4000, 800]);
    gate.went(true);
    later(-3600);
    await gate.pass(whole, signal);
    expect(slept.at(-1), 'a clock set back').toBe(4000);
  });

  it('lets nothing through when the day is full but marks and changes, and everything on the next', async () => {
    const { gate, full, later, kept } = open({ ...CARE, perDay: 2 });
    for (const counts of [true, true]) {
      await gate.pass(whole, signal);
      gate.went(counts);
    }
    const error = await gate.pass(whole, signal).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SendError);
    expect(error).toMatchObject({ kind: 'throttled' });
    expect((error as SendError).retryAfterSeconds).toBe(full[0]);
    expect(Math.abs((full[0] ?? 0) - 43_200)).toBeLessThan(10);
    await gate.pass({ counts: false, isPart: false }, signal);
    gate.went(false);
    expect(kept().sent).toBe(2);
    later(43_200);
    await gate.pass(whole, signal);
  });

  it('sends back unsent when it is time to stop, and when the letter before took long', async () => {
    const { gate, later } = open();
    const leaving = new AbortController();
    leaving.abort();
    await expect(gate.pass(whole, leaving.signal)).rejects.toMatchObject({ kind: 'unreachable' });
    let release = () => {};
    const first = gate.inTurn(() => new Promise<void>((resolve) => (release = resolve)));
    const second = gate.inTurn(async () => 'sent');
    const third = second.catch((error: unknown) => error);
    await Promise.resolve();
    later(TURN_SECONDS_MAX + 1);
    release();
    await first;
    expect(await third).toMatchObject({ kind: 'throttled' });
    expect(await gate.inTurn(async () => 'sent')).toBe('sent');
  });
});
