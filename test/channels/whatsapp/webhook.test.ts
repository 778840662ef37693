import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/channels/channel.ts';
import type { InboundMessage } from '../../../src/channels/message.ts';
import { BODY_BYTES_MAX } from '../../../src/channels/whatsapp/webhook.ts';
import { letterTo, openBench, type WhatsAppBench } from './bench.ts';
import { sign } from './standin.ts';

let bench: WhatsAppBench;
let received: InboundMessage[];
let told: Outcome[];
const keep = async (messages: InboundMessage[]) => void received.push(...messages);
const texts = () => received.map(({ text }) => text);

beforeEach(async () => {
  received = [];
  told = [];
  bench = await openBench();
  bench.channel.onOutcomes(async (outcomes) => void told.push(...outcomes));
});
afterEach(() => bench.close());

function bodyWith(text: string, id = 'wamid.1'): string {
  const message = { from: '233200000001', id, timestamp: '1795444200', type: 'text', text: { body: text } };
  const value = { metadata: { phone_number_id: bench.standin.phoneId }, messages: [message] };
  return JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ changes: [{ field: 'messages', value }] }],
  });
}

describe('the handshake', () => {
  it('gives the challenge back to who knows the word', async () => {
    expect(await bench.standin.shakeHands()).toEqual({ status: 200, body: '1158201444' });
  });

  it('refuses everybody else', async () => {
    const { url } = bench.standin.hook;
    const word = encodeURIComponent(bench.standin.verifyToken);
    expect((await bench.standin.shakeHands('another word')).status).toBe(403);
    for (const query of [
      '',
      `hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=${word}`,
      `hub.mode=subscribe&hub.verify_token=${word}`,
      `hub.mode=subscribe&hub.challenge=${'1'.repeat(201)}&hub.verify_token=${word}`,
      `hub.mode=subscribe&hub.challenge=1&hub.verify_token=${word}&hub.verify_token=${word}`,
    ]) {
      expect((await fetch(`${url}?${query}`)).status).toBe(403);
    }
  });

  it('says the challenge as words and not as a page', async () => {
    const word = encodeURIComponent(bench.standin.verifyToken);
    const query = `hub.mode=subscribe&hub.challenge=%3Cb%3E&hub.verify_token=${word}`;
    const answer = await fetch(`${bench.standin.hook.url}?${query}`);
    expect(answer.headers.get('content-type')).toContain('text/plain');
  });
});

describe('the webhook', () => {
  it('takes letters and taps, and tells how ours fared', async () => {
    const { standin, channel } = bench;
    await channel.start(keep);
    const ama = standin.person('Ama');
    await ama.say('hello').taken;
    const content = { text: '?', choices: [{ id: 'yes', label: 'Yes' }] };
    const letter = letterTo(ama.address, content);
    const { externalId } = await channel.send(letter);
    await ama.tap(1).taken;
    expect(received).toMatchObject([{ text: 'hello' }, { choice: 'yes', replyTo: externalId }]);
    await standin.waitFor(() => told.length === 2);
    expect(told).toEqual([
      { externalId, id: letter.id, status: 'sent', price: 'service' },
      { externalId, id: letter.id, status: 'arrived', price: 'service' },
    ]);
  });

  it('shows a person that they were read, in the end, and never waits for it', async () => {
    const { standin, channel } = bench;
    await channel.start(keep);
    standin.fail('messages', { slowMs: 50 });
    const ama = standin.person('Ama');
    const said = ama.say('hello');
    await said.taken;
    expect(ama.seen.has(said.externalId)).toBe(false);
    await standin.waitFor(() => ama.seen.has(said.externalId));
    standin.fail('messages', { code: 131000, status: 500 });
    await ama.say('again').taken;
    expect(texts()).toEqual(['hello', 'again']);
  });

  it('hands letters and news in before it says 200, and says 503 when either could not be stored', async () => {
    const { standin, channel } = bench;
    let away = 2;
    await channel.start(async (messages) => {
      if (away-- > 0) throw new Error('the database is away');
      received.push(...messages);
    });
    expect(await standin.hook.post(bodyWith('hello'))).toBe(503);
    expect(await standin.hook.post(bodyWith('hello'))).toBe(503);
    expect(await standin.hook.post(bodyWith('hello'))).toBe(200);
    channel.onOutcomes(async () => {
      throw new Error('the database is away');
    });
    const { payload } = standin.deliver('messages', { statuses: [{ id: 'wamid.1', status: 'sent' }] });
    expect(await standin.hook.post(JSON.stringify(payload))).toBe(503);
    channel.onOutcomes(async (outcomes) => void told.push(...outcomes));
    expect(await standin.hook.post(JSON.stringify(payload))).toBe(200);
    expect(texts()).toEqual(['hello']);
  });

  it('reads a repeat as the same letter', async () => {
    await bench.channel.start(keep);
    const said = bench.standin.person('Ama').say('hello');
    await said.taken;
    await bench.standin.hook.deliver(said.payload);
    expect(new Set(received.map(({ externalId }) => externalId))).toEqual(new Set([said.externalId]));
  });

  it('answers 503 before and after it listens', async () => {
    const { hook } = bench.standin;
    expect(await hook.post(bodyWith('hello'))).toBe(503);
    await bench.channel.start(keep);
    await bench.channel.stop();
    expect(await hook.post(bodyWith('hello'))).toBe(503);
  });

  it('takes letters in a process that does not carry the channel, until it is told to refuse', async () => {
    const { channel, standin } = bench;
    channel.accept(keep);
    expect(await standin.hook.post(bodyWith('one'))).toBe(200);
    await channel.start(keep);
    await channel.stop();
    expect(await standin.hook.post(bodyWith('two'))).toBe(200);
    await channel.refuse();
    expect(await standin.hook.post(bodyWith('three'))).toBe(503);
    expect(texts()).toEqual(['one', 'two']);
  });
});

