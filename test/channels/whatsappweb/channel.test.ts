/** The channel over a library that is made up, for what needs a clock or a fault that no browser gives. */
import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SendError } from '../../../src/channels/channel.ts';
import type { InboundMessage } from '../../../src/channels/message.ts';
import { openWhatsAppWeb, type WhatsAppWebSettings } from '../../../src/channels/whatsappweb/channel.ts';
import type { Library } from '../../../src/channels/whatsappweb/library.ts';
import { readOutcome } from '../../../src/channels/whatsappweb/outcomes.ts';
import { AMA, FILES, hasty, keptLog, letterTo, QUICK, SOON } from './bench.ts';

type Sent = { to: string; content: unknown; options: { sendSeen?: boolean } };

class FakeClient extends EventEmitter {
  static made: FakeClient[] = [];
  pupBrowser = Object.assign(new EventEmitter(), { connected: true, process: () => null });
  info = { wid: { _serialized: '233200000099@c.us' } };
  sent: Sent[] = [];
  seen: string[] = [];
  chats: unknown[] = [];
  constructor() {
    super();
    FakeClient.made.push(this);
  }
  async initialize() {}
  async destroy() {
    this.pupBrowser.connected = false;
  }
  getState = async () => 'CONNECTED';
  getChats = async () => this.chats;
  getContactLidAndPhone = async () => [{ lid: '77000000099@lid', pn: '233200000099@c.us' }];
  getMessageById = async () => null;
  async sendSeen(chat: string) {
    this.seen.push(chat);
  }
  async sendMessage(to: string, content: unknown, options: Sent['options']) {
    this.sent.push({ to, content, options });
    return { ack: 1, id: { _serialized: `true_${to}_${this.sent.length}` } };
  }
}

const library = async () => {
  class LocalAuth {}
  class Thing {}
  return {
    Client: FakeClient,
    LocalAuth,
    MessageMedia: Thing,
    Location: Thing,
    Poll: Thing,
  } as unknown as Library;
};

let messages = 0;
const message = (body: string, from = AMA) => ({
  id: { _serialized: `false_${from}_${++messages}` },
  from,
  type: 'chat',
  body,
  timestamp: 1_795_000_000,
  fromMe: false,
  mentionedIds: [],
  rawData: {},
});

