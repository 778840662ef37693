import { describe, expect, it } from 'vitest';
import {
  HOUR,
  hoursCome,
  isoWeek,
  isQuiet,
  lastOpening,
  nextLetter,
  type Schedule,
} from '../../../src/broadcasts/digest/clock.ts';

const ACCRA: Schedule = {
  weekday: 5,
  openHour: 6,
  quiet: { from: 21, until: 6 },
  timeZone: 'Africa/Accra',
};
const at = (text: string) => new Date(text);

describe('the week of a moment', () => {
  it.each([
    ['2026-11-27T06:00:00Z', '2026-W48'],
    ['2026-12-31T23:59:00Z', '2026-W53'],
    ['2027-01-01T00:00:00Z', '2026-W53'],
    ['2027-01-04T00:00:00Z', '2027-W01'],
    ['2024-12-30T12:00:00Z', '2025-W01'],
  ])('%s is in %s', (moment, week) => expect(isoWeek(at(moment), 'Africa/Accra')).toBe(week));

  it('is that of the place', () => {
    expect(isoWeek(at('2026-11-29T23:30:00Z'), 'Africa/Accra')).toBe('2026-W48');
    expect(isoWeek(at('2026-11-29T23:30:00Z'), 'Africa/Lagos')).toBe('2026-W49');
  });
});

describe('an edition', () => {
  it.each([
    ['at the minute', '2026-11-27T06:00:00Z', '2026-11-27T06:00:00.000Z'],
    ['a minute before', '2026-11-27T05:59:59Z', '2026-11-20T06:00:00.000Z'],
    ['days later', '2026-12-03T23:00:00Z', '2026-11-27T06:00:00.000Z'],
  ])('that opened last: %s', (_, now, opened) => {
    expect(lastOpening(at(now), ACCRA).toISOString()).toBe(opened);
  });

  it.each(['Africa/Accra', 'America/New_York', 'Asia/Kolkata', 'Pacific/Chatham'])(
    'opens at the hour of the clock in %s, in every week of a year with its changes of the hour',
    (timeZone) => {
      const schedule = { ...ACCRA, timeZone };
      const clock = new Intl.DateTimeFormat('en-GB', {
        timeZone,
        weekday: 'short',
        hour: '2-digit',
        minute: '2-digit',
      });
      const openings = new Set<number>();
      for (let hours = 0; hours < 53 * 7 * 24; hours += 5) {
        const opening = lastOpening(new Date(Date.parse('2026-01-05T00:00:00Z') + hours * HOUR), schedule);
        openings.add(opening.getTime());
        expect(clock.format(opening)).toBe('Fri 06:00');
      }
      expect(openings.size).toBeGreaterThanOrEqual(53);
    },
  );

  it('lets each hour of the clock come once in the day after its opening', () => {
    const opening = at('2026-11-27T06:00:00Z');
    expect(hoursCome(opening, at('2026-11-27T05:00:00Z'), 'Africa/Accra')).toEqual([]);
    expect(hoursCome(opening, at('2026-11-27T08:59:00Z'), 'Africa/Accra')).toEqual([6, 7, 8]);
    expect(hoursCome(opening, at('2026-11-28T01:00:00Z'), 'Africa/Accra')).toContain(1);
    expect(hoursCome(opening, at('2026-11-29T00:00:00Z'), 'Africa/Accra')).toHaveLength(24);
  });
});

describe('quiet hours', () => {
  it.each([
    ['20:59', false],
    ['21:00', true],
    ['00:30', true],
    ['05:59', true],
    ['06:00', false],
  ])('over midnight, at %s: %s', (time, quiet) => {
    expect(isQuiet(at(`2026-11-27T${time}:00Z`), ACCRA)).toBe(quiet);
  });

  it('within a day, and none at all', () => {
    expect(isQuiet(at('2026-11-27T13:00:00Z'), { ...ACCRA, quiet: { from: 12, until: 14 } })).toBe(true);
    expect(isQuiet(at('2026-11-27T14:00:00Z'), { ...ACCRA, quiet: { from: 12, until: 14 } })).toBe(false);
    expect(isQuiet(at('2026-11-27T23:00:00Z'), { ...ACCRA, quiet: undefined })).toBe(false);
  });
});

describe('the next letter', () => {
  const next = (now: string, began: string, hour: number) =>
    nextLetter(at(now), Date.parse(began), hour, ACCRA).toISOString();

  it.each([
    [
      'of one who subscribes on Monday',
      '2026-11-23T09:00:00Z',
      '2026-11-23T09:00:00Z',
      8,
      '2026-11-27T08:00:00.000Z',
    ],
    [
      'of one who subscribes after the opening',
      '2026-11-27T07:00:00Z',
      '2026-11-27T07:00:00Z',
      8,
      '2026-12-04T08:00:00.000Z',
    ],
    ['later on the day', '2026-11-27T09:00:00Z', '2026-11-01T00:00:00Z', 18, '2026-11-27T18:00:00.000Z'],
    ['when the hour is over', '2026-11-27T19:00:00Z', '2026-11-01T00:00:00Z', 18, '2026-12-04T18:00:00.000Z'],
    [
      'at a quiet hour, when it has ended',
      '2026-11-27T19:00:00Z',
      '2026-11-01T00:00:00Z',
      23,
      '2026-11-28T06:00:00.000Z',
    ],
  ])('%s', (_, now, began, hour, expected) => expect(next(now, began, hour)).toBe(expected));
});
