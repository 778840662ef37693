import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { departmentName } from '../civic/city.ts';
import { promisedBy } from '../civic/promise.ts';
import { referenceOf } from '../civic/reference.ts';
import { addFiles, addVoice, writeEvent } from '../civic/reports/change.ts';
import { lockReport, reportsById, reportsNear } from '../civic/reports/find.ts';
import type { Report } from '../civic/reports/report.ts';
import { type Draft, sendReports } from '../civic/reports/send.ts';
import { rows } from '../database/database.ts';
import type { Json } from '../engine/content.ts';
import { composeAnswer } from '../operators/card.ts';
import { postCards, redrawCards, sayUnderCard } from '../operators/cards.ts';
import { type Action, type Around, action, actionEach, type Call, desksFor, Refusal } from './action.ts';
import { filesOf, found, given, reportId, wordsOf } from './inputs.ts';

const draft = z.object({
  kind: z.string(),
  details: given.nullable(),
  found: found.nullable(),
  photos: given.nullable().optional(),
  /** The project that it is about. */
  project: z.coerce.number().int().positive().nullable().optional(),
});

/** On the way to a report: what it would be, whether it was said already, and sending it. */
export const draftActions: Record<string, Action> = {
  /** How a category is dealt with: `manner` plain, emergency (numbers first) or refer (others first). */
  'reports.about': action(z.object({ kind: z.string() }), async (calls, { city, settings }) =>
    calls.map(({ input }) => {
      const category = city.categories[input.kind];
      if (!category) return new Refusal('noCategory');
      const numbers =
        input.kind === 'fire'
          ? `${settings.emergencyNumber} / ${settings.fireNumber}`
          : settings.emergencyNumber;
      return { manner: category.manner, numbers };
    }),
  ),

  'reports.near': action(z.object({ kind: z.string(), found: found.nullable() }), async (calls, around) => {
    const { tx, now, voice, city } = around;
    const asked: { category: string; latitude: number; longitude: number }[] = [];
    const places = calls.map(({ input }) => {
      const { latitude = null, longitude = null } = input.found ?? {};
      if (latitude === null || longitude === null || city.categories[input.kind]?.quiet) return undefined;
      return asked.push({ category: input.kind, latitude, longitude }) - 1;
    });
    const lists = await reportsNear(tx, asked);
    return calls.map(({ person }, at): Json => {
      const place = places[at];
      const near = place === undefined ? [] : (lists[place] ?? []);
      if (near.length === 0) return { count: 0 };
      const choices = near.map((report) => ({
        id: String(report.id),
        label: referenceOf(Number(report.id)),
        detail: voice.say(person.language, 'report.same.one', {
          place: report.place_name,
          metres: report.metres,
          age: now.getTime() - report.sent_at,
          state: report.state,
        }),
        words: [
          referenceOf(Number(report.id)),
          ...(near.length === 1 ? voice.list(person.language, 'words.same') : []),
        ],
      }));
      const another = {
        id: 'another',
        label: voice.say(person.language, 'report.same.another'),
        words: [...voice.list(person.language, 'words.another')],
      };
      return { count: near.length, choices: [...choices, another] };
    });
  }),

  'reports.join': actionEach(
    z.object({ report: reportId, details: given.nullable(), photos: given.nullable() }),
    async ({ input, person }, around) => {
      const { tx, now } = around;
      const report = await lockReport(tx, input.report);
      if (!report) throw new Refusal('noReport');
      const added = await addVoice(tx, report.id, person.id, now);
      const files = filesOf(input.photos, input.details);
      await addFiles(tx, report.id, files, now);
      if (added) {
        await writeEvent(tx, report.id, { kind: 'voice', actor: 'resident' }, now);
        const fresh = (await reportsById(tx, [report.id])).get(report.id) ?? report;
        const words = wordsOf(input.details);
        const more = { text: words, photos: input.photos?.photos ?? [], voices: input.details?.voices ?? [] };
        await redrawCards(tx, fresh, desksFor(around), now);
        await sayUnderCard(
          tx,
          fresh,
          composeAnswer(fresh, more, false, desksFor(around)),
          desksFor(around),
          now,
        );
      }
      return { reference: referenceOf(report.id), state: report.state };
    },
  ),

  /** What would be sent, in words. */
  'reports.sum': action(draft, async (calls) =>
    calls.map(({ input, person }) => ({
      place: input.found?.name ?? '',
      words: shortened(wordsOf(input.details, input.photos)),
      photos: input.photos?.photos?.length ?? 0,
      voices: (input.details?.voices?.length ?? 0) + (input.photos?.voices?.length ?? 0),
      manner: person.anonymous || !person.called ? 'anonymous' : 'named',
    })),
  ),

  'reports.send': action(draft, async (calls, around) => {
    const { tx, now, city } = around;
    const drafts = calls.map((call) => draftOf(call, around));
    const ids = await sendReports(tx, drafts, now);
    await postCards(tx, [...(await reportsForCards(drafts, ids, around)).values()], desksFor(around), now);
    return calls.map((_, at) => {
      const id = ids[at];
      const made = drafts[at];
      if (id === undefined || !made) return new Refusal('noReport');
      return {
        report: id,
        reference: referenceOf(id),
        department: departmentName(city, made.department),
        due: made.promisedAt?.getTime() ?? null,
      };
    });
  }),
};

/** A summary must fit where choices stand under it: WhatsApp gives such a letter 1024 letters. */
const WORDS_SHOWN_MAX = 300;

const shortened = (words: string): string =>
  words.length <= WORDS_SHOWN_MAX ? words : `${words.slice(0, WORDS_SHOWN_MAX - 1).trimEnd()}…`;

function draftOf({ input, person }: Call<z.infer<typeof draft>>, { city, now }: Around): Draft {
  const category = city.categories[input.kind];
  const department = category?.department ?? city.front;
  return {
    personId: person.id,
    category: category ? input.kind : 'other',
    department,
    description: wordsOf(input.details, input.photos),
    latitude: input.found?.latitude ?? null,
    longitude: input.found?.longitude ?? null,
    placeName: input.found?.name ?? '',
    otherAssembly: input.found?.assembly ?? null,
    projectId: input.project ?? null,
    anonymous: person.anonymous || !person.called,
    called: person.anonymous ? null : person.called,
    language: person.language,
    promisedAt: category ? promisedBy(now, category.hours, city.holidays) : null,
    files: [...new Set(filesOf(input.photos, input.details))],
  };
}

/** Cards are drawn from what was stored, and only where there is a desk to see them. */
async function reportsForCards(
  drafts: Draft[],
  ids: number[],
  { tx, city }: Around,
): Promise<Map<number, Report>> {
  const open = await rows<{ department: string }>(
    tx,
    sql`select distinct department from desks where closed_at is null`,
  );
  const withDesk = new Set(open.map((desk) => desk.department));
  const all = withDesk.has(city.front);
  return reportsById(
    tx,
    ids.filter((_, at) => all || withDesk.has(drafts[at]?.department ?? '')),
  );
}
