import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SendError } from '../../../src/channels/channel.ts';
import type { InboundMessage } from '../../../src/channels/message.ts';
import { openBench, type TelegramBench } from './bench.ts';
import { FAULTS } from './standin.ts';

let bench: TelegramBench;
let received: InboundMessage[];
const keep = async (messages: InboundMessage[]) => void received.push(...messages);
const texts = () => received.map(({ text }) => text);
const told = (event: string) => bench.log.lines.filter((line) => line.event.includes(event));

beforeEach(async () => {
  received = [];
  bench = await openBench();
});
afterEach(() => bench.close());

describe('long polling', () => {
  it('learns its own name, takes letters in order, and confirms them', async () => {
    const { standin, channel } = bench;
    const ama = standin.person('Ama');
    ama.say('before it began');
    await channel.start(keep);
    await standin.waitFor(() => received.length === 1);
    for (let n = 0; n < 150; n++) ama.say(`letter ${n}`);
    await standin.waitFor(() => received.length === 151 && standin.unconfirmed === 0);
    expect(texts().slice(0, 3)).toEqual(['before it began', 'letter 0', 'letter 1']);
    expect(channel.username).toBe('KasaBot');
  });

  it('takes over from a webhook that was set before', async () => {
    const { standin, channel } = bench;
    await fetch(`${standin.url}/bot${standin.token}/setWebhook?`, {
      method: 'POST',
      body: JSON.stringify({ url: 'https://kasa.example/' }),
    });
    expect(standin.webhookUrl).toBe('https://kasa.example/');
    await channel.start(keep);
    standin.person('Ama').say('hello');
    await standin.waitFor(() => received.length === 1);
    expect(standin.webhookUrl).toBeUndefined();
  });

  it('confirms nothing that could not be stored, and hands it in again with growing pauses', async () => {
    const { standin, channel, world } = bench;
    const ama = standin.person('Ama');
    let away = 4;
    const ids: string[][] = [];
    await channel.start(async (messages) => {
      ids.push(messages.map(({ externalId }) => externalId));
      expect(standin.unconfirmed).toBeGreaterThan(0);
      if (away-- > 0) throw new Error('the database is away');
      received.push(...messages);
    });
    ama.say('hello');
    await standin.waitFor(() => standin.unconfirmed === 0);
    expect(texts()).toEqual(['hello']);
    expect(new Set(ids.map(String)).size).toBe(1);
    expect(world.pausesMs).toEqual([375, 750, 1500, 3000]);
    expect(told('could not be stored')).toHaveLength(1);
  });

  it('hands in again, after a restart, what it had not confirmed', async () => {
    const { standin, channel } = bench;
    standin.person('Ama').say('hello');
    await channel.start(async () => {
      throw new Error('the database is away');
    });
    await standin.waitFor(() => told('could not be stored').length > 0);
    await channel.stop();
    expect(standin.unconfirmed).toBe(1);
    await channel.start(keep);
    await standin.waitFor(() => received.length === 1);
  });

  it('answers a tap once it is stored, and does not mind when that fails', async () => {
    const { standin, channel } = bench;
    const ama = standin.person('Ama');
    await channel.start(keep);
    ama.start();
    const choices = [{ id: 'yes', label: 'Yes' }];
    await channel.send({
      id: '1',
      channel: 'telegram',
      to: ama.address,
      content: { text: '?', choices },
      priority: 'reply',
    });
    ama.tap(1);
    await standin.waitFor(() => received.some(({ choice }) => choice === 'yes') && standin.openTaps === 0);
    standin.fail('answerCallbackQuery', FAULTS.serverError);
    ama.tap('Yes');
    ama.say('after it');
    await standin.waitFor(() => texts().includes('after it'));
    expect(received.filter(({ choice }) => choice === 'yes')).toHaveLength(2);
  });

  it('passes over what it cannot read, and says so without a word of it', async () => {
    const { standin, channel } = bench;
    await channel.start(keep);
    standin.emit({ message: { message_id: 1, text: 'words of Ama' } });
    standin.emit({ callback_query: null });
    standin.person('Ama').say('after it');
    await standin.waitFor(() => texts().includes('after it'));
    expect(received).toHaveLength(1);
    expect(told('could not be read')).toMatchObject([{ facts: { kind: 'message', error: 'TypeError' } }]);
    expect(JSON.stringify(bench.log.lines)).not.toContain('words of Ama');
  });

  it('outlives every trouble of the line, and says each kind once', async () => {
    const { standin, channel } = bench;
    await channel.start(keep);
    standin.fail('getUpdates', { cut: 'before' }, 2);
    standin.fail('getUpdates', FAULTS.badGateway, 2);
    standin.fail('getUpdates', { page: 502 });
    standin.fail('getUpdates', FAULTS.tooMany(9));
    standin.fail('getUpdates', { cut: 'after' });
    const ama = standin.person('Ama');
    // The poll that is open already ends with the first letter.
    ama.say('first');
    ama.say('second');
    await standin.waitFor(() => texts().includes('second') && told('listening again').length > 0);
    expect(new Set(texts()).size).toBe(2);
    expect(bench.world.pausesMs).toContain(9000);
    const reasons = told('cannot listen').map(({ facts }) => facts?.why);
    expect(reasons.some((why, at) => why === reasons[at - 1])).toBe(false);
    expect(JSON.stringify(bench.log.lines)).not.toContain(standin.token);
  });

  it('tries slowly, and says once, when another process polls with the same token', async () => {
    const { standin, channel, world } = bench;
    standin.fail(
      'getUpdates',
      { code: 409, description: 'Conflict: terminated by other getUpdates request' },
      3,
    );
    await channel.start(keep);
    standin.person('Ama').say('hello');
    await standin.waitFor(() => told('listening again').length > 0);
    expect(told('cannot listen')).toHaveLength(1);
    expect(world.pausesMs).toEqual([30_000, 30_000, 30_000]);
  });

  it('stops at once in the middle of a poll, and can start again', async () => {
    const { standin, channel } = bench;
    await channel.start(keep);
    await standin.waitFor(() => channel.username);
    const before = Date.now();
    await channel.stop();
    expect(Date.now() - before).toBeLessThan(1000);
    standin.person('Ama').say('while it was away');
    await channel.start(keep);
    await standin.waitFor(() => received.length === 1);
  });

  it('asks for the kinds of update that it reads, and no others', async () => {
    const { standin, channel } = bench;
    await channel.start(keep);
    standin.emit({ channel_post: { text: 'news' } });
    standin.person('Ama').say('hello');
    await standin.waitFor(() => received.length === 1);
    const asked = standin.requests.find(({ method }) => method === 'getUpdates');
    expect(asked?.params.allowed_updates).toEqual([
      'message',
      'edited_message',
      'callback_query',
      'my_chat_member',
    ]);
  });
});

describe('starting', () => {
  it('is refused with a wrong token', async () => {
    const wrong = await openBench('polling', { token: '7300000001:wrong' });
    try {
      const error = await wrong.channel.start(keep).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(SendError);
      expect(error).toMatchObject({ kind: 'misconfigured' });
      expect(String(error)).not.toContain('wrong');
    } finally {
      await wrong.close();
    }
  });

  it('goes on behind when Telegram cannot be reached, and listens as soon as it can', async () => {
    const { standin, channel } = bench;
    standin.fail('getMe', FAULTS.serverError, 3);
    await channel.start(keep);
    expect(channel.username).toBeUndefined();
    standin.person('Ama').say('hello');
    await standin.waitFor(() => received.length === 1);
    expect(channel.username).toBe('KasaBot');
    expect(told('not reached yet')).toHaveLength(1);
  });

  it('can be given up before Telegram was ever reached', async () => {
    bench.standin.fail('getMe', FAULTS.serverError, 1000);
    await bench.channel.start(keep);
    await bench.channel.stop();
    expect(received).toEqual([]);
  });
});
