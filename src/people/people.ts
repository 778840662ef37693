/**
 * Who writes to us: language, consent, what officials may call them, whether they want to hear from us.
 * This room must not know what they write about.
 */
import { sql } from 'drizzle-orm';
import { idSet, rows, type Tx } from '../database/database.ts';
import type { Conversation } from '../engine/conversation.ts';

/** What a turn knows of the person whose turn it is. */
export type Person = {
  id: number;
  conversationId: number;
  language: string;
  consented: boolean;
  anonymous: boolean;
  called: string | null;
  stopped: boolean;
  /** What another person was in the middle of who became one with them in this turn (link.ts). */
  adopted?: Conversation;
};

/** Raised whenever the words of the consent change in meaning: people are then asked again. */
export const CONSENT_VERSION = '1';
export const CALLED_LETTERS_MAX = 60;

/** Writes down that they agreed, and how officials may see them. Changes `person` too: the turn goes on with it. */
export async function consent(
  tx: Tx,
  given: { person: Person; anonymous: boolean; called: string | null }[],
  now: Date,
): Promise<void> {
  for (const { person, anonymous, called } of given) {
    person.consented = true;
    person.anonymous = anonymous;
    if (called !== null) person.called = called.replace(/\s+/g, ' ').trim().slice(0, CALLED_LETTERS_MAX);
  }
  const changed = given.map(({ person }) => ({
    id: person.id,
    anonymous: person.anonymous,
    called: person.called,
  }));
  await tx.execute(sql`
    update people set consented_at = coalesce(people.consented_at, ${now.toISOString()}::timestamptz),
      consent_version = ${CONSENT_VERSION}, anonymous = given.anonymous, called = given.called
    from jsonb_to_recordset(${JSON.stringify(changed)}::jsonb) as given(id bigint, anonymous boolean, called text)
    where people.id = given.id`);
}

/** They said no: what they wrote so far is emptied. The rows stay, so that a repeat is still known as one. */
export async function refuseConsent(tx: Tx, person: Person): Promise<void> {
  person.called = null;
  await emptyLetters(tx, person.id);
}

async function emptyLetters(tx: Tx, personId: number): Promise<void> {
  await tx.execute(sql`
    delete from files where id in (
      select media ->> 'file' from messages m join conversations c on c.id = m.conversation_id,
        jsonb_array_elements(coalesce(m.content -> 'media', '[]'::jsonb)) media
      where c.person_id = ${personId} and m.direction = 'inbound')
    and not exists (select 1 from report_files r where r.file_id = files.id)
    and not exists (select 1 from attachments a where a.file_id = files.id)`);
  await tx.execute(sql`
    update messages set content = '{"text": ""}'::jsonb
    where conversation_id in (select id from conversations where person_id = ${personId})
      and status not in ('received', 'queued', 'sending')`);
}

/**
 * Deletes who somebody is. Their reports stay for the assembly without a name and without a way to answer; their
 * letters are emptied; the next time they write they are new to us.
 */
export async function forget(tx: Tx, personId: number): Promise<void> {
  await tx.execute(sql`
    update messages set status = 'cancelled' where status = 'waiting'
      and conversation_id in (select id from conversations where person_id = ${personId})`);
  await emptyLetters(tx, personId);
  await tx.execute(
    sql`update reports set person_id = null, called = null, anonymous = true where person_id = ${personId}`,
  );
  await tx.execute(sql`delete from voices where person_id = ${personId}`);
  await tx.execute(sql`delete from follows where person_id = ${personId}`);
  await tx.execute(sql`delete from digest_endings where person_id = ${personId}`);
  await tx.execute(sql`delete from digests where person_id = ${personId}`);
  await tx.execute(sql`update digests set chosen_by = null where chosen_by = ${personId}`);
  await tx.execute(sql`update observations set person_id = null where person_id = ${personId}`);
  await tx.execute(sql`update answers set person_id = null where person_id = ${personId}`);
  // A code that they still hold; not the notes of talks that are gone (linked.ts).
  await tx.execute(sql`delete from link_codes where person_id = ${personId}`);
  await tx.execute(sql`
    update people set called = null, consented_at = null, consent_version = null, anonymous = false where id = ${personId}`);
}

export async function setStopped(tx: Tx, personId: number, stoppedAt: Date | null): Promise<void> {
  await tx.execute(
    sql`update people set stopped_at = ${stoppedAt?.toISOString() ?? null}::timestamptz where id = ${personId}`,
  );
  if (stoppedAt) await cancelNotices(tx, personId, stoppedAt);
}

/** What waits for them and answers nothing that they wrote. */
export async function cancelNotices(tx: Tx, personId: number, now: Date): Promise<void> {
  await tx.execute(sql`
    update messages set status = 'cancelled', done_at = ${now.toISOString()}::timestamptz
    where direction = 'outbound' and status in ('queued', 'waiting') and priority > 0
      and conversation_id in (select id from conversations where person_id = ${personId})`);
}

export async function setLanguage(tx: Tx, personId: number, language: string): Promise<void> {
  await tx.execute(sql`update people set language = ${language} where id = ${personId}`);
}

export async function languagesOf(tx: Tx, ids: readonly number[]): Promise<Map<number, string>> {
  const found = await rows<{ id: number; language: string }>(
    tx,
    sql`select id::float8 as id, language from people where id = any(${idSet(ids)})`,
  );
  return new Map(found.map(({ id, language }) => [id, language]));
}

/** Letters of people who were asked for their consent and never answered are emptied after so many days. */
export const UNCONSENTED_KEEP_DAYS = 7;

export async function emptyUnconsented(tx: Tx, now: Date): Promise<void> {
  const before = new Date(now.getTime() - UNCONSENTED_KEEP_DAYS * 86_400_000).toISOString();
  const found = await rows<{ id: number }>(
    tx,
    sql`select distinct p.id from people p join conversations c on c.person_id = p.id
        join messages m on m.conversation_id = c.id
        where p.consented_at is null and c.heard_at < ${before}::timestamptz and m.direction = 'inbound'
          and m.status = 'handled' and m.content <> '{"text": ""}'::jsonb
          and not exists (select 1 from desks d where d.address = c.room)`,
  );
  for (const { id } of found) await emptyLetters(tx, id);
}
