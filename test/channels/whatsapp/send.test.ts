import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SendError, type SendErrorKind } from '../../../src/channels/channel.ts';
import { isFileAddress } from '../../../src/channels/whatsapp/download.ts';
import type { Media } from '../../../src/engine/content.ts';
import { PIXEL } from '../telegram/standin.ts';
import { letterTo, openBench, type WhatsAppBench } from './bench.ts';
import type { Fault, Person } from './standin.ts';

let bench: WhatsAppBench;
let ama: Person;

beforeEach(async () => {
  bench = await openBench({ statuses: false });
  await begin();
});
afterEach(() => bench.close());

/** Ama wrote, so that for a day we may write to her. */
async function begin(): Promise<void> {
  ama = bench.standin.person('Ama');
  await bench.channel.start(async () => {});
  await ama.say('hello').taken;
}

async function reopen(...given: Parameters<typeof openBench>): Promise<void> {
  await bench.close();
  bench = await openBench(...given);
  await begin();
}

const photo = (file: string): Media => ({ kind: 'photo', file });
const send = (...given: Parameters<typeof letterTo>) => bench.channel.send(letterTo(...given));
const asked = (kind: string) => bench.standin.requests.filter((request) => request.asked === kind);
/** Without the marks that say "read". */
const messages = () => asked('messages').filter(({ params }) => params.status === undefined);
const complaint = async (sending: Promise<unknown>) => {
  const error = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SendError);
  return error as SendError;
};

describe('send', () => {
  it('carries a photo, words and buttons in one bubble', async () => {
    const choices = [{ id: 'desk.take.81', label: 'I take it' }];
    const { externalId } = await send(ama.address, { text: 'KS-7F3Q', media: [photo('photo1')], choices });
    expect(ama.heard).toMatchObject([
      { type: 'button', text: 'KS-7F3Q', externalId, buttons: [{ title: '1 I take it' }] },
    ]);
    expect(ama.heard[0]?.photo).toEqual(PIXEL);
  });

  it('carries voices, files, places and the request for one', async () => {
    const media: Media[] = [
      { kind: 'voice', file: 'voice1' },
      { kind: 'file', file: 'paper1', mime: 'application/pdf' },
    ];
    await send(ama.address, { text: '', media });
    await send(ama.address, { text: 'Where?', wants: 'location' });
    await send(ama.address, { text: '', place: { latitude: 4.9, longitude: -1.7, name: 'Market Circle' } });
    expect(ama.heard.map(({ type }) => type)).toEqual([
      'audio',
      'document',
      'location_request_message',
      'location',
    ]);
  });

  it('writes to a number where there is no id, and to an id where the number is hidden', async () => {
    const kofi = bench.standin.person('Kofi', { userId: undefined });
    const esi = bench.standin.person('Esi', { phone: undefined });
    for (const person of [kofi, esi]) {
      await person.say('hello').taken;
      await send(person.address, { text: 'Akwaaba' });
      expect(person.heard).toMatchObject([{ text: 'Akwaaba' }]);
    }
    expect([kofi.address, esi.address]).toEqual(['whatsapp:233200000002', `whatsapp:${esi.userId}`]);
  });

  it('quotes, and marks what others said; a change sends nothing and is no fault', async () => {
    const said = ama.say('who takes it?');
    await said.taken;
    const { externalId } = await send(ama.address, { text: 'I do' }, { replyTo: said.externalId });
    expect(ama.heard[0]?.replyTo).toBe(said.externalId);
    const mark = { reaction: { on: said.externalId, mark: 'arrived' as const } };
    expect(await send(ama.address, { text: '' }, mark)).toEqual({ externalId: said.externalId });
    expect(ama.marks.get(said.externalId)).toBe('✅');
    const before = messages().length;
    expect(await send(ama.address, { text: 'Taken' }, { edits: externalId })).toEqual({ externalId });
    expect(messages()).toHaveLength(before);
  });

  it('hands a picture over once, however many get it', async () => {
    const people = ['Kofi', 'Esi', 'Yaw'].map((name) => bench.standin.person(name));
    for (const person of people) await person.say('hello').taken;
    await Promise.all(people.map(({ address }) => send(address, { text: 'Look', media: [photo('photo1')] })));
    expect(asked('media')).toHaveLength(1);
    expect(people.map(({ heard }) => heard[0]?.photo)).toEqual([PIXEL, PIXEL, PIXEL]);
  });

  it('hands it over anew after a month, and when Meta does not know it any more', async () => {
    const now = { ms: 1_795_444_200_000 };
    await reopen({ statuses: false, now: () => now.ms });
    const look = () => send(ama.address, { text: 'Look', media: [photo('photo1')] });
    await look();
    now.ms += 29 * 86_400_000;
    await ama.say('hello').taken;
    await look();
    expect(asked('media')).toHaveLength(2);
    bench.standin.fail('messages', { code: 131053 });
    expect((await complaint(look())).kind).toBe('unreachable');
    await look();
    expect(asked('media')).toHaveLength(3);
  });

  it('rejects a letter that says nothing, one whose file is gone, and one whose file is too large', async () => {
    expect((await complaint(send(ama.address, { text: '' }))).kind).toBe('rejected');
    for (const [file, kind] of [
      ['gone', 'rejected'],
      ['huge', 'rejected'],
      ['away', 'unreachable'],
    ] as const) {
      expect((await complaint(send(ama.address, { text: 'x', media: [photo(file)] }))).kind).toBe(kind);
    }
    expect(ama.heard).toEqual([]);
  });

  it('when the handing over of a file is cut, nobody has got anything', async () => {
    bench.standin.fail('media', { cut: 'after' });
    expect((await complaint(send(ama.address, { text: 'x', media: [photo('photo1')] }))).kind).toBe(
      'unreachable',
    );
  });
});

