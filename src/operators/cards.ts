/** Where reports stand: the cards at the desks that answer for them, and what is said under them. */
import { sql } from 'drizzle-orm';
import type { Address } from '../channels/message.ts';
import type { City } from '../civic/city.ts';
import { referenceOf } from '../civic/reference.ts';
import type { Report } from '../civic/reports/report.ts';
import { rows, type Tx } from '../database/database.ts';
import { type Letter, post } from '../delivery/post.ts';
import { nameTopic } from '../delivery/topics.ts';
import type { Content } from '../engine/content.ts';
import { attachments, composeCard, composePassedCard, type Desks, isOfWords, topicTitle } from './card.ts';

export type Desk = { address: Address; channel: string; department: string; has_topics: boolean };

/** Open reports shown to a desk at its opening. */
export const OPENING_CARDS_MAX = 20;
/** The desks of a department; the front desk's where it has none. */
export async function desksOf(tx: Tx, city: City, department: string): Promise<Desk[]> {
  const open = await rows<Desk>(
    tx,
    sql`select address, channel, department, has_topics from desks
        where closed_at is null and department in (${department}, ${city.front}) order by opened_at`,
  );
  const own = open.filter((desk) => desk.department === department);
  return own.length > 0 ? own : open;
}

/** Posts the card of each report to the desks of its department, with its place, further photos and voice notes. */
export async function postCards(
  tx: Tx,
  reports: Report[],
  desks: Desks,
  now: Date,
  only?: Desk,
): Promise<void> {
  const byDepartment = new Map<string, Desk[]>();
  for (const report of reports) {
    const places = only
      ? [only]
      : (byDepartment.get(report.department) ?? (await desksOf(tx, desks.city, report.department)));
    byDepartment.set(report.department, places);
    for (const desk of places) await postCard(tx, report, desk, desks, now);
  }
}

async function postCard(tx: Tx, report: Report, desk: Desk, desks: Desks, now: Date): Promise<void> {
  const key = desk.has_topics ? referenceOf(report.id) : undefined;
  if (key) {
    await nameTopic(tx, desk.address, key, topicTitle(report, desks));
  }
  const letter = (content: Content, replyToId?: number): Letter => ({
    channel: desk.channel,
    to: desk.address,
    content,
    priority: 'notice',
    about: report.id,
    topicKey: key,
    replyToId,
  });
  const [card] = await post(
    tx,
    [letter(composeCard(report, desks, now, isOfWords(desks, desk.channel)))],
    now,
  );
  if (card === undefined) return;
  await tx.execute(sql`
    insert into cards (report_id, desk, message_id) values (${report.id}, ${desk.address}, ${card})
    on conflict (report_id, desk) do update set message_id = excluded.message_id`);
  await post(
    tx,
    attachments(report).map((content) => letter(content, card)),
    now,
  );
}

/** Says the newest state on every card of a report. Changes that wait in the queue are joined into one. */
export async function redrawCards(tx: Tx, report: Report, desks: Desks, now: Date): Promise<void> {
  const cards = await cardsOf(tx, report.id);
  if (cards.length === 0) return;
  const answering = new Set((await desksOf(tx, desks.city, report.department)).map((desk) => desk.address));
  const withButtons = composeCard(report, desks, now, false);
  const inWords = composeCard(report, desks, now, true);
  const passed = composePassedCard(report, desks, now);
  await post(
    tx,
    cards.map((card) => ({
      ...toCard(card, report),
      content: !answering.has(card.desk) ? passed : isOfWords(desks, card.channel) ? inWords : withButtons,
      editsId: card.message_id,
    })),
    now,
  );
}

type Card = { desk: Address; channel: string; has_topics: boolean; message_id: number };

export async function cardsOf(tx: Tx, reportId: number): Promise<Card[]> {
  return rows<Card>(
    tx,
    sql`select c.desk, d.channel, d.has_topics, c.message_id::float8 as message_id
        from cards c join desks d on d.address = c.desk and d.closed_at is null where c.report_id = ${reportId}`,
  );
}

export const toCard = (card: Card, report: Report) => ({
  channel: card.channel,
  to: card.desk,
  priority: 'notice' as const,
  about: report.id,
  topicKey: card.has_topics ? referenceOf(report.id) : undefined,
});

/**
 * Says something under the card of a report, at the desks that answer for it now. A desk that has no card yet, because
 * another one answered before, gets it first: nothing is said to nobody.
 */
export async function sayUnderCard(
  tx: Tx,
  report: Report,
  contents: Content[],
  desks: Desks,
  now: Date,
): Promise<void> {
  if (contents.length === 0) return;
  const answering = await desksOf(tx, desks.city, report.department);
  const known = new Set((await cardsOf(tx, report.id)).map((card) => card.desk));
  for (const desk of answering) if (!known.has(desk.address)) await postCard(tx, report, desk, desks, now);
  const places = new Set(answering.map((desk) => desk.address));
  const cards = (await cardsOf(tx, report.id)).filter((card) => places.has(card.desk));
  await post(
    tx,
    cards.flatMap((card) =>
      contents.map((content) => ({ ...toCard(card, report), content, replyToId: card.message_id })),
    ),
    now,
  );
}
