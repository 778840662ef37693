/**
 * What an announcement needs between two letters of the desk: its own letters prepared, its progress shown, its end
 * told. Any number of processes may look; each broadcast is locked by one.
 */
import { sql } from 'drizzle-orm';
import { type Announcement, announcementRecipients } from '../../broadcasts/announcement.ts';
import type { Audience } from '../../broadcasts/audience.ts';
import { broadcastById, lockBroadcast } from '../../broadcasts/broadcast.ts';
import { begin, cancelHalted, endDone } from '../../broadcasts/control.ts';
import { prepare } from '../../broadcasts/prepare.ts';
import { type Database, rows, type Tx } from '../../database/database.ts';
import { openWaker } from '../../delivery/waker.ts';
import { errorFacts, type Log } from '../../log.ts';
import type { World } from '../../world.ts';
import { type Desks, toDesks } from '../card.ts';
import type { Around } from '../desk.ts';
import { rendered } from './preview.ts';
import { showProgress } from './progress.ts';

export const LOOK_SECONDS = 2;
/** A group takes 20 letters a minute, edits counted; this leaves half of them for the desk's work. */
export const SHOW_EVERY_SECONDS = 6;
const SHOWN_MAX = 20;

export type Announcer = {
  /** Does what is due now; resolves with how much that was. */
  lookOnce(): Promise<number>;
  run(): Promise<void>;
  stop(): Promise<void>;
};

type Outside = {
  database: Database;
  world: World;
  log: Log;
  around: Omit<Around, 'tx' | 'now'>;
  /** Called when letters may go. */
  begun: () => void;
};

export function openAnnouncer({ database, world, log, around, begun }: Outside): Announcer {
  const waker = openWaker(world);
  let stopping = false;
  const desks = toDesks(around);

  async function lookOnce(): Promise<number> {
    const now = world.now();
    const prepared = await database.inTransaction((tx) => prepareConfirmed(tx, around, desks, now));
    if (prepared > 0) begun();
    const cancelled = await cancelHalted(database.tx, now);
    const ended = await endDone(database.tx, now);
    const shown = await database.inTransaction((tx) => showChanged(tx, desks, now));
    return prepared + cancelled + ended.length + shown;
  }

  return {
    lookOnce,
    async run() {
      while (!stopping) {
        await lookOnce().catch((error: unknown) =>
          log.warn('announcements wait for the database', errorFacts(error)),
        );
        if (!stopping) await waker.woken(LOOK_SECONDS * 1000);
      }
    },
    async stop() {
      stopping = true;
      waker.wake();
    },
  };
}

/** The oldest announcement that was confirmed: its letters are put into the queue, and go. */
async function prepareConfirmed(
  tx: Tx,
  around: Omit<Around, 'tx' | 'now'>,
  desks: Desks,
  now: Date,
): Promise<number> {
  const [found] = await rows<{ id: number; department: string }>(
    tx,
    sql`select b.id::float8 as id, coalesce(d.department, ${around.city.front}) as department
        from broadcasts b left join desks d on d.address = b.desk
        where b.kind = 'announcement' and b.state = 'waiting' and b.confirmed_by is not null
        order by b.id limit 1 for update of b skip locked`,
  );
  const broadcast = found && (await broadcastById(tx, found.id));
  if (!broadcast) return 0;
  const announcement = broadcast.content as unknown as Announcement;
  await prepare(
    tx,
    broadcast.id,
    {
      rendered: rendered(announcement, desks, found.department),
      recipients: announcementRecipients(announcement, broadcast.audience as Audience, broadcast.id),
      channels: around.settings.broadcastChannels,
      windowHours: around.settings.windowHours,
    },
    now,
  );
  await begin(tx, broadcast.id, null, now);
  return 1;
}

/** Progress that a desk does not see yet. While letters go, a change is shown every SHOW_EVERY_SECONDS at the most. */
async function showChanged(tx: Tx, desks: Desks, now: Date): Promise<number> {
  const before = new Date(now.getTime() - SHOW_EVERY_SECONDS * 1000).toISOString();
  const found = await rows<{ id: number; channel: string }>(
    tx,
    sql`select b.id::float8 as id, d.channel from broadcasts b join desks d on d.address = b.desk
        where b.kind = 'announcement' and b.progress_message_id is not null and b.state in ('sending', 'paused', 'stopped', 'done')
          and (b.shown_state is distinct from b.state
            or (b.state = 'sending' and b.shown_at <= ${before}::timestamptz
              and b.shown_done < (select count(*) from messages m
                where m.broadcast_id = b.id and m.status not in ('queued', 'sending'))))
        order by b.id limit ${SHOWN_MAX} for update of b skip locked`,
  );
  for (const { id, channel } of found) {
    const broadcast = await lockBroadcast(tx, id);
    if (broadcast) await showProgress(tx, broadcast, channel, desks, now);
  }
  return found.length;
}
