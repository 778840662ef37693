/** The front desk and the digest: a sample with its counts to send or hold, and word of what did not go out. */
import { sql } from 'drizzle-orm';
import type { Address } from '../../channels/message.ts';
import { rows, type Tx } from '../../database/database.ts';
import { post } from '../../delivery/post.ts';
import type { Choice } from '../../engine/content.ts';
import type { Values } from '../../engine/flow.ts';
import { DAY } from './clock.ts';
import { composeCity, readTold } from './compose.ts';
import { responseFigures } from './figures.ts';
import { type Edition, type EditionState, type Editions, isTooLate } from './opened.ts';
import { writeLetter } from './write.ts';

type Words = Pick<Editions, 'city' | 'voice' | 'deskLanguage'>;

/** A sample tells what the last week brought. */
const SAMPLE_DAYS = 7;

/** Shows the edition in each language, with the number of its readers, and asks whether it may go. */
export async function askDesk(tx: Tx, editions: Editions, edition: Edition, now: Date): Promise<void> {
  const { voice, promiseTitle } = editions;
  const since = new Date(edition.opening.getTime() - SAMPLE_DAYS * DAY);
  const told = await readTold(tx, since, now);
  const figures = await responseFigures(tx, now);
  const letter = { ...composeCity(told, since.getTime()), day: edition.opening.getTime(), figures };
  const counts = await readersByLanguage(tx, edition);
  const samples = voice.languages
    .filter(({ code, finished }) => finished || counts.has(code))
    .map(({ code, name }) => {
      const { text } = writeLetter(letter, code, { voice, promiseTitle, happened: told.happened });
      return `${name}, ${counts.get(code) ?? 0}:\n${text}`;
    });
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const choices = (['send', 'hold'] as const).map(
    (what): Choice => ({
      id: `desk:digest:${edition.id}:${what}`,
      label: voice.say(editions.deskLanguage, `desk.digest.button.${what}`),
    }),
  );
  const asked = voice.say(editions.deskLanguage, 'desk.digest.ask', {
    day: edition.opening.getTime(),
    count: all,
  });
  await tell(tx, editions, [asked, ...samples].join('\n\n'), now, choices);
}

/** What an official decided. `tooLate`: it is old news by now; `over`: it was sent or skipped already. */
export type Decided = 'send' | 'hold' | 'tooLate' | 'over';

export async function decideEdition(
  tx: Tx,
  id: number,
  what: 'send' | 'hold',
  official: string,
  now: Date,
): Promise<Decided | undefined> {
  const [found] = await rows<{ state: EditionState; opening: string }>(
    tx,
    sql`select state, content ->> 'opening' as opening from broadcasts where id = ${id} and kind = 'digest' for update`,
  );
  if (!found) return undefined;
  if (found.state === 'skipped' || found.state === 'done') return 'over';
  if (what === 'send' && isTooLate(new Date(found.opening), now)) return 'tooLate';
  const at = now.toISOString();
  const state: EditionState = what === 'send' ? 'sending' : 'held';
  await tx.execute(sql`
    update broadcasts set state = ${state}, confirmed_by = ${official},
      started_at = case when ${state} = 'sending' then coalesce(started_at, ${at}::timestamptz) else started_at end
    where id = ${id}`);
  return what;
}

/** Says something about the digest at the front desk. */
export async function tellDesk(tx: Tx, words: Words, key: string, values: Values, now: Date): Promise<void> {
  await tell(tx, words, words.voice.say(words.deskLanguage, `desk.digest.${key}`, values), now);
}

async function tell(tx: Tx, { city }: Words, text: string, now: Date, choices?: Choice[]): Promise<void> {
  const desks = await rows<{ address: Address; channel: string }>(
    tx,
    sql`select address, channel from desks where closed_at is null and department = ${city.front} order by opened_at`,
  );
  const content = { text, ...(choices && { choices, numbered: false }) };
  await post(
    tx,
    desks.map(({ address, channel }) => ({ channel, to: address, content, priority: 'notice' as const })),
    now,
  );
}

async function readersByLanguage(tx: Tx, { opening }: Edition): Promise<Map<string, number>> {
  const found = await rows<{ language: string; count: number }>(
    tx,
    sql`select coalesce(c.state ->> 'language', p.language) as language, count(*)::int as count
        from digests d join people p on p.id = d.person_id
        join conversations c on c.person_id = d.person_id and c.room = ''
        where d.ended_at is null and p.stopped_at is null and d.began_at < ${opening.toISOString()}::timestamptz
        group by 1 order by 1`,
  );
  return new Map(found.map((row) => [row.language, row.count]));
}
