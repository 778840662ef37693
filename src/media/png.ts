/** Takes out of a PNG what its picture does not need, before the decoder unpacks it. */

/** Besides the critical ones: transparency, colours, and where and how it was taken (PNG 3rd edition, 11.3). */
const KEPT_CHUNKS = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'eXIf']);
/** Encoders write chunks of 8 kB and more; a photo of 12 MB has about 1,500. */
const CHUNKS_MAX = 20_000;
const MARK_BYTES = 8;
/** Length, name and checksum. */
const FRAME_BYTES = 12;

/**
 * The same picture without its texts, and without anything behind its end. The decoder would unpack every text:
 * 9 MB of them made it take 4 GB and 14 s. Undefined when it is not made of chunks, or of too many.
 */
export function onlyPicture(png: Uint8Array): Uint8Array | undefined {
  const all = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  const kept = [all.subarray(0, MARK_BYTES)];
  let offset = MARK_BYTES;
  for (let chunk = 0; chunk < CHUNKS_MAX && offset + FRAME_BYTES <= all.length; chunk++) {
    const end = offset + FRAME_BYTES + all.readUInt32BE(offset);
    if (end > all.length) return undefined;
    const name = all.toString('latin1', offset + 4, offset + 8);
    if (KEPT_CHUNKS.has(name)) kept.push(all.subarray(offset, end));
    if (name === 'IEND') return Buffer.concat(kept);
    offset = end;
  }
  return undefined;
}
