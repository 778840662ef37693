import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SendError, type SendErrorKind } from '../../../src/channels/channel.ts';
import type { Media } from '../../../src/engine/content.ts';
import { letterTo, openBench, type TelegramBench } from './bench.ts';
import { FAULTS, type Fault, type Person, PIXEL } from './standin.ts';

let bench: TelegramBench;
let ama: Person;

beforeEach(async () => {
  bench = await openBench();
  ama = bench.standin.person('Ama');
  ama.start();
});
afterEach(() => bench.close());

const photo = (file: string): Media => ({ kind: 'photo', file });
const send = (...given: Parameters<typeof letterTo>) => bench.channel.send(letterTo(...given));
const complaint = async (sending: Promise<unknown>) => {
  const error = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SendError);
  return error as SendError;
};

describe('send', () => {
  it('carries a card: photo, words, buttons and a pin; the card is the letter', async () => {
    const desk = bench.standin.group('Works desk');
    const place = { latitude: 4.8976, longitude: -1.7603, name: 'Market Circle' };
    const choices = [{ id: 'desk.take.81', label: 'I take it' }];
    const { externalId } = await send(desk.address, {
      text: 'KS-7F3Q',
      media: [photo('photo1')],
      place,
      choices,
    });
    expect(desk.heard).toMatchObject([
      { method: 'sendPhoto', text: 'KS-7F3Q', externalId, buttons: [[{ text: '1 I take it' }]] },
      { method: 'sendLocation', location: { latitude: 4.8976, longitude: -1.7603 } },
    ]);
    expect(desk.heard[0]?.photo).toEqual(PIXEL);
  });

  it('carries albums, voice notes and the native place button', async () => {
    await send(ama.address, { text: 'Both', media: [photo('photo1'), photo('photo2')] });
    await send(ama.address, { text: '', media: [{ kind: 'voice', file: 'voice1' }] });
    await send(ama.address, { text: 'Where?', wants: 'location', wantsLabel: 'Share my place' });
    expect(ama.heard.map(({ method }) => method)).toEqual([
      'sendMediaGroup',
      'sendMediaGroup',
      'sendMessage',
      'sendVoice',
      'sendMessage',
    ]);
    expect(ama.heard[0]?.album).toBe(ama.heard[1]?.album);
    expect(ama.heard.at(-1)?.asksLocation).toBe('Share my place');
  });

  it('quotes, changes what it said, and marks what others said', async () => {
    const desk = bench.standin.group('Works desk');
    const said = ama.in(desk).say('who takes it?');
    const { externalId } = await send(desk.address, { text: 'KS-7F3Q' }, { replyTo: said.externalId });
    expect(desk.heard[0]?.replyTo).toBe(said.messageId);
    expect(await send(desk.address, { text: 'Taken by Ama' }, { edits: externalId })).toEqual({ externalId });
    expect(desk.heard).toMatchObject([{ text: 'Taken by Ama', edits: 1 }]);
    const mark = { reaction: { on: said.externalId, mark: 'arrived' as const } };
    expect(await send(desk.address, { text: '' }, mark)).toEqual({ externalId: said.externalId });
    expect(bench.standin.reactionOn(said)).toBe('❤');
  });

  it('takes an edit that changes nothing for done', async () => {
    const { externalId } = await send(ama.address, { text: 'same' });
    expect(await send(ama.address, { text: 'same' }, { edits: externalId })).toEqual({ externalId });
    expect(ama.heard[0]?.edits).toBe(0);
  });

  it('changes words under a photo although the content does not say that there is one, and the reverse', async () => {
    const under = await send(ama.address, { text: 'old', media: [photo('photo1')] });
    await send(ama.address, { text: 'new' }, { edits: under.externalId });
    const alone = await send(ama.address, { text: 'old' });
    await send(ama.address, { text: 'new', media: [photo('photo1')] }, { edits: alone.externalId });
    expect(ama.heard.map(({ text }) => text)).toEqual(['new', 'new']);
  });

  it('rejects a letter that says nothing, and one whose file is gone', async () => {
    expect((await complaint(send(ama.address, { text: '' }))).kind).toBe('rejected');
    expect((await complaint(send(ama.address, { text: 'x', media: [photo('gone')] }))).kind).toBe('rejected');
    expect((await complaint(send(ama.address, { text: 'x', media: [photo('away')] }))).kind).toBe(
      'unreachable',
    );
    expect(ama.heard).toEqual([]);
  });
});

