/** The stand-in must be as strict as the network it stands for, or what passes here fails there. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Group, openStandin, type Person, type Standin } from './standin.ts';

let standin: Standin;
let ama: Person;
let desk: Group;

beforeEach(async () => {
  standin = await openStandin();
  ama = standin.person('Ama');
  ama.start();
  desk = standin.group('Works desk', { forum: true });
});
afterEach(() => standin.close());

type Answer = { ok: boolean; result?: never; error_code?: number; description?: string };

async function call(method: string, params: object = {}, token = standin.token): Promise<Answer> {
  const response = await fetch(`${standin.url}/bot${token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(params),
  });
  return (await response.json()) as Answer;
}

const keyboard = (...buttons: object[]) => ({ reply_markup: { inline_keyboard: [buttons] } });
const to = (params: object) => ({ chat_id: ama.id, text: 'hello', ...params });

describe('the stand-in complains as Telegram does', () => {
  it.each<[string, string, () => object, string]>([
    ['empty words', 'sendMessage', () => to({ text: ' \n ' }), 'message text is empty'],
    ['words too long', 'sendMessage', () => to({ text: 'x'.repeat(4097) }), 'message is too long'],
    ['no chat', 'sendMessage', () => ({ text: 'x' }), 'chat_id is empty'],
    ['an unknown chat', 'sendMessage', () => to({ chat_id: 1 }), 'chat not found'],
    ['a lone surrogate', 'sendMessage', () => to({ text: 'x\ud83d' }), 'strings must be encoded in UTF-8'],
    [
      'a thread that is not there',
      'sendMessage',
      () => to({ message_thread_id: 5 }),
      'message thread not found',
    ],
    [
      'the general topic by number',
      'sendMessage',
      () => to({ chat_id: desk.id, message_thread_id: 1 }),
      'message thread not found',
    ],
    [
      'data of no byte',
      'sendMessage',
      () => to(keyboard({ text: 'x', callback_data: '' })),
      'BUTTON_DATA_INVALID',
    ],
    [
      'data of 65 bytes',
      'sendMessage',
      () => to(keyboard({ text: 'x', callback_data: 'ɛ'.repeat(33) })),
      'BUTTON_DATA_INVALID',
    ],
    [
      'a button that does nothing',
      'sendMessage',
      () => to(keyboard({ text: 'x' })),
      'Text buttons are unallowed in the inline keyboard',
    ],
    [
      'nine buttons in a row',
      'sendMessage',
      () => to(keyboard(...Array(9).fill({ text: 'x', callback_data: 'x' }))),
      'reply markup is too long',
    ],
    [
      'a quote of nothing',
      'sendMessage',
      () => to({ reply_parameters: { message_id: 99 } }),
      'message to be replied not found',
    ],
    [
      'a place button in a group',
      'sendMessage',
      () => to({ chat_id: desk.id, reply_markup: { keyboard: [[{ text: 'x', request_location: true }]] } }),
      'location can be requested in private chats only',
    ],
    [
      'a photo without bytes',
      'sendPhoto',
      () => to({ photo: 'nothing' }),
      'there is no photo in the request',
    ],
    ['an edit of nothing', 'editMessageText', () => to({ message_id: 99 }), 'message to edit not found'],
    [
      'a mark on nothing',
      'setMessageReaction',
      () => to({ message_id: 99, reaction: [{ type: 'emoji', emoji: '👍' }] }),
      'message to react not found',
    ],
    [
      'a mark that is not allowed',
      'setMessageReaction',
      () => to({ message_id: 1, reaction: [{ type: 'emoji', emoji: '✅' }] }),
      'REACTION_INVALID',
    ],
    ['a pin off the earth', 'sendLocation', () => to({ latitude: 91, longitude: 0 }), 'wrong coordinates'],
    [
      'an old tap',
      'answerCallbackQuery',
      () => ({ callback_query_id: '1' }),
      'query is too old and response timeout expired or query ID is invalid',
    ],
    [
      'a language of three letters',
      'setMyCommands',
      () => ({ commands: [], language_code: 'fat' }),
      'invalid language code specified',
    ],
    ['a topic in a private chat', 'createForumTopic', () => to({ name: 'x' }), 'the chat is not a forum'],
  ])('of %s', async (_, method, params, description) => {
    const answer = await call(method, params());
    expect(answer).toMatchObject({ ok: false, error_code: 400, description: `Bad Request: ${description}` });
    expect(ama.heard).toEqual([]);
  });

  it('of a wrong token, of a method that is not there, of somebody who never wrote', async () => {
    expect(await call('getMe', {}, '1:x')).toMatchObject({ error_code: 401, description: 'Unauthorized' });
    expect(await call('sendNonsense')).toMatchObject({ error_code: 404, description: 'Not Found' });
    const kofi = standin.person('Kofi');
    expect(await call('sendMessage', to({ chat_id: kofi.id }))).toMatchObject({
      error_code: 403,
      description: "Forbidden: bot can't initiate conversation with a user",
    });
  });

  it('of a second poller: the first gets the 409', async () => {
    await call('getUpdates', { offset: 999_999_999 });
    const first = call('getUpdates', { timeout: 5 });
    await standin.waitFor(() => true);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const second = call('getUpdates', { timeout: 5 });
    expect(await first).toMatchObject({ error_code: 409 });
    ama.say('hello');
    expect((await second).ok).toBe(true);
  });
});

describe('the stand-in keeps updates as Telegram does', () => {
  it('brings them again until the offset says that they are known', async () => {
    ama.say('one');
    const ids = async (offset?: number) =>
      ((await call('getUpdates', { offset })).result as unknown as { update_id: number }[]).map(
        (u) => u.update_id,
      );
    const [first = 0, second] = await ids();
    expect(await ids()).toEqual([first, second]);
    expect(await ids(first + 1)).toEqual([second]);
    expect(standin.unconfirmed).toBe(1);
  });

  it('holds back one chat only when its webhook fails', async () => {
    const { createServer } = await import('node:http');
    const taken: string[] = [];
    const kofi = standin.person('Kofi');
    let kofiMayPass = false;
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      const { from, text } = (JSON.parse(body) as { message: { from: { id: number }; text: string } })
        .message;
      const fine = from.id !== kofi.id || kofiMayPass;
      if (fine) taken.push(text);
      response.writeHead(fine ? 200 : 503).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await call('setWebhook', { url: `http://127.0.0.1:${port}/` });
    kofi.say('kofi 1');
    kofi.say('kofi 2');
    ama.say('ama 1');
    await standin.waitFor(() => taken.includes('ama 1'));
    expect(taken).not.toContain('kofi 1');
    kofiMayPass = true;
    await standin.waitFor(() => standin.unconfirmed === 0);
    expect(taken.filter((text) => text.startsWith('kofi'))).toEqual(['kofi 1', 'kofi 2']);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('people of the stand-in', () => {
  it('tap by number, by words and by a part of them', async () => {
    await call(
      'sendMessage',
      to(keyboard({ text: '1 Yes', callback_data: 'y' }, { text: '2 Not ours', callback_data: 'n' })),
    );
    ama.tap(2);
    ama.tap('1 Yes');
    ama.tap('ours');
    expect(() => ama.tap('Perhaps')).toThrow(/no button "Perhaps" among/);
    const { result } = (await call('getUpdates')) as unknown as {
      result: { callback_query?: { data: string } }[];
    };
    expect(result.flatMap(({ callback_query: query }) => query?.data ?? [])).toEqual(['n', 'y', 'n']);
    expect(standin.openTaps).toBe(3);
  });

  it('hear each letter once, and a test that waits in vain is told what was heard', async () => {
    await call('sendMessage', to({ text: 'Akwaaba!' }));
    expect((await standin.hears(ama, /akwaaba/i)).text).toBe('Akwaaba!');
    await expect(standin.hears(ama, 'Akwaaba', 20)).rejects.toThrow(/Ama: sendMessage Akwaaba!/);
  });
});
