/** A desk that takes a report over reads what was said about it before. */
import { sql } from 'drizzle-orm';
import { referenceOf } from '../civic/reference.ts';
import type { Report } from '../civic/reports/report.ts';
import { rows, type Tx } from '../database/database.ts';
import { post } from '../delivery/post.ts';
import type { Desks } from './card.ts';
import { cardsOf, type Desk, toCard } from './cards.ts';

/** The newest letters about one report that are told again, and how much of each. */
const EARLIER_MAX = 10;
const EARLIER_WORDS_MAX = 300;

/** What was said about these reports before they came to this desk: by residents, and by officials to them. */
export async function sayEarlier(
  tx: Tx,
  reports: Report[],
  desk: Desk,
  desks: Desks,
  now: Date,
): Promise<void> {
  const say = (key: string, values = {}) => desks.voice.say(desks.language, `desk.${key}`, values);
  for (const report of reports) {
    const said = await rows<{ actor: string; words: string }>(
      tx,
      sql`select actor, words from (
            select id, actor, words from report_events
            where report_id = ${report.id} and kind in ('answer', 'reply') and words <> ''
            order by id desc limit ${EARLIER_MAX}) newest order by id`,
    );
    const card = (await cardsOf(tx, report.id)).find((one) => one.desk === desk.address);
    if (said.length === 0 || !card) continue;
    const lines = said.map(({ actor, words }) => {
      const short = words.length > EARLIER_WORDS_MAX ? `${words.slice(0, EARLIER_WORDS_MAX)}…` : words;
      return `${actor === 'resident' ? say('theResident') : actor}: “${short}”`;
    });
    const text = [say('earlier', { reference: referenceOf(report.id) }), ...lines].join('\n');
    await post(tx, [{ ...toCard(card, report), content: { text }, replyToId: card.message_id }], now);
  }
}
