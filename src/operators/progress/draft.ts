/** Progress that an official is writing: kept with its photos until it is published or thrown away. */
import { sql } from 'drizzle-orm';
import { attach } from '../../civic/changes.ts';
import type { ProgressState } from '../../civic/plan/progress.ts';
import { rows, type Tx } from '../../database/database.ts';
import type { AtDesk } from '../desk.ts';

/** Photos that show one update. */
export const EVIDENCE_PHOTOS_MAX = 5;
/** Drafts that nobody touched for so long are dropped. */
export const DRAFT_KEEP_DAYS = 30;
/** Our letters about one draft that can be quoted: the newest. */
const LETTERS_MAX = 20;

export type DraftContent = {
  /** progress: how far something is; milestone: what a milestone is, a new one or one that is changed. */
  kind: 'progress' | 'milestone';
  /** The key of its commitment; null while nobody said which. */
  key: string | null;
  milestone: { id: number; title: string; place: number } | null;
  state: ProgressState | null;
  percent: number | null;
  words: string | null;
  link: string | null;
  title: string | null;
  due: string | null;
  /** The update that it corrects. */
  corrects: number | null;
  /** The newest update when its author last saw a preview; another one since then has to be seen first. */
  seen: number;
  /** Counts previews: the buttons of older ones do nothing. */
  version: number;
  /** Our letters about it, by our own numbers, the newest last. */
  letters: number[];
};

export type Draft = { id: number; author: string; content: DraftContent; photos: string[] };

export const emptyDraft = (kind: DraftContent['kind']): DraftContent => ({
  kind,
  key: null,
  milestone: null,
  state: null,
  percent: null,
  words: null,
  link: null,
  title: null,
  due: null,
  corrects: null,
  seen: 0,
  version: 0,
  letters: [],
});

const columns = sql`d.id::float8 as id, d.author, d.content, (
  select coalesce(jsonb_agg(a.file_id order by a.file_id), '[]'::jsonb) from attachments a
  where a.subject = 'draft' and a.subject_id = d.id) as photos`;

/** A new one; what the same official left unfinished at this desk makes room. */
export async function openDraft({ around, letter }: AtDesk, content: DraftContent): Promise<Draft> {
  const { tx, now } = around;
  const [old] = await rows<{ id: number }>(
    tx,
    sql`select id::float8 as id from progress_drafts where desk = ${letter.desk} and author = ${letter.name} for update`,
  );
  if (old) await dropDraft(tx, old.id);
  const [made] = await rows<{ id: number }>(
    tx,
    sql`insert into progress_drafts (desk, author, content, updated_at)
        values (${letter.desk}, ${letter.name}, ${JSON.stringify(content)}::jsonb, ${now.toISOString()}::timestamptz)
        returning id::float8 as id`,
  );
  return { id: made?.id ?? 0, author: letter.name, content, photos: [] };
}

/** The draft, locked, when it is this desk's. */
export async function lockDraft({ around, letter }: AtDesk, id: number): Promise<Draft | undefined> {
  const [found] = await rows<{ id: number }>(
    around.tx,
    sql`select id::float8 as id from progress_drafts where id = ${id} and desk = ${letter.desk} for update`,
  );
  if (!found) return undefined;
  return (await rows<Draft>(around.tx, sql`select ${columns} from progress_drafts d where d.id = ${id}`))[0];
}

/** The draft that the quoted letter speaks of; `newest`: nothing was shown of it since. */
export async function quotedDraft(at: AtDesk): Promise<{ draft: Draft; newest: boolean } | undefined> {
  const { tx } = at.around;
  const { channel, desk, content } = at.letter;
  if (content.replyTo === undefined) return undefined;
  const [found] = await rows<{ id: number; letter: number }>(
    tx,
    sql`select d.id::float8 as id, m.id::float8 as letter from progress_drafts d
        cross join lateral jsonb_array_elements_text(d.content -> 'letters') letter
        join messages m on m.id = letter::bigint
        where d.desk = ${desk} and m.channel = ${channel} and m.external_id = ${content.replyTo} limit 1`,
  );
  const draft = found && (await lockDraft(at, found.id));
  return draft && { draft, newest: draft.content.letters.at(-1) === found.letter };
}

export async function keepDraft(tx: Tx, draft: Draft, now: Date): Promise<void> {
  draft.content.letters = draft.content.letters.slice(-LETTERS_MAX);
  await tx.execute(sql`
    update progress_drafts set content = ${JSON.stringify(draft.content)}::jsonb,
      updated_at = ${now.toISOString()}::timestamptz where id = ${draft.id}`);
}

/** Adds photos up to EVIDENCE_PHOTOS_MAX. */
export async function addPhotos(tx: Tx, draft: Draft, photos: readonly string[]): Promise<void> {
  const fresh = photos.filter((id) => !draft.photos.includes(id));
  const added = fresh.slice(0, EVIDENCE_PHOTOS_MAX - draft.photos.length);
  await attach(tx, 'draft', draft.id, added);
  draft.photos = [...draft.photos, ...added];
}

export async function dropDraft(tx: Tx, id: number): Promise<void> {
  await tx.execute(sql`delete from attachments where subject = 'draft' and subject_id = ${id}`);
  await tx.execute(sql`delete from progress_drafts where id = ${id}`);
}

export async function dropOldDrafts(tx: Tx, now: Date): Promise<void> {
  const before = new Date(now.getTime() - DRAFT_KEEP_DAYS * 86_400_000).toISOString();
  const old = await rows<{ id: number }>(
    tx,
    sql`select id::float8 as id from progress_drafts where updated_at < ${before}::timestamptz for update`,
  );
  for (const { id } of old) await dropDraft(tx, id);
}
