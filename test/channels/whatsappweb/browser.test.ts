/** The real library in a real browser, joined to a page that stands in for WhatsApp's. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AMA, letterTo, mayRun, openBench, SOON, type WebBench } from './bench.ts';

describe.runIf(mayRun())('a paired phone in a browser', () => {
  let bench: WebBench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench?.close());

  it('shows the code to be scanned, and is ready when it was', async () => {
    const began = Date.now();
    await bench.start();
    expect(Date.now() - began).toBeLessThan(1000);
    const state = await bench.until('pairing');
    console.log('pairing', Date.now() - began, state);
    await bench.page('scan()');
    await bench.until('ready');
    console.log('ready', Date.now() - began);
    console.log(bench.printed[0], bench.log.lines);
    await bench.say('hello');
    await vi.waitFor(() => expect(bench.received).toHaveLength(1), SOON);
    console.log(bench.received);
    console.log(await bench.channel.send(letterTo(AMA, { text: 'Akwaaba' })));
    console.log(await bench.sent(), await bench.page('unknown'));
  });
});
