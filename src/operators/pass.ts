/** A report is given to another department. The promised date stays. */
import { departmentName } from '../civic/city.ts';
import { referenceOf } from '../civic/reference.ts';
import { passReport } from '../civic/reports/change.ts';
import { OPEN_STATES, type Report, TALK } from '../civic/reports/report.ts';
import type { Choice } from '../engine/content.ts';
import { deskChoice } from './card.ts';
import { desksOf, postCards, redrawCards, sayUnderCard } from './cards.ts';
import { type AtDesk, deskWords, sayOf } from './desk.ts';
import { sayEarlier } from './earlier.ts';
import { tellOf } from './tell.ts';

/** Departments that a keyboard shows at once, besides the button for more. */
const OFFERED_MAX = 8;
const LABEL_MAX = 40;

/** By a button for each department, or by its name or id: `/pass roads`. */
export async function passOn(at: AtDesk, report: Report, words: string): Promise<void> {
  if (!OPEN_STATES.includes(report.state)) return sayOf(at, report, 'ended', { state: report.state });
  const department = departmentMeant(at, words);
  if (department) return pass(at, report, department);
  const text = deskWords(at, 'passPrompt', { reference: referenceOf(report.id) });
  at.answer({ text, choices: departmentsOffered(at, report, words), numbered: false }, report.id);
}

async function pass(at: AtDesk, report: Report, department: string): Promise<void> {
  if (department === report.department) return sayOf(at, report, 'sameDepartment');
  const name = departmentName(at.desks.city, department);
  const { tx, now } = at.around;
  await sayUnderCard(
    tx,
    report,
    [{ text: deskWords(at, 'passed', { reference: referenceOf(report.id), name, by: at.letter.name }) }],
    at.desks,
    now,
  );
  await passReport(tx, report, department, at.letter.name, now);
  await redrawCards(tx, report, at.desks, now);
  await postCards(tx, [report], at.desks, now);
  for (const desk of await desksOf(tx, at.desks.city, department))
    await sayEarlier(tx, [report], desk, at.desks, now);
  if (report.category !== TALK) await tellOf(at, report, 'change', { state: 'passed' });
}

/** @param words of the button for more: `more8` begins at the eighth */
function departmentsOffered(at: AtDesk, report: Report, words: string): Choice[] {
  const from = Number(/^more(\d{1,3})$/.exec(words)?.[1] ?? 0);
  const others = Object.entries(at.desks.city.departments).filter(([id]) => id !== report.department);
  const choices = others.slice(from, from + OFFERED_MAX).map(([id, { name }]) => ({
    id: deskChoice('pass', report.id, id),
    label: name.length > LABEL_MAX ? `${name.slice(0, LABEL_MAX - 1)}…` : name,
  }));
  const next = from + OFFERED_MAX;
  if (next >= others.length) return choices;
  return [
    ...choices,
    { id: deskChoice('pass', report.id, `more${next}`), label: deskWords(at, 'moreDepartments') },
  ];
}

/** A department as officials write it: its id or its name. */
function departmentMeant(at: AtDesk, words: string): string | undefined {
  const said = words.trim().toLowerCase();
  if (said === '') return undefined;
  const known = Object.entries(at.desks.city.departments);
  return known.find(
    ([id, { name }]) => id === said || name.toLowerCase() === said || name.toLowerCase().startsWith(said),
  )?.[0];
}
