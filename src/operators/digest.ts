/** The front desk sends or holds a digest that waits for it. */
import { decideEdition } from '../broadcasts/digest/approve.ts';
import { type AtDesk, deskWords } from './desk.ts';

/** What is said back, by what became of it. */
const SAID = { send: 'sent', hold: 'held', tooLate: 'tooLate', over: 'over' } as const;

/** @returns false when there is no such digest, or this desk has no say in it. */
export async function decideDigest(at: AtDesk, id: number, what: string): Promise<boolean> {
  const { tx, now, city } = at.around;
  if (at.letter.department !== city.front || (what !== 'send' && what !== 'hold')) return false;
  const decided = await decideEdition(tx, id, what, at.letter.name, now);
  if (!decided) return false;
  at.answer({ text: deskWords(at, `digest.${SAID[decided]}`, { name: at.letter.name }) });
  return true;
}
