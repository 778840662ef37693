/** When editions open, when it is whose hour, and when nobody is written to. Pure: the moment is handed in. */

/** 0 is Sunday, as JavaScript counts. `openHour`: from then on the edition may go out, in the city's time. */
export type Schedule = { weekday: number; openHour: number; quiet: QuietHours | undefined; timeZone: string };

/** From the first hour up to, and without, the second; over midnight where the first is the greater. */
export type QuietHours = { from: number; until: number };

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

type Local = { year: number; month: number; day: number; hour: number; minute: number; weekday: number };

const made = new Map<string, Intl.DateTimeFormat>();
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** What clocks and calendars of the zone show. */
export function localTime(at: Date, timeZone: string): Local {
  let format = made.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      weekday: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    made.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const number = (name: Intl.DateTimeFormatPartTypes): number => Number(parts.get(name));
  return {
    year: number('year'),
    month: number('month'),
    day: number('day'),
    hour: number('hour'),
    minute: number('minute'),
    weekday: WEEKDAYS.indexOf(parts.get('weekday') ?? ''),
  };
}

/** When the newest edition opened that is not later than `now`. */
export function lastOpening(now: Date, { weekday, openHour, timeZone }: Schedule): Date {
  const { minute } = localTime(now, timeZone);
  const full = Math.floor(now.getTime() / 60_000) * 60_000 - minute * 60_000;
  for (let hours = 0; hours <= 8 * 24; hours++) {
    const at = new Date(full - hours * HOUR);
    const local = localTime(at, timeZone);
    if (local.weekday === weekday && local.hour === openHour) return at;
  }
  throw new RangeError(`no edition opens on weekday ${weekday} at ${openHour}`);
}

/** The ISO week (8601) of a moment, as people of the zone have it: 2026-W48. */
export function isoWeek(at: Date, timeZone: string): string {
  const { year, month, day } = localTime(at, timeZone);
  const date = new Date(Date.UTC(year, month - 1, day));
  // The week belongs to the year of its Thursday.
  date.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7));
  const first = Date.UTC(date.getUTCFullYear(), 0, 1);
  const week = Math.ceil(((date.getTime() - first) / DAY + 1) / 7);
  return `${date.getUTCFullYear()}-W${String(week).padStart(2, '0')}`;
}

/**
 * The hours whose turn has come in an edition that opened then: each hour of the clock comes once in the day after the
 * opening, so that one o'clock in the night belongs to the next day.
 */
export function hoursCome(opening: Date, now: Date, timeZone: string): number[] {
  const come = new Set<number>();
  for (let hours = 0; hours <= 24; hours++) {
    const at = new Date(opening.getTime() + hours * HOUR);
    if (at > now) break;
    come.add(localTime(at, timeZone).hour);
  }
  return [...come];
}

export function isQuiet(now: Date, { quiet, timeZone }: Pick<Schedule, 'quiet' | 'timeZone'>): boolean {
  return quiet !== undefined && isQuietHour(localTime(now, timeZone).hour, quiet);
}

export const isQuietHour = (hour: number, { from, until }: QuietHours): boolean =>
  from <= until ? hour >= from && hour < until : hour >= from || hour < until;

/** When the next letter comes to one who subscribed then and chose this hour; quiet hours put it off. */
export function nextLetter(now: Date, beganAt: number, hour: number, schedule: Schedule): Date {
  const last = lastOpening(now, schedule).getTime();
  for (let weeks = 0; weeks <= 2; weeks++) {
    const opening = last + weeks * 7 * DAY;
    if (beganAt >= opening) continue;
    for (let at = opening, turn = false; at <= opening + 2 * DAY; at += HOUR) {
      turn ||= localTime(new Date(at), schedule.timeZone).hour === hour;
      if (turn && !isQuiet(new Date(at), schedule)) {
        if (at > now.getTime()) return new Date(at);
        break;
      }
    }
  }
  return new Date(last + 14 * DAY);
}
