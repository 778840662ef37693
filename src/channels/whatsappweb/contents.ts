import type { Message } from 'whatsapp-web.js';
import type { InboundMessage } from '../message.ts';

/** What a message holds, apart from who said it, where and when. */
export type Contents = Pick<InboundMessage, 'text' | 'location' | 'media' | 'unsupported'>;

/** WhatsApp's own notices, and marks on other messages: nobody said anything with them. */
const NOTICES = new Set([
  'album', // its photos come by themselves
  'broadcast_notification',
  'call_log',
  'ciphertext', // comes again when it could be read
  'debug',
  'e2e_notification',
  'gp2',
  'group_notification',
  'notification',
  'notification_template',
  'protocol',
  'reaction',
  'revoked',
]);
/** Kinds whose words stand in the body. */
const WORDS = new Set(['chat', 'buttons_response', 'list_response', 'template_button_reply', 'hsm']);
const UNSUPPORTED: Record<string, NonNullable<InboundMessage['unsupported']>> = {
  video: 'video',
  sticker: 'sticker',
  vcard: 'contact',
  multi_vcard: 'contact',
  poll_creation: 'poll',
};

/** What a person said with this message; undefined when nobody said anything. */
export function readContents(message: Message): Contents | undefined {
  const kind: string = message.type;
  if (NOTICES.has(kind)) return undefined;
  if (WORDS.has(kind)) return { text: message.body };
  if (kind === 'location') return readLocation(message);
  const text = captionOf(message);
  if (kind === 'image') return { text, media: [{ kind: 'photo', ...handle(message) }] };
  if (kind === 'ptt' || kind === 'audio') return { text, media: [{ kind: 'voice', ...handle(message) }] };
  if (kind === 'document')
    return { text, media: [{ kind: isPicture(message) ? 'photo' : 'file', ...handle(message) }] };
  return { text, unsupported: UNSUPPORTED[kind] ?? 'unknown' };
}

/** Its body is a small picture of the map. */
function readLocation({ location }: Message): Contents {
  const { latitude, longitude } = location;
  const name = [location.name, location.address].find((words) => words?.trim());
  return {
    text: '',
    location: { latitude: Number(latitude), longitude: Number(longitude), ...(name && { name }) },
  };
}

/** Until a picture is there its body is a small picture too. A document's caption is often only its file's name. */
function captionOf(message: Message): string {
  const { caption, filename } = dataOf(message);
  return typeof caption === 'string' && caption !== filename ? caption : '';
}

/** A picture sent as a file keeps its metadata and often its place, so it is taken as a photo. */
function isPicture(message: Message): boolean {
  const { mimetype, filename } = dataOf(message);
  if (typeof mimetype === 'string' && mimetype.startsWith('image/')) return true;
  return mimetype === undefined && /\.(jpe?g|png|webp|heic|heif|gif)$/i.test(String(filename ?? ''));
}

/** The message itself is the handle: it is asked for its bytes when they are wanted. */
function handle(message: Message) {
  const { mimetype, size } = dataOf(message);
  const seconds = Number(message.duration);
  return {
    source: message.id._serialized,
    ...(typeof mimetype === 'string' && mimetype && { mime: mimetype }),
    ...(typeof size === 'number' && size > 0 && { bytes: size }),
    ...(Number.isFinite(seconds) && seconds > 0 && { seconds }),
  };
}

/** What the page gave; the library passes on a part of it only. */
export const dataOf = (message: Message): Record<string, unknown> =>
  message.rawData as Record<string, unknown>;
