import { type MediaKind, OPEN_CHOICE } from '../../engine/content.ts';
import type { InboundMessage } from '../message.ts';
import type { Attachment, Message } from './shapes.ts';

/** What a letter holds, apart from who said it and when. */
export type Contents = Pick<
  InboundMessage,
  'text' | 'choice' | 'location' | 'media' | 'unsupported' | 'news'
>;

/**
 * Nobody says anything to us with these: a mark on a letter, a change or an end of one (we keep the words as they were
 * when they came), a chat that was opened and not written in.
 */
const SILENT = new Set(['reaction', 'edit', 'edited', 'revoke', 'revoked', 'deleted', 'request_welcome']);

/** What a person said; undefined when nobody said anything. A kind of letter invented tomorrow still gets an answer. */
export function readContents(message: Message): Contents | undefined {
  const { type = '' } = message;
  if (SILENT.has(type)) return undefined;
  switch (type) {
    case 'text':
      return { text: message.text?.body ?? '' };
    case 'image':
      return attached('photo', message.image);
    case 'document':
      return attached(isPicture(message.document) ? 'photo' : 'file', message.document);
    case 'audio':
    case 'voice':
      return attached('voice', message.audio ?? message.voice);
    case 'video':
      return { text: message.video?.caption ?? '', unsupported: 'video' };
    case 'sticker':
      return { text: '', unsupported: 'sticker' };
    case 'location':
      return readLocation(message.location);
    case 'interactive':
      return readChoice(message.interactive?.button_reply?.id ?? message.interactive?.list_reply?.id);
    case 'button':
      return readTemplateButton(message.button?.payload);
    case 'contacts':
      return { text: '', unsupported: 'contact' };
    default:
      return { text: '', unsupported: 'unknown' };
  }
}

/** By its id alone: what stood on a button is not unique, and a person can write it too. */
function readChoice(id: string | undefined): Contents {
  return id ? { text: '', choice: id } : { text: '', unsupported: 'unknown' };
}

function readTemplateButton(payload: string | undefined): Contents {
  if (payload === OPEN_CHOICE) return { text: '', news: { kind: 'opened' } };
  return readChoice(payload);
}

function attached(kind: MediaKind, attachment: Attachment | undefined): Contents {
  const text = attachment?.caption ?? '';
  if (!attachment?.id) return { text, unsupported: 'unknown' };
  // `audio/ogg; codecs=opus` is `audio/ogg` to us.
  const mime = attachment.mime_type?.split(';')[0]?.trim();
  return { text, media: [{ kind, source: attachment.id, ...(mime && { mime }) }] };
}

/** A picture sent as a file keeps its metadata and often its place, so it is taken as a photo. */
function isPicture(document: Attachment | undefined): boolean {
  const mime = document?.mime_type;
  const named = /\.(jpe?g|png|webp|heic|heif|gif)$/i.test(document?.filename ?? '');
  return mime?.startsWith('image/') === true || ((!mime || mime === 'application/octet-stream') && named);
}

function readLocation(location: Message['location']): Contents {
  const latitude = Number(location?.latitude ?? Number.NaN);
  const longitude = Number(location?.longitude ?? Number.NaN);
  if (!Number.isFinite(latitude) || !Number.isFinite(longitude)) return { text: '', unsupported: 'unknown' };
  const name = location?.name || location?.address;
  return { text: '', location: { latitude, longitude, ...(name && { name }) } };
}
