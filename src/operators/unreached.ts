/** An official's words did not arrive: said under the card, so that nobody waits for an answer. */
import { sql } from 'drizzle-orm';
import { referenceOf } from '../civic/reference.ts';
import { reportsById } from '../civic/reports/find.ts';
import { rows } from '../database/database.ts';
import { toDesks } from './card.ts';
import { sayUnderCard } from './cards.ts';
import type { Around } from './desk.ts';

export async function tellUnreached(around: Around, reportId: number): Promise<void> {
  const { tx, now, voice, settings } = around;
  const report = (await reportsById(tx, [reportId])).get(reportId);
  if (!report) return;
  const [gone] = await rows(
    tx,
    sql`select 1 from conversations c join addresses a on a.address = c.address
        where c.person_id = ${report.person_id} and c.room = '' and a.blocked_at is not null`,
  );
  const reference = referenceOf(reportId);
  const text = voice.say(settings.deskLanguage, gone ? 'desk.unreachable' : 'desk.notArrived', { reference });
  await sayUnderCard(tx, report, [{ text }], toDesks(around), now);
}
