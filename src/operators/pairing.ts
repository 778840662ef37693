/**
 * What a paired network is doing: written down at each change, and told at the front desk's chats on other channels when
 * it is news for people. Nothing of it is said on the network itself, which may not be there.
 */
import { sql } from 'drizzle-orm';
import type { PairingState } from '../channels/channel.ts';
import type { Address } from '../channels/message.ts';
import { type Database, rows, type Tx } from '../database/database.ts';
import { post } from '../delivery/post.ts';
import { errorFacts, type Log } from '../log.ts';
import type { World } from '../world.ts';
import type { Around } from './desk.ts';
import { type Changed, changePairing, dueNews, type KeptPairing, type PairingNews } from './pairing-news.ts';

/** A change that could not be written is written so much later, unless a newer one has come. */
const AGAIN_SECONDS = 5;

export type PairingWatch = {
  /** Never throws and waits for nothing. */
  changed(channel: string, state: PairingState): void;
  /** Tells what could not be told before. Safe to repeat. */
  look(): Promise<void>;
  /** Resolves when what came so far is written. */
  settled(): Promise<void>;
  /** The same, but tries nothing again. */
  stop(): Promise<void>;
};

type Outside = {
  database: Database;
  world: World;
  log: Log;
  around: Omit<Around, 'tx' | 'now'>;
  /** Called when there is something to send. */
  posted: () => void;
};

export function watchPairing({ database, world, log, around, posted }: Outside): PairingWatch {
  let writing: Promise<void> = Promise.resolve();
  const newest = new Map<string, PairingState>();
  const stopping = new AbortController();

  async function write(channel: string, state: PairingState): Promise<void> {
    for (;;) {
      try {
        const told = await database.inTransaction((tx) => keep(tx, channel, state));
        if (told) posted();
        return;
      } catch (error) {
        log.warn('what a paired network is doing could not be written', { channel, ...errorFacts(error) });
        if (stopping.signal.aborted || newest.get(channel) !== state) return;
        await world.sleep(AGAIN_SECONDS * 1000, stopping.signal);
      }
    }
  }

  async function keep(tx: Tx, channel: string, state: PairingState): Promise<boolean> {
    const now = world.now();
    const [before] = await keptPairings(tx, { channel, lock: true });
    const changed = changePairing(before?.kept, state, now.getTime());
    await save(tx, channel, changed.kept, now);
    return tell({ ...around, tx, now }, channel, changed);
  }

  return {
    changed(channel, state) {
      log.info('a paired network has changed', { channel, kind: state.kind });
      newest.set(channel, state);
      writing = writing.then(() => write(channel, state));
    },
    async look() {
      const told = await database.inTransaction(async (tx) => {
        const now = world.now();
        let count = 0;
        for (const { channel, kept } of await keptPairings(tx, { lock: true })) {
          const changed = dueNews(kept, now.getTime());
          if (!changed) continue;
          await save(tx, channel, changed.kept, now);
          if (await tell({ ...around, tx, now }, channel, changed)) count += 1;
        }
        return count;
      });
      if (told > 0) posted();
    },
    settled: () => writing,
    async stop() {
      stopping.abort();
      await writing;
    },
  };
}

/** What is kept of one paired network, or of all. `since`: when it came to be so, in ms. */
export async function keptPairings(
  tx: Tx,
  { channel, lock = false }: { channel?: string; lock?: boolean } = {},
): Promise<{ channel: string; kept: KeptPairing; since: number }[]> {
  return rows(
    tx,
    sql`select channel, state as kept, (extract(epoch from changed_at) * 1000)::float8 as since from pairings
        where ${channel === undefined ? sql`true` : sql`channel = ${channel}`} order by channel ${lock ? sql`for update` : sql``}`,
  );
}

/** A newer code to scan is no change of its own. */
async function save(tx: Tx, channel: string, kept: KeptPairing, now: Date): Promise<void> {
  await tx.execute(sql`
    insert into pairings (channel, state, changed_at)
    values (${channel}, ${JSON.stringify(kept)}::jsonb, ${now.toISOString()}::timestamptz)
    on conflict (channel) do update set state = excluded.state,
      changed_at = case when pairings.state -> 'state' ->> 'kind' = excluded.state -> 'state' ->> 'kind'
        then pairings.changed_at else excluded.changed_at end`);
}

/** @returns whether anything was said */
async function tell(around: Around, channel: string, { kept, news }: Changed): Promise<boolean> {
  if (!news) return false;
  const { tx, now, city } = around;
  const desks = await rows<{ address: Address; channel: string }>(
    tx,
    sql`select address, channel from desks
        where closed_at is null and department = ${city.front} and channel <> ${channel} order by opened_at`,
  );
  const text = newsWords(around, channel, kept.state, news);
  await post(
    tx,
    desks.map((desk) => ({
      channel: desk.channel,
      to: desk.address,
      content: { text },
      priority: 'notice' as const,
    })),
    now,
  );
  return desks.length > 0;
}

function newsWords(
  { voice, settings }: Around,
  channel: string,
  state: PairingState,
  news: PairingNews,
): string {
  const hours = state.kind === 'full' ? Math.max(1, Math.ceil(state.againInSeconds / 3600)) : 0;
  const name = nameOfChannel(voice, settings.deskLanguage, channel);
  return voice.say(settings.deskLanguage, `desk.pairing.news.${news}`, { channel: name, count: hours });
}

/** "WhatsApp", as people call it. */
export const nameOfChannel = (voice: Around['voice'], language: string, channel: string): string =>
  voice.say(language, `desk.pairing.channels.${channel}`) || channel;
