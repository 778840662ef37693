import { sql } from 'drizzle-orm';
import { idSet, rows, type Tx } from '../database/database.ts';
import type { Json } from '../engine/content.ts';

/** Contents kept in memory; the oldest is forgotten and would be read again. */
export const CONTENTS_KEPT_MAX = 500;

/** What broadcasts say, by its number. It never changes, so it is read once and not with each letter. */
export type KeptContents = Map<number, Json>;

/** The contents of these letters, read where they are not kept yet. */
export async function contentsOf(
  tx: Tx,
  letters: { contentId: number | null }[],
  kept: KeptContents,
): Promise<KeptContents> {
  const wanted = new Set(letters.flatMap(({ contentId }) => contentId ?? []));
  const missing = [...wanted].filter((id) => !kept.has(id));
  if (missing.length === 0) return kept;
  const found = await rows<{ id: number; content: Json }>(
    tx,
    sql`select id::float8 as id, content from broadcast_contents where id = any(${idSet(missing)})`,
  );
  for (const { id, content } of found) kept.set(id, content);
  for (const id of kept.keys()) {
    if (kept.size <= CONTENTS_KEPT_MAX) break;
    if (!wanted.has(id)) kept.delete(id);
  }
  return kept;
}
