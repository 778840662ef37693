/**
 * The picture that a phone scans to be paired. Whoever has it can become this number, so it lies under a kind of its own
 * and is dropped soon: the code in it is worth nothing after half a minute.
 */
import { randomBytes } from 'node:crypto';
import { and, eq, lt } from 'drizzle-orm';
import qrcode from 'qrcode';
import type { Tx } from '../database/database.ts';
import { files } from '../database/schema.ts';

export const PAIRING_PICTURE_KEEP_HOURS = 1;
const PICTURE = 'pairing';
/** Scans from a screen at an arm's length. */
const MODULE_PIXELS = 8;
/** The standard's own quiet zone. */
const MARGIN_MODULES = 4;

/** Resolves with the id of a PNG that says the code. */
export async function storePairingPicture(tx: Tx, code: string, now: Date): Promise<string> {
  const data = await drawCode(code);
  const id = randomBytes(16).toString('hex');
  const row = { id, kind: PICTURE, mime: 'image/png', bytes: data.byteLength, data, createdAt: now };
  await tx.insert(files).values(row);
  return id;
}

export const drawCode = (code: string): Promise<Uint8Array> =>
  qrcode.toBuffer(code, {
    type: 'png',
    errorCorrectionLevel: 'M',
    margin: MARGIN_MODULES,
    scale: MODULE_PIXELS,
  });

export async function dropPairingPictures(tx: Tx, now: Date): Promise<void> {
  const before = new Date(now.getTime() - PAIRING_PICTURE_KEEP_HOURS * 3_600_000);
  await tx.delete(files).where(and(eq(files.kind, PICTURE), lt(files.createdAt, before)));
}
