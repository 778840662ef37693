/** A WhatsApp channel joined to the stand-in, for the tests of this folder. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { Files } from '../../../src/channels/files.ts';
import type { OutboundMessage } from '../../../src/channels/message.ts';
import {
  openWhatsApp,
  type WhatsAppChannel,
  type WhatsAppSettings,
} from '../../../src/channels/whatsapp/channel.ts';
import type { Content } from '../../../src/engine/content.ts';
import { realWorld } from '../../../src/world.ts';
import { keptLog } from '../telegram/bench.ts';
import { PIXEL } from '../telegram/standin.ts';
import { openStandin, type Standin, type StandinOptions } from './standin.ts';

export const FILES: Files = {
  read: async (id) => {
    if (id.startsWith('photo')) return { mime: 'image/png', data: PIXEL };
    if (id.startsWith('voice')) return { mime: 'audio/ogg', data: new Uint8Array([0x4f, 0x67, 0x67, 0x53]) };
    if (id.startsWith('paper'))
      return { mime: 'application/pdf', data: new Uint8Array([0x25, 0x50, 0x44, 0x46]) };
    if (id.startsWith('huge')) return { mime: 'image/png', data: new Uint8Array(5 * 1024 * 1024 + 1) };
    if (id.startsWith('away')) throw new Error('the database is away');
    return undefined;
  },
};

export type WhatsAppBench = {
  standin: Standin;
  channel: WhatsAppChannel;
  log: ReturnType<typeof keptLog>;
  close(): Promise<void>;
};

export async function openBench(
  options: StandinOptions = {},
  settings: Partial<WhatsAppSettings> = {},
): Promise<WhatsAppBench> {
  const standin = await openStandin(options);
  const log = keptLog();
  const app = express();
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { now } = options;
  const channel = openWhatsApp({
    token: standin.token,
    phoneId: standin.phoneId,
    appSecret: standin.appSecret,
    verifyToken: standin.verifyToken,
    apiRoot: standin.url,
    perSecondMax: 80,
    templates: {},
    templateLanguages: ['en'],
    templateWaitHours: 3,
    peoplePerDayMax: 250,
    world: now ? { ...realWorld, now: () => new Date(now()) } : realWorld,
    log,
    files: FILES,
    ...settings,
  });
  app.use('/channels/whatsapp', channel.routes);
  standin.hook.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/channels/whatsapp/webhook`;
  return {
    standin,
    channel,
    log,
    close: async () => {
      await channel.refuse();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await standin.close();
    },
  };
}

let letters = 0;

export const letterTo = (
  to: OutboundMessage['to'],
  content: Content,
  more: Partial<OutboundMessage> = {},
): OutboundMessage => ({
  id: String(++letters),
  channel: 'whatsapp',
  to,
  content,
  priority: 'reply',
  ...more,
});
