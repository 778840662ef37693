import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { departmentName } from '../civic/city.ts';
import { referenceOf } from '../civic/reference.ts';
import { addFiles, changeState, writeEvent } from '../civic/reports/change.ts';
import { lockReport, reportsById, reportsOf } from '../civic/reports/find.ts';
import { OPEN_STATES, REOPEN_DAYS_MAX, type Report, TALK } from '../civic/reports/report.ts';
import { rows } from '../database/database.ts';
import type { Json } from '../engine/content.ts';
import { composeAnswer } from '../operators/card.ts';
import { redrawCards, sayUnderCard } from '../operators/cards.ts';
import { sayState } from '../operators/state-line.ts';
import { type Action, type Around, actionEach, desksFor, Refusal } from './action.ts';
import { filesOf, given, reportId, wordsOf } from './inputs.ts';

const DAY = 86_400_000;
/** Reports that a list shows. */
const LISTED_MAX = 8;

/** After a report was sent: how it stands, more words, an end or a new beginning. */
export const reportActions: Record<string, Action> = {
  'reports.mine': actionEach(z.object({}), async ({ person }, { tx, now, voice }) => {
    const mine = await reportsOf(tx, person.id, LISTED_MAX);
    return {
      count: mine.length,
      choices: mine.map((report) => ({
        id: String(report.id),
        label: referenceOf(Number(report.id)),
        detail: voice.say(person.language, 'reports.which.one', {
          problem: report.category,
          state: report.state,
          age: now.getTime() - report.sent_at,
        }),
      })),
    };
  }),

  'reports.state': actionEach(
    z.object({ report: reportId.nullable() }),
    async ({ input, person }, around) => {
      const report = (await reportsById(around.tx, [input.report ?? 0])).get(input.report ?? 0);
      if (!report || (report.category === TALK && report.person_id !== person.id))
        throw new Refusal('noReport');
      return stateOf(report, await isOf(report, person.id, around), around);
    },
  ),

  'reports.answer': actionEach(
    z.object({ report: reportId, given: given.nullable() }),
    async ({ input, person }, around) => {
      const { tx, now } = around;
      const report = await lockReport(tx, input.report);
      if (!report || !(await isOf(report, person.id, around))) throw new Refusal('noReport');
      await addFiles(tx, report.id, filesOf(input.given), now);
      await writeEvent(
        tx,
        report.id,
        { kind: 'answer', actor: 'resident', words: wordsOf(input.given) },
        now,
      );
      const more = {
        text: wordsOf(input.given),
        photos: input.given?.photos ?? [],
        voices: input.given?.voices ?? [],
        location: input.given?.location,
      };
      const own = Number(report.person_id) === person.id;
      await sayUnderCard(
        tx,
        report,
        composeAnswer(report, more, own, desksFor(around)),
        desksFor(around),
        now,
      );
      return { reference: referenceOf(report.id) };
    },
  ),

  'reports.confirm': actionEach(z.object({ report: reportId }), async ({ input, person }, around) => {
    const report = await lockReport(around.tx, input.report);
    if (!report || !(await isOf(report, person.id, around))) throw new Refusal('noReport');
    if (report.state === 'closed') return null;
    await changeState(around.tx, report, { to: 'closed', actor: 'resident' }, around.now);
    await redrawCards(around.tx, report, desksFor(around), around.now);
    await sayState(around.tx, report, desksFor(around), around.now);
    return null;
  }),

  'reports.reopen': actionEach(
    z.object({ report: reportId, given: given.nullable() }),
    async ({ input, person }, around) => {
      const { tx, now } = around;
      const report = await lockReport(tx, input.report);
      if (!report || !(await isOf(report, person.id, around))) throw new Refusal('noReport');
      if (!OPEN_STATES.includes(report.state) && isOver(report, now)) throw new Refusal('tooLate');
      await addFiles(tx, report.id, filesOf(input.given), now);
      const words = wordsOf(input.given);
      const wasOpen = OPEN_STATES.includes(report.state);
      if (!wasOpen)
        await changeState(tx, report, { to: 'sent', actor: 'resident', ...(words && { words }) }, now);
      const desks = desksFor(around);
      await redrawCards(tx, report, desks, now);
      const reference = referenceOf(report.id);
      const told = desks.voice.say(desks.language, wasOpen ? 'desk.stillBroken' : 'desk.reopened', {
        reference,
      });
      const text = words ? `${told}\n“${words}”` : told;
      const media = (input.given?.photos ?? []).map((id) => ({ kind: 'photo' as const, file: id }));
      await sayUnderCard(tx, report, [{ text, ...(media.length > 0 && { media }) }], desks, now);
      return { reference };
    },
  ),
};

async function isOf(report: Report, personId: number, { tx }: Around): Promise<boolean> {
  if (report.person_id !== null && Number(report.person_id) === personId) return true;
  const voice = await rows(
    tx,
    sql`select 1 from voices where report_id = ${report.id} and person_id = ${personId}`,
  );
  return voice.length > 0;
}

/** It ended too long ago to be opened again. */
const isOver = (report: Report, now: Date): boolean =>
  now.getTime() - (report.resolved_at ?? report.sent_at) > REOPEN_DAYS_MAX * DAY;

function stateOf(report: Report, own: boolean, { city, now }: Around): Json {
  const open = OPEN_STATES.includes(report.state);
  const reopenable = report.state === 'resolved';
  return {
    id: report.id,
    manner: !own ? 'stranger' : open ? 'open' : reopenable ? 'resolved' : 'closed',
    reference: referenceOf(report.id),
    kind: report.category,
    place: report.place_name,
    state: report.state,
    department: departmentName(city, report.department),
    due: report.promised_at,
    late: report.promised_at !== null && open && report.promised_at < now.getTime() ? 'late' : 'inTime',
    when: report.resolved_at ?? report.sent_at,
    voices: report.voices + 1,
    reopening: open || !isOver(report, now) ? 'inTime' : 'tooLate',
  };
}
