/** A house with one room: the web chat over real HTTP on loopback, and a store in memory behind it. */

import type { Address, InboundMessage } from '../../../src/channels/message.ts';
import type { WebChatOptions } from '../../../src/channels/web/channel.ts';
import { openWebChat } from '../../../src/channels/web/channel.ts';
import { addressOf } from '../../../src/channels/web/identity.ts';
import type { Mailbox, MailboxLetter } from '../../../src/channels/web/ports.ts';
import type { Content } from '../../../src/engine/content.ts';
import { silentLog } from '../../../src/log.ts';
import { openServer } from '../../../src/web/server.ts';
import { realWorld } from '../../../src/world.ts';
import { ENGLISH } from './words.ts';

export const PHOTO = Buffer.from('/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//', 'base64');

export async function openHouse(more: Partial<WebChatOptions> & { start?: boolean } = {}) {
  const letters: (MailboxLetter & { address: Address })[] = [];
  const received: InboundMessage[] = [];
  const kept = new Map<string, { mime: string; data: Uint8Array }>();
  const files = new Map<string, { mime: string; data: Uint8Array }>();
  const state = {
    /** Set to let the store fail. */
    away: false,
    mailboxAway: false,
    looks: 0,
  };
  const mailbox: Mailbox = {
    after: async (address, afterId) => {
      state.looks += 1;
      if (state.mailboxAway) throw new Error('the database is away');
      const theirs = letters.filter((letter) => letter.address === address && letter.id > afterId);
      return structuredClone(theirs.sort((a, b) => a.id - b.id).slice(-100));
    },
  };
  const channel = openWebChat({
    world: realWorld,
    log: silentLog,
    mailbox,
    uploads: {
      put: async (data, mime) => {
        kept.set(`upload-${kept.size + 1}`, { mime, data });
        return `upload-${kept.size}`;
      },
      get: async (source) => kept.get(source)?.data,
    },
    files: { read: async (id) => files.get(id) },
    languages: ['en', 'es'],
    words: () => ENGLISH,
    ...more,
  });
  const server = await openServer({
    port: 0,
    host: '127.0.0.1',
    channels: [channel],
    health: async () => {
      if (state.away) throw new Error('the database is away');
    },
    metrics: async () => 'kasa_letters_total 3\n',
    publicUrl: more.publicUrl,
    log: silentLog,
  });
  const origin = `http://127.0.0.1:${server.port}`;

  async function receive(messages: InboundMessage[]) {
    if (state.away) throw new Error('the database is away');
    for (const message of messages) {
      if (received.some((one) => one.externalId === message.externalId)) continue;
      received.push(message);
      put(message.from, contentOf(message), { mine: true, externalId: message.externalId });
    }
  }

  function put(address: Address, content: Content, rest: Partial<MailboxLetter> = {}) {
    const id = rest.id ?? letters.length + 1;
    const letter = { id, address, content, at: new Date().toISOString(), mine: false, ...rest };
    letters.push(letter);
    return letter;
  }

  /** As the pump does: the letter is in the store, then it is carried. */
  async function say(to: Address, content: Content, rest: Partial<MailboxLetter> = {}) {
    const { id } = put(to, content, rest);
    return channel.send({ id: String(id), channel: 'web', to, content, priority: 'reply' });
  }

  if (more.start !== false) await channel.start(receive);
  const close = async () => {
    await channel.stop();
    await server.close();
  };
  return { letters, received, kept, files, state, channel, server, origin, put, say, close, receive };
}

function contentOf(message: InboundMessage): Content {
  return {
    text: message.text,
    ...(message.media && { media: message.media }),
    ...(message.location && { place: { name: '', ...message.location } }),
  };
}

export type House = Awaited<ReturnType<typeof openHouse>>;

let drawn = 0;
export function uuid(): string {
  drawn += 1;
  return `00000000-0000-4000-8000-${String(drawn).padStart(12, '0')}`;
}

/** Someone with a browser. */
export class Browser {
  readonly origin: string;
  readonly name: string;
  cookie = '';
  page = '';

  constructor(name: string, house: House) {
    this.name = name;
    this.origin = house.origin;
  }

  async open(): Promise<this> {
    const response = await this.get('/chat');
    this.page = await response.text();
    this.cookie = response.headers.get('set-cookie')?.split(';')[0] ?? this.cookie;
    return this;
  }

  get address(): Address {
    return addressOf(this.cookie.split('=')[1] ?? '');
  }

  get proof(): string {
    return /name="proof" value="([^"]+)"/.exec(this.page)?.[1] ?? '';
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.origin + path, { headers: { cookie: this.cookie, ...headers }, redirect: 'manual' });
  }

  /** As the page's script does. */
  write(letter: object, headers: Record<string, string> = {}): Promise<Response> {
    return this.post(JSON.stringify({ id: uuid(), ...letter }), {
      'content-type': 'application/json',
      accept: 'application/json',
      ...headers,
    });
  }

  /** As a form does, when there is no script. */
  form(fields: Record<string, string | Blob[]>, headers: Record<string, string> = {}): Promise<Response> {
    const form = new FormData();
    const all: Record<string, string | Blob[]> = { form: '1', id: uuid(), proof: this.proof, ...fields };
    for (const [name, value] of Object.entries(all)) {
      if (typeof value === 'string') form.append(name, value);
      else for (const blob of value) form.append(name, blob, 'IMG_1.jpg');
    }
    return this.post(form, headers);
  }

  post(
    body: string | FormData | URLSearchParams,
    headers: Record<string, string>,
    path = '/chat/letters',
  ): Promise<Response> {
    return fetch(this.origin + path, {
      method: 'POST',
      body,
      headers: { cookie: this.cookie, origin: this.origin, ...headers },
      redirect: 'manual',
    });
  }

  /** Events of the stream as they come. */
  async stream(after: number, headers: Record<string, string> = {}) {
    const leaving = new AbortController();
    const response = await fetch(`${this.origin}/chat/stream?after=${after}`, {
      headers: { cookie: this.cookie, accept: 'text/event-stream', ...headers },
      signal: leaving.signal,
    });
    let text = '';
    const ended = (async () => {
      for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>)
        text += Buffer.from(part).toString('utf8');
    })().catch(() => {});
    const events = () => [...text.matchAll(/^data: (.+)$/gm)].map((match) => JSON.parse(match[1] ?? ''));
    return { response, events, text: () => text, ended, leave: () => leaving.abort() };
  }
}

export async function until<T>(look: () => T, milliseconds = 3000): Promise<NonNullable<T>> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const seen = look();
    if (seen) return seen;
    if (Date.now() > end) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
