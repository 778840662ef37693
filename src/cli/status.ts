import { COSTS_DAYS, failedLetters, letterCosts, letterCounts } from '../delivery/counts.ts';
import type { HouseCommand } from './command.ts';

const FAILED_SHOWN_MAX = 10;

export const showStatus: HouseCommand = async (_words, { database: { tx } }) => {
  const counts = await letterCounts(tx);
  if (counts.length === 0) return ['No letter has come or gone yet.'];
  const failed = await failedLetters(tx, FAILED_SHOWN_MAX);
  const costs = await letterCosts(tx, new Date());
  return [
    ...counts.map(
      ({ channel, direction, status, count }) =>
        `${channel.padEnd(10)} ${direction.padEnd(9)} ${status.padEnd(10)} ${count}`,
    ),
    ...(costs.length > 0 ? ['', `What networks charged in the last ${COSTS_DAYS} days:`] : []),
    ...costs.map(
      ({ channel, kind, price, count }) =>
        `${channel.padEnd(10)} ${kind.padEnd(9)} ${price.padEnd(10)} ${count}`,
    ),
    ...(failed.length > 0 ? ['', 'The newest that failed:'] : []),
    ...failed.map(
      ({ id, channel, direction, error, failedAt }) =>
        `${failedAt?.toISOString() ?? ''} ${channel} ${direction} letter ${id}: ${error ?? 'no reason noted'}`,
    ),
  ];
};
