import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FILE_BYTES_MAX } from '../../../src/channels/web/words.ts';
import { silentLog } from '../../../src/log.ts';
import { Browser, type House, openHouse, PHOTO, until, uuid } from './house.ts';
import { ENGLISH } from './words.ts';

let house: House;
let ama: Browser;
beforeEach(async () => {
  house = await openHouse();
  ama = await new Browser('Ama', house).open();
});
afterEach(() => house.close());

const photo = (bytes: Uint8Array = PHOTO) => new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' });

describe('a letter is stored once', () => {
  test('what Ama writes is received from her address', async () => {
    const response = await ama.write({ text: 'the drain is choked' }, { 'accept-language': 'es-GQ, en' });
    expect(await response.json()).toEqual({ stored: true });
    expect(house.received).toMatchObject([
      { from: ama.address, channel: 'web', text: 'the drain is choked', languageHint: 'es-GQ' },
    ]);
  });

  test('the same letter again, as after a lost line, is no second one', async () => {
    const letter = { id: uuid(), text: 'once' };
    expect((await ama.write(letter)).status).toBe(200);
    expect((await ama.write(letter)).status).toBe(200);
    expect(house.received).toHaveLength(1);
  });

  test('a store that is away says 503 and takes the same letter later', async () => {
    const letter = { id: uuid(), text: 'later' };
    house.state.away = true;
    const refused = await ama.write(letter);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await refused.json()).toEqual({ stored: false, words: ENGLISH.notStored });
    house.state.away = false;
    expect((await ama.write(letter)).status).toBe(200);
    expect(house.received).toHaveLength(1);
  });

  test('before it is started and after it is stopped the chat takes nothing', async () => {
    await house.channel.stop();
    expect((await ama.write({ text: 'too late' })).status).toBe(503);
    await house.channel.start(house.receive);
    expect((await ama.write({ text: 'again' })).status).toBe(200);
  });

  test('stop waits for the letter that is being stored', async () => {
    let finish = () => {};
    await house.channel.start(() => new Promise((resolve) => (finish = resolve)));
    const writing = ama.write({ text: 'slow' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    let stopped = false;
    const stopping = house.channel.stop().then(() => (stopped = true));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(stopped).toBe(false);
    finish();
    await stopping;
    expect((await writing).status).toBe(200);
  });
});

describe('who may write', () => {
  test.each([
    ['another site', { origin: 'https://evil.example' }],
    ['another site, by a form', { origin: 'null' }],
    ['another site, as the browser says', { 'sec-fetch-site': 'cross-site' }],
  ])('%s may not', async (_, headers) => {
    const response = await ama.write({ text: 'in her name', proof: ama.proof }, headers);
    expect(response.status).toBe(403);
    expect(house.received).toHaveLength(0);
  });

  test('a browser that says nothing must show the proof of our form', async () => {
    const headers = { cookie: ama.cookie, 'content-type': 'application/json', accept: 'application/json' };
    const write = (proof?: string) =>
      fetch(`${house.origin}/chat/letters`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ id: uuid(), text: 'old phone', proof }),
      });
    expect((await write()).status).toBe(403);
    expect((await write(`${ama.proof}x`)).status).toBe(403);
    expect(house.received).toHaveLength(0);
    expect((await write(ama.proof)).status).toBe(200);
  });

  test('without a cookie nothing is taken, in words', async () => {
    const response = await new Browser('nobody', house).write({ text: 'who am I' });
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({ stored: false, words: ENGLISH.noCookie });
    expect(house.received).toHaveLength(0);
  });

  test('over https the cookie is never sent in clear', async () => {
    const secure = await openHouse({ publicUrl: 'https://kasa.example' });
    const response = await fetch(`${secure.origin}/chat`);
    expect(response.headers.get('set-cookie')).toContain('; HttpOnly; SameSite=Lax; Secure');
    expect(response.headers.get('strict-transport-security')).toContain('max-age=31536000');
    await secure.close();
  });

  test('a visitor who comes back keeps the cookie; leaving ends it', async () => {
    expect((await ama.get('/chat')).headers.get('set-cookie')).toBeNull();
    const left = await ama.post(
      new URLSearchParams({ form: '1', id: uuid(), proof: ama.proof }),
      {},
      '/chat/leave',
    );
    expect(left.status).toBe(303);
    expect(left.headers.get('set-cookie')).toContain('kasa_chat=; Path=/chat; Max-Age=0');
    const forged = await ama.post(
      new URLSearchParams({ form: '1', id: uuid() }),
      { origin: 'https://evil.example' },
      '/chat/leave',
    );
    expect(forged.status).toBe(403);
    expect(forged.headers.get('set-cookie')).toBeNull();
  });
});

