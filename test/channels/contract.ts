/** What every network's channel must do, whatever the network. Called by each channel's own test. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Channel, SendError } from '../../src/channels/channel.ts';
import type { Address, InboundMessage, OutboundMessage } from '../../src/channels/message.ts';
import type { Content } from '../../src/engine/content.ts';

/** One channel with one person, Ama, on its other side. */
export type Bench = {
  /** Not started yet. */
  channel: Channel;
  /** Ama's address. */
  ama: Address;
  /** Ama writes this. Resolves when it is on its way, not when it has been received. */
  say(text: string): Promise<void> | void;
  /** All that Ama can read by now, letter by letter: words, and what stands on buttons. */
  heard(): Promise<string[]> | string[];
  /** An address to which this network delivers nothing; absent where there is no such thing. */
  nobody?: Address;
  close(): Promise<void>;
};

const SOON = { timeout: 5000, interval: 10 };

export function channelContract(name: string, make: () => Promise<Bench>): void {
  describe(`the ${name} channel keeps the contract`, () => {
    let bench: Bench;
    let received: InboundMessage[];
    const keep = async (messages: InboundMessage[]) => void received.push(...messages);

    beforeEach(async () => {
      received = [];
      bench = await make();
    });

    afterEach(async () => {
      await bench.channel.stop();
      await bench.close();
    });

    const letter = (id: string, content: Content): OutboundMessage => ({
      id,
      channel: bench.channel.name,
      to: bench.ama,
      content,
      priority: 'reply',
    });

    const read = async () => (await bench.heard()).join('\n');

    /** Ama writes first, as people must on most networks. */
    async function begin(): Promise<InboundMessage> {
      await bench.channel.start(keep);
      await bench.say('hello');
      await vi.waitFor(() => expect(received.length).toBeGreaterThan(0), SOON);
      return received[0]!;
    }

    it('says as data what its network bears', () => {
      const { limits } = bench.channel;
      for (const [limit, value] of Object.entries(limits)) {
        if (typeof value !== 'number') continue;
        // A pace may be less than one a second.
        if (limit.startsWith('per')) expect(value, limit).toBeGreaterThan(0);
        else
          expect(value, limit).toBeGreaterThanOrEqual(
            limit === 'choicesMax' || limit === 'choiceLabelMax' ? 0 : 1,
          );
      }
      expect(limits.captionMax).toBeLessThanOrEqual(limits.textMax);
    });

    it('hands in what a person wrote, with an id and an address that name its network', async () => {
      const message = await begin();
      expect(message).toMatchObject({ channel: bench.channel.name, from: bench.ama, text: 'hello' });
      expect(message.from.startsWith(`${bench.channel.name}:`)).toBe(true);
      expect(message.externalId).not.toBe('');
      expect(message.sentAt).toBeInstanceOf(Date);
      const again = JSON.parse(JSON.stringify(message)) as InboundMessage;
      expect({ ...again, sentAt: new Date(again.sentAt) }).toEqual(message);
    });

    it('gives two letters with the same words two ids', async () => {
      await begin();
      await bench.say('hello');
      await vi.waitFor(() => expect(received).toHaveLength(2), SOON);
      expect(received[0]?.externalId).not.toBe(received[1]?.externalId);
    });

    it('passes hostile words on unchanged, both ways', async () => {
      const words = '<b>Ama</b> *_`[x](http://127.0.0.1) & "quotes" ɛ ɔ 😀 مرحبا';
      await bench.channel.start(keep);
      await bench.say(words);
      await vi.waitFor(() => expect(received[0]?.text).toBe(words), SOON);
      await bench.channel.send(letter('1', { text: words }));
      await vi.waitFor(async () => expect(await read()).toContain(words), SOON);
    });

    it('shows every choice with its number', async () => {
      await begin();
      const choices = ['Drains', 'Roads and potholes', 'Light', 'Something else'].map((label, index) => ({
        id: `report.kind.${index}`,
        label,
      }));
      await bench.channel.send(letter('1', { text: 'What is it about?', choices }));
      for (const [index, { label }] of choices.entries()) {
        await vi.waitFor(
          async () => expect(await read()).toMatch(new RegExp(`${index + 1}\\W+${label}`)),
          SOON,
        );
      }
    });

    it('carries a text of the full length, and loses nothing of a longer one', async () => {
      await begin();
      const { textMax } = bench.channel.limits;
      const line = 'The drain at Market Circle is choked. ';
      const full = line.repeat(Math.ceil(textMax / line.length)).slice(0, textMax - 1);
      await bench.channel.send(letter('1', { text: `${full}!` }));
      await bench.channel.send(letter('2', { text: `${full} and this is the end of it` }));
      await vi.waitFor(async () => expect(await read()).toContain('and this is the end of it'), SOON);
      expect(await read()).toContain(`${full.slice(-30)}!`);
    });

    it('names each letter that it sends', async () => {
      await begin();
      const many = Array.from({ length: bench.channel.limits.inFlightMax }, (_, n) => `letter number ${n}.`);
      const sent = await Promise.all(many.map((text, n) => bench.channel.send(letter(String(n), { text }))));
      expect(new Set(sent.map(({ externalId }) => externalId)).size).toBe(many.length);
      for (const text of many) await vi.waitFor(async () => expect(await read()).toContain(text), SOON);
    });

    it('complains with a SendError that holds neither words nor addresses', async () => {
      const { nobody } = bench;
      if (nobody === undefined) return;
      await begin();
      const lost = bench.channel.send({ ...letter('1', { text: 'a secret of Ama' }), to: nobody });
      const error = await lost.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(SendError);
      expect((error as SendError).kind).toBe('blocked');
      expect(String(error)).not.toContain('secret');
      expect(String(error)).not.toContain(nobody.split(':')[1]);
    });

    it('waits, when it stops, for what is just being received, and then is silent', async () => {
      let entered = () => {};
      let release = () => {};
      const inside = new Promise<void>((resolve) => {
        entered = resolve;
      });
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      await bench.channel.start(async (messages) => {
        entered();
        await held;
        received.push(...messages);
      });
      const saying = Promise.resolve(bench.say('hello')).catch(() => {});
      await inside;
      let stopped = false;
      const stopping = bench.channel.stop().then(() => {
        stopped = true;
      });
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(stopped).toBe(false);
      release();
      await stopping;
      await saying;
      expect(received.map(({ text }) => text)).toEqual(['hello']);
    });
  });
}
