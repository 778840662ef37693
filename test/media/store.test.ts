import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.ts';
import { checkMedia, type Kept } from '../../src/media/check.ts';
import { filesOf, readFile, storeFile } from '../../src/media/store.ts';
import { databases } from '../database/given.ts';
import { photo } from './pictures.ts';

const NOW = new Date('2026-11-23T09:00:00Z');

describe.each(databases)('files on $name', ({ open }) => {
  let database: Database;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());

  it('come back byte for byte, under an id that cannot be guessed', async () => {
    const checked = (await checkMedia(await photo(), 'photo')) as Kept;
    const ids = [];
    for (let time = 0; time < 20; time++) ids.push(await storeFile(database.tx, checked, NOW));
    expect(new Set(ids).size).toBe(20);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
    const found = await filesOf(database).read(ids[7]!);
    expect(found?.mime).toBe('image/jpeg');
    expect(Buffer.from(found!.data).equals(Buffer.from(checked.data))).toBe(true);
  });

  it.each(['', '0'.repeat(32), "' or 1=1", '../../etc/passwd', 'a\0b', 'A'.repeat(32), 'f'.repeat(9999)])(
    'are not found under %j',
    async (id) => expect(await readFile(database.tx, id)).toBeUndefined(),
  );

  it('are gone when the transaction is', async () => {
    let id = '';
    const undone = database.inTransaction(async (tx) => {
      id = await storeFile(tx, { kind: 'voice', mime: 'audio/ogg', data: Buffer.from('OggS') }, NOW);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await readFile(database.tx, id)).toBeUndefined();
  });
});
