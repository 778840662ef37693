/** The contract, kept by the real library in a real browser: each case starts one of its own. */
import { describe, vi } from 'vitest';
import { channelContract } from '../contract.ts';
import { AMA, mayRun, openBench, SOON } from './bench.ts';

describe.runIf(mayRun())('in a browser', () =>
  channelContract('whatsappweb', async () => {
    const bench = await openBench();
    const ready = async () => {
      if (bench.states.at(-1)?.kind === 'ready') return;
      await bench.until('pairing');
      await bench.page('scan()');
      await bench.until('ready');
    };
    return {
      channel: bench.channel,
      ama: `whatsappweb:${AMA}`,
      say: async (text) => {
        await vi.waitFor(ready, SOON);
        await bench.say(text);
      },
      heard: async () => (await bench.sent()).map(({ body }) => String(body)),
      nobody: 'whatsappweb:233200000404@c.us',
      close: bench.close,
    };
  }),
);
