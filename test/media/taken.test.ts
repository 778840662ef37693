import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readTaken } from '../../src/media/taken.ts';
import { bytes, type Gps, MARKET_CIRCLE, photo } from './pictures.ts';

async function exifOf(gps?: Gps) {
  const { exif } = await sharp(await photo(gps ? { gps } : {})).metadata();
  return exif ?? new Uint8Array();
}

describe('where a picture was taken', () => {
  it.each([
    ['north and west', MARKET_CIRCLE, { latitude: 4.8984, longitude: -1.7554 }],
    ['south and east', { ...MARKET_CIRCLE, north: 'S', east: 'E' }, { latitude: -4.8984, longitude: 1.7554 }],
    [
      'whole degrees',
      { latitude: '5/1 0/1 0/1', north: 'N', longitude: '0/1 0/1 0/1', east: 'E' },
      { latitude: 5, longitude: 0 },
    ],
    [
      'seconds not given',
      { ...MARKET_CIRCLE, latitude: '4/1 543/10 0/0' },
      { latitude: 4.905, longitude: -1.7554 },
    ],
  ])('%s', async (_, gps, place) => {
    const taken = readTaken(await exifOf(gps));
    expect(taken?.latitude).toBeCloseTo(place.latitude, 6);
    expect(taken?.longitude).toBeCloseTo(place.longitude, 6);
  });

  it.each([
    ['no place at all', undefined],
    [
      'zeros, as without a satellite',
      { ...MARKET_CIRCLE, latitude: '0/1 0/1 0/1', longitude: '0/1 0/1 0/1' },
    ],
    ['no number', { ...MARKET_CIRCLE, latitude: '4/0 53/1 0/1' }],
    ['beyond the pole', { ...MARKET_CIRCLE, latitude: '91/1 0/1 0/1' }],
    ['beyond the date line', { ...MARKET_CIRCLE, longitude: '181/1 0/1 0/1' }],
    ['more minutes than a degree has', { ...MARKET_CIRCLE, latitude: '4/1 99/1 0/1' }],
    ['no such side of the world', { ...MARKET_CIRCLE, north: 'Q' }],
    ['sides exchanged', { ...MARKET_CIRCLE, north: 'E', east: 'N' }],
  ])('nothing is said when there is nonsense: %s', async (_, gps) => {
    expect(readTaken(await exifOf(gps))).toBeUndefined();
  });

  it('is read from either order of bytes, with and without the mark', async () => {
    const little = await exifOf(MARKET_CIRCLE);
    expect(readTaken(little.subarray(6))).toEqual(readTaken(little));
    expect(readTaken(bigEndian())).toEqual({ latitude: 4.5, longitude: -1.75 });
  });

  it('is not read from a directory that points to itself, nowhere, or claims thousands of tags', () => {
    expect(readTaken(tiff(8, []))).toBeUndefined();
    expect(readTaken(tiff(0xffffffff, []))).toBeUndefined();
    expect(readTaken(tiff(8, [[0x8825, 4, 1, 8]]))).toBeUndefined();
    expect(readTaken(tiff(8, [[0x8825, 4, 1, 0xfffffff0]]))).toBeUndefined();
    const claims = Array.from({ length: 5000 }, (_, tag) => [tag, 1, 0x7fffffff, 0] as Entry);
    const started = process.hrtime.bigint();
    expect(readTaken(tiff(8, claims))).toBeUndefined();
    expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(1000);
  });

  it('never throws, and says only places on earth, whatever the block holds', async () => {
    const whole = await exifOf(MARKET_CIRCLE);
    const flips = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(flips, fc.nat(whole.length), (changes, cut) => {
        const block = Buffer.from(whole.subarray(0, cut % 2 ? cut : whole.length));
        for (const [offset, value] of changes) if (offset < block.length) block[offset] = value;
        const taken = readTaken(block);
        if (taken === undefined) return true;
        return Math.abs(taken.latitude) <= 90 && Math.abs(taken.longitude) <= 180;
      }),
      { numRuns: 3000 },
    );
  });
});

type Entry = [tag: number, type: number, count: number, value: number];

function tiff(directory: number, list: Entry[]): Uint8Array {
  const block = Buffer.alloc(10 + list.length * 12 + 4);
  block.write('II*\0', 'latin1');
  block.writeUInt32LE(directory, 4);
  block.writeUInt16LE(list.length, 8);
  for (const [place, [tag, type, count, value]] of list.entries()) {
    const offset = 10 + place * 12;
    block.writeUInt16LE(tag, offset);
    block.writeUInt16LE(type, offset + 2);
    block.writeUInt32LE(count, offset + 4);
    block.writeUInt32LE(value, offset + 8);
  }
  return block;
}

/** 4° 30' N, 1° 45' W, written by hand the other way round, since sharp writes little-endian only. */
function bigEndian(): Uint8Array {
  const block = Buffer.alloc(130);
  block.write('MM\0*\0\0\0\x08\0\x01', 'latin1');
  block.set(bytes('\x88\x25\0\x04\0\0\0\x01\0\0\0\x1a'), 10);
  block.set(bytes('\0\x04'), 26);
  block.set(bytes('\0\x01\0\x02\0\0\0\x02N\0\0\0'), 28);
  block.set(bytes('\0\x02\0\x05\0\0\0\x03\0\0\0\x50'), 40);
  block.set(bytes('\0\x03\0\x02\0\0\0\x02W\0\0\0'), 52);
  block.set(bytes('\0\x04\0\x05\0\0\0\x03\0\0\0\x68'), 64);
  for (const [place, number] of [4, 1, 30, 1, 0, 1, 1, 1, 45, 1, 0, 1].entries()) {
    block.writeUInt32BE(number, 80 + place * 4);
  }
  return block;
}
