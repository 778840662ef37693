/** Bugs on the way out. */
import { SendError } from '../../../src/channels/channel.ts';
import type { Bug } from '../process.ts';
import { rewriting } from './between.ts';

export const staleLease: Bug = {
  name: 'a stale lease that marks over a newer one',
  ...rewriting(/ and m\.token = g\.token/, ''),
};

export const lateStatus: Bug = {
  name: 'a late status that downgrades',
  ...rewriting(/told\.step > old\.step/g, 'told.step <> old.step'),
};

export const orderDropped: Bug = {
  name: 'a claim that does not keep the order of an address',
  ...rewriting(/\(e\.status = 'sending' or \(e\.priority, e\.id\) < \(m\.priority, m\.id\)\)/, 'false'),
};

export const throttledIsFailed: Bug = {
  name: '"too fast" taken for a refusal',
  channel: (channel) => ({
    ...channel,
    send: (message) =>
      channel.send(message).catch((error: unknown) => {
        if (error instanceof SendError && error.kind === 'throttled')
          throw new SendError('rejected', 'drawn');
        throw error;
      }),
  }),
};
