/** Files as people send them, and as nobody should. Made here, so that no photo of a stranger lies in the project. */
import sharp from 'sharp';

export type Gps = { latitude: string; north: string; longitude: string; east: string };

/** Market Circle, Takoradi, as a phone writes it: 4.8984 N, 1.7554 W. */
export const MARKET_CIRCLE: Gps = {
  latitude: '4/1 53/1 5424/100',
  north: 'N',
  longitude: '1/1 45/1 1944/100',
  east: 'W',
};

/** Stands in the EXIF of every picture made here; it must be nowhere in what is kept. */
export const SECRET = 'Ama Mensah, 12 Axim Road';

/** Half red, half green, so that turning and cutting can be seen. */
export function drawing(width: number, height: number) {
  const pixels = Buffer.alloc(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++)
    pixels[pixel * 3 + (pixel % width < width / 2 ? 0 : 1)] = 255;
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

const XMP = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="${SECRET}"/></rdf:RDF></x:xmpmeta>`;

type Wanted = {
  width?: number;
  height?: number;
  gps?: Gps;
  orientation?: number;
  as?: 'jpeg' | 'png' | 'webp';
};

/** A photo with everything in its metadata that a photo can have. */
export function photo({ width = 320, height = 200, gps, orientation = 1, as = 'jpeg' }: Wanted = {}) {
  const place = gps && {
    GPSLatitudeRef: gps.north,
    GPSLatitude: gps.latitude,
    GPSLongitudeRef: gps.east,
    GPSLongitude: gps.longitude,
  };
  return drawing(width, height)
    .withMetadata({ orientation })
    .withExifMerge({ IFD0: { ImageDescription: SECRET, Artist: SECRET }, ...(place && { IFD3: place }) })
    .withIccProfile('p3')
    .withXmp(XMP)
    .toFormat(as)
    .toBuffer();
}

/** Bytes of a text in Latin-1, with `\x..` for what cannot be typed. */
export const bytes = (text: string) => Buffer.from(text, 'latin1');

export const svg = bytes(
  '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
);
export const html = bytes('<!doctype html><script>alert(1)</script>');
export const pdf = bytes('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF');
export const heic = bytes('\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\0');

/** The first page of an Ogg file (RFC 3533): 27 bytes, one segment, the codec's header. */
const oggPage = (header: string) =>
  bytes(`OggS\0\x02${'\0'.repeat(20)}\x01${String.fromCharCode(header.length)}${header}`);
const speech = bytes('speech'.repeat(50));

export const voices = {
  'audio/ogg': Buffer.concat([oggPage('OpusHead\x01\x01\x38\x01\x80\xbb\0\0\0\0\0'), speech]),
  'audio/mpeg': Buffer.concat([bytes('\xff\xfb\x90\x00'), speech]),
  'audio/mp4': Buffer.concat([bytes('\0\0\0\x18ftypM4A \0\0\0\0M4A mp42'), speech]),
  'audio/webm': Buffer.concat([bytes('\x1aE\xdf\xa3\x9f\x42\x82\x84webm\x86\x86A_OPUS'), speech]),
  'audio/aac': Buffer.concat([bytes('\xff\xf1\x50\x80'), speech]),
  'audio/amr': Buffer.concat([bytes('#!AMR\n'), speech]),
};

/** Containers of sound that hold something else. */
export const films = {
  'an Ogg film': oggPage('\x80theora\x03\x02\x01'),
  'an MP4 film': Buffer.concat([
    bytes('\0\0\0\x18ftypisom\0\0\0\0isommp42'),
    speech,
    bytes('\0\0\0\x21hdlr\0\0\0\0\0\0\0\0vide'),
  ]),
  'a WEBM film': bytes('\x1aE\xdf\xa3\x9f\x42\x82\x84webm\x86\x85V_VP9\x86\x86A_OPUS'),
};
