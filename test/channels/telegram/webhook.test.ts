import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAcceptingChannel, isWebhookChannel, SendError } from '../../../src/channels/channel.ts';
import type { InboundMessage } from '../../../src/channels/message.ts';
import { openTelegram } from '../../../src/channels/telegram/channel.ts';
import { secretFrom } from '../../../src/channels/telegram/webhook.ts';
import { FILES, openBench, type TelegramBench } from './bench.ts';
import { FAULTS } from './standin.ts';

let bench: TelegramBench;
let received: InboundMessage[];
let url: string;
let secret: string;
const keep = async (messages: InboundMessage[]) => void received.push(...messages);
const UPDATE = JSON.stringify({
  update_id: 1,
  message: {
    message_id: 1,
    date: 1795444200,
    chat: { id: 6100000001, type: 'private', first_name: 'Ama' },
    from: { id: 6100000001, is_bot: false, first_name: 'Ama' },
    text: 'hello',
  },
});

beforeEach(async () => {
  received = [];
  bench = await openBench('webhook');
  url = `${bench.publicUrl}/channels/telegram/webhook`;
  secret = secretFrom(bench.standin.token);
});
afterEach(() => bench.close());

const NAME = 'x-telegram-bot-api-secret-token';

/** Plain node:http, so that a header can be sent twice. */
function post(body: string, given: string | string[] | undefined = secret): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', ...(given !== undefined && { [NAME]: given }) };
    const sending = request(url, { method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sending.on('error', reject);
    sending.end(body);
  });
}

describe('the webhook', () => {
  it('is set with a secret, and takes letters and taps', async () => {
    const { standin, channel } = bench;
    await channel.start(keep);
    await standin.waitFor(() => standin.webhookUrl);
    expect(standin.webhookUrl).toBe(url);
    const ama = standin.person('Ama');
    ama.say('hello');
    await standin.waitFor(() => received.length === 1 && standin.unconfirmed === 0);
    const content = { text: '?', choices: [{ id: 'yes', label: 'Yes' }] };
    await channel.send({ id: '1', channel: 'telegram', to: ama.address, content, priority: 'reply' });
    ama.tap(1);
    await standin.waitFor(() => received[1]?.choice === 'yes' && standin.openTaps === 0);
  });

  it('is there only when there is a public address', async () => {
    const { standin, world, log } = bench;
    const polling = openTelegram({ token: standin.token, apiRoot: standin.url, world, log, files: FILES });
    expect([polling, bench.channel].map(isWebhookChannel)).toEqual([false, true]);
  });

  it('brings again what could not be stored, in order', async () => {
    const { standin, channel } = bench;
    let away = 3;
    await channel.start(async (messages) => {
      if (away-- > 0) throw new Error('the database is away');
      received.push(...messages);
    });
    const ama = standin.person('Ama');
    for (const text of ['one', 'two', 'three']) ama.say(text);
    await standin.waitFor(() => standin.unconfirmed === 0);
    expect(received.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    expect(away).toBeLessThan(0);
  });

  it('answers 503 as long as letters cannot be stored, and before and after it listens', async () => {
    expect(await post(UPDATE)).toBe(503);
    await bench.channel.start(async () => {
      throw new Error('the database is away');
    });
    expect(await post(UPDATE)).toBe(503);
    await bench.channel.stop();
    expect(await post(UPDATE)).toBe(503);
  });

  it.each<[string, () => string | string[] | undefined]>([
    ['no secret', () => undefined],
    ['an empty one', () => ''],
    ['a wrong one of the same length', () => `${secret.slice(0, -1)}x`],
    ['its beginning', () => secret.slice(0, 10)],
    ['more than it', () => `${secret}${secret}`],
    ['two of them', () => [secret, secret]],
    ['a right and a wrong one', () => [secret, 'x']],
    ['another case', () => secret.toUpperCase()],
  ])('refuses %s with 401, and stores nothing', async (_, given) => {
    await bench.channel.start(keep);
    expect(await post(UPDATE, given() ?? [])).toBe(401);
    expect(received).toEqual([]);
    expect(await post(UPDATE)).toBe(200);
    expect(received).toHaveLength(1);
  });

  it('refuses before it reads: a wrong secret with a body that never ends is answered', async () => {
    await bench.channel.start(keep);
    const status = await new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': '900000', [NAME]: 'wrong' };
      const sending = request(url, { method: 'POST', headers }, (response) => resolve(response.statusCode));
      sending.on('error', reject);
      sending.write('{');
    });
    expect(status).toBe(401);
  });

  it.each([
    ['no JSON', '{"update_id":'],
    ['a number', '7'],
    ['nothing at all', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['a message without a chat', '{"update_id":1,"message":{"text":"words of Ama"}}'],
    [
      'more than a megabyte',
      JSON.stringify({ update_id: 1, message: { text: 'words of Ama'.repeat(100_000) } }),
    ],
  ])('lets %s pass, so that nothing behind it waits', async (_, body) => {
    await bench.channel.start(keep);
    expect(await post(body)).toBe(200);
    expect(received).toEqual([]);
    expect(JSON.stringify(bench.log.lines)).not.toContain('words of Ama');
    expect(await post(UPDATE)).toBe(200);
    expect(received).toHaveLength(1);
  });

  it('tells in the log what it could not read, by kind', async () => {
    await bench.channel.start(keep);
    await post('{"update_id":1,"message":{"text":"words of Ama"}}');
    await post('{');
    expect(bench.log.lines.map(({ facts }) => facts?.kind)).toEqual(['message', 'entity.parse.failed']);
  });

  it('has no other door', async () => {
    const answers = await Promise.all(
      ['GET', 'PUT', 'DELETE'].map((method) => fetch(url, { method, headers: { [NAME]: secret } })),
    );
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  });

  it('takes letters in a process that does not carry the channel, knowing its own name', async () => {
    const { standin, channel } = bench;
    if (!isAcceptingChannel(channel)) throw new Error('it does not accept');
    expect(await post(UPDATE)).toBe(503);
    standin.fail('getMe', FAULTS.serverError, 2);
    channel.accept(keep);
    await standin.waitFor(() => channel.username);
    const command = JSON.parse(UPDATE);
    Object.assign(command.message, {
      chat: { id: -1002300000001, type: 'supergroup', title: 'Works' },
      text: `/desk@${standin.username} CODE`,
    });
    expect(await post(JSON.stringify(command))).toBe(200);
    expect(received.map(({ text }) => text)).toEqual(['/desk CODE']);
    expect(standin.webhookUrl).toBeUndefined();

    await channel.start(keep);
    await channel.stop();
    expect(await post(UPDATE)).toBe(200);
    expect(received).toHaveLength(2);
    await channel.refuse();
    expect(await post(UPDATE)).toBe(503);
    expect(received).toHaveLength(2);
  });

  it('refuses to start with an address that Telegram does not take, and keeps trying when it is away', async () => {
    const { standin, channel } = bench;
    standin.fail('setWebhook', {
      code: 400,
      description: 'Bad Request: bad webhook: HTTPS url must be provided',
    });
    const error = await channel.start(keep).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SendError);
    expect(error).toMatchObject({ kind: 'rejected' });
    standin.fail('setWebhook', FAULTS.serverError, 2);
    await channel.start(keep);
    await standin.waitFor(() => standin.webhookUrl);
  });

  it('has a secret that Telegram bears, another for each token', () => {
    expect(secret).toMatch(/^[A-Za-z0-9_-]{1,256}$/);
    expect(secretFrom('7300000001:other')).not.toBe(secret);
  });
});