describe('photos and voices', () => {
  test('three photos with words are one letter, and each can be fetched', async () => {
    const response = await ama.form({ text: 'here', photo: [photo(), photo(Buffer.from([1])), photo()] });
    expect(response.status).toBe(303);
    expect(house.received).toHaveLength(1);
    const media = house.received[0]?.media ?? [];
    expect(media.map(({ kind, bytes }) => `${kind} ${bytes}`)).toEqual(['photo 27', 'photo 1', 'photo 27']);
    const second = media[1];
    expect(second && [...(await house.channel.download(second, 100))]).toEqual([1]);
  });

  test('download says when the bytes are gone or too many', async () => {
    await ama.form({ photo: [photo()] });
    const [media] = house.received[0]?.media ?? [];
    expect.assert(media);
    await expect(house.channel.download(media, 10)).rejects.toMatchObject({ kind: 'rejected' });
    await expect(house.channel.download({ kind: 'photo', source: 'gone' }, 10)).rejects.toMatchObject({
      kind: 'rejected',
    });
  });

  test('a voice note', async () => {
    await ama.form({ voice: [new Blob(['OggS'], { type: 'audio/ogg' })], seconds: '4.4' });
    expect(house.received[0]?.media).toMatchObject([
      { kind: 'voice', mime: 'audio/ogg', bytes: 4, seconds: 4 },
    ]);
  });

  test('an empty file field is no file', async () => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ id: uuid(), text: 'no photo' })) form.append(name, value);
    form.append('photo', new Blob([]), '');
    await ama.post(form, { accept: 'application/json' });
    expect(house.received).toMatchObject([{ text: 'no photo' }]);
    expect(house.received[0]?.media).toBeUndefined();
  });

  test.each([
    ['six photos', { photo: Array.from({ length: 6 }, () => photo()) }, 'tooMany'],
    ['twelve photos', { photo: Array.from({ length: 12 }, () => photo()) }, 'tooMany'],
    ['a photo of more than 10 MB', { photo: [photo(randomBytes(FILE_BYTES_MAX + 1))] }, 'tooLarge'],
    ['40,000 characters', { text: 'x'.repeat(40_000) }, 'tooLong'],
    ['10,001 characters', { text: 'x'.repeat(10_001) }, 'tooLong'],
  ] as const)('%s are refused in words, and nothing is stored', async (_, fields, word) => {
    const response = await ama.form({ ...fields } as Record<string, string | Blob[]>, {
      accept: 'application/json',
    });
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ stored: false, words: ENGLISH[word] });
    expect(house.received).toHaveLength(0);
    expect(house.kept.size).toBe(0);
  });

  test('exactly 10 MB and exactly 10,000 characters are taken', async () => {
    await ama.form({ text: 'x'.repeat(10_000), photo: [photo(randomBytes(FILE_BYTES_MAX))] });
    expect(house.received[0]?.text).toHaveLength(10_000);
    expect(house.received[0]?.media?.[0]?.bytes).toBe(FILE_BYTES_MAX);
  });
});

describe('what is not a letter gets an answer', () => {
  test.each([
    ['nothing', { text: '  ' }, 400],
    ['an id that is not ours', { id: '../../x', text: 'a' }, 400],
    ['a place outside the world', { location: { latitude: 200, longitude: 0 } }, 400],
    ['words that are no words', { text: { a: 1 } }, 400],
    ['a choice of 65 bytes', { choice: 'x'.repeat(65) }, 400],
    ['200,000 characters', { text: 'x'.repeat(200_000) }, 413],
  ])('%s', async (_, letter, status) => {
    const response = await ama.write(letter);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ stored: false, words: expect.stringMatching(/\w/) });
    expect(house.received).toHaveLength(0);
  });

  test.each([
    ['broken JSON', '{"id":', 'application/json', 400],
    ['JSON that is no object', '7', 'application/json', 400],
    ['a form without its boundary', 'x', 'multipart/form-data', 400],
    [
      'a form that stops in the middle',
      '--b\r\nContent-Disposition: form-data; name="text"',
      'multipart/form-data; boundary=b',
      400,
    ],
    ['a type that we do not read', '<a/>', 'application/xml', 415],
    ['a tap that is no tap', 'tap=%7B&id=x', 'application/x-www-form-urlencoded', 400],
  ])('%s', async (_, body, type, status) => {
    const response = await ama.post(body, { 'content-type': type, accept: 'application/json' });
    expect(response.status).toBe(status);
    expect(house.received).toHaveLength(0);
  });
});

