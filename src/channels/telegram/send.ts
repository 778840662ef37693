import { InputFile } from 'grammy';
import { SendError } from '../channel.ts';
import { type Files, fileName, fillFiles, isFilePlace, readFile } from '../files.ts';
import type { OutboundMessage } from '../message.ts';
import { openPartly } from '../partly.ts';
import type { Call } from './api.ts';
import { otherEdit } from './edit.ts';
import { isAlreadySo, isOtherKind, toSendError } from './errors.ts';
import { hideKeyboard, showsKeyboard } from './keyboard.ts';
import type { TelegramRequest } from './request.ts';
import { write } from './write.ts';

/** Chats remembered that show the button which shares a place; one forgotten keeps it until it is used. */
const KEYBOARDS_MAX = 10_000;
/** Pictures remembered by the name that Telegram gave them: a picture to a whole city is handed over once. */
const PICTURES_MAX = 100;

type SentMessage = { chat: { id: number }; message_id: number; photo?: { file_id: string }[] };

/** Hands letters to Telegram. A letter that takes several requests goes on where it stopped when it is handed in again. */
export function openSender(
  call: Call,
  files: Files,
  username: () => string | undefined,
  paidBroadcasts = false,
): (message: OutboundMessage) => Promise<string> {
  const partly = openPartly();
  const keyboards = new Set<string>();
  const pictures = new Map<string, string>();

  return async (message) => {
    const written = write(message, username());
    const requests = keyboards.has(message.to) ? hideKeyboard(written) : written;
    const gone = partly.gone(message.id);
    for (const request of requests.slice(gone.length)) {
      try {
        gone.push(await hand(request, message));
      } catch (error) {
        const complaint = toSendError(error, request.method);
        partly.failed(message.id, gone, complaint);
        throw complaint;
      }
    }
    partly.done(message.id);
    noteKeyboard(message.to, requests);
    const main = gone[requests.findIndex((request) => request.main)];
    if (main === undefined) throw new SendError('rejected', 'Telegram: the letter says nothing');
    return main;
  };

  /** Resolves with the external id of what was sent or changed. */
  async function hand(request: TelegramRequest, message: OutboundMessage): Promise<string> {
    const same = message.reaction?.on ?? message.edits ?? '';
    const paid = paidBroadcasts && message.priority === 'broadcast' && request.method.startsWith('send');
    const filled = (await fillFiles(known(request), bytesOf)) as object;
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

  async function bytesOf(file: string): Promise<InputFile> {
    const { mime, data } = await readFile(file, files);
    return new InputFile(data, fileName(mime));
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
}
