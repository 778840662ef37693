import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { type Checked, checkMedia, PHOTO_BYTES_MAX, VOICE_BYTES_MAX } from '../../src/media/check.ts';
import { PHOTO_EDGE_MAX_PIXELS } from '../../src/media/photo.ts';
import {
  bytes,
  drawing,
  films,
  heic,
  html,
  MARKET_CIRCLE,
  pdf,
  photo,
  SECRET,
  svg,
  voices,
} from './pictures.ts';

function kept(checked: Checked) {
  if ('trouble' in checked) throw new Error(`not kept: ${checked.trouble}`);
  return checked;
}

describe('a photo is drawn anew', () => {
  it.each(['jpeg', 'png', 'webp'] as const)(
    'from %s: without metadata, upright, its place told',
    async (as) => {
      const sent = await photo({ width: 400, height: 200, gps: MARKET_CIRCLE, orientation: 6, as });
      expect(sent.includes(SECRET)).toBe(true);
      const { kind, mime, data, taken } = kept(await checkMedia(sent, 'photo'));
      expect({ kind, mime, taken }).toEqual({
        kind: 'photo',
        mime: 'image/jpeg',
        taken: { latitude: 4.8984, longitude: -1.7554 },
      });
      const seen = await sharp(data).metadata();
      expect(seen).toMatchObject({ format: 'jpeg', width: 200, height: 400 });
      for (const left of ['exif', 'icc', 'xmp', 'iptc', 'orientation', 'comments'] as const) {
        expect(seen[left], left).toBeUndefined();
      }
      for (const word of ['Ama Mensah', 'Axim', 'Exif', 'GPS', 'ICC_PROFILE', 'xmpmeta', 'Photoshop']) {
        expect(Buffer.from(data).includes(word), word).toBe(false);
      }
      // Turned by a quarter to the right, the red left half is the upper one.
      const { data: pixels } = await sharp(data).raw().toBuffer({ resolveWithObject: true });
      const pixel = (row: number) => [...pixels.subarray((row * 200 + 100) * 3, (row * 200 + 100) * 3 + 3)];
      expect(pixel(20)[0]).toBeGreaterThan(200);
      expect(pixel(20)[1]).toBeLessThan(80);
      expect(pixel(380)[1]).toBeGreaterThan(200);
    },
  );

  it('is made no larger than the bound, and never larger than it was', async () => {
    const wide = kept(await checkMedia(await photo({ width: 4000, height: 1000 }), 'photo'));
    expect(await sharp(wide.data).metadata()).toMatchObject({ width: PHOTO_EDGE_MAX_PIXELS, height: 400 });
    const small = kept(await checkMedia(await photo({ width: 40, height: 30 }), 'photo'));
    expect(await sharp(small.data).metadata()).toMatchObject({ width: 40, height: 30 });
  });

  it('shows white where a PNG was transparent', async () => {
    const clear = await sharp({ create: { width: 8, height: 8, channels: 4, background: '#00000000' } })
      .png()
      .toBuffer();
    const { data } = kept(await checkMedia(clear, 'file'));
    expect([...(await sharp(data).raw().toBuffer())].every((value) => value === 255)).toBe(true);
  });

  it('is the first frame of a GIF of many', async () => {
    const frames = Array.from({ length: 60 }, (_, frame) => ({ r: frame === 0 ? 255 : 0, g: 0, b: 0 }));
    const pixels = Buffer.concat(frames.map(({ r }) => Buffer.alloc(32 * 32 * 3, Buffer.from([r, 0, 0]))));
    const raw = { width: 32, height: 32 * 60, channels: 3, pageHeight: 32 } as const;
    const moving = await sharp(pixels, { raw })
      .gif({ delay: frames.map(() => 100) })
      .toBuffer();
    const { data } = kept(await checkMedia(moving, 'photo'));
    expect(await sharp(data).metadata()).toMatchObject({ width: 32, height: 32, format: 'jpeg' });
    expect((await sharp(data).raw().toBuffer())[0]).toBeGreaterThan(200);
  });

  it('leaves behind what hangs on its tail (a page for a browser)', async () => {
    const both = Buffer.concat([await photo(), html]);
    expect(Buffer.from(kept(await checkMedia(both, 'photo')).data).includes('<script')).toBe(false);
  });
});

