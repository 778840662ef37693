/** What letters cost, where their network tells it; and those that wait until somebody writes. Listed by /letters. */
import { COSTS_DAYS, letterCosts, lettersShut } from '../delivery/counts.ts';
import { type AtDesk, deskWords } from './desk.ts';

export async function listCosts(at: AtDesk): Promise<void> {
  const { tx, now } = at.around;
  const costs = await letterCosts(tx, now);
  const shut = await lettersShut(tx);
  const lines = [
    deskWords(at, costs.length > 0 ? 'letters.head' : 'letters.none', { days: COSTS_DAYS }),
    ...costs.map(({ channel, kind, price, count }) =>
      deskWords(at, 'letters.line', { channel, kind: deskWords(at, `letters.kind.${kind}`), price, count }),
    ),
    ...shut.map(({ channel, count }) => deskWords(at, 'letters.shut', { channel, count })),
  ];
  at.answer({ text: lines.join('\n') });
}
