/** A desk of words learns by a line of its own where a report stands: the card there may not be changed any more. */
import type { Address } from '../channels/message.ts';
import { referenceOf } from '../civic/reference.ts';
import type { Report } from '../civic/reports/report.ts';
import type { Tx } from '../database/database.ts';
import { post } from '../delivery/post.ts';
import { type Desks, isOfWords } from './card.ts';
import { cardsOf, desksOf, toCard } from './cards.ts';

/** "KS-7F3Q is taken by Efua." */
export const stateNow = (report: Report, { voice, language }: Desks): string =>
  voice.say(language, `desk.now.${report.state}`, {
    reference: referenceOf(report.id),
    name: report.taken_by ?? '',
  });

/**
 * Says it under the card at the desks of words that answer for the report; desks with buttons see it on the card.
 * @param except the desk that did it, and is answered there
 */
export async function sayState(
  tx: Tx,
  report: Report,
  desks: Desks,
  now: Date,
  except?: Address,
): Promise<void> {
  if (desks.wordChannels.length === 0) return;
  const answering = new Set((await desksOf(tx, desks.city, report.department)).map(({ address }) => address));
  const content = { text: stateNow(report, desks) };
  const cards = (await cardsOf(tx, report.id)).filter(
    ({ desk, channel }) => desk !== except && answering.has(desk) && isOfWords(desks, channel),
  );
  await post(
    tx,
    cards.map((card) => ({ ...toCard(card, report), content, replyToId: card.message_id })),
    now,
  );
}
