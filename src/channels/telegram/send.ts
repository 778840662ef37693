import { InputFile } from 'grammy';
import { SendError } from '../channel.ts';
import type { Files } from '../files.ts';
import type { OutboundMessage } from '../message.ts';
import type { Call } from './api.ts';
import { otherEdit } from './edit.ts';
import { isAlreadySo, isOtherKind, toSendError } from './errors.ts';
import { hideKeyboard, showsKeyboard } from './keyboard.ts';
import { isFilePlace, type TelegramRequest } from './request.ts';
import { write } from './write.ts';

/** Letters of several requests of which some went and one did not, remembered until the rest has gone. */
const PARTLY_SENT_MAX = 1000;
/** Chats remembered that show the button which shares a place; one forgotten keeps it until it is used. */
const KEYBOARDS_MAX = 10_000;
/** Pictures remembered by the name that Telegram gave them: a picture to a whole city is handed over once. */
const PICTURES_MAX = 100;

type SentMessage = { chat: { id: number }; message_id: number; photo?: { file_id: string }[] };

/**
 * Hands letters to Telegram. A letter that takes several requests goes on where it stopped when it is handed in
 * again (in this process: after a crash its first part may be said twice).
 */
export function openSender(
  call: Call,
  files: Files,
  username: () => string | undefined,
  paidBroadcasts = false,
): (message: OutboundMessage) => Promise<string> {
  const partly = new Map<string, string[]>();
  const keyboards = new Set<string>();
  const pictures = new Map<string, string>();

  return async (message) => {
    const written = write(message, username());
    const requests = keyboards.has(message.to) ? hideKeyboard(written) : written;
    const gone = partly.get(message.id) ?? [];
    for (const request of requests.slice(gone.length)) {
      try {
        gone.push(await hand(request, message));
      } catch (error) {
        const complaint = toSendError(error, request.method);
        keep(message.id, gone, complaint);
        throw complaint;
      }
    }
    partly.delete(message.id);
    noteKeyboard(message.to, requests);
    const main = gone[requests.findIndex((request) => request.main)];
    if (main === undefined) throw new SendError('rejected', 'Telegram: the letter says nothing');
    return main;
  };

  /** Resolves with the external id of what was sent or changed. */
  async function hand(request: TelegramRequest, message: OutboundMessage): Promise<string> {
    const same = message.reaction?.on ?? message.edits ?? '';
    const paid = paidBroadcasts && message.priority === 'broadcast' && request.method.startsWith('send');
    const filled = (await fill(known(request), files)) as object;
    const payload = paid ? { ...filled, allow_paid_broadcast: true } : filled;
    try {
      const result = await call<true | SentMessage | SentMessage[]>(request.method, payload);
      const sent = Array.isArray(result) ? result[0] : result;
      if (typeof sent === 'object') keepPicture(request, sent);
      return typeof sent === 'object' ? `${sent.chat.id}:${sent.message_id}` : same;
    } catch (error) {
      if (isAlreadySo(error)) return same;
      const other = isOtherKind(error) ? otherEdit(request) : undefined;
      if (!other) throw error;
      return hand(other, message);
    }
  }

  /** The payload, with Telegram's own name for a lone picture that it has already. */
  function known({ payload }: TelegramRequest): unknown {
    const photo =
      'photo' in payload && isFilePlace(payload.photo) ? pictures.get(payload.photo.$file) : undefined;
    return photo === undefined ? payload : { ...payload, photo };
  }

  function keepPicture({ payload }: TelegramRequest, { photo }: SentMessage): void {
    const name = photo?.at(-1)?.file_id;
    if (name === undefined || !('photo' in payload) || !isFilePlace(payload.photo)) return;
    const [oldest] = pictures.keys();
    if (oldest !== undefined && pictures.size >= PICTURES_MAX) pictures.delete(oldest);
    pictures.set(payload.photo.$file, name);
  }

  function noteKeyboard(to: string, requests: TelegramRequest[]): void {
    if (!requests.some(({ method }) => method.startsWith('send'))) return;
    keyboards.delete(to);
    if (!requests.some(showsKeyboard)) return;
    const [oldest] = keyboards;
    if (oldest !== undefined && keyboards.size >= KEYBOARDS_MAX) keyboards.delete(oldest);
    keyboards.add(to);
  }

  function keep(id: string, gone: string[], { kind, movedTo }: SendError): void {
    partly.delete(id);
    // In a topic opened anew, and for whoever gets nothing any more, what went before is of no use.
    const goesOn =
      kind !== 'topicLost' && kind !== 'blocked' && (kind !== 'rejected' || movedTo !== undefined);
    if (gone.length === 0 || !goesOn) return;
    const [oldest] = partly.keys();
    if (oldest !== undefined && partly.size >= PARTLY_SENT_MAX) partly.delete(oldest);
    partly.set(id, gone);
  }
}

/** The payload with the bytes of each file where its place was. */
async function fill(value: unknown, files: Files): Promise<unknown> {
  if (isFilePlace(value)) return readFile(value.$file, files);
  if (Array.isArray(value)) return Promise.all(value.map((part) => fill(part, files)));
  if (typeof value !== 'object' || value === null) return value;
  const filled = Object.entries(value).map(async ([name, part]) => [name, await fill(part, files)] as const);
  return Object.fromEntries(await Promise.all(filled));
}

async function readFile(id: string, files: Files): Promise<InputFile> {
  const file = await files.read(id).catch(() => {
    throw new SendError('unreachable', 'a file of the letter could not be read');
  });
  if (!file) throw new SendError('rejected', 'a file of the letter is not kept any more');
  const ending = /^[a-z]+\/([a-z0-9]+)/.exec(file.mime)?.[1] ?? 'dat';
  return new InputFile(file.data, `kasa.${ending}`);
}
