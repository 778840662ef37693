/**
 * The letters of an edition: one row a reader, in batches that are whole or not at all. What is the same for many is put
 * into words once a language.
 */
import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../../database/database.ts';
import type { Content } from '../../engine/content.ts';
import type { Voice } from '../../engine/conversation.ts';
import { prepare, type Rendered } from '../prepare.ts';
import { DAY, hoursCome, isQuiet, type Schedule } from './clock.ts';
import { type Composed, compose, contentKey, readTold, type Told } from './compose.ts';
import { type Due, earliestMoment, lockDue, READERS_PER_COMMIT_MAX, type Turn } from './due.ts';
import { type Figures, responseFigures } from './figures.ts';
import type { Edition, Editions } from './opened.ts';
import { writeLetter } from './write.ts';

/** A transaction that wrote a change down a moment ago may not have been committed yet: it is left to the next edition. */
export const SETTLING_SECONDS = 60;
/** "Still no change" comes so many days after the last letter: four weeks, less the hours by which a turn may move. */
export const NOTE_DAYS_MIN = 27;
/** Of the hash that names a content within its edition. */
const KEY_LETTERS = 22;
/** Contents put into words that are kept at a time; fewer than this differ in any real city. */
const CONTENTS_KEPT_MAX = 20_000;

type Writing = { told: Told; figures: Figures; contents: Map<string, Rendered>; opening: Date };

/** Writes to everybody whose hour has come; nothing in quiet hours. Safe to repeat, and to stop at any moment. */
export async function writeLetters(
  editions: Editions,
  edition: Edition,
  schedule: Schedule,
  now: Date,
): Promise<number> {
  if (isQuiet(now, schedule)) return 0;
  const hours = hoursCome(edition.opening, now, schedule.timeZone);
  const { database } = editions;
  const earliest = await earliestMoment(database.tx, edition, hours, now);
  if (earliest === undefined) return 0;
  const through = new Date(now.getTime() - SETTLING_SECONDS * 1000);
  const writing: Writing = {
    told: await readTold(database.tx, new Date(earliest), through),
    figures: await responseFigures(database.tx, through),
    contents: new Map(),
    opening: edition.opening,
  };
  // Goes on behind the last reader of the batch before: those who have theirs are not looked at again.
  for (let written = 0, after = 0; ; ) {
    const batch = await database.inTransaction((tx) =>
      writeBatch(tx, editions, edition, { hours, after }, writing, now),
    );
    written += batch.length;
    after = batch.at(-1)?.person_id ?? after;
    if (batch.length < READERS_PER_COMMIT_MAX) return written;
  }
}

async function writeBatch(
  tx: Tx,
  editions: Editions,
  edition: Edition,
  turn: Turn,
  writing: Writing,
  now: Date,
): Promise<Due[]> {
  // One process writes at a time; a desk that holds the edition waits for the batch and stops the next.
  const held = await rows(
    tx,
    sql`select 1 from broadcasts where id = ${edition.id} and state = 'sending' for update skip locked`,
  );
  if (held.length === 0) return [];
  const due = await lockDue(tx, editions, edition, turn, now);
  const readers = due.map((one) => ({ personId: one.person_id, since: one.since }));
  const composed = await compose(tx, readers, writing.told);
  const letters = due.flatMap((one) => {
    const content = contentFor(one, composed.get(one.person_id), editions, writing, now);
    return content && !one.blocked ? [{ one, content }] : [];
  });
  await postLetters(
    tx,
    edition,
    letters.filter(({ one }) => one.carried),
    editions.channels.flatMap(({ name, carries }) => (carries ? name : [])),
    now,
  );
  const waiting = letters.flatMap(({ one }) => (one.carried ? [] : [one]));
  await offer(tx, waiting);
  const written = new Set(letters.map(({ one }) => one.person_id));
  await keepTold(tx, edition, due, written, new Set(waiting.map((one) => one.person_id)), writing, now);
  return due;
}

/** Undefined where there is nothing to say: no change, and no word of that is due. */
function contentFor(
  due: Due,
  composed: Composed | undefined,
  { voice, promiseTitle }: Editions,
  { told, figures, contents, opening }: Writing,
  now: Date,
): Rendered | undefined {
  const matters = composed?.matters ?? [];
  const quiet = matters.length === 0 || !composed;
  const noteDue = due.cadence === 'weekly' && now.getTime() - due.written >= NOTE_DAYS_MIN * DAY;
  // A word that nothing changed is not worth waiting for.
  if (quiet && !(noteDue && due.carried)) return undefined;
  const key = `${due.language} ${due.room} ${quiet ? 'note' : contentKey(composed)}`;
  const known = contents.get(key);
  if (known) return known;
  const letter = composed && {
    ...composed,
    day: opening.getTime(),
    figures,
    reader: due.room ? ('room' as const) : ('person' as const),
  };
  const text =
    quiet || !letter
      ? voice.say(due.language, 'digest.noChange')
      : writeLetter(letter, due.language, { voice, promiseTitle, happened: told.happened }).text;
  if (contents.size >= CONTENTS_KEPT_MAX) contents.clear();
  const content: Content = { text, ...(due.room && { inPrivate: goOnAlone(due.language, voice) }) };
  const rendered = {
    key: createHash('sha256').update(key).digest('base64url').slice(0, KEY_LETTERS),
    content,
  };
  contents.set(key, rendered);
  return rendered;
}

/** A group's letter leads each of its readers to a talk of their own. */
const goOnAlone = (language: string, voice: Voice) => ({
  start: 'week',
  label: voice.say(language, 'digest.openPrivate'),
});

async function postLetters(
  tx: Tx,
  edition: Edition,
  letters: { one: Due; content: Rendered }[],
  channels: string[],
  now: Date,
): Promise<void> {
  if (letters.length === 0) return;
  const rendered = [...new Set(letters.map(({ content }) => content))];
  const recipients = letters.map(({ one, content }) => ({
    conversationId: one.conversation_id,
    contentKey: content.key,
  }));
  await prepare(tx, edition.id, { rendered, recipients, channels }, now);
}

/** Their network carries no letter now: their talk remembers that one is ready, and says so with its next answer. */
async function offer(tx: Tx, waiting: Due[]): Promise<void> {
  if (waiting.length === 0) return;
  const ids = JSON.stringify(waiting.map((one) => one.conversation_id));
  await tx.execute(sql`
    update conversations set state = jsonb_set(state, '{offer}', '"week"')
    where id in (select value::bigint from jsonb_array_elements_text(${ids}::jsonb) value)`);
}

/** From here on their next edition tells what changed later. */
async function keepTold(
  tx: Tx,
  edition: Edition,
  due: Due[],
  written: Set<number>,
  waiting: Set<number>,
  { told }: Writing,
  now: Date,
): Promise<void> {
  if (due.length === 0) return;
  const at = sql`${now.toISOString()}::timestamptz`;
  const given = due.map(({ person_id, since }) => ({
    person_id,
    since: new Date(since).toISOString(),
    written: written.has(person_id),
    waiting: waiting.has(person_id),
  }));
  await tx.execute(sql`
    update digests d set edition = ${edition.key},
      told_from = case when given.written then given.since else d.told_from end,
      told_at = greatest(d.told_at, ${told.through.toISOString()}::timestamptz),
      written_at = case when given.written and not given.waiting then ${at} else d.written_at end,
      waiting_since = case when given.waiting then coalesce(d.waiting_since, ${at})
        when given.written then null else d.waiting_since end
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
      as given(person_id bigint, since timestamptz, written boolean, waiting boolean)
    where d.person_id = given.person_id`);
}
