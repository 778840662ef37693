/**
 * One process of the house on a Postgres server: updates are handed to it over HTTP, its letters go to a sink of the
 * test. Its clock runs faster than ours, so that a lease of a minute is over in seconds.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SendError } from '../../src/channels/channel.ts';
import type { InboundMessage, OutboundMessage } from '../../src/channels/message.ts';
import { loadEditorial } from '../../src/content.ts';
import { openServer } from '../../src/database/server.ts';
import { openHouse } from '../../src/house.ts';
import { silentLog } from '../../src/log.ts';
import { realWorld, type World } from '../../src/world.ts';

const [databaseUrl = '', sink = '', originMs = '0', speed = '1'] = process.argv.slice(2);
const faster = Number(speed);
const world: World = {
  ...realWorld,
  now: () => new Date(Number(originMs) + (Date.now() - Number(originMs)) * faster),
  sleep: (milliseconds, signal) => realWorld.sleep(milliseconds / faster, signal),
};

const channel = {
  name: 'telegram',
  limits: {
    textMax: 4096,
    captionMax: 1024,
    choicesMax: 30,
    choiceLabelMax: 40,
    photosPerLetterMax: 10,
    inFlightMax: 3,
    perSecondMax: 1000,
    perAddressPerSecondMax: 1000,
    perRoomPerMinuteMax: 10_000,
  },
  start: async () => {},
  stop: async () => {},
  isRoom: (address: string) => address.startsWith('telegram:-'),
  async send(message: OutboundMessage) {
    try {
      const answer = await fetch(sink, {
        method: 'POST',
        body: JSON.stringify({ ...message, by: process.pid }),
      });
      return (await answer.json()) as { externalId: string };
    } catch (error) {
      throw new SendError('unknown', 'the sink was not reached, or did not answer', { cause: error });
    }
  },
};

const database = openServer(databaseUrl, world, silentLog);
const house = openHouse({
  database,
  world,
  log: silentLog,
  editorial: loadEditorial('Africa/Accra'),
  settings: { emergencyNumber: '112', fireNumber: '192', deskLanguage: 'en', defaultLanguage: 'en' },
  channels: [channel],
});
await house.start();

const server = createServer(async (request, response) => {
  try {
    const messages = JSON.parse(await bodyOf(request)) as InboundMessage[];
    await house.receiver.receive(messages.map((one) => ({ ...one, sentAt: new Date(one.sentAt) })));
    response.writeHead(200).end();
  } catch {
    response.writeHead(503).end();
  }
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
// When the test is gone, nobody is left to end this process.
process.stdin.on('end', () => process.exit()).resume();
process.stdout.write(`port ${(server.address() as AddressInfo).port}\n`);

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
