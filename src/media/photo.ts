/** Draws a photo anew, so that nothing of the file that came in is kept: no metadata, no tail, no trick. */
import sharp, { type Metadata } from 'sharp';
import type { MediaTrouble, Point } from '../engine/content.ts';
import { openGate } from './gate.ts';
import type { Found } from './kind.ts';
import { onlyPicture } from './png.ts';
import { readTaken } from './taken.ts';

/** The full size of today's phones is 24 to 25 million (their 50 are joined four to one); more costs memory. */
export const PIXELS_MAX = 25_000_000;
/** No phone's panorama is longer; a line of a million pixels is nobody's photo, and slow to shrink. */
export const SIDE_MAX_PIXELS = 20_000;
/** Some decoders unpack the whole picture: that many pixels in three colours of eight bits, and transparency. */
export const UNPACKED_BYTES_MAX = 4 * PIXELS_MAX;
/** The longer edge of what is kept: a number plate across a street can be read, and a small bundle bears it. */
export const PHOTO_EDGE_MAX_PIXELS = 1600;
export const PHOTO_QUALITY = 80;
/** An honest photo takes well under one second. */
export const CHECK_SECONDS_MAX = 5;
/** A check at the bound of pixels takes about 100 MB and a quarter of a second (a progressive JPEG; others less). */
export const CHECKS_AT_ONCE_MAX = 2;

// The threads belong to the turns too, and a cache would keep what strangers sent.
sharp.concurrency(1);
sharp.cache(false);
// Only these four readers exist for the whole process; SVG, PDF, TIFF, HEIC and files by name are not opened at all.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadNsgifBuffer',
  ],
});

const gate = openGate(CHECKS_AT_ONCE_MAX);

export type Redrawn = { data: Uint8Array; taken?: Point };

/** Resolves with a JPEG in sRGB, upright, at most PHOTO_EDGE_MAX_PIXELS on its longer edge; never rejects. */
export function redraw(
  bytes: Uint8Array,
  format: Extract<Found, { kind: 'photo' }>['format'],
): Promise<Redrawn | { trouble: MediaTrouble }> {
  return gate(async () => {
    try {
      return await read(bytes, format);
    } catch {
      // Broken, cut off, or too slow to decode. The decoder's own words may quote the file, so they stay here.
      return { trouble: 'unreadable' };
    }
  });
}

async function read(bytes: Uint8Array, format: string): Promise<Redrawn | { trouble: MediaTrouble }> {
  const picture = format === 'png' ? onlyPicture(bytes) : bytes;
  if (picture === undefined) return { trouble: 'unreadable' };
  // Reads the header only, so that a picture that would be too large to draw can be told from a broken one.
  const header = await sharp(picture, { limitInputPixels: false }).metadata();
  if (header.format !== format) return { trouble: 'notAPicture' };
  if (isTooLarge(header)) return { trouble: 'tooLarge' };
  const taken = header.exif === undefined ? undefined : readTaken(header.exif);
  const data = await draw(picture);
  return { data, ...(taken && { taken }) };
}

function isTooLarge({ width, height, channels, depth }: Metadata): boolean {
  const pixels = width * height;
  const unpacked = pixels * channels * (depth === 'uchar' ? 1 : 2);
  return pixels > PIXELS_MAX || unpacked > UNPACKED_BYTES_MAX || Math.max(width, height) > SIDE_MAX_PIXELS;
}

/** What is not asked to be kept is left out by sharp: EXIF, XMP, IPTC, comments; the colour profile is applied. */
function draw(picture: Uint8Array): Promise<Uint8Array> {
  const edge = PHOTO_EDGE_MAX_PIXELS;
  return sharp(picture, {
    limitInputPixels: PIXELS_MAX,
    failOn: 'error',
    animated: false,
    sequentialRead: true,
  })
    .autoOrient()
    .resize({ width: edge, height: edge, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: PHOTO_QUALITY })
    .timeout({ seconds: CHECK_SECONDS_MAX })
    .toBuffer();
}