describe('send: what goes wrong', () => {
  it.each<[string, Fault, SendErrorKind, number]>([
    ['too fast', FAULTS.tooMany(7), 'throttled', 0],
    ['their fault', FAULTS.serverError, 'unreachable', 0],
    ['a wrong token', FAULTS.unauthorized, 'misconfigured', 0],
    ['cut before it was taken', { cut: 'before' }, 'unknown', 0],
    ['cut after it was taken', { cut: 'after' }, 'unknown', 1],
    ["a gateway's page", { page: 502 }, 'unknown', 0],
  ])('%s', async (_, fault, kind, arrived) => {
    bench.standin.fail('sendMessage', fault);
    const error = await complaint(send(ama.address, { text: 'hello' }));
    expect(error.kind).toBe(kind);
    expect(error.retryAfterSeconds).toBe(kind === 'throttled' ? 7 : undefined);
    expect(ama.heard).toHaveLength(arrived);
    const sends = bench.standin.requests.filter(({ method }) => method === 'sendMessage');
    expect(sends.length).toBeLessThanOrEqual(1);
  });

  it('a server that is not there is unreachable', async () => {
    await bench.standin.close();
    expect((await complaint(send(ama.address, { text: 'hello' }))).kind).toBe('unreachable');
  });

  it('a person who blocked, a group that threw the bot out, a chat that never was', async () => {
    const desk = bench.standin.group('Works desk');
    ama.block();
    desk.removeBot(ama);
    for (const to of [ama.address, desk.address, 'telegram:1'] as const) {
      expect((await complaint(send(to, { text: 'hello' }))).kind).toBe('blocked');
    }
  });

  it('a group that moved says where it is now', async () => {
    const desk = bench.standin.group('Works desk', { small: true });
    const old = desk.address;
    desk.upgrade(ama);
    expect(await complaint(send(old, { text: 'KS-7F3Q' }))).toMatchObject({
      kind: 'rejected',
      movedTo: desk.address,
    });
    await send(desk.address, { text: 'KS-7F3Q' }, { edits: `${old.slice('telegram:'.length)}:5` });
    expect(desk.heard).toMatchObject([{ text: 'KS-7F3Q' }]);
  });

  it('a group bears 20 letters a minute, edits counted', async () => {
    const now = { ms: 1_795_444_200_000 };
    const strict = await openBench('polling', { perRoomPerMinuteMax: 20, now: () => now.ms });
    try {
      const desk = strict.standin.group('Works desk');
      const to = (text: string, more = {}) => strict.channel.send(letterTo(desk.address, { text }, more));
      const { externalId } = await to('first');
      for (let n = 0; n < 19; n++) await to(`change ${n}`, { edits: externalId });
      expect(await complaint(to('one too many'))).toMatchObject({ kind: 'throttled', retryAfterSeconds: 60 });
      now.ms += 60_000;
      await to('a minute later');
    } finally {
      await strict.close();
    }
  });

  it('a letter of two parts goes on where it stopped, and says nothing twice', async () => {
    const card = letterTo(ama.address, {
      text: 'KS-7F3Q',
      media: [photo('photo1')],
      place: { latitude: 4.9, longitude: -1.7, name: 'Market Circle' },
    });
    bench.standin.fail('sendLocation', FAULTS.tooMany(3), 2);
    expect((await complaint(bench.channel.send(card))).kind).toBe('throttled');
    expect((await complaint(bench.channel.send(card))).kind).toBe('throttled');
    const { externalId } = await bench.channel.send(card);
    expect(ama.heard.map(({ method }) => method)).toEqual(['sendPhoto', 'sendLocation']);
    expect(externalId).toBe(ama.heard[0]?.externalId);
    // Handed in once more it is a new letter, as far as the channel knows.
    await bench.channel.send(card);
    expect(ama.heard).toHaveLength(4);
  });
});

