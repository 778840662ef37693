import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CannotOpen } from '../../src/database/database.ts';
import { lockFolder } from '../../src/database/lock.ts';
import { start } from './process.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kasa-lock-'));
  path = join(folder, 'postgres.lock');
});
afterEach(() => rm(folder, { recursive: true }));

const deadPid = spawnSync(process.execPath, ['-e', '']).pid;
const leave = (file: string, key: string, holder: object = {}) =>
  writeFile(file, JSON.stringify({ pid: deadPid, host: hostname(), started: '1', key, ...holder }));

describe('the lock of a folder', () => {
  test('is refused to a second taker, who is told the setting and the process', async () => {
    const lock = await lockFolder(path, 'DATA_DIR');
    await expect(lockFolder(path, 'DATA_DIR')).rejects.toThrow(
      new CannotOpen(
        `DATA_DIR ${folder} is in use by process ${process.pid}; stop it, or give this one another DATA_DIR`,
      ),
    );
    await lock.release();
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
    await (await lockFolder(path, 'DATA_DIR')).release();
  });

  test.each([
    ['of a dead process', {}],
    ['of a dead process whose number another one has now', { pid: process.pid }],
  ])('%s is taken over', async (_, holder) => {
    await leave(path, 'old', holder);
    await leave(`${path}.left`, 'left');
    const lock = await lockFolder(path, 'DATA_DIR');
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid });
    expect(await readdir(folder)).not.toContain('postgres.lock.left');
    await lock.release();
  });

  test.each([
    ['of a living process', { pid: process.ppid, started: null }, 'is in use by process'],
    ['of another machine', { host: 'esi-laptop' }, `delete `],
  ])('%s is not taken over', async (_, holder, message) => {
    await leave(path, 'old', holder);
    await expect(lockFolder(path, 'DATA_DIR')).rejects.toThrow(message);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ key: 'old' });
  });

  test('that cannot be read is left to a person', async () => {
    await writeFile(path, '');
    await expect(lockFolder(path, 'DATA_DIR')).rejects.toThrow('delete that file');
  });

  test('goes past heirs who died before they took it', async () => {
    await leave(path, 'old');
    await leave(`${path}.heir-old`, 'heir');
    await leave(`${path}.heir-heir`, 'its-heir');
    const lock = await lockFolder(path, 'DATA_DIR');
    await expect(lockFolder(path, 'DATA_DIR')).rejects.toThrow(CannotOpen);
    await lock.release();
  });

  test('is not taken from a living heir by one who saw the dead lock before', async () => {
    await leave(path, 'old');
    let look = () => {};
    let goOn = () => {};
    const seen = new Promise<void>((resolve) => {
      look = resolve;
    });
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const late = lockFolder(path, 'DATA_DIR', (name) => {
      if (name !== 'dead lock seen') return;
      look();
      return gate;
    });
    const refused = expect(late).rejects.toThrow(CannotOpen);
    await seen;
    const lock = await lockFolder(path, 'DATA_DIR');
    const holder = await readFile(path, 'utf8');
    goOn();
    await refused;
    expect(await readFile(path, 'utf8')).toBe(holder);
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
  });

  test('left by a dead process is taken by exactly one of many, 100 of 100', {
    timeout: 60_000,
  }, async () => {
    for (let round = 0; round < 100; round += 1) {
      await leave(path, `old-${round}`);
      const takers = Array.from({ length: 8 }, () => lockFolder(path, 'DATA_DIR'));
      const taken = await Promise.allSettled(takers);
      const locks = taken.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      const refused = taken.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
      expect(locks).toHaveLength(1);
      for (const reason of refused) expect(reason).toBeInstanceOf(CannotOpen);
      await locks[0]?.release();
    }
  });

  test('passes between processes only when its holder dies', { timeout: 60_000 }, async () => {
    await leave(path, 'old');
    const starters = Array.from({ length: 6 }, () => start('lock', path));
    try {
      const said = await Promise.all(
        starters.map((starter) => Promise.race([starter.says('won'), starter.says('refused')])),
      );
      const winner = starters[said.indexOf('won')];
      expect(said.filter((line) => line === 'won')).toHaveLength(1);
      for (const line of said.filter((line) => line !== 'won')) expect(line).toContain(`${winner?.pid}`);
      await expect(lockFolder(path, 'DATA_DIR')).rejects.toThrow(`process ${winner?.pid};`);
      await winner?.kill('SIGKILL');
      await (await lockFolder(path, 'DATA_DIR')).release();
    } finally {
      await Promise.all(starters.map((starter) => starter.kill('SIGKILL')));
    }
  });
});
