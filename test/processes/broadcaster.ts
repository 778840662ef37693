/**
 * One process that sends letters to many from a Postgres server. Each letter that its network has is one line on
 * standard output; the network answers a moment later. Its clock runs faster than ours, so that a lease is soon over.
 */
import { writeSync } from 'node:fs';
import { openServer } from '../../src/database/server.ts';
import { openPump } from '../../src/delivery/pump.ts';
import { silentLog } from '../../src/log.ts';
import { realWorld, type World } from '../../src/world.ts';
import { FREE_LIMITS } from '../delivery/made.ts';

const [databaseUrl = '', originMs = '0', speed = '1', inFlightMax = '1'] = process.argv.slice(2);
const faster = Number(speed);
const world: World = {
  ...realWorld,
  now: () => new Date(Number(originMs) + (Date.now() - Number(originMs)) * faster),
  sleep: (milliseconds, signal) => realWorld.sleep(milliseconds / faster, signal),
};
const channel = {
  name: 'telegram',
  limits: {
    ...FREE_LIMITS,
    perSecondMax: 1e9,
    perAddressPerSecondMax: 1e9,
    inFlightMax: Number(inFlightMax),
  },
  start: async () => {},
  stop: async () => {},
  async send({ id }: { id: string }) {
    writeSync(1, `${id}\n`);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 4));
    return { externalId: `x${id}` };
  },
};
// When the test is gone, nobody is left to end this process.
process.stdin.on('end', () => process.exit()).resume();
const database = openServer(databaseUrl, world, silentLog);
await openPump(channel, { database, world, log: silentLog }).run();