describe('send: what goes wrong', () => {
  it.each<[string, Fault, SendErrorKind, number]>([
    ['too fast', { code: 130429 }, 'throttled', 0],
    ['too fast to one person', { code: 131056 }, 'unreachable', 0],
    ['their fault', { code: 131000, status: 500 }, 'unreachable', 0],
    ['a wrong token', { code: 190, status: 401 }, 'misconfigured', 0],
    ['a number that is not ours', { code: 100, subcode: 33 }, 'misconfigured', 0],
    ['cut before it was taken', { cut: 'before' }, 'unknown', 0],
    ['cut after it was taken', { cut: 'after' }, 'unknown', 1],
    ["a gateway's page", { page: 502 }, 'unknown', 0],
    ['a page that says all is well', { page: 200 }, 'unknown', 0],
  ])('%s', async (_, fault, kind, arrived) => {
    await bench.standin.waitFor(() => ama.seen.size > 0);
    bench.standin.fail('messages', fault);
    expect((await complaint(send(ama.address, { text: 'hello' }))).kind).toBe(kind);
    expect(ama.heard).toHaveLength(arrived);
    expect(messages().length).toBeLessThanOrEqual(1);
  });

  it('a server that is not there is unreachable', async () => {
    await bench.standin.close();
    expect((await complaint(send(ama.address, { text: 'hello' }))).kind).toBe('unreachable');
  });

  it('after a day of silence only a template goes', async () => {
    const now = { ms: 1_795_444_200_000 };
    const templates = { kasa_news: { en: { body: 'News of {{1}}. Shall I show it?', button: 'Show me' } } };
    const names = { news: 'kasa_news', week: 'kasa_week' };
    await reopen({ statuses: false, now: () => now.ms, templates }, { templates: names });
    now.ms += 24 * 3_600_000;
    expect((await complaint(send(ama.address, { text: 'hello' }))).kind).toBe('windowShut');
    const choice = { id: 'open', label: 'Show me' };
    const ask = (kind: 'news' | 'week') =>
      send(ama.address, { text: 'News', template: { kind, language: 'es', values: ['KS-7F3Q'], choice } });
    await ask('news');
    expect(ama.heard).toMatchObject([
      { text: 'News of KS-7F3Q. Shall I show it?', buttons: [{ title: 'Show me' }] },
    ]);
    expect((await complaint(ask('week'))).kind).toBe('rejected');
    expect(bench.log.lines.at(-1)).toMatchObject({
      event: 'whatsapp: a template must be mended at Meta, its letters do not go',
      facts: { code: 132001, template: 'week' },
    });
    await ama.tap(1).taken;
    await send(ama.address, { text: 'hello' });
  });

  it('somebody who is not there, or wants nothing of us', async () => {
    ama.block();
    for (const to of [ama.address, 'whatsapp:233299999999'] as const) {
      expect((await complaint(send(to, { text: 'hello' }))).kind).toBe('blocked');
    }
  });

  it('a letter of two parts goes on where it stopped, and says nothing twice', async () => {
    await bench.standin.waitFor(() => ama.seen.size > 0);
    const place = { latitude: 4.9, longitude: -1.7, name: 'Market Circle' };
    const card = letterTo(ama.address, { text: 'KS-7F3Q', place });
    await bench.channel.send(card);
    expect(ama.heard.map(({ type }) => type)).toEqual(['location', 'text']);

    const second = letterTo(ama.address, { text: 'KS-4T2M', media: [photo('away')], place });
    expect((await complaint(bench.channel.send(second))).kind).toBe('unreachable');
    expect((await complaint(bench.channel.send(second))).kind).toBe('unreachable');
    expect(ama.heard.filter(({ type }) => type === 'location')).toHaveLength(2);
    const whole = { ...second, content: { ...second.content, media: [photo('photo2')] } };
    const { externalId } = await bench.channel.send(whole);
    expect(ama.heard.map(({ type }) => type)).toEqual(['location', 'text', 'location', 'image']);
    expect(externalId).toBe(ama.heard.at(-1)?.externalId);
  });

  it('complains without words, numbers or the token', async () => {
    for (const fault of [{ code: 131009 }, { cut: 'before' }, { page: 502 }] as Fault[]) {
      await bench.standin.waitFor(() => ama.seen.size > 0);
      bench.standin.fail('messages', fault);
      const error = await complaint(send(ama.address, { text: 'a secret of Ama' }));
      const whole = `${error.stack} ${String(error.cause)} ${JSON.stringify(bench.log.lines)}`;
      for (const secret of ['secret', '2332000', ama.userId ?? '', bench.standin.token]) {
        expect(whole).not.toContain(secret);
      }
    }
  });
});