describe('topics', () => {
  it('are opened with a title of bearable length, and written in', async () => {
    const desk = bench.standin.group('Works desk', { forum: true });
    const topic = await bench.channel.openTopic(desk.address, `KS-7F3Q ${'drain '.repeat(40)}`);
    await send(desk.address, { text: 'hello' }, { topic });
    expect(desk.topics).toMatchObject([{ id: Number(topic) }]);
    expect(desk.topics[0]?.name.length).toBeLessThanOrEqual(128);
    expect(desk.heard).toMatchObject([{ text: 'hello', topic: Number(topic) }]);
  });

  it('are lost when somebody deletes or closes them', async () => {
    const desk = bench.standin.group('Works desk', { forum: true });
    const deleted = await bench.channel.openTopic(desk.address, 'KS-7F3Q');
    const closed = await bench.channel.openTopic(desk.address, 'KS-4T2M');
    desk.deleteTopic(deleted);
    desk.closeTopic(closed, ama);
    for (const topic of [deleted, closed]) {
      expect((await complaint(send(desk.address, { text: 'hello' }, { topic }))).kind).toBe('topicLost');
    }
  });

  it('cannot be opened in a group that has none', async () => {
    const desk = bench.standin.group('Works desk');
    expect((await complaint(bench.channel.openTopic(desk.address, 'KS-7F3Q'))).kind).toBe('rejected');
  });

  it('lose the first part of a letter with them: it is said again in the new one', async () => {
    const desk = bench.standin.group('Works desk', { forum: true });
    const topic = await bench.channel.openTopic(desk.address, 'KS-7F3Q');
    const place = { latitude: 4.9, longitude: -1.7, name: 'Market Circle' };
    const card = letterTo(desk.address, { text: 'KS-7F3Q', place }, { topic });
    bench.standin.fail('sendLocation', { code: 400, description: 'Bad Request: message thread not found' });
    expect((await complaint(bench.channel.send(card))).kind).toBe('topicLost');
    const anew = await bench.channel.openTopic(desk.address, 'KS-7F3Q');
    await bench.channel.send({ ...card, topic: anew });
    const there = desk.heard.filter((heard) => heard.topic === Number(anew));
    expect(there.map(({ method }) => method)).toEqual(['sendMessage', 'sendLocation']);
  });
});

describe('download', () => {
  const received = (media: Partial<Media>): Media => ({ kind: 'photo', ...media });

  async function sourceOf(data: Uint8Array, { standin, channel } = bench): Promise<string> {
    const sources: string[] = [];
    await channel.start(async (messages) => {
      for (const { media } of messages) sources.push(...(media ?? []).map(({ source }) => source ?? ''));
    });
    standin.person('Esi').sendPhoto(data);
    return standin.waitFor(() => sources[0]);
  }

  it('fetches what a person sent', async () => {
    const source = await sourceOf(PIXEL);
    expect(new Uint8Array(await bench.channel.download(received({ source }), 1000))).toEqual(PIXEL);
  });

  it('refuses what is too large, whatever was said about it', async () => {
    const source = await sourceOf(new Uint8Array(5000));
    const tooMuch = await complaint(bench.channel.download(received({ source, bytes: 10 }), 4999));
    expect(tooMuch.kind).toBe('rejected');
    expect((await bench.channel.download(received({ source }), 5000)).length).toBe(5000);
    const before = bench.standin.requests.length;
    expect((await complaint(bench.channel.download(received({ source, bytes: 5001 }), 5000))).kind).toBe(
      'rejected',
    );
    expect(bench.standin.requests).toHaveLength(before);
  });

  it('stops reading when there is more than was allowed, though nobody said how much there is', async () => {
    const silent = await openBench('polling', { hideFileSizes: true });
    try {
      const source = await sourceOf(new Uint8Array(5000), silent);
      expect((await complaint(silent.channel.download(received({ source }), 4999))).kind).toBe('rejected');
      expect((await silent.channel.download(received({ source }), 5000)).length).toBe(5000);
    } finally {
      await silent.close();
    }
  });

  it('tells what may be tried again from what may not', async () => {
    const source = await sourceOf(PIXEL);
    const kind = async () => (await complaint(bench.channel.download(received({ source }), 1000))).kind;
    bench.standin.fail('getFile', { code: 400, description: 'Bad Request: file is too big' });
    expect(await kind()).toBe('rejected');
    bench.standin.fail('getFile', { cut: 'before' });
    expect(await kind()).toBe('unreachable');
    bench.standin.fail('getFile', FAULTS.serverError);
    expect(await kind()).toBe('unreachable');
    expect((await complaint(bench.channel.download(received({ source: 'nothing' }), 1000))).kind).toBe(
      'rejected',
    );
    await bench.standin.close();
    expect(await kind()).toBe('unreachable');
  });
});

describe('commands', () => {
  it('are announced in each language that Telegram knows, and in the first for everybody else', async () => {
    const list = (description: string) => [{ command: 'report', description }];
    await bench.channel.announceCommands({
      en: list('Report a problem'),
      es: list('Informar de un problema'),
      fat: list('Kã asɛm'),
    });
    expect(Object.fromEntries(bench.standin.commands)).toEqual({
      '': list('Report a problem'),
      en: list('Report a problem'),
      es: list('Informar de un problema'),
    });
  });

  it('are cut to what Telegram bears', async () => {
    await bench.channel.announceCommands({ en: [{ command: 'report', description: 'x'.repeat(300) }] });
    expect(bench.standin.commands.get('en')?.[0]?.description).toHaveLength(256);
  });
});
