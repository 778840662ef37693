import type { Tx } from '../database/database.ts';
import { COSTS_DAYS, failedLetters, letterCosts, letterCounts } from '../delivery/counts.ts';
import { keptPairings } from '../operators/pairing.ts';
import type { HouseCommand } from './command.ts';

const FAILED_SHOWN_MAX = 10;

export const showStatus: HouseCommand = async (_words, { database: { tx } }) => {
  const paired = (await keptPairings(tx)).map(
    ({ channel, kept, since }) =>
      `${channel.padEnd(10)} ${PAIRING[kept.state.kind]} since ${new Date(since).toISOString()}`,
  );
  const lines = await letters(tx);
  return [...lines, ...(paired.length > 0 ? ['', 'Paired networks:', ...paired] : [])];
};

/** As its process told last. The code to be scanned is never shown here. */
const PAIRING = {
  starting: 'is starting',
  pairing: 'waits to be paired (write /pair to the bot)',
  ready: 'is paired',
  loggedOut: 'was logged out',
  away: 'is away and comes back by itself',
  full: 'has sent all that it may in a day',
} as const;

async function letters(tx: Tx): Promise<string[]> {
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
}