describe('the settings are proved', () => {
  const why = (settings = {}) =>
    openBench({}, settings).then(async (other) => {
      const error = await other.channel.prove(5).catch((reason: unknown) => reason);
      await other.close();
      return error instanceof SendError ? error.kind : undefined;
    });

  it('a token and a number that are good, and those that are not', async () => {
    expect(await why()).toBeUndefined();
    expect(await why({ token: 'EAAGwrong' })).toBe('misconfigured');
    expect(await why({ phoneId: '106540352242999' })).toBe('rejected');
  });

  it('a network that is away, or silent, proves nothing against us', async () => {
    bench.standin.fail('number', { page: 503 });
    await bench.channel.prove(5);
    bench.standin.fail('number', { slowMs: 300 });
    await bench.channel.prove(0.05);
    await bench.standin.close();
    await bench.channel.prove(5);
  });
});

describe('limits', () => {
  it('name templates only where there are some, in our own languages', async () => {
    expect(bench.channel.limits).not.toHaveProperty('templates');
    await reopen({}, { templates: { news: 'kasa_news' }, templateLanguages: ['en_GH', 'es'] });
    expect(bench.channel.limits.templates).toEqual({
      kinds: ['news'],
      languages: ['en', 'es'],
      waitHours: 3,
      peoplePerDayMax: 250,
    });
  });
});

describe('download', () => {
  async function sourceOf(data: Uint8Array): Promise<string> {
    const sources: string[] = [];
    await bench.channel.stop();
    await bench.channel.start(async (letters) => {
      for (const { media } of letters) sources.push(...(media ?? []).map(({ source }) => source ?? ''));
    });
    await bench.standin.person('Esi').sendPhoto(data).taken;
    return sources[0] ?? '';
  }
  const load = (source: string, bytesMax: number) =>
    bench.channel.download({ kind: 'photo', source }, bytesMax);

  it('fetches what a person sent', async () => {
    expect(new Uint8Array(await load(await sourceOf(PIXEL), 1000))).toEqual(PIXEL);
  });

  it('refuses what is too large before it is loaded', async () => {
    const source = await sourceOf(new Uint8Array(5000));
    expect((await complaint(load(source, 4999))).kind).toBe('rejected');
    expect(asked('file')).toHaveLength(0);
    expect(await load(source, 5000)).toHaveLength(5000);
  });

  it('stops reading when there is more than was allowed, though nobody said how much there is', async () => {
    await reopen({ hideFileSizes: true });
    const source = await sourceOf(new Uint8Array(5000));
    expect((await complaint(load(source, 4999))).kind).toBe('rejected');
    expect(await load(source, 5000)).toHaveLength(5000);
  });

  it('everything else may be tried again', async () => {
    const source = await sourceOf(PIXEL);
    const kind = async (of = source) => (await complaint(load(of, 1000))).kind;
    bench.standin.fail('url', { code: 131052 });
    expect(await kind()).toBe('unreachable');
    bench.standin.fail('file', { cut: 'before' });
    expect(await kind()).toBe('unreachable');
    bench.standin.fail('file', { page: 502 });
    expect(await kind()).toBe('unreachable');
    expect(await kind('nothing')).toBe('unreachable');
    await bench.standin.close();
    expect(await kind()).toBe('unreachable');
  });

  it('takes the token nowhere else, whatever the answer says', async () => {
    await reopen({ filesAt: 'http://127.0.0.1:9/files' });
    const error = await complaint(load(await sourceOf(PIXEL), 1000));
    expect(error.message).toContain('none of Meta');
  });

  it.each([
    ['https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1', true],
    ['https://scontent.facc5-1.fna.fbcdn.net/v/x', true],
    ['https://mmg.whatsapp.net/v/x', true],
    ['http://lookaside.fbsbx.com/x', false],
    ['https://lookaside.fbsbx.com.example.org/x', false],
    ['https://evilfbcdn.net/x', false],
    ['https://fbcdn.net.example.org/x', false],
    ['https://example.org/?lookaside.fbsbx.com', false],
    ['https://lookaside.fbsbx.com:8443/x', false],
    ['https://me@lookaside.fbsbx.com/x', false],
    ['https://graph.facebook.com/v25.0/x', true],
    ['no address', false],
  ])('%s: %s', (url, isOurs) => {
    expect(isFileAddress(url, 'https://graph.facebook.com/v25.0')).toBe(isOurs);
  });
});
