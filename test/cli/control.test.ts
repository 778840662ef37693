/** A command asks the house that runs: how far it is, then the answer. */
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openBar } from '../../src/cli/bar.ts';
import { askControl, controlPath, serveControl } from '../../src/cli/control.ts';

let folder: string;
let control: Awaited<ReturnType<typeof serveControl>> | undefined;

beforeAll(async () => {
  folder = await mkdtemp(`${tmpdir()}/kasa-`);
});
afterEach(() => control?.close());
afterAll(() => rm(folder, { recursive: true, force: true }));

it('tells how far it is while it works, and the answer last', async () => {
  control = await serveControl(controlPath(folder), async ({ name, words }, progress) => {
    progress(1, 2);
    await new Promise((resolve) => setImmediate(resolve));
    progress(2, 2);
    return { lines: [name, ...words], code: 1 };
  });
  const shown: string[] = [];
  const told = await askControl(controlPath(folder), { name: 'import', words: ['projects'] }, (done, of) =>
    shown.push(`${done} of ${of}`),
  );
  expect(told).toEqual({ lines: ['import', 'projects'], code: 1 });
  expect(shown).toEqual(['1 of 2', '2 of 2']);
});

it('is undefined where no house runs', async () => {
  expect(await askControl(`${folder}/nobody.sock`, { name: 'status', words: [] })).toBeUndefined();
});

it('an asker who says nonsense, or leaves in the middle, does the house no harm', async () => {
  let begun = () => {};
  const started = new Promise<void>((resolve) => {
    begun = resolve;
  });
  control = await serveControl(controlPath(folder), async ({ name }, progress) => {
    begun();
    for (let step = 0; name === 'long' && step < 50; step++) {
      progress(step, 50);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { lines: [name], code: 0 };
  });
  const nonsense = connect(controlPath(folder));
  const left = new Promise((resolve) => nonsense.on('error', () => {}).on('close', resolve));
  nonsense.write('no JSON\n');
  await left;
  const leaving = connect(controlPath(folder)).on('error', () => {});
  leaving.write('{"name":"long","words":[]}\n');
  await started;
  leaving.destroy();
  expect(await askControl(controlPath(folder), { name: 'after', words: [] })).toMatchObject({
    lines: ['after'],
  });
});

it('the bar is shown on a terminal only, and leaves nothing behind', () => {
  const written: string[] = [];
  const out = (isTTY: boolean) => ({ isTTY, write: (text: string) => written.push(text) > 0 });
  const silent = openBar(out(false));
  silent.show(1, 2);
  silent.end();
  expect(written).toEqual([]);
  const bar = openBar(out(true));
  bar.show(500, 1000);
  bar.show(500, 1000);
  bar.end();
  expect(written).toHaveLength(2);
  expect(written[0]).toBe(`\r[${'#'.repeat(15)}${'.'.repeat(15)}] 50 %  500 of 1,000`);
  expect(written[1]).toMatch(/^\r +\r$/);
});
