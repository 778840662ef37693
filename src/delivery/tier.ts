/**
 * How many people letters to many may reach in a day, where a network counts that (WhatsApp's tier of distinct people in
 * 24 hours). A letter counts as a person, which errs on the safe side. It must not know what the letters are.
 */
import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../database/database.ts';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

export type Tier = {
  /** How many more may go now. */
  free(nowMs: number): number;
  take(nowMs: number): void;
};

/** @param sentByHour letters that went before, by the hour since 1970 in which they did */
export function openTier(max: number, sentByHour: ReadonlyMap<number, number>): Tier {
  const hours = new Map(sentByHour);
  const forget = (nowMs: number) => {
    // An hour counts until all of it is a day old.
    for (const hour of hours.keys()) if ((hour + 1 + DAY_HOURS) * HOUR_MS <= nowMs) hours.delete(hour);
  };
  return {
    free(nowMs) {
      forget(nowMs);
      let used = 0;
      for (const count of hours.values()) used += count;
      return Math.max(0, max - used);
    },
    take(nowMs) {
      const hour = Math.floor(nowMs / HOUR_MS);
      hours.set(hour, (hours.get(hour) ?? 0) + 1);
    },
  };
}

/** What went to many on a channel in the last day. Reads the table: asked once, when a channel begins to be carried. */
export async function sentByHour(tx: Tx, channel: string, now: Date): Promise<Map<number, number>> {
  const since = new Date(now.getTime() - (DAY_HOURS + 1) * HOUR_MS).toISOString();
  const found = await rows<{ hour: number; count: number }>(
    tx,
    sql`select floor(extract(epoch from done_at) / 3600)::float8 as hour, count(*)::int as count from messages
        where broadcast_id is not null and channel = ${channel} and done_at >= ${since}::timestamptz
          and status in ('sent', 'arrived', 'read') group by 1`,
  );
  return new Map(found.map(({ hour, count }) => [hour, count]));
}
