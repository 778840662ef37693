/**
 * A stand-in for Meta's Graph API on loopback, with people who write on WhatsApp. It checks every request against the
 * documented limits, complains in Meta's shape, and posts signed webhooks; a test can make it fail on purpose.
 * It must know nothing of Kasa but the shape of an address.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import busboy from 'busboy';
import type { Params } from './standin/checks.ts';
import { Complaint, missing } from './standin/complaint.ts';
import { Hook } from './standin/hook.ts';
import { accept, type House, type TemplateBook } from './standin/messages.ts';
import { type Heard, newPerson, type Person, type PersonState, type Said } from './standin/people.ts';

export { sign } from './standin/hook.ts';
export type { Heard, Person, Said };

/** What goes wrong with a request. `cut: 'after'` means that it took effect and the answer was lost. */
export type Fault =
  | { code: number; status?: number; subcode?: number }
  | { cut: 'before' | 'after' }
  | { slowMs: number }
  /** A gateway in front of the server answers with a page. */
  | { page: number };

export type Asked = 'messages' | 'media' | 'number' | 'file' | 'url';

export type StandinOptions = {
  templates?: TemplateBook;
  windowBy?: House['windowBy'];
  /** Whether statuses follow by themselves, `sent` and `delivered`. */
  statuses?: boolean;
  /** Where files are said to lie, instead of here. */
  filesAt?: string;
  /** Files need not say how large they are. */
  hideFileSizes?: boolean;
  now?: () => number;
};

export type Standin = {
  /** For WHATSAPP_CLOUD_API_ROOT. */
  readonly url: string;
  readonly token: string;
  readonly phoneId: string;
  readonly appSecret: string;
  readonly verifyToken: string;
  readonly requests: { asked: Asked; params: Params; ok: boolean; code?: number }[];
  readonly hook: Hook;
  person(name: string, more?: { phone?: string | undefined; userId?: string | undefined }): Person;
  /** The next `times` requests of the kind go wrong. */
  fail(asked: Asked, fault: Fault, times?: number): void;
  /** Meta's own question whether the address is ours; resolves with status and body. */
  shakeHands(verifyToken?: string): Promise<{ status: number; body: string }>;
  /** Says how a letter of ours fared. */
  status(heard: Heard, status: string, more?: object): Promise<void>;
  /** Posts a change of this field for our number. */
  deliver(field: string, value: object): { payload: object; taken: Promise<void> };
  waitFor<T>(look: () => T | undefined | null | false, ms?: number): Promise<T>;
  /** Resolves with the next letter to this person that matches and that no earlier `hears` returned. */
  hears(person: Person, words: RegExp | string, ms?: number): Promise<Heard>;
  close(): Promise<void>;
};

const WAIT_MS = 4000;
const LOOK_AGAIN_MS = 5;
const VERSION = 'v25.0';
const UPLOADABLE = /^(image\/(jpeg|png|webp)|audio\/|video\/|application\/|text\/plain)/;

