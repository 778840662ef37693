/** What bytes really are, read from their beginning. Names and claimed types are never asked: both can lie. */

export type Found =
  | { kind: 'photo'; format: 'jpeg' | 'png' | 'webp' | 'gif' }
  | { kind: 'voice'; mime: `audio/${string}` };

/**
 * Where the headers looked into end. A longer header is one that we do not know. MP4 is the exception: its header
 * may stand at the end of the file.
 */
const HEAD_BYTES_MAX = 4096;

/** Pure; reads each byte at most a few times. Undefined: nothing that we keep (SVG, PDF, HTML, HEIC, films, …). */
export function readKind(bytes: Uint8Array): Found | undefined {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const format = pictureFormat(all);
  if (format !== undefined) return { kind: 'photo', format };
  const mime = voiceMime(all);
  return mime === undefined ? undefined : { kind: 'voice', mime };
}

const at = (bytes: Buffer, offset: number, text: string) =>
  bytes.toString('latin1', offset, offset + text.length) === text;

function pictureFormat(bytes: Buffer): 'jpeg' | 'png' | 'webp' | 'gif' | undefined {
  if (at(bytes, 0, '\xff\xd8\xff')) return 'jpeg';
  if (at(bytes, 0, '\x89PNG\r\n\x1a\n')) return 'png';
  if (at(bytes, 0, 'RIFF') && at(bytes, 8, 'WEBP')) return 'webp';
  if (at(bytes, 0, 'GIF87a') || at(bytes, 0, 'GIF89a')) return 'gif';
  return undefined;
}

function voiceMime(bytes: Buffer): `audio/${string}` | undefined {
  const head = bytes.subarray(0, HEAD_BYTES_MAX);
  // Ogg's first page names the codec (RFC 7845, 5.1); Ogg may hold films too, and those name another one first.
  if (at(head, 0, 'OggS'))
    return at(head, 28, 'OpusHead') || at(head, 28, '\x01vorbis') ? 'audio/ogg' : undefined;
  if (at(head, 4, 'ftyp')) return isSpokenMp4(bytes) ? 'audio/mp4' : undefined;
  if (at(head, 0, '\x1aE\xdf\xa3')) return isSpokenWebm(head) ? 'audio/webm' : undefined;
  if (at(head, 0, '#!AMR\n') || at(head, 0, '#!AMR-WB\n')) return 'audio/amr';
  if (at(head, 0, 'ID3') || isMp3Frame(head)) return 'audio/mpeg';
  if (isAacFrame(head)) return 'audio/aac';
  return undefined;
}

/** Brands of ISO 14496-12 in which phones record sound. HEIC and AVIF are the same container with other brands. */
const MP4_BRANDS = /^(M4A |M4B |mp4[12]|iso[m0-9a-z]|dash|3g[a-z0-9]{2})$/;

/** A track of pictures (handler 'vide', ISO 14496-12, 8.4.3) makes it a film. */
function isSpokenMp4(bytes: Buffer): boolean {
  if (!MP4_BRANDS.test(bytes.toString('latin1', 8, 12))) return false;
  const film = Buffer.from('hdlr\0\0\0\0\0\0\0\0vide', 'latin1');
  return !bytes.includes(film);
}

/** The codec ids of Matroska's tracks begin with A_ for sound and V_ for pictures. */
function isSpokenWebm(head: Buffer): boolean {
  return head.includes('webm', 0, 'latin1') && head.includes('A_') && !head.includes('V_');
}

/** ISO 11172-3, 2.4.1.3: eleven bits of sync, layer III, and no forbidden bit rate or sampling rate. */
function isMp3Frame(head: Buffer): boolean {
  const [first = 0, second = 0, third = 0] = head;
  const layerThree = (second & 0b110) === 0b010;
  const version = (second >> 3) & 0b11;
  return (
    first === 0xff &&
    (second & 0xe0) === 0xe0 &&
    version !== 1 &&
    layerThree &&
    third >> 4 !== 15 &&
    ((third >> 2) & 3) !== 3
  );
}

/** ADTS (ISO 13818-7, 6.2): twelve bits of sync and layer 0, which no MP3 has. */
function isAacFrame(head: Buffer): boolean {
  const [first = 0, second = 0] = head;
  return first === 0xff && (second & 0xf6) === 0xf0;
}
