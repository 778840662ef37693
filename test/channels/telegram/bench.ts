/** A Telegram channel joined to the stand-in, for the tests of this folder. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { Files } from '../../../src/channels/files.ts';
import type { OutboundMessage } from '../../../src/channels/message.ts';
import { openTelegram, type TelegramChannel } from '../../../src/channels/telegram/channel.ts';
import type { Content } from '../../../src/engine/content.ts';
import type { Facts, Log } from '../../../src/log.ts';
import { realWorld, type World } from '../../../src/world.ts';
import { openStandin, PIXEL, type Standin, type StandinOptions } from './standin.ts';

/** The real world, with pauses a hundred times shorter; what was slept is kept as it was asked for. */
export function hastyWorld(): World & { pausesMs: number[] } {
  const pausesMs: number[] = [];
  return {
    ...realWorld,
    random: () => 0.5,
    sleep: (milliseconds, signal) => {
      pausesMs.push(milliseconds);
      return realWorld.sleep(milliseconds / 100, signal);
    },
    pausesMs,
  };
}

export function keptLog(): Log & { lines: { event: string; facts: Facts | undefined }[] } {
  const lines: { event: string; facts: Facts | undefined }[] = [];
  const note = (event: string, facts?: Facts) => void lines.push({ event, facts });
  return { info: note, warn: note, error: note, lines };
}

export const FILES: Files = {
  read: async (id) => {
    if (id.startsWith('photo')) return { mime: 'image/png', data: PIXEL };
    if (id.startsWith('voice')) return { mime: 'audio/ogg', data: new Uint8Array([0x4f, 0x67, 0x67, 0x53]) };
    if (id.startsWith('away')) throw new Error('the database is away');
    return undefined;
  },
};

export type TelegramBench = {
  standin: Standin;
  channel: TelegramChannel;
  world: ReturnType<typeof hastyWorld>;
  log: ReturnType<typeof keptLog>;
  /** Where the webhook is, when there is one. */
  publicUrl: string | undefined;
  close(): Promise<void>;
};

export async function openBench(
  way: 'polling' | 'webhook' = 'polling',
  options: StandinOptions & { apiRoot?: string; token?: string } = {},
): Promise<TelegramBench> {
  const standin = await openStandin(options.token ? {} : options);
  const world = hastyWorld();
  const log = keptLog();
  const app = express();
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const publicUrl =
    way === 'webhook' ? `http://127.0.0.1:${(server.address() as AddressInfo).port}` : undefined;
  const channel = openTelegram({
    token: options.token ?? standin.token,
    apiRoot: options.apiRoot ?? standin.url,
    publicUrl,
    world,
    log,
    files: FILES,
  });
  if (channel.routes) app.use('/channels/telegram', channel.routes);
  return {
    standin,
    channel,
    world,
    log,
    publicUrl,
    close: async () => {
      await channel.stop();
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
  channel: 'telegram',
  to,
  content,
  priority: 'reply',
  ...more,
});
