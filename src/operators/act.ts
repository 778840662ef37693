/** What an official does with a report. Each act checks the state under lock: of two at once, the second is told. */
import { referenceOf } from '../civic/reference.ts';
import { changeState, writeEvent } from '../civic/reports/change.ts';
import { OPEN_STATES, type Report, TALK } from '../civic/reports/report.ts';
import { wake } from '../people/wake.ts';
import { redrawCards } from './cards.ts';
import { type AtDesk, causeOf, commandHere, deskWords, reportHere, sayOf } from './desk.ts';
import { passOn } from './pass.ts';
import { sayState, stateNow } from './state-line.ts';
import { tellOf } from './tell.ts';

export type Act = (at: AtDesk, report: Report, words: string) => Promise<void>;

/** By the name on the button, and by the command of the same name. */
export const acts: Readonly<Record<string, Act>> = {
  take: async (at, report) => {
    if (report.taken_by !== null) return sayOf(at, report, 'alreadyTaken', { name: report.taken_by });
    await move(at, report, 'taken', 'change');
  },
  start: async (at, report) => move(at, report, 'in_progress', 'change'),
  done: async (at, report) => move(at, report, 'resolved', 'fixed'),
  reopen: async (at, report) => {
    if (OPEN_STATES.includes(report.state)) return sayOf(at, report, 'already', { state: report.state });
    await changeState(at.around.tx, report, { to: 'sent', actor: at.letter.name }, at.around.now);
    await showState(at, report);
    await tellOf(at, report, 'change', { state: 'reopened' });
  },
  ask: async (at, report) => {
    at.answer({ text: deskWords(at, 'askPrompt', { reference: referenceOf(report.id) }) }, report.id);
  },
  pass: passOn,
  notours: async (at, report, words) => {
    if (words.trim() === '') {
      const text = deskWords(at, 'reasonPrompt', { reference: referenceOf(report.id) });
      // Quoting this letter gives the reason.
      at.answer({ text, purpose: 'reason' } as never, report.id);
      return;
    }
    await move(at, report, report.other_assembly ? 'passed_on' : 'not_ours', 'change', words.trim());
  },
  back: async (at, report) => {
    if (report.category !== TALK) return sayOf(at, report, 'notATalk', endsBy(at, 'done', 'notours'));
    if (report.state === 'closed') return sayOf(at, report, 'already', { state: 'closed' });
    await changeState(at.around.tx, report, { to: 'closed', actor: at.letter.name }, at.around.now);
    await showState(at, report);
    if (report.person_id === null) return;
    const values = { report: report.id, reference: referenceOf(report.id) };
    const letter = {
      personId: Number(report.person_id),
      flow: 'handedback',
      values,
      instead: 'human',
      about: report.id,
    };
    await wake(at.around.tx, [{ ...letter, cause: causeOf(at) }], at.around.now);
  },
  note: async (at, report, words) => {
    if (words.trim() === '') return sayOf(at, report, 'noteNothing', { note: commandHere(at, 'note') });
    await writeEvent(at.around.tx, report.id, { kind: 'note', actor: at.letter.name, words }, at.around.now);
    sayOf(at, report, 'noted');
  },
};

export const isAct = (name: string): boolean => Object.hasOwn(acts, name);

/** @returns false when there is no such act, or no such report that is this desk's business. */
export async function act(at: AtDesk, name: string, reportId: number, words: string): Promise<boolean> {
  const doIt = isAct(name) ? acts[name] : undefined;
  const report = doIt && (await reportHere(at, reportId));
  if (!doIt || !report) return false;
  await doIt(at, report, words);
  return true;
}

async function move(
  at: AtDesk,
  report: Report,
  to: Report['state'],
  flow: string,
  words?: string,
): Promise<void> {
  if (report.category === TALK && to !== 'taken') return sayOf(at, report, 'onlyATalk', endsBy(at, 'back'));
  if (report.state === to) return sayOf(at, report, 'already', { state: to });
  if (!OPEN_STATES.includes(report.state)) return sayOf(at, report, 'ended', { state: report.state });
  await changeState(
    at.around.tx,
    report,
    { to, actor: at.letter.name, ...(words && { words }) },
    at.around.now,
  );
  if (to === 'taken' || to === 'in_progress') report.taken_by ??= at.letter.name;
  await showState(at, report);
  if (report.category !== TALK) await tellOf(at, report, flow, { state: to, ...(words && { words }) });
}

/** On every card, and by a line of its own where there is no seeing it on the card. */
async function showState(at: AtDesk, report: Report): Promise<void> {
  const { tx, now } = at.around;
  await redrawCards(tx, report, at.desks, now);
  if (at.inWords) at.answer({ text: stateNow(report, at.desks) }, report.id);
  await sayState(tx, report, at.desks, now, at.inWords ? at.letter.desk : undefined);
}

/** What ends it, as the buttons or the words here are called. */
const endsBy = (at: AtDesk, ...names: ('done' | 'notours' | 'back')[]): { how: string } => ({
  how: names
    .map((name) => (at.inWords ? commandHere(at, name) : `"${deskWords(at, `button.${name}`)}"`))
    .join(` ${deskWords(at, 'or')} `),
});