export async function openStandin(options: StandinOptions = {}): Promise<Standin> {
  const token = 'EAAGFakeTokenForTheStandInOnLoopback';
  const phoneId = '106540352242922';
  const appSecret = '0123456789abcdef0123456789abcdef';
  const verifyToken = 'a word of our own';
  const now = options.now ?? Date.now;
  const hook = new Hook(appSecret);
  const faults: { asked: Asked; fault: Fault; times: number }[] = [];
  const requests: Standin['requests'] = [];
  const returned = new Set<Heard>();
  let ids = 0;
  const nextId = () => `wamid.HBgMMjMzMjAwMDAwMDAxFQIAEhg${String(++ids).padStart(8, '0')}AA==`;
  const house: House = {
    people: [],
    files: new Map(),
    templates: options.templates ?? {},
    now,
    nextId,
    windowBy: options.windowBy ?? 'answer',
  };
  const names = new Map<string, Person>();

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = askedFor(request);
    const params = await readParams(request).catch((error: unknown) => error as Error);
    const fault = takeFault(asked);
    if (fault && 'slowMs' in fault) await new Promise((resolve) => setTimeout(resolve, fault.slowMs));
    if (fault && 'cut' in fault && fault.cut === 'before') return void response.destroy();
    if (fault && 'page' in fault) {
      return void response
        .writeHead(fault.page, { 'content-type': 'text/html' })
        .end('<html>Bad Gateway</html>');
    }
    try {
      if (request.headers.authorization !== `Bearer ${token}`) {
        throw new Complaint(190, 'Invalid OAuth access token', { status: 401 });
      }
      if (params instanceof Error) throw params;
      if (fault && 'code' in fault) throw new Complaint(fault.code, 'on purpose', fault);
      const answer = decide(asked, request.url ?? '', params);
      requests.push({ asked, params, ok: true });
      if (fault && 'cut' in fault) return void response.destroy();
      if (answer instanceof Uint8Array)
        response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(answer);
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    } catch (error) {
      const complaint =
        error instanceof Complaint ? error : new Complaint(1, 'Unknown error', { status: 500 });
      requests.push({
        asked,
        params: params instanceof Error ? {} : params,
        ok: false,
        code: complaint.code,
      });
      response
        .writeHead(complaint.status, { 'content-type': 'application/json' })
        .end(JSON.stringify(complaint.body));
    }
  }

  function decide(asked: Asked, path: string, params: Params): object | Uint8Array {
    const id = path.split(/[/?]/)[2] ?? '';
    const unknown = new Complaint(100, 'Unsupported request: the object does not exist', { subcode: 33 });
    if (asked === 'file') {
      const file = house.files.get(path.split('/').at(-1) ?? '');
      if (!file) throw new Complaint(100, 'no such file', { status: 404 });
      return file.data;
    }
    if (asked === 'url') return addressOf(id);
    if (id !== phoneId) throw unknown;
    if (asked === 'number') return { id: phoneId };
    if (asked === 'media') return upload(params);
    const { answer, sent } = accept(params, house);
    if (sent && options.statuses !== false) void tellStatuses(sent);
    return answer;
  }

  function addressOf(id: string): object {
    const file = house.files.get(id);
    if (!file) throw new Complaint(100, 'Unsupported request: the object does not exist', { subcode: 33 });
    return {
      messaging_product: 'whatsapp',
      url: `${options.filesAt ?? `${origin}/files`}/${id}`,
      mime_type: file.mime,
      sha256: createHash('sha256').update(file.data).digest('hex'),
      ...(!options.hideFileSizes && { file_size: file.data.length }),
      id,
    };
  }

  function upload({ messaging_product: product, type, file }: Params): object {
    if (product !== 'whatsapp') throw missing('messaging_product');
    if (!(file instanceof Uint8Array) || file.length === 0) throw missing('file');
    const mime = String(type);
    if (!UPLOADABLE.test(mime)) throw new Complaint(100, `Param file must not be of type ${mime}`);
    const mostMb = mime.startsWith('image/') ? 5 : /^(audio|video)/.test(mime) ? 16 : 100;
    if (file.length > mostMb * 1024 * 1024) throw new Complaint(131053, 'Media file size too big');
    return { id: keepFile(file, mime) };
  }

  function keepFile(data: Uint8Array, mime: string): string {
    const id = String(4_490_057_537_767_000 + house.files.size);
    house.files.set(id, { data, mime });
    return id;
  }

  async function tellStatuses({
    to,
    heard,
    category,
    failsWith,
  }: NonNullable<ReturnType<typeof accept>['sent']>) {
    if (failsWith !== undefined) return tellStatus(to, heard, 'failed', { errors: [{ code: failsWith }] });
    const pricing = { billable: true, pricing_model: 'PMP', type: 'regular', category };
    await tellStatus(to, heard, 'sent', { pricing });
    await tellStatus(to, heard, 'delivered', { pricing });
  }

  function tellStatus(to: PersonState, heard: Heard, status: string, more: object = {}): Promise<void> {
    const one = {
      id: heard.externalId,
      status,
      timestamp: String(Math.floor(now() / 1000)),
      ...(to.phone && { recipient_id: to.phone }),
      ...(to.userId && { recipient_user_id: to.userId }),
      ...(heard.opaque !== undefined && { biz_opaque_callback_data: heard.opaque }),
      ...more,
    };
    return deliver('messages', { statuses: [one] }).taken;
  }

  function deliver(field: string, value: object): { payload: object; taken: Promise<void> } {
    const metadata = { display_phone_number: '233200000000', phone_number_id: phoneId };
    const whole = { messaging_product: 'whatsapp', metadata, ...value };
    const payload = {
      object: 'whatsapp_business_account',
      entry: [{ id: '102290129340398', changes: [{ value: whole, field }] }],
    };
    return { payload, taken: hook.deliver(payload) };
  }

  function takeFault(asked: Asked): Fault | undefined {
    const planned = faults.find((one) => one.times > 0 && one.asked === asked);
    if (planned) planned.times -= 1;
    return planned?.fault;
  }

  async function waitFor<T>(look: () => T | undefined | null | false, ms = WAIT_MS): Promise<T> {
    const until = Date.now() + ms;
    for (;;) {
      const found = look();
      if (found) return found;
      if (Date.now() > until)
        throw new Error(`waited ${ms} ms in vain; heard so far:\n${told(house.people)}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  return {
    url: `${origin}/${VERSION}`,
    token,
    phoneId,
    appSecret,
    verifyToken,
    requests,
    hook,
    person(name, more = {}) {
      const known = names.get(name);
      if (known) return known;
      const place = house.people.length + 1;
      const state: PersonState = {
        name,
        phone: 'phone' in more ? more.phone : String(233_200_000_000 + place),
        userId: 'userId' in more ? more.userId : `GH.${1_349_120_800_000_000 + place}`,
        heard: [],
        marks: new Map(),
        seen: new Set(),
        said: new Set(),
        wroteMs: undefined,
        blocked: false,
      };
      house.people.push(state);
      const person = newPerson({ now, nextId, keepFile, deliver }, state);
      names.set(name, person);
      return person;
    },
    fail: (asked, fault, times = 1) => void faults.push({ asked, fault, times }),
    async shakeHands(given = verifyToken) {
      const asking = new URLSearchParams({
        'hub.mode': 'subscribe',
        'hub.challenge': '1158201444',
        'hub.verify_token': given,
      });
      const response = await fetch(`${hook.url}?${asking}`);
      return { status: response.status, body: await response.text() };
    },
    status: (heard, status, more) => {
      const to = house.people.find((one) => one.heard.includes(heard));
      if (!to) throw new Error('nobody heard this letter');
      return tellStatus(to, heard, status, more);
    },
    deliver,
    waitFor,
    hears: async (person, words, ms) => {
      const fits = ({ text }: Heard) => (typeof words === 'string' ? text.includes(words) : words.test(text));
      const heard = await waitFor(() => person.heard.find((one) => !returned.has(one) && fits(one)), ms);
      returned.add(heard);
      return heard;
    },
    close: async () => {
      hook.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function askedFor({ url = '', method }: IncomingMessage): Asked {
  const [, first, , third] = url.split(/[/?]/);
  if (first === 'files') return 'file';
  if (method === 'POST') return third === 'media' ? 'media' : 'messages';
  return url.includes('fields=') ? 'number' : 'url';
}

async function readParams(request: IncomingMessage): Promise<Params> {
  if (request.headers['content-type']?.startsWith('multipart/form-data')) return readForm(request);
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString('utf8');
  return text ? (JSON.parse(text) as Params) : {};
}

function readForm(request: IncomingMessage): Promise<Params> {
  return new Promise((resolve, reject) => {
    const fields: Params = {};
    const form = busboy({ headers: request.headers });
    form.on('field', (name, value) => {
      fields[name] = value;
    });
    form.on('file', (name, stream) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        fields[name] = new Uint8Array(Buffer.concat(parts));
      });
    });
    form.on('error', reject);
    form.on('close', () => resolve(fields));
    request.pipe(form);
  });
}

const told = (people: PersonState[]): string =>
  people
    .flatMap(({ name, heard }) =>
      heard.map(({ type, text, buttons }) =>
        [`${name}: ${type} ${text}`, ...buttons.map(({ title }) => `[${title}]`)].join(' '),
      ),
    )
    .join('\n');
