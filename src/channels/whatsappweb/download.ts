import type { Media } from '../../engine/content.ts';
import { SendError } from '../channel.ts';
import { bounded } from './bounded.ts';
import { dataOf } from './contents.ts';
import { toSendError } from './errors.ts';
import type { Phone } from './library.ts';

const DOWNLOAD_SECONDS_MAX = 60;

/**
 * The bytes that a person sent. Throws SendError: 'rejected' when there are too many of them or they are gone,
 * 'unreachable' when it may be tried again.
 */
export async function download(phone: Phone, media: Media, bytesMax: number): Promise<Uint8Array> {
  if ((media.bytes ?? 0) > bytesMax) throw tooLarge();
  try {
    return await bounded(fetchBytes(phone, media.source ?? '', bytesMax), DOWNLOAD_SECONDS_MAX);
  } catch (error) {
    const complaint = toSendError(error, 'download');
    // Nothing was sent, so a browser that went away leaves nothing in doubt.
    throw complaint.kind === 'unknown' ? new SendError('unreachable', complaint.message) : complaint;
  }
}

async function fetchBytes(phone: Phone, source: string, bytesMax: number): Promise<Uint8Array> {
  const message = await phone.getMessageById(source);
  if (!message) throw new SendError('rejected', 'WhatsApp: the message is not there any more');
  if (Number(dataOf(message).size ?? 0) > bytesMax) throw tooLarge();
  const media = await message.downloadMedia();
  if (!media) throw new SendError('rejected', 'WhatsApp: the file is not there any more');
  const bytes = Buffer.from(media.data, 'base64');
  if (bytes.length > bytesMax) throw tooLarge();
  return bytes;
}

const tooLarge = () => new SendError('rejected', 'WhatsApp: the file is too large');