describe('the signature', () => {
  const WORDS = 'Mepa wo kyɛw, nsuo no ayɛ basaa 😀 مرحبا';

  it('is of the bytes that came, whatever way they spell what they say', async () => {
    await bench.channel.start(keep);
    const plain = bodyWith(WORDS);
    const escaped = plain.replace(
      /[\u0080-\uffff]/g,
      (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    expect(escaped).not.toBe(plain);
    for (const body of [plain, escaped, ` ${plain}\n`]) expect(await bench.standin.hook.post(body)).toBe(200);
    expect(texts()).toEqual([WORDS, WORDS, WORDS]);
  });

  it.each<[string, (body: string) => string, number]>([
    ['none', () => '', 401],
    ['another secret', (body) => sign('another', body), 403],
    ['another body', (body) => sign(bench.standin.appSecret, `${body} `), 403],
    ['no name of the kind', (body) => sign(bench.standin.appSecret, body).slice('sha256='.length), 403],
    ['its beginning', (body) => sign(bench.standin.appSecret, body).slice(0, 20), 403],
    ['more than it', (body) => `${sign(bench.standin.appSecret, body)}0`, 403],
  ])('%s is refused, and nothing is stored or repeated in the log', async (_, given, status) => {
    await bench.channel.start(keep);
    const body = bodyWith('words of Ama');
    expect(await bench.standin.hook.post(body, given(body))).toBe(status);
    expect(received).toEqual([]);
    expect(JSON.stringify(bench.log.lines)).not.toContain('words of Ama');
    expect(await bench.standin.hook.post(body)).toBe(200);
  });

  it('is refused before anything is parsed', async () => {
    await bench.channel.start(keep);
    expect(await bench.standin.hook.post('{"entry":', sign('another', '{"entry":'))).toBe(403);
    expect(bench.log.lines.filter(({ event }) => event.includes('could not be read'))).toEqual([]);
  });

  it('that is missing is answered before the body came', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': '900000' };
      const sending = request(bench.standin.hook.url ?? '', { method: 'POST', headers }, (response) =>
        resolve(response.statusCode),
      );
      sending.on('error', reject);
      sending.write('{');
    });
    expect(status).toBe(401);
  });

  it('that is wrong is told in the log once a minute, since anybody can send one', async () => {
    await bench.channel.start(keep);
    for (let n = 0; n < 5; n++) await bench.standin.hook.post(bodyWith('x'), sign('another', 'x'));
    expect(bench.log.lines.filter(({ event }) => event.includes('WHATSAPP_CLOUD_APP_SECRET'))).toHaveLength(
      1,
    );
  });
});

describe('what cannot be read', () => {
  it.each([
    ['no JSON', '{"entry":'],
    ['a number', '7'],
    ['nothing at all', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['entries of nothing', '{"entry":[null,{"changes":[null,{}]}]}'],
  ])('%s passes, so that it does not come for a week', async (_, body) => {
    await bench.channel.start(keep);
    expect(await bench.standin.hook.post(body)).toBe(200);
    expect(received).toEqual([]);
  });

  it('more than 3 MB is taken, more than the bound is not', async () => {
    await bench.channel.start(keep);
    const long = bodyWith('x'.repeat(3 * 1024 * 1024));
    expect(await bench.standin.hook.post(long)).toBe(200);
    const tooLong = bodyWith('words of Ama'.repeat(BODY_BYTES_MAX / 12));
    expect([413, 0]).toContain(await bench.standin.hook.post(tooLong));
    expect(received).toHaveLength(1);
    expect(JSON.stringify(bench.log.lines)).not.toContain('words of Ama');
  });

  it('a thousand things in one post are taken at once', async () => {
    await bench.channel.start(keep);
    const messages = Array.from({ length: 1000 }, (_, n) => ({
      from: '233200000001',
      id: `wamid.${n}`,
      timestamp: '1795444200',
      type: 'text',
      text: { body: `letter ${n}` },
    }));
    await bench.standin.deliver('messages', { messages }).taken;
    expect(texts()).toEqual(messages.map(({ text }) => text.body));
  });

  it('is told in the log by its type, and news of the account by their name', async () => {
    await bench.channel.start(keep);
    await bench.standin.deliver('messages', { messages: [{ type: 'text', text: { body: 'words of Ama' } }] })
      .taken;
    await bench.standin.deliver('message_template_status_update', { event: 'PAUSED' }).taken;
    expect(bench.log.lines.map(({ facts }) => facts)).toEqual([
      { type: 'text' },
      { type: 'message_template_status_update', event: 'PAUSED' },
    ]);
  });

  it('has no other door', async () => {
    const answers = await Promise.all(
      ['PUT', 'DELETE'].map((method) => fetch(bench.standin.hook.url ?? '', { method })),
    );
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
  });
});
