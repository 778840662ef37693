/** Residents who leave a talk with the desk: it is closed and the desk is told, so that nobody writes to nobody. */
import { referenceOf } from '../civic/reference.ts';
import { changeState } from '../civic/reports/change.ts';
import { lockReport } from '../civic/reports/find.ts';
import { OPEN_STATES, TALK } from '../civic/reports/report.ts';
import { toDesks } from './card.ts';
import { redrawCards, sayUnderCard } from './cards.ts';
import type { Around } from './desk.ts';

/** A talk that the desk has ended itself is left without a word. */
export async function leaveTalks(around: Around, reportIds: number[]): Promise<void> {
  const { tx, now, voice, settings } = around;
  const desks = toDesks(around);
  for (const id of reportIds) {
    const report = await lockReport(tx, id);
    if (report?.category !== TALK || !OPEN_STATES.includes(report.state)) continue;
    await changeState(tx, report, { to: 'closed', actor: 'resident' }, now);
    await redrawCards(tx, report, desks, now);
    const text = voice.say(settings.deskLanguage, 'desk.left', { reference: referenceOf(id) });
    await sayUnderCard(tx, report, [{ text }], desks, now);
  }
}