describe('text stays text', () => {
  const hostile = [
    `<script>alert(1)</script>`,
    `"><img src=x onerror=alert(1)>`,
    '%base% {{w}} </textarea>',
    '\u202Eevil',
    '*_`',
  ];
  test.each(hostile)('%s comes back as it was, and never as markup', async (text) => {
    await ama.write({ text });
    const told = await (await ama.get('/chat/letters?after=0')).json();
    expect(told).toMatchObject({ letters: [{ mine: true, text }] });
    const page = await (await ama.get('/chat')).text();
    const log = page.slice(page.indexOf('id="log"'), page.indexOf('id="end"'));
    expect(log).not.toMatch(/<script|<img|<\/textarea/);
    expect(log.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code))).toContain(text);
  });
});

describe('without JavaScript', () => {
  test('a form is a letter, and brings the person back to the talk', async () => {
    const response = await ama.form({ text: 'one\r\ntwo' });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/chat?sent=1#end']);
    expect(house.received).toMatchObject([{ text: 'one\ntwo' }]);
    await house.say(ama.address, { text: 'Is that right?', choices: [{ id: 'y"', label: 'Yes & no' }] });
    const page = await (await ama.get('/chat?sent=1')).text();
    expect(page).toContain('<meta http-equiv="refresh" content="4;url=/chat#end">');
    expect(page).toContain('Is that right?');
    const tap = /name="tap" value="([^"]+)"/
      .exec(page)?.[1]
      ?.replace(/&#(\d+);/g, (_, c) => String.fromCharCode(c));
    await ama.form({ tap: tap ?? '', letter: '2' });
    expect(house.received[1]).toMatchObject({ text: 'Yes & no', choice: 'y"', replyTo: '2' });
  });

  test('a form pressed twice is one letter; the same form with other words is another', async () => {
    const id = uuid();
    await ama.form({ id, text: 'once' });
    await ama.form({ id, text: 'once' });
    await ama.form({ id, text: 'went back and changed it' });
    expect(house.received.map(({ text }) => text)).toEqual(['once', 'went back and changed it']);
  });

  test('words that could not be stored are handed back in the page', async () => {
    house.state.away = true;
    const response = await ama.form({ text: 'keep <this>' });
    expect(response.status).toBe(503);
    const page = await response.text();
    expect(page).toContain(ENGLISH.notStored);
    expect(page).toContain('>keep &#60;this&#62;</textarea>');
  });

  test('with the database away the page says so, and still has its field', async () => {
    house.state.mailboxAway = true;
    const response = await ama.get('/chat');
    expect(response.status).toBe(503);
    expect(await response.text()).toContain(ENGLISH.lettersAway);
  });

  test('the page and its files are under 30 kB and come compressed', async () => {
    const page = await (await ama.get('/chat')).text();
    const paths = [
      '/chat',
      ...[...page.matchAll(/(?:href|src)="(\/chat\/chat\.[^"]+)"/g)].map((match) => match[1] ?? ''),
    ];
    expect(paths).toHaveLength(3);
    let bytes = 0;
    for (const path of paths) {
      const response = await ama.get(path, { 'accept-encoding': 'gzip' });
      expect(response.headers.get('content-encoding')).toBe('gzip');
      bytes += (await response.arrayBuffer()).byteLength;
      const plain = await ama.get(path, { 'accept-encoding': 'identity' });
      expect(plain.headers.get('content-encoding')).toBeNull();
    }
    expect(bytes).toBeLessThan(30_000);
  });
});

describe('files', () => {
  test('a photo is seen by the person in whose talk it stands, and by nobody else', async () => {
    house.files.set('f1', { mime: 'image/jpeg', data: PHOTO });
    house.put(ama.address, { text: '', media: [{ kind: 'photo', file: 'f1' }] });
    const seen = await ama.get('/chat/files/f1');
    expect(Buffer.from(await seen.arrayBuffer()).equals(PHOTO)).toBe(true);
    expect(seen.headers.get('content-type')).toBe('image/jpeg');
    const kofi = await new Browser('Kofi', house).open();
    expect((await kofi.get('/chat/files/f1')).status).toBe(404);
    expect((await new Browser('nobody', house).get('/chat/files/f1')).status).toBe(404);
    expect((await ama.get('/chat/files/f2')).status).toBe(404);
  });

  test('what is neither picture nor sound is never shown in the page', async () => {
    house.files.set('f1', { mime: 'text/html', data: Buffer.from('<script>1</script>') });
    house.put(ama.address, { text: '', media: [{ kind: 'file', file: 'f1' }] });
    const response = await ama.get('/chat/files/f1');
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('content-disposition')).toBe('attachment');
    expect(response.headers.get('content-security-policy')).toContain('sandbox');
  });
});