describe('what is no photo is told apart by its bytes', () => {
  const cases: [string, Uint8Array, string][] = [
    ['SVG', svg, 'notAPicture'],
    ['SVG behind a declaration', Buffer.concat([bytes('<?xml version="1.0"?>\n'), svg]), 'notAPicture'],
    ['HTML', html, 'notAPicture'],
    ['PDF', pdf, 'notAPicture'],
    ['HEIC', heic, 'notAPicture'],
    ['TIFF', bytes('II*\0\x08\0\0\0\0\0'), 'notAPicture'],
    ['BMP', bytes('BM6\0\0\0'), 'notAPicture'],
    ['a program', bytes('MZ\x90\0'), 'notAPicture'],
    ['a voice note', voices['audio/ogg'], 'notAPicture'],
    ['one byte', bytes('\xff'), 'notAPicture'],
    ['nothing', bytes(''), 'unreadable'],
    ["a JPEG's beginning and no more", bytes('\xff\xd8\xff\xe0'), 'unreadable'],
    ["a PNG's mark and HTML", Buffer.concat([bytes('\x89PNG\r\n\x1a\n'), html]), 'unreadable'],
    ["a GIF's mark and SVG", Buffer.concat([bytes('GIF89a'), svg]), 'unreadable'],
    ["a WEBP's mark and nothing", bytes('RIFF\x08\0\0\0WEBPVP8 '), 'unreadable'],
  ];
  it.each(cases)('%s', async (_, sent, trouble) => {
    expect(await checkMedia(sent, 'photo')).toEqual({ trouble });
    expect(await checkMedia(sent, 'file')).toEqual({ trouble });
  });

  it.each(['jpeg', 'png'] as const)('%s that was cut off', async (as) => {
    const whole = await photo({ width: 600, height: 400, as });
    expect(await checkMedia(whole.subarray(0, whole.length * 0.7), 'photo')).toEqual({
      trouble: 'unreadable',
    });
  });

  it.each(['video', 'sticker'] as const)('nothing is looked at that came as %s', async (kind) => {
    expect(await checkMedia(await photo(), kind)).toEqual({ trouble: 'unsupported' });
  });
});

