/**
 * A stand-in for Telegram's Bot API on loopback, with people who write and groups that answer. It checks every request
 * against the documented limits and complains in Telegram's own words; a test can make it fail on purpose.
 * It must know nothing of Kasa but the shape of an address.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Chats, type Heard, type Said } from './standin/chats.ts';
import { type House, METHODS } from './standin/methods.ts';
import { type Group, newGroup, newPerson, type Person, PIXEL, type Voice } from './standin/people.ts';
import { Complaint, type Params, readParams } from './standin/request.ts';
import { Updates } from './standin/updates.ts';

export { type Group, type Heard, type Person, PIXEL, type Said, type Voice };

/** What goes wrong with a request. `cut: 'after'` means that it took effect and the answer was lost. */
export type Fault =
  | { code: number; description: string; parameters?: object }
  | { cut: 'before' | 'after' }
  | { slowMs: number }
  /** A gateway in front of the server answers with a page. */
  | { page: number };

export const FAULTS = {
  tooMany: (seconds: number): Fault => ({
    code: 429,
    description: `Too Many Requests: retry after ${seconds}`,
    parameters: { retry_after: seconds },
  }),
  serverError: { code: 500, description: 'Internal Server Error' } as Fault,
  badGateway: { code: 502, description: 'Bad Gateway' } as Fault,
  unauthorized: { code: 401, description: 'Unauthorized' } as Fault,
};

/** One request as it came, for tests that look at what was asked. */
export type Request = { method: string; params: Params; ok: boolean; description?: string };

export type StandinOptions = {
  token?: string;
  username?: string;
  /** Groups bear so many letters a minute; without it nothing is counted. */
  perRoomPerMinuteMax?: number;
  /** getFile need not say how large a file is. */
  hideFileSizes?: boolean;
  /** In milliseconds; for a test that has its own time. */
  now?: () => number;
};

export type Standin = {
  /** For TELEGRAM_API_ROOT. */
  readonly url: string;
  readonly token: string;
  readonly username: string;
  readonly requests: Request[];
  readonly commands: Map<string, { command: string; description: string }[]>;
  readonly webhookUrl: string | undefined;
  /** How many updates the bot has not confirmed. */
  readonly unconfirmed: number;
  /** Taps that the bot has not answered. */
  readonly openTaps: number;
  person(name: string, id?: number): Person;
  group(title: string, kind?: { forum?: boolean; small?: boolean }): Group;
  /** The next `times` requests of the method go wrong. `'*'` means any method, `'file'` the fetching of a file. */
  fail(method: string, fault: Fault, times?: number): void;
  /** Hands in an update as it is, whatever it is. */
  emit(update: object): void;
  /** The mark that the bot put under this message, if any. */
  reactionOn(said: Said | Heard): string | undefined;
  /** Resolves with the first truthy value; rejects with what has been heard so far. */
  waitFor<T>(look: () => T | undefined | null | false, ms?: number): Promise<T>;
  /** Resolves with the next letter in this chat that matches and that no earlier `hears` returned. */
  hears(where: { heard: Heard[] }, words: RegExp | string, ms?: number): Promise<Heard>;
  close(): Promise<void>;
};

const WAIT_MS = 4000;
const LOOK_AGAIN_MS = 5;

