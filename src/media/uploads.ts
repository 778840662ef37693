/**
 * Bytes that a browser handed in, until they are checked: it cannot be asked for them a second time. They lie in table
 * `files` under kind 'upload', are read by nobody but the check, and are dropped after UPLOAD_KEEP_HOURS.
 */
import { randomBytes } from 'node:crypto';
import { and, eq, lt } from 'drizzle-orm';
import type { Database, Tx } from '../database/database.ts';
import { files } from '../database/schema.ts';
import type { World } from '../world.ts';

export const UPLOAD_KEEP_HOURS = 24;
const UPLOAD = 'upload';

export function uploadsOf(database: Database, world: World) {
  return {
    async put(data: Uint8Array, claimedMime: string): Promise<string> {
      const id = `${UPLOAD}-${randomBytes(16).toString('hex')}`;
      const mime = claimedMime.slice(0, 100);
      await database.tx
        .insert(files)
        .values({ id, kind: UPLOAD, mime, bytes: data.byteLength, data, createdAt: world.now() });
      return id;
    },
    async get(source: string): Promise<Uint8Array | undefined> {
      const [found] = await database.tx
        .select({ data: files.data })
        .from(files)
        .where(and(eq(files.id, source), eq(files.kind, UPLOAD)));
      return found?.data;
    },
  };
}

export async function dropUploads(tx: Tx, now: Date): Promise<void> {
  const before = new Date(now.getTime() - UPLOAD_KEEP_HOURS * 3_600_000);
  await tx.delete(files).where(and(eq(files.kind, UPLOAD), lt(files.createdAt, before)));
}
