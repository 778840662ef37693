/** The channel in a real browser, joined to the page that stands in for WhatsApp's. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, vi } from 'vitest';
import type { Outcome, PairingState } from '../../../src/channels/channel.ts';
import type { Files } from '../../../src/channels/files.ts';
import type { InboundMessage, OutboundMessage } from '../../../src/channels/message.ts';
import { findBrowser } from '../../../src/channels/whatsappweb/browser.ts';
import type { Care } from '../../../src/channels/whatsappweb/care.ts';
import {
  openWhatsAppWeb,
  type WhatsAppWebChannel,
  type WhatsAppWebSettings,
} from '../../../src/channels/whatsappweb/channel.ts';
import type { Phone } from '../../../src/channels/whatsappweb/library.ts';
import type { Content } from '../../../src/engine/content.ts';
import type { Facts, Log } from '../../../src/log.ts';
import { realWorld, type World } from '../../../src/world.ts';

export const browser = findBrowser([process.env.WHATSAPP_BROWSER, process.env.PUPPETEER_EXECUTABLE_PATH], {
  platform: process.platform,
  folders: (process.env.PATH ?? '').split(delimiter),
  programs: [],
  isThere: existsSync,
});

/** Where there is none these tests say so and are passed over; not in CI. */
export function mayRun(): boolean {
  if (browser !== undefined) return true;
  const words = 'no Chromium or Chrome was found, so the paired phone is not tested in a browser';
  if (process.env.CI) throw new Error(words);
  console.warn(words);
  return false;
}

/** Nothing but loopback is ever looked up. */
const ARGS = ['--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1', '--disable-quic'];

/** The real world with short pauses; what takes longer than a minute stays as long. */
export const hasty = (): World => ({
  ...realWorld,
  random: () => 0.5,
  sleep: (ms, signal) => realWorld.sleep(ms >= 60_000 ? ms : Math.min(ms, 50), signal),
});

export function keptLog(): Log & { lines: { event: string; facts: Facts | undefined }[] } {
  const lines: { event: string; facts: Facts | undefined }[] = [];
  const note = (event: string, facts?: Facts) => void lines.push({ event, facts });
  return { info: note, warn: note, error: note, lines };
}

export const PIXEL = Uint8Array.from(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
);
export const FILES: Files = {
  read: async (id) => {
    if (id.startsWith('photo')) return { mime: 'image/png', data: PIXEL };
    if (id.startsWith('voice'))
      return { mime: 'audio/ogg; codecs=opus', data: new Uint8Array([0x4f, 0x67, 0x67, 0x53]) };
    if (id.startsWith('file')) return { mime: 'application/pdf', data: new Uint8Array([0x25, 0x50]) };
    if (id.startsWith('away')) throw new Error('the database is away');
    return undefined;
  },
};

export const QUICK: Care = { pauseSeconds: { least: 0, most: 0 }, perDay: 100_000, warmUpDays: 0 };
export const AMA = '233200000001@c.us';
export const SOON = { timeout: 15_000, interval: 20 };

export type Given = { type?: string; from?: string; group?: string; body?: string; [more: string]: unknown };

export type WebBench = {
  folder: string;
  channel: WhatsAppWebChannel;
  log: ReturnType<typeof keptLog>;
  received: InboundMessage[];
  states: PairingState[];
  outcomes: Outcome[];
  printed: string[];
  phones: Phone[];
  /** Calls the page: `stub.<what>`. */
  page<T>(what: string): Promise<T>;
  /** Somebody writes; resolves with WhatsApp's name of the message. */
  say(given: string | Given): Promise<string>;
  sent(): Promise<{ id: string; to: string; [more: string]: unknown }[]>;
  start(receive?: (messages: InboundMessage[]) => Promise<void>): Promise<void>;
  until(kind: PairingState['kind']): Promise<PairingState>;
  pair(): Promise<void>;
  close(): Promise<void>;
};

/** @param folder of a bench before, whose session goes on */
export async function openBench(more: Partial<WhatsAppWebSettings> = {}, folder?: string): Promise<WebBench> {
  const data = folder ?? (await mkdtemp(join(tmpdir(), 'kasa-whatsapp-')));
  const script = await readFile(new URL('standin/page.js', import.meta.url), 'utf8');
  await writeFile(
    join(data, 'standin.html'),
    `<!doctype html><title>stand-in</title><script>${script}</script>`,
  );
  const bench = { received: [], states: [], outcomes: [], printed: [], phones: [] } as unknown as WebBench;
  const log = keptLog();
  const channel = openWhatsAppWeb({
    browser: browser ?? '',
    dataDir: data,
    care: QUICK,
    broadcasts: false,
    polls: false,
    timeZone: 'Africa/Accra',
    world: hasty(),
    log,
    files: FILES,
    print: (text) => bench.printed.push(text),
    page: { folder: data, version: 'standin' },
    args: ARGS,
    onPhone: (phone) => bench.phones.push(phone),
    ...more,
  });
  channel.onPairing((state) => bench.states.push(state));
  channel.onOutcomes(async (outcomes) => void bench.outcomes.push(...outcomes));
  const page = async <T>(what: string) => {
    const { pupPage } = bench.phones.at(-1) as unknown as { pupPage: { evaluate(code: string): Promise<T> } };
    return pupPage.evaluate(`window.stub.${what}`);
  };
  return Object.assign(bench, {
    folder: data,
    channel,
    log,
    page,
    say: (given: string | Given) => {
      const whole = typeof given === 'string' ? { from: AMA, body: given } : { from: AMA, ...given };
      return page<string>(`add(${JSON.stringify(whole)})`);
    },
    sent: () => page('sent'),
    start: (receive = async (messages: InboundMessage[]) => void bench.received.push(...messages)) =>
      channel.start(receive),
    until: (kind: PairingState['kind']) =>
      vi.waitFor(() => {
        const state = bench.states.at(-1);
        expect(state?.kind).toBe(kind);
        return state as PairingState;
      }, SOON),
    pair: async () => {
      await bench.start();
      await bench.until('pairing');
      await page('scan()');
      await bench.until('ready');
    },
    close: async () => {
      await channel.stop();
      await rm(data, { recursive: true, force: true, maxRetries: 5 });
    },
  } satisfies Partial<WebBench>);
}

let letters = 0;

export const letterTo = (
  id: string,
  content: Content,
  more: Partial<OutboundMessage> = {},
): OutboundMessage => ({
  id: String(++letters),
  channel: 'whatsappweb',
  to: `whatsappweb:${id}`,
  content,
  priority: 'reply',
  ...more,
});