export async function openStandin(options: StandinOptions = {}): Promise<Standin> {
  const token = options.token ?? '7300000001:AAFakeTokenForTheStandInOnLoopback';
  const username = options.username ?? 'KasaBot';
  const now = options.now ?? Date.now;
  const chats = new Chats({ id: Number(token.split(':')[0]), is_bot: true, first_name: 'Kasa', username });
  const updates = new Updates();
  const emit = (update: object) => updates.emit(structuredClone(update));
  const taps: House['taps'] = new Map();
  const house: House = {
    chats,
    taps,
    commands: new Map(),
    now,
    perRoomPerMinuteMax: options.perRoomPerMinuteMax,
    hideFileSizes: options.hideFileSizes ?? false,
    emit,
  };
  const openTap = () => {
    const id = String(26_000_000_000_000_000n + BigInt(taps.size));
    taps.set(id, { answered: false });
    return id;
  };
  const street = { chats, now, emit, openTap };
  const faults: { method: string; fault: Fault; times: number }[] = [];
  const requests: Request[] = [];
  const returned = new Set<Heard>();

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, whose, name = ''] = /^\/bot([^/]+)\/(\w+)/.exec(request.url ?? '') ?? [];
    const file = /^\/file\/bot([^/]+)\/photos\/(.+)$/.exec(request.url ?? '');
    const params = await readParams(request).catch((error: unknown) => error as Error);
    const fault = takeFault(file ? 'file' : name);
    if (fault && 'slowMs' in fault) await new Promise((resolve) => setTimeout(resolve, fault.slowMs));
    if (fault && 'cut' in fault && fault.cut === 'before') return void response.destroy();
    if (fault && 'page' in fault) {
      return void response
        .writeHead(fault.page, { 'content-type': 'text/html' })
        .end('<html>Bad Gateway</html>');
    }
    if (file) return serveFile(response, file[1] === token ? chats.files.get(file[2] ?? '') : undefined);
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const answer = await decide();
    if (fault && 'cut' in fault) return void response.destroy();
    const status = 'error_code' in answer ? Number(answer.error_code) : 200;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));

    async function decide(): Promise<object> {
      try {
        if (whose !== token) throw new Complaint(401, 'Unauthorized');
        if (params instanceof Error) throw params;
        if (fault && 'code' in fault) throw new Complaint(fault.code, fault.description, fault.parameters);
        const result = await run(name, params, gone.signal);
        requests.push({ method: name, params, ok: true });
        return { ok: true, result };
      } catch (error) {
        const { code, message, parameters } =
          error instanceof Complaint ? error : new Complaint(500, 'Internal Server Error');
        const given = params instanceof Error ? {} : params;
        requests.push({ method: name, params: given, ok: false, description: message });
        return { ok: false, error_code: code, description: message, ...(parameters && { parameters }) };
      }
    }
  }

  async function run(name: string, params: Params, gone: AbortSignal): Promise<unknown> {
    if (name === 'getUpdates') return updates.getUpdates(params, gone);
    if (name === 'setWebhook') return updates.setWebhook(params);
    if (name === 'deleteWebhook') return updates.deleteWebhook(params);
    const method = METHODS[name];
    if (!method) throw new Complaint(404, 'Not Found');
    return method(params, house);
  }

  function takeFault(method: string): Fault | undefined {
    const planned = faults.find((one) => one.times > 0 && (one.method === method || one.method === '*'));
    if (planned) planned.times -= 1;
    return planned?.fault;
  }

  async function waitFor<T>(look: () => T | undefined | null | false, ms = WAIT_MS): Promise<T> {
    const until = Date.now() + ms;
    for (;;) {
      const found = look();
      if (found) return found;
      if (Date.now() > until) throw new Error(`waited ${ms} ms in vain; heard so far:\n${told(chats)}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  return {
    url,
    token,
    username,
    requests,
    commands: house.commands,
    get webhookUrl() {
      return updates.webhookUrl;
    },
    get unconfirmed() {
      return updates.unconfirmed.length;
    },
    get openTaps() {
      return [...taps.values()].filter((tap) => !tap.answered).length;
    },
    person: (name, id) => newPerson(street, name, id),
    group: (title, kind = {}) =>
      newGroup(street, title, kind.forum ? 'forum' : kind.small ? 'group' : 'supergroup'),
    fail: (method, fault, times = 1) => void faults.push({ method, fault, times }),
    emit,
    reactionOn: ({ externalId }) => {
      const [chat = '', message = ''] = externalId.split(':');
      return chats.all.get(Number(chat))?.reactions.get(Number(message));
    },
    waitFor,
    hears: async (where, words, ms) => {
      const fits = ({ text }: Heard) => (typeof words === 'string' ? text.includes(words) : words.test(text));
      const heard = await waitFor(() => where.heard.find((one) => !returned.has(one) && fits(one)), ms);
      returned.add(heard);
      return heard;
    },
    close: async () => {
      updates.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function serveFile(response: ServerResponse, data: Uint8Array | undefined): void {
  if (data) response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(data);
  else response.writeHead(404).end();
}

function told(chats: Chats): string {
  return [...chats.all.values()]
    .flatMap(({ chat, heard }) =>
      heard.map((one) => {
        const buttons = one.buttons.flat().map(({ text }) => `[${text}]`);
        return `${chat.first_name ?? chat.title}: ${one.method} ${one.text} ${buttons.join(' ')}`;
      }),
    )
    .join('\n');
}