describe('the stream', () => {
  test('a letter arrives as soon as it is sent, and only at its person', async () => {
    const kofi = await new Browser('Kofi', house).open();
    const [hers, his] = [await ama.stream(0), await kofi.stream(0)];
    await until(() => house.state.looks >= 2);
    expect(await house.say(ama.address, { text: 'It is resolved.' })).toEqual({ externalId: '1' });
    await until(() => hers.events().length === 1, 1000);
    expect(hers.events()).toMatchObject([{ id: 1, mine: false, text: 'It is resolved.' }]);
    expect(his.events()).toEqual([]);
    hers.leave();
    his.leave();
  });

  test('after a lost line it goes on behind the last one, whatever the address of the page says', async () => {
    const long = { at: '2026-11-01T00:00:00Z' };
    for (const text of ['one', 'two', 'three']) house.put(ama.address, { text }, long);
    const stream = await ama.stream(0, { 'last-event-id': '2' });
    await until(() => stream.events().length > 0);
    expect(stream.events().map(({ text }) => text)).toEqual(['three']);
    expect(stream.text()).toContain('id: 3\n');
    stream.leave();
  });

  test('a letter with a lower id that is committed later is not missed', async () => {
    house.put(ama.address, { text: 'second' }, { id: 12 });
    const stream = await ama.stream(0);
    await until(() => stream.events().length === 1);
    await house.say(ama.address, { text: 'first' }, { id: 11 });
    await until(() => stream.events().length === 2);
    expect(stream.events().map(({ id }) => id)).toEqual([12, 11]);
    stream.leave();
  });

  test('a photo is told again when it has been checked, and nothing else is', async () => {
    const letter = house.put(
      ama.address,
      { text: '', media: [{ kind: 'photo', source: 's' }] },
      { mine: true },
    );
    house.put(ama.address, { text: 'Thank you.' });
    const stream = await ama.stream(0);
    await until(() => stream.events().length === 2);
    letter.content = { text: '', media: [{ kind: 'photo', file: 'f1' }] };
    await house.say(ama.address, { text: 'next' });
    await until(() => stream.events().length === 4);
    expect(stream.events().slice(2)).toMatchObject([
      { id: 1, media: [{ file: 'f1' }] },
      { id: 3, text: 'next' },
    ]);
    stream.leave();
  });

  test('a store that was away costs waiting, not letters', async () => {
    house.state.mailboxAway = true;
    const stream = await ama.stream(0);
    await house.say(ama.address, { text: 'still here' });
    await until(() => house.state.looks >= 2);
    house.state.mailboxAway = false;
    await house.say(ama.address, { text: 'and more' });
    await until(() => stream.events().length === 2);
    stream.leave();
  });

  test('a person has a bounded number of open pages, and a page that leaves makes room', async () => {
    const open = await Promise.all(Array.from({ length: 6 }, () => ama.stream(0)));
    const refused = await ama.stream(0);
    expect(refused.response.status).toBe(503);
    open[0]?.leave();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const next = await ama.stream(0);
    expect(next.response.status).toBe(200);
    for (const stream of [...open, next]) stream.leave();
  });

  test('nobody has no stream', async () => {
    expect((await new Browser('nobody', house).stream(0)).response.status).toBe(403);
  });
});

test('nothing of a person reaches the log', async () => {
  const lines: unknown[] = [];
  const note = (event: string, facts?: object) => void lines.push([event, facts]);
  const logged = await openHouse({ log: { ...silentLog, info: note, warn: note, error: note } });
  const esi = await new Browser('Esi', logged).open();
  logged.state.away = true;
  await esi.write({ text: 'my number is 0241234567' });
  logged.state.mailboxAway = true;
  await esi.get('/chat');
  expect(lines).toHaveLength(2);
  expect(JSON.stringify(lines)).not.toMatch(new RegExp(`0241234567|${esi.address}|${esi.cookie}|away"`));
  await logged.close();
});
