/**
 * Where a picture says that it was taken. Only the few tags of its GPS are read, and by our own hand: a reader
 * of all tags can be made to allocate gigabytes by 64 kB of EXIF in which every tag claims the whole block.
 */
import type { Point } from '../engine/content.ts';

// Tags of EXIF 2.32: the pointer to GPS in the first directory (4.6.3), and within GPS (4.6.6).
const GPS_DIRECTORY = 0x8825;
const LATITUDE_REF = 1;
const LATITUDE = 2;
const LONGITUDE_REF = 3;
const LONGITUDE = 4;

const ENTRY_BYTES = 12;
/** Cameras write about 20 tags; the standard knows fewer than 200. */
const ENTRIES_MAX = 512;
/** Four decimals are 11 m: a camera that found no satellite writes zeros, some write nearly zeros. */
const NEARLY_ZERO_DEGREES = 0.0001;

type Block = { view: DataView; little: boolean };

/** `exif` as it stands in the file, with or without its "Exif" mark. Undefined when it says nothing sensible. */
export function readTaken(exif: Uint8Array): Point | undefined {
  try {
    return readPoint(exif);
  } catch (error) {
    // An offset that points out of the block; anything else would be our own fault.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readPoint(exif: Uint8Array): Point | undefined {
  const marked = exif[0] === 0x45 && exif[1] === 0x78;
  const tiff = marked ? exif.subarray(6) : exif;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return undefined;
  const block = { view, little: order === 0x4949 };
  const pointer = entries(block, view.getUint32(4, block.little)).get(GPS_DIRECTORY);
  if (pointer === undefined) return undefined;
  const tags = entries(block, view.getUint32(pointer + 8, block.little));
  const latitude = degrees(block, tags.get(LATITUDE), tags.get(LATITUDE_REF), 'N', 'S');
  const longitude = degrees(block, tags.get(LONGITUDE), tags.get(LONGITUDE_REF), 'E', 'W');
  if (latitude === undefined || longitude === undefined) return undefined;
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return undefined;
  if (Math.abs(latitude) < NEARLY_ZERO_DEGREES && Math.abs(longitude) < NEARLY_ZERO_DEGREES) return undefined;
  return { latitude, longitude };
}

/** Where the entry of each tag of a directory begins. */
function entries({ view, little }: Block, directory: number): Map<number, number> {
  const found = new Map<number, number>();
  const count = Math.min(view.getUint16(directory, little), ENTRIES_MAX);
  for (let entry = 0; entry < count; entry++) {
    const offset = directory + 2 + entry * ENTRY_BYTES;
    found.set(view.getUint16(offset, little), offset);
  }
  return found;
}

/** Degrees, minutes and seconds as three fractions; the reference gives the sign. */
function degrees(
  { view, little }: Block,
  entry: number | undefined,
  reference: number | undefined,
  plus: string,
  minus: string,
): number | undefined {
  if (entry === undefined || reference === undefined) return undefined;
  const isFractions = view.getUint16(entry + 2, little) === 5 && view.getUint32(entry + 4, little) === 3;
  if (!isFractions) return undefined;
  const side = String.fromCharCode(view.getUint8(reference + 8)).toUpperCase();
  if (side !== plus && side !== minus) return undefined;
  const values = view.getUint32(entry + 8, little);
  const [whole = Number.NaN, minutes = Number.NaN, seconds = Number.NaN] = [0, 8, 16].map((offset) =>
    fraction(view.getUint32(values + offset, little), view.getUint32(values + offset + 4, little)),
  );
  const size = whole + minutes / 60 + seconds / 3600;
  if (!Number.isFinite(size) || minutes > 60 || seconds > 60) return undefined;
  return side === minus ? -size : size;
}

/** Some cameras write 0/0 for seconds that they do not give. */
const fraction = (over: number, under: number) => (over === 0 ? 0 : over / under);
