/** A chat becomes a desk by a one-time code, and stops being one. */
import { sql } from 'drizzle-orm';
import { departmentName } from '../civic/city.ts';
import { reportsWithoutCard } from '../civic/reports/find.ts';
import { rows } from '../database/database.ts';
import { type Desk, OPENING_CARDS_MAX, postCards } from './cards.ts';
import { type AtDesk, deskWords, ownWords } from './desk.ts';
import { sayEarlier } from './earlier.ts';
import { useInvitation } from './invite.ts';

export async function openDesk(at: AtDesk, words: string, hasTopics: boolean): Promise<void> {
  const { tx, now, city } = at.around;
  const code = words.trim();
  if (code === '') return at.answer({ text: ownWords(at, 'howToOpen') });
  if (code.toLowerCase() === 'close' && at.letter.department !== '') {
    await tx.execute(
      sql`update desks set closed_at = ${now.toISOString()}::timestamptz where address = ${at.letter.desk}`,
    );
    return at.answer({ text: deskWords(at, 'closed') });
  }
  const department = await useInvitation(tx, code, now);
  if (department === undefined) return at.answer({ text: deskWords(at, 'badCode') });
  const desk: Desk = {
    address: at.letter.desk,
    channel: at.letter.channel,
    department,
    has_topics: hasTopics,
  };
  // A chat that becomes the desk of another department keeps no right over what it had before.
  if (department !== at.letter.department) {
    await tx.execute(sql`delete from cards c using reports r
      where c.desk = ${desk.address} and r.id = c.report_id and r.department <> ${department}`);
  }
  await tx.execute(sql`
    insert into desks (address, channel, department, has_topics, opened_at, opened_by)
    values (${desk.address}, ${desk.channel}, ${department}, ${hasTopics}, ${now.toISOString()}::timestamptz, ${at.letter.name})
    on conflict (address) do update set department = excluded.department, has_topics = excluded.has_topics,
      opened_at = excluded.opened_at, opened_by = excluded.opened_by, closed_at = null`);
  at.answer({ text: ownWords(at, 'opened', { department: departmentName(city, department) }) });
  const departments = department === city.front ? [department, ...(await deskless(at))] : [department];
  const waiting = await reportsWithoutCard(tx, departments, desk.address, OPENING_CARDS_MAX);
  await postCards(tx, waiting, at.desks, now, desk);
  await sayEarlier(tx, waiting, desk, at.desks, now);
}

/** Departments without a desk of their own: the front desk answers for them. */
async function deskless(at: AtDesk): Promise<string[]> {
  const open = await rows<{ department: string }>(
    at.around.tx,
    sql`select distinct department from desks where closed_at is null`,
  );
  const manned = new Set(open.map((row) => row.department));
  return Object.keys(at.desks.city.departments).filter((id) => !manned.has(id));
}
