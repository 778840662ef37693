/** By when a department promised to answer: hours that count on working days only. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** `holidays` as YYYY-MM-DD in the city's days. Africa/Accra is UTC all year, so a day there is a day of UTC. */
export function promisedBy(sentAt: Date, hours: number, holidays: readonly string[]): Date {
  let at = sentAt.getTime();
  let left = hours * HOUR;
  while (left > 0) {
    const midnight = Math.floor(at / DAY) * DAY + DAY;
    if (isFree(at, holidays)) {
      at = midnight;
      continue;
    }
    const today = Math.min(left, midnight - at);
    at += today;
    left -= today;
  }
  return new Date(at);
}

function isFree(at: number, holidays: readonly string[]): boolean {
  const day = new Date(at);
  const weekday = day.getUTCDay();
  return weekday === 0 || weekday === 6 || holidays.includes(day.toISOString().slice(0, 10));
}
