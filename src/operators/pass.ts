/** A report is given to another department. The promised date stays. */
import { departmentName } from '../civic/city.ts';
import { referenceOf } from '../civic/reference.ts';
import { passReport } from '../civic/reports/change.ts';
import { OPEN_STATES, type Report, TALK } from '../civic/reports/report.ts';
import type { Choice, Content } from '../engine/content.ts';
import { deskChoice } from './acts-now.ts';
import { desksOf, postCards, redrawCards, sayUnderCard } from './cards.ts';
import { departmentsMeant } from './departments.ts';
import { type AtDesk, deskWords, ownWords, sayOf } from './desk.ts';
import { sayEarlier } from './earlier.ts';
import { tellOf } from './tell.ts';

/** Departments that a keyboard shows at once, besides the button for more. */
const OFFERED_MAX = 8;
const LABEL_MAX = 40;
/** Of a name that is none, said back. */
const SAID_LETTERS_MAX = 60;

/** By a button for each department, or by its name or id: `/pass roads`. */
export async function passOn(at: AtDesk, report: Report, words: string): Promise<void> {
  if (!OPEN_STATES.includes(report.state)) return sayOf(at, report, 'ended', { state: report.state });
  const { city, voice, language } = at.desks;
  const meant = departmentsMeant(city.departments, words, voice.list(language, 'desk.passTo'));
  const [department] = meant;
  if (department && meant.length === 1) return pass(at, report, department);
  const asked = ownWords(at, 'passPrompt', { reference: referenceOf(report.id) });
  const said = words.trim().slice(0, SAID_LETTERS_MAX);
  const isUnknown = at.inWords && said !== '' && meant.length === 0;
  const text = isUnknown ? `${deskWords(at, 'inWords.noDepartment', { said })}\n${asked}` : asked;
  const choices = departmentsOffered(at, report, words, meant);
  // Quoting this letter names the department.
  at.answer({ text, choices, numbered: false, ...(at.inWords && { purpose: 'pass' }) } as Content, report.id);
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

/**
 * @param words of the button for more: `more8` begins at the eighth
 * @param meant those that it may be, of several
 */
function departmentsOffered(at: AtDesk, report: Report, words: string, meant: string[]): Choice[] {
  const from = Number(/^more(\d{1,3})$/.exec(words)?.[1] ?? 0);
  const others = Object.entries(at.desks.city.departments).filter(
    ([id]) => id !== report.department && (meant.length === 0 || meant.includes(id)),
  );
  // A list of numbers may be as long as it is.
  const offered = at.inWords ? others.length : OFFERED_MAX;
  const choices = others.slice(from, from + offered).map(([id, { name }]) => ({
    id: deskChoice('pass', report.id, id),
    label: !at.inWords && name.length > LABEL_MAX ? `${name.slice(0, LABEL_MAX - 1)}…` : name,
  }));
  const next = from + offered;
  if (next >= others.length) return choices;
  return [
    ...choices,
    { id: deskChoice('pass', report.id, `more${next}`), label: deskWords(at, 'moreDepartments') },
  ];
}
