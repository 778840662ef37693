/** One process of the house in a world: the real parts on a database, a clock and a network that may fail it. */
import type { InboundMessage } from '../../src/channels/message.ts';
import type { Database } from '../../src/database/database.ts';
import type { Carrier } from '../../src/delivery/carry.ts';
import type { Pump } from '../../src/delivery/pump.ts';
import type { Received } from '../../src/delivery/receipts.ts';
import { type House, openHouse } from '../../src/house.ts';
import { silentLog } from '../../src/log.ts';
import type { World } from '../../src/world.ts';
import { markReceived } from '../delivery/made.ts';
import type { Ground } from './ground.ts';
import { NETWORK, type Network } from './network.ts';
import { openStore, type StoreFaults } from './store.ts';
import { begin, type Life } from './strands.ts';

export type Job = 'turn' | 'fetch';

export type Parts = Record<Job, () => Promise<number>> & {
  receive(messages: InboundMessage[]): Promise<void>;
  hearStatus(externalId: string, status: Received): Promise<boolean>;
};

export type PartsGiven = { house: House; database: Database; world: World; parts: Parts };

/** A fault that somebody could have built in: the house with one part replaced. */
export type Bug = {
  name: string;
  /** Changes the tables; what is returned mends them again. */
  plant?(ground: Ground): Promise<() => Promise<void>>;
  /** Changes statements on their way to the database. */
  rewrite?(statement: string): string;
  /** Whether a statement was found to be changed. */
  isPlanted?(): boolean;
  channel?(channel: ReturnType<Network['channelFor']>): ReturnType<Network['channelFor']>;
  parts?(given: PartsGiven, open: (database: Database) => House): Partial<Parts>;
};

export type Process = {
  life: Life;
  parts: Parts;
  busy: Set<Job>;
  /** Carries the channel from now on; without a listening side, since updates are handed in. */
  carry(): void;
  /** Another one carries it: what is in hand is finished, and nothing more is claimed. */
  leave(): void;
};

export type Surroundings = {
  ground: Ground;
  network: Network;
  worldOf(life: Life): World;
  faults: StoreFaults;
  bug: Bug | undefined;
};

const SETTINGS = { emergencyNumber: '112', fireNumber: '192', deskLanguage: 'en', defaultLanguage: 'en' };

export function openProcess(name: string, { ground, network, worldOf, faults, bug }: Surroundings): Process {
  const life = begin(name);
  const world = worldOf(life);
  const database = openStore(ground.prepared, life, faults, bug?.rewrite);
  const plain = network.channelFor(life);
  const channel = bug?.channel ? bug.channel(plain) : plain;
  const open = (on: Database) =>
    openHouse({
      database: on,
      world,
      log: silentLog,
      editorial: ground.editorial,
      settings: SETTINGS,
      channels: [channel],
    });
  const house = open(database);
  let pump: Pump | undefined;
  const carrier: Carrier = {
    poke: () => pump?.poke(),
    reserve: (most) => pump?.reserve(most),
    carries: () => pump !== undefined,
    stop: async () => {},
  };
  (house.carriers as Map<string, Carrier>).set(NETWORK, carrier);
  const parts: Parts = {
    receive: (messages) => house.receiver.receive(messages),
    turn: () => house.turner.turnOnce(),
    fetch: () => house.fetcher.fetchOnce(),
    hearStatus: (externalId, status) =>
      database.inTransaction((tx) => markReceived(tx, NETWORK, externalId, status, world.now())),
  };
  const replaced = bug?.parts?.({ house, database, world, parts }, open);
  return {
    life,
    parts: { ...parts, ...replaced },
    busy: new Set(),
    carry() {
      pump ??= house.pumpFor(channel);
      void pump.run();
    },
    leave() {
      void pump?.stop();
      pump = undefined;
    },
  };
}