describe('what is too large is not drawn', () => {
  it('13 MB', async () => {
    const heavy = Buffer.concat([await photo(), Buffer.alloc(13 * 1024 * 1024)]);
    expect(await checkMedia(heavy, 'photo')).toEqual({ trouble: 'tooLarge' });
    expect(heavy.length).toBeGreaterThan(PHOTO_BYTES_MAX);
  });

  it.each(['png', 'gif'] as const)(
    'a small %s of 20,000 by 20,000, which would fill a gigabyte',
    async (as) => {
      // The size is written into the header of a small picture: nobody needs to draw a large one to send a bomb.
      const bomb = await drawing(64, 64).toFormat(as).toBuffer();
      if (as === 'png') {
        bomb.writeUInt32BE(20_000, 16);
        bomb.writeUInt32BE(20_000, 20);
        bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29);
      } else {
        for (const offset of [6, 8]) bomb.writeUInt16LE(20_000, offset);
        const frame = bomb.indexOf('\x2c\0\0\0\0\x40\0\x40\0', 'latin1');
        for (const offset of [5, 7]) bomb.writeUInt16LE(20_000, frame + offset);
      }
      const before = process.memoryUsage().rss;
      expect(await checkMedia(bomb, 'photo')).toEqual({ trouble: 'tooLarge' });
      expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
    },
  );

  it('a line of a million pixels, and sixteen bits where eight would do', async () => {
    const line = { width: 24_000, height: 1, channels: 3, background: '#808080' } as const;
    expect(await checkMedia(await sharp({ create: line }).png().toBuffer(), 'photo')).toEqual({
      trouble: 'tooLarge',
    });
    const deep = await drawing(64, 64).ensureAlpha().toColourspace('rgb16').png().toBuffer();
    expect('data' in (await checkMedia(deep, 'photo'))).toBe(true);
    sizePng(deep, 4000, 4000);
    expect(await checkMedia(deep, 'photo')).toEqual({ trouble: 'tooLarge' });
  });

  it('a PNG whose texts would unpack to gigabytes is drawn without unpacking them', async () => {
    const png = await drawing(64, 64).png().toBuffer();
    const text = chunk(
      'zTXt',
      Buffer.concat([bytes('Comment\0\0'), deflateSync(Buffer.alloc(7_900_000, 65))]),
    );
    const bomb = Buffer.concat([png.subarray(0, 33), ...Array(400).fill(text), png.subarray(33)]);
    const before = process.memoryUsage().rss;
    const started = process.hrtime.bigint();
    kept(await checkMedia(bomb, 'photo'));
    expect(Number(process.hrtime.bigint() - started) / 1e9).toBeLessThan(3);
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  it('nor is a PNG of very many pieces, or of one that ends behind its end', async () => {
    const png = await drawing(64, 64).png().toBuffer();
    const pieces = Buffer.concat([png.subarray(0, 33), ...Array(30_000).fill(chunk('tEXt', bytes('')))]);
    expect(await checkMedia(Buffer.concat([pieces, png.subarray(33)]), 'photo')).toEqual({
      trouble: 'unreadable',
    });
    png.writeUInt32BE(0xffffffff, 33);
    expect(await checkMedia(png, 'photo')).toEqual({ trouble: 'unreadable' });
  });

  it('a real PNG of 81 million pixels in a few hundred kilobytes', async () => {
    const flat = { width: 9000, height: 9000, channels: 3, background: '#808080' } as const;
    const bomb = await sharp({ create: flat, limitInputPixels: false })
      .png({ compressionLevel: 9 })
      .toBuffer();
    expect(bomb.length).toBeLessThan(PHOTO_BYTES_MAX);
    expect(await checkMedia(bomb, 'photo')).toEqual({ trouble: 'tooLarge' });
  });
});

describe('a voice note is kept as it came', () => {
  it.each(Object.entries(voices))('%s', async (mime, sent) => {
    expect(kept(await checkMedia(sent, 'voice'))).toEqual({ kind: 'voice', mime, data: sent });
  });

  const others = {
    ...films,
    HEIC: heic,
    HTML: html,
    'an empty Ogg': bytes('OggS'),
    'a broken MP3': bytes('\xff\xfb\xf0\0'),
  };
  it.each(Object.entries(others))('but not %s', async (_, sent) => {
    expect(await checkMedia(sent, 'voice')).toEqual({ trouble: 'unsupported' });
  });

  it('nor a photo, nor one that is too large, nor an empty one', async () => {
    expect(await checkMedia(await photo(), 'voice')).toEqual({ trouble: 'unsupported' });
    const long = Buffer.concat([voices['audio/ogg'], Buffer.alloc(VOICE_BYTES_MAX)]);
    expect(await checkMedia(long, 'voice')).toEqual({ trouble: 'tooLarge' });
    expect(await checkMedia(bytes(''), 'voice')).toEqual({ trouble: 'unreadable' });
  });
});

/** Writes another size into a PNG's header. */
function sizePng(png: Buffer, width: number, height: number) {
  png.writeUInt32BE(width, 16);
  png.writeUInt32BE(height, 20);
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
}

function chunk(name: string, body: Uint8Array): Buffer {
  const whole = Buffer.concat([Buffer.alloc(4), bytes(name), body, Buffer.alloc(4)]);
  whole.writeUInt32BE(body.length, 0);
  whole.writeUInt32BE(crc32(whole.subarray(4, -4)), 8 + body.length);
  return whole;
}

/** As in the PNG standard, annex D; node:zlib has it only since Node 22. */
function crc32(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
