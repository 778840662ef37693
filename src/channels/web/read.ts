import type { Media } from '../../engine/content.ts';
import type { Address, InboundMessage } from '../message.ts';
import type { Posted, Upload } from './posted.ts';

/** What a page handed in, as a letter. `sources` are where the uploads were kept, in their order. Pure. */
export function read(
  posted: Posted,
  from: { address: Address; languageHint?: string | undefined },
  sources: string[],
  now: Date,
): InboundMessage {
  const media = posted.uploads.flatMap((upload, place) => mediaOf(upload, sources[place], posted.seconds));
  const video = posted.uploads.some(isVideo);
  return {
    channel: 'web',
    externalId: `${from.address}:${posted.id}`,
    from: from.address,
    text: posted.text,
    sentAt: now,
    ...(from.languageHint !== undefined && { languageHint: from.languageHint }),
    ...(posted.choice !== undefined && { choice: posted.choice }),
    ...(posted.letter !== undefined && { replyTo: posted.letter }),
    ...(posted.location !== undefined && { location: posted.location }),
    ...(media.length > 0 && { media }),
    ...(video && { unsupported: 'video' as const }),
  };
}

/** Nothing to say and nothing to show. */
export function isEmpty(posted: Posted): boolean {
  return (
    posted.text.trim() === '' &&
    posted.choice === undefined &&
    posted.location === undefined &&
    posted.uploads.length === 0
  );
}

/** A video is not kept: Kasa has no use for it, and says so. */
export const isVideo = (upload: Upload) => upload.field === 'photo' && upload.mime.startsWith('video/');

function mediaOf(upload: Upload, source: string | undefined, seconds: number | undefined): Media[] {
  if (isVideo(upload) || source === undefined) return [];
  const kind = upload.field === 'voice' ? 'voice' : upload.mime.startsWith('image/') ? 'photo' : 'file';
  return [
    {
      kind,
      source,
      mime: upload.mime,
      bytes: upload.data.length,
      ...(kind === 'voice' && seconds !== undefined && { seconds: Math.round(seconds) }),
    },
  ];
}
