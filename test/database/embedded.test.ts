/**
 * The embedded database under kill -9. `KASA_KILLS=100 npx vitest run test/database/embedded.test.ts` runs longer;
 * each kill takes two or three seconds.
 */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CannotOpen, rows } from '../../src/database/database.ts';
import { openDatabase } from '../../src/database/open.ts';
import { silentLog } from '../../src/log.ts';
import { realWorld, type World } from '../../src/world.ts';
import { start } from './process.ts';

const KILLS = Number(process.env.KASA_KILLS ?? 2);
const SECONDS_PER_KILL_MAX = 20;
const FIRST_START_MS_MIN = 300;
const FIRST_START_MS = 3_000;
const WRITING_MS = 600;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kasa-data-'));
});
afterEach(() => rm(folder, { recursive: true }));

const open = (world: World = realWorld) => openDatabase({ dataDir: folder, world, log: silentLog });

describe('the embedded database', () => {
  test('is made whole, kept, and free again when closed', { timeout: 60_000 }, async () => {
    const first = await open();
    await first.tx.execute(sql`insert into topics (room, key, title) values ('works', 'a', 'Works')`);
    await expect(open()).rejects.toThrow(CannotOpen);
    const slow = first.inTransaction(async (tx) => {
      await sleep(50);
      await tx.execute(sql`insert into topics (room, key, title) values ('works', 'b', 'Works')`);
    });
    await first.close();
    await first.close();
    await slow;
    expect(await readdir(folder)).toEqual(['postgres']);
    const again = await open();
    expect(await rows(again.tx, sql`select key from topics order by key`)).toEqual([
      { key: 'a' },
      { key: 'b' },
    ]);
    await again.close();
  });

  test('has no name before it is whole', { timeout: 60_000 }, async () => {
    const crashed = new Error('the power went');
    const crashPoint = () => {
      throw crashed;
    };
    await expect(open({ ...realWorld, crashPoint })).rejects.toBe(crashed);
    expect(await readdir(folder)).toEqual([`postgres.new-${process.pid}`]);
  });

  test('names a folder that it cannot use', async () => {
    await writeFile(join(folder, 'file'), '');
    const dataDir = join(folder, 'file', 'data');
    const opened = openDatabase({ dataDir, world: realWorld, log: silentLog });
    await expect(opened).rejects.toThrow(`DATA_DIR ${dataDir} cannot be used: ENOTDIR`);
  });

  const timeout = 2 * KILLS * SECONDS_PER_KILL_MAX * 1000;
  test(`survives ${KILLS} kills in its first start, and ${KILLS} more lose no acknowledged row`, {
    timeout,
  }, async () => {
    await killInFirstStart();
    const acknowledged = await killWhileWriting();
    const database = await open();
    const kept = await rows<{ key: string; sides: number }>(
      database.tx,
      sql`select key, count(*) as sides from topics group by key`,
    );
    await database.close();
    expect(await readdir(folder)).toEqual(['postgres']);
    expect(acknowledged.length).toBeGreaterThan(KILLS * 10);
    const keys = new Set(kept.map((row) => row.key));
    expect(acknowledged.filter((key) => !keys.has(key))).toEqual([]);
    expect(kept.filter((row) => row.sides !== 2)).toEqual([]);
  });

  async function killInFirstStart(): Promise<void> {
    let unfinished = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const writer = start('write', folder, 'first');
      await sleep(FIRST_START_MS_MIN + Math.random() * FIRST_START_MS);
      await writer.kill('SIGKILL');
      expect(writer.lines.filter((line) => line.startsWith('refused'))).toEqual([]);
      unfinished += writer.lines.includes('open') ? 0 : 1;
      if (kill < KILLS - 1) await rm(join(folder, 'postgres'), { recursive: true, force: true });
    }
    expect(unfinished).toBeGreaterThan(0);
    await (await open()).close();
  }

  /** The keys that were acknowledged; two other processes try the folder each time. */
  async function killWhileWriting(): Promise<string[]> {
    const acknowledged: string[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const writer = start('write', folder, `${kill}`);
      await writer.says('open');
      const others = [start('write', folder, 'other'), start('write', folder, 'other')];
      for (const other of others) {
        expect(await other.says('refused')).toContain(
          `CannotOpen: DATA_DIR ${folder} is in use by process ${writer.pid};`,
        );
        expect(await other.ended).toBe(1);
      }
      await sleep(Math.random() * WRITING_MS);
      await writer.kill('SIGKILL');
      acknowledged.push(...writer.lines.flatMap((line) => line.match(/^acknowledged (.*)$/)?.[1] ?? []));
    }
    return acknowledged;
  }

  test('is closed in order by SIGTERM', { timeout: 60_000 }, async () => {
    const writer = start('write', folder, 'kofi');
    await writer.says('acknowledged');
    await writer.kill('SIGTERM');
    expect(await writer.ended).toBe(0);
    expect(writer.lines.at(-1)).toBe('closed');
    expect(await readdir(folder)).toEqual(['postgres']);
  });
});
