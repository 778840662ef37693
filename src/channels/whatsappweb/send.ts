import type { Message, MessageSendOptions } from 'whatsapp-web.js';
import { SendError } from '../channel.ts';
import { type Files, fileName, readFile } from '../files.ts';
import type { OutboundMessage } from '../message.ts';
import { openPartly } from '../partly.ts';
import { bounded } from './bounded.ts';
import { isClosed, toSendError } from './errors.ts';
import type { Gate } from './gate.ts';
import type { Library, Phone } from './library.ts';
import { chatOf, fullNames, nameOf, originalOf } from './names.ts';
import type { Up } from './status.ts';
import { type Parcel, write } from './write.ts';

/** WhatsApp has said by then that it has a message, or nobody knows; below what the pump waits. */
const HAND_SECONDS_MAX = 15;
const FIND_SECONDS_MAX = 5;
/** Our letters whose full name on WhatsApp is remembered; of others it is tried out. */
const NAMES_MAX = 5000;

export type SenderOptions = {
  /** Throws SendError 'unreachable' when there is none now. */
  up: () => Up;
  gate: Gate;
  files: Files;
  polls: boolean;
  /** Something of this chat was not stored yet: it may not count as seen. */
  waits: (chat: string) => boolean;
  signal: () => AbortSignal;
};

/** Hands letters to WhatsApp. A letter of several messages goes on where it stopped when it is handed in again. */
export function openSender({ up, gate, files, polls, waits, signal }: SenderOptions) {
  const partly = openPartly();
  const names = new Map<string, string>();

  return async (message: OutboundMessage): Promise<string> => {
    up();
    return gate.inTurn(() => sendAll(message));
  };

  async function sendAll(message: OutboundMessage): Promise<string> {
    const parcels = write(message, polls);
    const gone = partly.gone(message.id);
    for (const parcel of parcels.slice(gone.length)) {
      try {
        gone.push(await sendOne(parcel, message, gone.length > 0));
      } catch (error) {
        const complaint = toSendError(error, parcel.kind);
        partly.failed(message.id, gone, complaint);
        throw complaint;
      }
    }
    partly.done(message.id);
    const main = gone[parcels.findIndex((parcel) => parcel.main)];
    if (main === undefined) throw new SendError('rejected', 'WhatsApp: the letter says nothing');
    return main;
  }

  /** Resolves with the name of what was sent or changed. */
  async function sendOne(parcel: Parcel, message: OutboundMessage, isPart: boolean): Promise<string> {
    const counts = parcel.kind !== 'edit' && parcel.kind !== 'reaction';
    up();
    await gate.pass({ counts, isPart }, signal());
    const now = up();
    if (parcel.kind === 'edit') return edit(now, parcel.of, parcel.text);
    if (parcel.kind === 'reaction') return react(now, parcel.on, parcel.emoji);
    const chat = chatOf(message.to);
    const quoted = isPart || !quotes(message, chat) ? undefined : await find(now, message.replyTo ?? '');
    const options: MessageSendOptions = {
      linkPreview: false,
      parseVCards: false,
      waitUntilMsgSent: true,
      sendSeen: !waits(chat),
      ...(quoted && { quotedMessageId: quoted.id._serialized }),
    };
    const { content, more } = await fill(now.library, parcel, files);
    // One that was handed over counts, whatever is said of it: WhatsApp may have counted it too.
    const sending = bounded(now.phone.sendMessage(chat, content, { ...options, ...more }), HAND_SECONDS_MAX);
    const sent = await sending.finally(() => gate.went(true));
    if (!sent || sent.ack === -1) throw new SendError('rejected', `WhatsApp ${parcel.kind}: not taken`);
    return remember(sent.id._serialized);
  }

  /** WhatsApp lets its writer change a letter for a quarter of an hour; afterwards it stays as it is. */
  async function edit(now: Up, of: string, text: string): Promise<string> {
    const found = await find(now, of);
    await settled(found && bounded(found.edit(text, { linkPreview: false }), HAND_SECONDS_MAX), 'edit');
    return of;
  }

  async function react(now: Up, on: string, emoji: string): Promise<string> {
    const found = await find(now, on);
    await settled(found && bounded(found.react(emoji), HAND_SECONDS_MAX), 'reaction');
    return on;
  }

  /** What WhatsApp refuses here is not worth a complaint; a browser that went away is, and it may be done again. */
  async function settled(work: Promise<unknown> | undefined, doing: string): Promise<void> {
    await work?.catch((error: unknown) => {
      if (isClosed(error)) throw new SendError('unreachable', `WhatsApp ${doing}: the browser went away`);
    });
    gate.went(false);
  }

  async function find({ phone, me }: Up, given: string): Promise<Message | undefined> {
    const name = originalOf(given);
    const known = names.get(name);
    for (const full of known === undefined ? fullNames(name, me) : [known]) {
      const found = await bounded(phone.getMessageById(full), FIND_SECONDS_MAX).catch(() => undefined);
      if (found) return found;
    }
    return undefined;
  }

  function remember(full: string): string {
    const name = nameOf(full);
    if (name === full) return name;
    const [oldest] = names.keys();
    if (oldest !== undefined && names.size >= NAMES_MAX) names.delete(oldest);
    names.set(name, full);
    return name;
  }
}

/** A quote from another chat would show there what was said here. */
const quotes = ({ replyTo }: OutboundMessage, chat: string): boolean =>
  originalOf(replyTo ?? '').split('_')[1] === chat;

type Filled = { content: Parameters<Phone['sendMessage']>[1]; more?: MessageSendOptions };
type Sendable = Exclude<Parcel, { kind: 'edit' | 'reaction' }>;

/** The parcel with the bytes of its file, as the library wants it. */
async function fill(library: Library, parcel: Sendable, files: Files): Promise<Filled> {
  if (parcel.kind === 'text') return { content: parcel.text };
  if (parcel.kind === 'place') {
    const { latitude, longitude, name } = parcel;
    return { content: new library.Location(latitude, longitude, name.trim() ? { name } : {}) };
  }
  if (parcel.kind === 'poll') return { content: new library.Poll(parcel.question, parcel.options) };
  const file = await readFile(parcel.file, files);
  const data = Buffer.from(file.data).toString('base64');
  return {
    content: new library.MessageMedia(file.mime, data, fileName(file.mime), file.data.length),
    more: {
      ...(parcel.caption !== undefined && { caption: parcel.caption }),
      ...(parcel.kind === 'voice' && { sendAudioAsVoice: true }),
      ...(parcel.kind === 'document' && { sendMediaAsDocument: true }),
    },
  };
}