describe('the channel', () => {
  let folder: string;
  let nowMs: number;
  let stop: () => Promise<void>;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kasa-phone-'));
    nowMs = Date.parse('2026-11-27T12:00:00Z');
    FakeClient.made = [];
    stop = async () => {};
  });
  afterEach(async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function open(more: Partial<WhatsAppWebSettings> = {}) {
    const states: string[] = [];
    const log = keptLog();
    const channel = openWhatsAppWeb({
      browser: '/nowhere',
      dataDir: folder,
      care: QUICK,
      broadcasts: false,
      polls: false,
      timeZone: 'Africa/Accra',
      world: { ...hasty(), now: () => new Date(nowMs) },
      log,
      files: FILES,
      print: () => {},
      library,
      ...more,
    });
    channel.onPairing((state) => states.push(state.kind));
    stop = () => channel.stop();
    const client = () => FakeClient.made.at(-1)!;
    const start = async (receive: (messages: InboundMessage[]) => Promise<void> = async () => {}) => {
      const before = FakeClient.made.length;
      await channel.start(receive);
      await vi.waitFor(() => expect(FakeClient.made.length).toBe(before + 1), SOON);
    };
    const pair = async (receive?: (messages: InboundMessage[]) => Promise<void>) => {
      await start(receive);
      client().emit('ready');
      await vi.waitFor(() => expect(states.at(-1)).toBe('ready'), SOON);
    };
    return { channel, states, log, client, start, pair };
  }
  const complaint = (sending: Promise<unknown>) =>
    sending.then(
      () => undefined,
      (error: SendError) => error,
    );

  it('bears letters to many only where told to, and then half of what it may send', () => {
    expect(open().channel.limits.broadcasts).toBe(false);
    const care = { ...QUICK, perDay: 500, warmUpDays: 10 };
    expect(open({ broadcasts: true, care }).channel.limits.broadcasts).toEqual({
      perSecondMax: 1,
      inFlightMax: 1,
      peoplePerDayMax: 25,
    });
  });

  it('says that the day is full, once, keeps the count over a restart, and goes on the next day', async () => {
    const care = { ...QUICK, perDay: 2 };
    const first = open({ care });
    await first.pair();
    await first.channel.send(letterTo(AMA, { text: 'one' }));
    await first.channel.stop();
    const { channel, states, pair } = open({ care });
    await pair();
    await channel.send(letterTo(AMA, { text: 'two' }));
    for (const text of ['three', 'three']) {
      const error = await complaint(channel.send(letterTo(AMA, { text })));
      expect(error).toMatchObject({ kind: 'throttled', retryAfterSeconds: 43_200 });
    }
    expect(states).toEqual(['starting', 'ready', 'full']);
    nowMs += 43_200_000;
    await channel.send(letterTo(AMA, { text: 'three' }));
    expect(states.at(-1)).toBe('ready');
    const kept = JSON.parse(readFileSync(join(folder, 'whatsapp', 'tally.json'), 'utf8'));
    expect(kept).toMatchObject({ day: '2026-11-28', sent: 1, since: '2026-11-27T12:00:00.000Z' });
  });

  it('sends nothing before it is paired, and says when it is tried again after a failure', async () => {
    const { channel, states, client, start } = open({
      world: {
        ...hasty(),
        now: () => new Date(nowMs),
        sleep: (_, signal) => new Promise((resolve) => signal?.addEventListener('abort', () => resolve())),
      },
    });
    await start();
    expect(await complaint(channel.send(letterTo(AMA, { text: 'x' })))).toMatchObject({
      kind: 'unreachable',
      retryAfterSeconds: undefined,
    });
    client().emit('disconnected', 'CONFLICT');
    await vi.waitFor(() => expect(states.at(-1)).toBe('away'), SOON);
    await vi.waitFor(
      async () =>
        expect(await complaint(channel.send(letterTo(AMA, { text: 'x' })))).toMatchObject({
          retryAfterSeconds: 2,
        }),
      SOON,
    );
  });

  it('stores each chat in its order, though one letter is odd and the store was away, and then marks it as seen', async () => {
    const { client, pair, channel } = open();
    const received: string[] = [];
    let away = 2;
    await pair(async (messages) => {
      if (messages[0]?.text.startsWith('a') && away > 0) {
        away -= 1;
        expect((await complaint(channel.send(letterTo(AMA, { text: 'meanwhile' })))) ?? 'sent').toBe('sent');
        throw new Error('the database is away');
      }
      received.push(...messages.map(({ text }) => text));
    });
    const kofi = '233200000002@c.us';
    const twice = message('a1');
    client().emit('message', twice);
    client().emit('message', twice);
    client().emit('message', {
      ...message('odd'),
      get type() {
        throw new Error('odd');
      },
    });
    client().emit('message', message('a2'));
    client().emit('message', message('b1', kofi));
    await vi.waitFor(() => expect(received).toHaveLength(3), SOON);
    expect(received.filter((text) => text.startsWith('a'))).toEqual(['a1', 'a2']);
    await vi.waitFor(() => expect(client().seen.sort()).toEqual([AMA, kofi]), SOON);
    expect(client().sent.map(({ options }) => options.sendSeen)).toEqual([false, false]);
  });

  it('what came while it looked for older letters stands behind them', async () => {
    const { client, start } = open();
    const received: string[] = [];
    await start(async (messages) => void received.push(...messages.map(({ text }) => text)));
    const chat = (from: string, texts: string[], more = {}) => ({
      id: { _serialized: from },
      unreadCount: texts.length,
      timestamp: 1,
      fetchMessages: async () => texts.map((text) => message(text, from)),
      ...more,
    });
    const broken = { fetchMessages: () => Promise.reject(new Error('odd')) };
    client().chats = [
      chat('233200000003@c.us', ['never'], broken),
      chat(AMA, ['old 1', 'old 2']),
      chat('status@broadcast', ['a status']),
      chat('233200000004@c.us', [], { unreadCount: -1 }),
    ];
    client().emit('message', message('new'));
    client().emit('ready');
    await vi.waitFor(() => expect(received).toEqual(['old 1', 'old 2', 'new']), SOON);
  });

  it('stops while the store is away, and starts again', async () => {
    const { channel, client, pair, states } = open();
    await pair(() => Promise.reject(new Error('the database is away')));
    client().emit('message', message('hello'));
    await channel.stop();
    states.length = 0;
    await pair();
    expect(states).toEqual(['starting', 'ready']);
  });
});

it('ticks tell how a letter of ours fared, and nothing of others', () => {
  const of = (ack: number, fromMe = true, name = 'true_x@g.us_A_y@lid') =>
    readOutcome({ id: { _serialized: name }, fromMe } as never, ack);
  expect([0, 1, 2, 3, 4].map((ack) => of(ack)?.status)).toEqual([
    undefined,
    'sent',
    'arrived',
    'read',
    'read',
  ]);
  expect(of(1)?.externalId).toBe('true_x@g.us_A');
  expect(of(-1)).toMatchObject({ status: 'failed', error: expect.any(SendError) });
  expect(of(2, false)).toBeUndefined();
});
