import { type Channel, isAcceptingChannel, type Receive } from '../channels/channel.ts';
import type { Database, Lock } from '../database/database.ts';
import { errorFacts, type Log } from '../log.ts';
import type { World } from '../world.ts';
import type { Places } from './direct.ts';
import { openPump, type Pump } from './pump.ts';
import { openWaker } from './waker.ts';

/** How often a process that does not carry the channel looks whether it is needed. */
export const CARRY_LOOK_SECONDS = 5;

export type Carrier = {
  /** Says that there are new letters; of no effect while another process carries the channel. */
  poke(): void;
  /** Places for letters that are claimed as they are posted; undefined while another process carries the channel. */
  reserve(most: number): Places | undefined;
  /** True while this process is the one. */
  carries(): boolean;
  /** Stops listening, finishes what is in hand, lets go. */
  stop(): Promise<void>;
};

/** What stands for the lock where none is needed. */
const FREE: Lock = { lost: new Promise(() => {}), release: async () => {} };

type Outside = {
  database: Database;
  receive: Receive;
  world: World;
  log: Log;
  onAlarm?: (kind: 'misconfigured') => void;
};

/**
 * Listens to a channel and sends its letters for as long as this process is the one that may: long polling, a paired
 * browser and a rate bear no second. When the lock is lost both stop at once and it is tried again; what was being
 * sent then is protected by its lease. A channel may therefore be started again after it was stopped. Letters that any
 * process may take are taken from the first moment to the last, whoever carries.
 */
export function carryChannel(channel: Channel, outside: Outside): Carrier {
  const { database, receive, world, log } = outside;
  const waker = openWaker(world);
  let pump: Pump | undefined;
  let stopping = false;

  async function carry(lock: Lock): Promise<void> {
    const its = openPump(channel, outside);
    let isLost = false;
    const lost = lock.lost.then(() => {
      isLost = true;
      waker.wake();
    });
    try {
      await channel.start(receive);
      pump = its;
      log.info('carrying a channel', { channel: channel.name });
      const running = its.run();
      running.catch(() => waker.wake());
      while (!stopping && !isLost) await Promise.race([waker.woken(), lost, running]);
      await Promise.all([channel.stop(), its.stop()]);
    } finally {
      pump = undefined;
      if (isLost) log.warn('another process may carry the channel now', { channel: channel.name });
      else await lock.release();
    }
  }

  async function look(): Promise<void> {
    while (!stopping) {
      try {
        const lock = channel.shared ? FREE : await database.holdLock(`channel:${channel.name}`);
        if (lock) await carry(lock);
      } catch (error) {
        log.warn('a channel could not be carried', { channel: channel.name, ...errorFacts(error) });
        await channel.stop().catch(() => {});
      }
      if (!stopping) await waker.woken(CARRY_LOOK_SECONDS * 1000);
    }
  }

  if (isAcceptingChannel(channel)) channel.accept(receive);
  const looking = look();
  return {
    poke: () => pump?.poke(),
    reserve: (most) => pump?.reserve(most),
    carries: () => pump !== undefined,
    stop: async () => {
      stopping = true;
      waker.wake();
      if (isAcceptingChannel(channel)) await channel.refuse();
      await looking;
    },
  };
}
