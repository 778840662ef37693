/**
 * The room of what people send that is not words: it decides by content what may be kept, and keeps it.
 * It must not know networks, letters or flows.
 */
import type { MediaKind, MediaTrouble, Point } from '../engine/content.ts';
import { readKind } from './kind.ts';
import { redraw } from './photo.ts';

export const PHOTO_BYTES_MAX = 12 * 1024 * 1024;
export const VOICE_BYTES_MAX = 5 * 1024 * 1024;

/** What may be stored and shown. `taken` is what the picture said of its place before that was stripped. */
export type Kept = { kind: 'photo' | 'voice'; mime: string; data: Uint8Array; taken?: Point };

export type Checked = Kept | { trouble: MediaTrouble };

/** How many bytes of such a thing are worth fetching. */
export const bytesMax = (kind: MediaKind) => (kind === 'voice' ? VOICE_BYTES_MAX : PHOTO_BYTES_MAX);

/** True for what can be kept at all: a picture sent as a file is a photo like any other. */
export const isKeepable = (kind: MediaKind) => kind === 'photo' || kind === 'voice' || kind === 'file';

/**
 * Never rejects, and decides by the bytes alone. Photos come back drawn anew (JPEG, no metadata). Voice notes are
 * kept as they came: their container's own comments stay (OGG's OpusTags, MP3's ID3, MP4's udta), which name the
 * encoder and, when somebody made the file by hand, whatever they wrote; nobody shows them, and whoever serves the
 * file must do so under the `mime` given here, with nosniff.
 */
export async function checkMedia(bytes: Uint8Array, kind: MediaKind): Promise<Checked> {
  if (!isKeepable(kind)) return { trouble: 'unsupported' };
  if (bytes.byteLength > bytesMax(kind)) return { trouble: 'tooLarge' };
  if (bytes.byteLength === 0) return { trouble: 'unreadable' };
  const found = readKind(bytes);
  if (kind === 'voice') {
    if (found?.kind !== 'voice') return { trouble: 'unsupported' };
    return { kind: 'voice', mime: found.mime, data: bytes };
  }
  if (found?.kind !== 'photo') return { trouble: 'notAPicture' };
  const redrawn = await redraw(bytes, found.format);
  return 'trouble' in redrawn ? redrawn : { kind: 'photo', mime: 'image/jpeg', ...redrawn };
}
