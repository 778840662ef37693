/**
 * Reads the flows and words of a book as their author should have: what is wrong, where, and how to mend it. Run at
 * every start and by `npm run check`; a book with faults is not opened.
 */
import { checkChoices, checkCommands } from './check/choices.ts';
import { BOOK_LIMITS, type BookCheck, type Checking, type Fault } from './check/fault.ts';
import { checkSteps } from './check/steps.ts';
import { checkValues } from './check/values.ts';
import { checkWays } from './check/ways.ts';
import { checkEngineWords, checkWords } from './check/words.ts';
import type { Book } from './conversation.ts';
import { STARTED_BY_ENGINE } from './hear-letter.ts';

export function checkBook(book: Book, check: BookCheck): Fault[] {
  const faults: Fault[] = [];
  const limits = check.limits ?? BOOK_LIMITS;
  for (const flow of book.flows.values()) {
    const fault: Checking['fault'] = (step, wrong, mend) => {
      faults.push({ flow: flow.id, ...(step !== undefined && { step }), wrong, mend });
    };
    const checking: Checking = { book, flow, check, limits, fault };
    for (const rule of [checkSteps, checkWays, checkValues, checkWords, checkChoices]) rule(checking);
  }
  for (const id of STARTED_BY_ENGINE) {
    if (!book.flows.has(id))
      faults.push({ flow: id, wrong: 'it is not there', mend: `write flows/${id}.yaml` });
  }
  faults.push(...checkCommands(book), ...checkEngineWords(book, check));
  return faults;
}
