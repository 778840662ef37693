import { expect, it } from 'vitest';
import { openGate } from '../../src/media/gate.ts';

it('lets two run at once, the others in order, and goes on after one that failed', async () => {
  const gate = openGate(2);
  const begun: string[] = [];
  const ends = new Map<string, (failed?: Error) => void>();
  const work = (name: string) =>
    gate(() => {
      begun.push(name);
      return new Promise<string>((resolve, reject) =>
        ends.set(name, (failed) => (failed ? reject(failed) : resolve(name))),
      );
    });
  const [ama, kofi, esi, yaw, adwoa] = ['Ama', 'Kofi', 'Esi', 'Yaw', 'Adwoa'].map(work);
  const kofiFails = expect(kofi).rejects.toThrow('torn');
  await Promise.resolve();
  expect(begun).toEqual(['Ama', 'Kofi']);
  ends.get('Kofi')?.(new Error('torn'));
  await kofiFails;
  expect(begun).toEqual(['Ama', 'Kofi', 'Esi']);
  ends.get('Ama')?.();
  expect(await ama).toBe('Ama');
  await Promise.resolve();
  expect(begun).toEqual(['Ama', 'Kofi', 'Esi', 'Yaw']);
  // A latecomer stands behind those who wait, although places have been given back.
  const efua = work('Efua');
  await Promise.resolve();
  expect(begun).toHaveLength(4);
  for (const name of ['Esi', 'Yaw']) ends.get(name)?.();
  expect(await Promise.all([esi, yaw])).toEqual(['Esi', 'Yaw']);
  await Promise.resolve();
  expect(begun.slice(4)).toEqual(['Adwoa', 'Efua']);
  for (const name of ['Adwoa', 'Efua']) ends.get(name)?.();
  expect(await Promise.all([adwoa, efua])).toEqual(['Adwoa', 'Efua']);
});
