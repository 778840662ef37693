/** The stand-in must be as strict as the network it stands for, or what passes here fails there. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStandin, type Person, type Standin, sign } from './standin.ts';

let standin: Standin;
let ama: Person;
const now = { ms: 1_795_444_200_000 };
const templates = { kasa_news: { en: { body: 'News of {{1}}.', button: 'Show me' } } };

beforeEach(async () => {
  standin = await openStandin({ now: () => now.ms, templates });
  ama = standin.person('Ama');
  ama.say('hello');
});
afterEach(() => standin.close());

type Answer = {
  status: number;
  error?: { code: number; error_subcode?: number };
  messages?: { id: string }[];
};

async function call(path: string, body?: object, token = standin.token): Promise<Answer> {
  const response = await fetch(`${standin.url}/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, ...((await response.json()) as object) };
}

const to = (params: object) => ({ messaging_product: 'whatsapp', to: `+${ama.phone}`, ...params });
const say = (params: object) => call(`${standin.phoneId}/messages`, to(params));
const text = (body: string) => ({ type: 'text', text: { body } });
const reply = (id: string, title: string) => ({ type: 'reply', reply: { id, title } });
const buttons = (body: string, ...given: object[]) => ({
  type: 'interactive',
  interactive: { type: 'button', body: { text: body }, action: { buttons: given } },
});
const list = (rows: object[], more: object = {}) => ({
  type: 'interactive',
  interactive: {
    type: 'list',
    body: { text: '?' },
    action: { button: '1 – 3', sections: [{ rows }], ...more },
  },
});
const template = (name: string, ...values: string[]) => ({
  type: 'template',
  template: {
    name,
    language: { code: 'en' },
    components: [{ type: 'body', parameters: values.map((value) => ({ type: 'text', text: value })) }],
  },
});

describe('the stand-in complains as Meta does', () => {
  it.each<[string, () => object, number]>([
    ['no product', () => ({ ...text('x'), messaging_product: undefined }), 131008],
    ['no receiver', () => ({ ...text('x'), to: undefined }), 131008],
    ['a number without its plus', () => ({ ...text('x'), to: ama.phone }), 131009],
    ['somebody who is not there', () => ({ ...text('x'), to: '+233299999999' }), 131026],
    ['empty words', () => text(' \n'), 131008],
    ['words too long', () => text('x'.repeat(4097)), 100],
    ['a lone surrogate', () => text('x\ud83d'), 131009],
    ['a kind that is not there', () => ({ type: 'poll', poll: {} }), 131009],
    [
      'words of ours that are too long',
      () => ({ ...text('x'), biz_opaque_callback_data: 'x'.repeat(513) }),
      100,
    ],
    ['a key that is not known', () => ({ ...text('x'), reply_to: 'wamid.1' }), 131009],
    ['no button', () => buttons('?'), 131009],
    ['four buttons', () => buttons('?', ...'abcd'.split('').map((id) => reply(id, id))), 131009],
    ['a title of 21 letters', () => buttons('?', reply('a', 'x'.repeat(21))), 100],
    ['two titles that are the same', () => buttons('?', reply('a', 'Yes'), reply('b', 'Yes')), 131009],
    ['two ids that are the same', () => buttons('?', reply('a', 'Yes'), reply('a', 'No')), 131009],
    ['an id of 257 letters', () => buttons('?', reply('x'.repeat(257), 'Yes')), 100],
    ['words too long for buttons', () => buttons('x'.repeat(1025), reply('a', 'Yes')), 100],
    ['no words above buttons', () => buttons('', reply('a', 'Yes')), 131008],
    [
      'eleven rows',
      () => list(Array.from({ length: 11 }, (_, n) => ({ id: `${n}`, title: `${n}` }))),
      131009,
    ],
    ['a row of 25 letters', () => list([{ id: 'a', title: 'x'.repeat(25) }]), 100],
    ['a row that says too much', () => list([{ id: 'a', title: 'x', description: 'x'.repeat(73) }]), 100],
    ['a row with an id of 201 letters', () => list([{ id: 'x'.repeat(201), title: 'x' }]), 100],
    [
      'a list without a word that opens it',
      () => list([{ id: 'a', title: 'x' }], { button: undefined }),
      131008,
    ],
    [
      'a word of 21 letters that opens it',
      () => list([{ id: 'a', title: 'x' }], { button: 'x'.repeat(21) }),
      100,
    ],
    ['a pin off the earth', () => ({ type: 'location', location: { latitude: 91, longitude: 0 } }), 131009],
    ['a photo that is not there', () => ({ type: 'image', image: { id: '1' } }), 100],
    ['words under a voice note', () => ({ type: 'audio', audio: { id: '1', caption: 'x' } }), 131009],
    [
      'a mark on nothing',
      () => ({ type: 'reaction', reaction: { message_id: 'wamid.9', emoji: '👍' } }),
      131009,
    ],
    ['a template that is not there', () => template('kasa_week', 'x'), 132001],
    ['a template with too few values', () => template('kasa_news'), 132000],
    ['a value with a line break', () => template('kasa_news', 'a\nb'), 131009],
    ['a value that is empty', () => template('kasa_news', ''), 131008],
  ])('of %s', async (_, params, code) => {
    expect(await say(params())).toMatchObject({ error: { code } });
    expect(ama.heard).toEqual([]);
  });

  it('of a wrong token, and of a number that is not ours', async () => {
    expect(await call(`${standin.phoneId}/messages`, to(text('x')), 'EAAGwrong')).toMatchObject({
      status: 401,
      error: { code: 190 },
    });
    expect(await call('1/messages', to(text('x')))).toMatchObject({
      error: { code: 100, error_subcode: 33 },
    });
    expect(await call('1?fields=id')).toMatchObject({ error: { code: 100, error_subcode: 33 } });
  });

  it('of words to somebody who was silent for a day, and of none before', async () => {
    expect((await say(text('x'))).status).toBe(200);
    now.ms += 24 * 3_600_000;
    expect(await say(text('x'))).toMatchObject({ error: { code: 131047 } });
    expect((await say(template('kasa_news', 'KS-7F3Q'))).status).toBe(200);
    const kofi = standin.person('Kofi');
    expect(await say({ ...text('x'), to: `+${kofi.phone}` })).toMatchObject({ error: { code: 131047 } });
  });

  it('of what is no picture, and of one that is too large', async () => {
    const hand = async (type: string, bytes: number): Promise<Answer & { id?: string }> => {
      const form = new FormData();
      form.set('messaging_product', 'whatsapp');
      form.set('type', type);
      form.set('file', new Blob([new Uint8Array(bytes)], { type }), 'x');
      const headers = { authorization: `Bearer ${standin.token}` };
      const url = `${standin.url}/${standin.phoneId}/media`;
      return (await (await fetch(url, { method: 'POST', headers, body: form })).json()) as Answer;
    };
    expect(await hand('image/png', 5 * 1024 * 1024 + 1)).toMatchObject({ error: { code: 131053 } });
    expect(await hand('text/html', 5)).toMatchObject({ error: { code: 100 } });
    const { id } = await hand('audio/ogg', 5);
    expect(await say({ type: 'image', image: { id } })).toMatchObject({ error: { code: 131053 } });
    expect((await say({ type: 'audio', audio: { id } })).status).toBe(200);
  });
});

describe('the stand-in posts as Meta does', () => {
  type Posted = { entry: { changes: { value: { statuses?: object[]; messages?: object[] } }[] }[] };

  /** A webhook that keeps what it gets and refuses it so many times first. */
  async function listen(refusals = 0) {
    const posted: Posted[] = [];
    const signed: boolean[] = [];
    let left = refusals;
    const server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const body = Buffer.concat(parts);
      if (left-- > 0) return void response.writeHead(503).end();
      posted.push(JSON.parse(body.toString('utf8')) as Posted);
      signed.push(request.headers['x-hub-signature-256'] === sign(standin.appSecret, body));
      response.writeHead(200).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    standin.hook.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const close = () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    };
    return { posted, signed, close };
  }

  it('signed, and again until it is taken', async () => {
    const hook = await listen(2);
    await ama.say('Mepa wo kyɛw').taken;
    expect(hook.posted).toHaveLength(1);
    expect(hook.signed).toEqual([true]);
    await hook.close();
  });

  it('what becomes of a letter, with what we said about it and its price', async () => {
    const hook = await listen();
    await say({ ...text('x'), biz_opaque_callback_data: '81' });
    await standin.waitFor(() => hook.posted.length === 2);
    const statuses = hook.posted.flatMap(({ entry }) => entry[0]?.changes[0]?.value.statuses ?? []);
    expect(statuses).toMatchObject([
      { status: 'sent', biz_opaque_callback_data: '81', pricing: { billable: true, category: 'service' } },
      { status: 'delivered', biz_opaque_callback_data: '81' },
    ]);
    await hook.close();
  });

  it('that a window is shut, in a status where it is told so', async () => {
    const later = await openStandin({ windowBy: 'status', now: () => now.ms });
    const kofi = later.person('Kofi');
    const posted: string[] = [];
    const server = createServer(async (request, response) => {
      for await (const part of request) posted.push(String(part));
      response.writeHead(200).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    later.hook.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const response = await fetch(`${later.url}/${later.phoneId}/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${later.token}` },
      body: JSON.stringify({ messaging_product: 'whatsapp', to: `+${kofi.phone}`, ...text('x') }),
    });
    expect(response.status).toBe(200);
    await later.waitFor(() => posted.some((body) => body.includes('131047')));
    expect(kofi.heard).toEqual([]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await later.close();
  });
});

describe('people of the stand-in', () => {
  it('tap by number, by words and by a part of them', async () => {
    await say(buttons('Right?', reply('y', '1 Yes'), reply('n', '2 Not ours')));
    const taps = [ama.tap(2), ama.tap('1 Yes'), ama.tap('ours')].map(({ payload }) =>
      JSON.stringify(payload),
    );
    expect(taps.map((tap) => /"id":"([yn])"/.exec(tap)?.[1])).toEqual(['n', 'y', 'n']);
    expect(() => ama.tap('Perhaps')).toThrow(/no button "Perhaps" among/);
  });

  it('hear each letter once, and a test that waits in vain is told what was heard', async () => {
    await say(text('Akwaaba!'));
    expect((await standin.hears(ama, /akwaaba/i)).text).toBe('Akwaaba!');
    await expect(standin.hears(ama, 'Akwaaba', 20)).rejects.toThrow(/Ama: text Akwaaba!/);
  });
});
