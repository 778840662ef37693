/** Whether letters wait is told by the turn that went before, so that nobody looks again for none. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { InboundMessage } from '../../src/channels/message.ts';
import { takeTurns } from '../../src/conversations/turn.ts';
import type { Database } from '../../src/database/database.ts';
import { openTown } from '../broadcasts/digest/town.ts';
import { openTestDatabase } from '../database/given.ts';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

it('a burst is gone on with at once, and the last turn says that nothing waits', async () => {
  const { house, world } = await openTown(database);
  const burst = Array.from(
    { length: 45 },
    (_, n): InboundMessage => ({
      channel: 'console',
      externalId: `burst-${n}`,
      from: 'console:ama',
      text: 'hello',
      sentAt: world.now(),
    }),
  );
  await house.receiver.receive(burst);
  const taken = [];
  for (let turn = 0; turn < 4; turn++) taken.push(await takeTurns(house.turning));
  expect(taken.map(({ letters, more }) => ({ letters, more }))).toEqual([
    { letters: 20, more: true },
    { letters: 20, more: true },
    { letters: 5, more: false },
    { letters: 0, more: false },
  ]);
});
