/**
 * The web chat: a page in a browser is a network like the others. Letters lie in the store already, so carrying one
 * means waking the pages that are open. Must not know flows, people or the database.
 */
import { errorFacts, type Log } from '../../log.ts';
import type { World } from '../../world.ts';
import { type Limits, type MediaChannel, type Receive, SendError, type WebhookChannel } from '../channel.ts';
import type { Files } from '../files.ts';
import type { Address } from '../message.ts';
import { openPages } from './page.ts';
import type { Mailbox, PageWords, Uploads } from './ports.ts';
import type { Posted } from './posted.ts';
import { isVideo, read } from './read.ts';
import { webRoutes } from './routes.ts';
import { openStreams } from './stream.ts';
import { Refused } from './words.ts';

const LIMITS: Limits = {
  textMax: 20_000,
  captionMax: 20_000,
  choicesMax: 20,
  choiceLabelMax: 200,
  photosPerLetterMax: 10,
  inFlightMax: 20,
  perSecondMax: 10_000,
  perAddressPerSecondMax: 100,
  perRoomPerMinuteMax: 6000,
};

const PATH = '/chat';

export type WebChatOptions = PageWords & {
  world: World;
  log: Log;
  mailbox: Mailbox;
  uploads: Uploads;
  files: Files;
  /** Decides whether the cookie travels over https only, and which origin is ours. */
  publicUrl?: string | undefined;
  timeZone?: string;
};

export function openWebChat(options: WebChatOptions): WebhookChannel & MediaChannel {
  const { world, log, mailbox, uploads } = options;
  const streams = openStreams({ world, mailbox, log });
  const underWay = new Set<Promise<void>>();
  let receive: Receive | undefined;

  /** Stored when it resolves: the uploads first, since a letter without its photo would be handled without it. */
  async function store(posted: Posted, from: { address: Address; languageHint?: string | undefined }) {
    if (!receive) throw new Refused(503, 'notStored');
    const sources: string[] = [];
    for (const upload of posted.uploads) {
      await world.crashPoint('web: upload');
      sources.push(isVideo(upload) ? '' : await uploads.put(upload.data, upload.mime));
    }
    await world.crashPoint('web: receive');
    await receive([read(posted, from, sources, world.now())]);
  }

  async function take(posted: Posted, from: { address: Address; languageHint?: string | undefined }) {
    const stored = store(posted, from);
    underWay.add(stored);
    try {
      await stored;
    } catch (error) {
      if (error instanceof Refused) throw error;
      log.error('web chat: a letter could not be stored', errorFacts(error));
      throw new Refused(503, 'notStored', error);
    } finally {
      underWay.delete(stored);
    }
    streams.poke(from.address);
  }

  return {
    name: 'web',
    shared: true,
    path: PATH,
    limits: LIMITS,
    routes: webRoutes({
      ...options,
      base: PATH,
      streams,
      take,
      pages: openPages(options.timeZone ?? 'Africa/Accra'),
    }),
    start: async (given) => {
      receive = given;
    },
    send: async (message) => {
      streams.poke(message.to);
      return { externalId: message.id };
    },
    download: async (media, bytesMax) => {
      const bytes = await keptBytes(uploads, media.source);
      if (bytes === undefined) throw new SendError('rejected', 'the upload is not kept any more');
      if (bytes.length > bytesMax) throw new SendError('rejected', 'the upload is too large');
      return bytes;
    },
    stop: async () => {
      receive = undefined;
      streams.close();
      await Promise.allSettled(underWay);
    },
  };
}

async function keptBytes(uploads: Uploads, source: string | undefined): Promise<Uint8Array | undefined> {
  if (source === undefined) return undefined;
  try {
    return await uploads.get(source);
  } catch (cause) {
    throw new SendError('unreachable', 'the store of uploads is away', { cause });
  }
}
