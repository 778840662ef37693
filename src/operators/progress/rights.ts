/** Who may tell how far a promise is. */
import { type Commitment, mayRecord } from '../../civic/plan/plan.ts';
import { nameOfDepartment } from '../card.ts';
import type { AtDesk } from '../desk.ts';
import { nameOf, progressWords } from './preview.ts';

/** The desk of the lead department, or the front desk; others are told who. */
export function allowed(at: AtDesk, commitment: Commitment): boolean {
  const { city } = at.desks;
  if (mayRecord(commitment, at.letter.department, city.front)) return true;
  const front = nameOfDepartment(at.desks, city.front);
  const lead = commitment.lead && nameOfDepartment(at.desks, commitment.lead.department);
  const who = progressWords(at, lead && lead !== front ? 'leadOrFront' : 'onlyFront', {
    lead: lead ?? '',
    front,
  });
  at.answer({ text: progressWords(at, 'notYours', { name: nameOf(at, commitment), who }) });
  return false;
}
