/** An edition that was opened, what it takes to run editions, and when one is old news. */
import type { City } from '../../civic/city.ts';
import type { Database } from '../../database/database.ts';
import type { Voice } from '../../engine/conversation.ts';
import type { Log } from '../../log.ts';
import type { BroadcastState } from '../broadcast.ts';
import type { ChannelRule } from './carried.ts';
import { DAY, type Schedule } from './clock.ts';

/** An edition older than this is old news. */
export const LATE_DAYS_MAX = 3;

export type Editions = {
  database: Database;
  log: Log;
  city: City;
  voice: Voice;
  deskLanguage: string;
  promiseTitle(key: string, language: string): string;
  /** Undefined: there is no digest. */
  schedule: Schedule | undefined;
  /** The front desk sees each edition first, and sends or holds it. */
  approval: boolean;
  channels: ChannelRule[];
};

export type EditionState = BroadcastState;

export type Edition = { id: number; key: string; state: EditionState; opening: Date };

export const isTooLate = (opening: Date, now: Date): boolean =>
  now.getTime() - opening.getTime() >= LATE_DAYS_MAX * DAY;
