/** What can be done with a report as it stands: as buttons of its card, or as words where there are none. */
import { OPEN_STATES, type Report, TALK } from '../civic/reports/report.ts';
import type { Choice } from '../engine/content.ts';
import type { Voice } from '../engine/conversation.ts';
import { type CommandName, shownWord } from './commands.ts';

/** In the order in which they are shown. */
function actsNow({ state, category }: Report): CommandName[] {
  const take: CommandName[] = state === 'sent' ? ['take'] : [];
  if (category === TALK) return OPEN_STATES.includes(state) ? [...take, 'back', 'pass'] : [];
  if (!OPEN_STATES.includes(state)) return ['reopen'];
  const start: CommandName[] = state === 'in_progress' ? [] : ['start'];
  return [...take, ...start, 'done', 'ask', 'pass', 'notours'];
}

export const buttons = (report: Report, say: (key: string) => string): Choice[] =>
  actsNow(report).map((act) => ({ id: deskChoice(act, report.id), label: say(`button.${act}`) }));

/** "#take, #done, #note". A question is an answer like any other: it needs no word where there is no button. */
export const wordsNow = (
  report: Report,
  { voice, language }: { voice: Voice; language: string },
): { words: string } => ({
  words: [...actsNow(report).filter((act) => act !== 'ask'), 'note' as const]
    .map((act) => shownWord(voice, language, act))
    .join(', '),
});

export const deskChoice = (action: string, report: number, more = ''): string =>
  `desk:${action}:${report}${more && `:${more}`}`;
