import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.ts';
import { openServer } from '../../src/database/server.ts';
import { silentLog } from '../../src/log.ts';
import { realWorld } from '../../src/world.ts';
import { announceToAll, counted, makePeople } from '../broadcasts/made.ts';
import { createOnServer, serverUrl } from '../database/given.ts';

const BROADCASTER = fileURLToPath(new URL('./broadcaster.ts', import.meta.url));
/** Inside the project, so that its packages are found from there. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));
const PEOPLE = 10_000;
const KILLS = 50;
const KILLS_MIN = 35;
const PROCESSES = 3;
const IN_FLIGHT_MAX = 20;
const CLOCK_SPEED = 12;
/** A process dies after so many letters at the most: fifty of them come through about the whole broadcast. */
const LETTERS_OF_A_LIFE_MAX = 2 * (PEOPLE / KILLS);
const DRAIN_MS_MAX = 100_000;

describe.skipIf(!serverUrl)('letters to many on a server', () => {
  it('are all sent through fifty kills, and twice only what was in flight', async () => {
    const { url, drop } = await createOnServer();
    const database = openServer(url, realWorld, silentLog);
    const originMs = Date.now();
    await makePeople(database, PEOPLE);
    await announceToAll(database, new Date(originMs));
    const times = new Map<string, number>();
    const program = await bundle();
    const crew = openCrew(
      [program.path, url, String(originMs), String(CLOCK_SPEED), String(IN_FLIGHT_MAX)],
      (id) => times.set(id, (times.get(id) ?? 0) + 1),
    );
    try {
      await drain(database);
      await crew.end();
      // A quick machine may be through with all letters before the last of them.
      expect(crew.kills()).toBeGreaterThanOrEqual(KILLS_MIN);
      expect(await counted(database)).toEqual({ sent: PEOPLE });
      expect(times.size).toBe(PEOPLE);
      const doubles = [...times.values()].reduce((sum, count) => sum + count - 1, 0);
      console.log(
        `${PEOPLE} letters, ${crew.kills()} kills, ${doubles} doubles, at most ${crew.inFlight()} in flight`,
      );
      expect(doubles).toBeLessThanOrEqual(crew.inFlight());
    } finally {
      await crew.end();
      await program.remove();
      await database.close();
      await drop();
    }
  }, 120_000);
});

/** One file of plain JavaScript: fifty processes begin with it three times as fast as with the sources. */
async function bundle() {
  // tsx, with which everything here runs, brings its own bundler.
  const require = createRequire(createRequire(import.meta.url).resolve('tsx'));
  const { build } = require('esbuild') as { build: (options: object) => Promise<unknown> };
  const folder = await mkdtemp(`${CACHE}broadcaster-`);
  const path = `${folder}/broadcaster.mjs`;
  const options = { bundle: true, platform: 'node', format: 'esm', packages: 'external' };
  await build({ ...options, entryPoints: [BROADCASTER], outfile: path });
  return { path, remove: () => rm(folder, { recursive: true }) };
}

/** Processes that are killed after a random number of letters, and come again; after KILLS of them nobody dies. */
function openCrew(args: string[], heard: (id: string) => void) {
  let kills = 0;
  let ended = false;
  const children = new Set<ChildProcess>();
  const begin = (): void => {
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    children.add(child);
    let left = 1 + Math.floor(Math.random() * LETTERS_OF_A_LIFE_MAX);
    createInterface({ input: child.stdout }).on('line', (id) => {
      heard(id);
      left -= 1;
      if (left !== 0 || kills >= KILLS) return;
      kills += 1;
      child.kill('SIGKILL');
    });
    child.on('close', () => {
      children.delete(child);
      if (!ended) begin();
    });
  };
  for (let count = 0; count < PROCESSES; count += 1) begin();
  return {
    kills: () => kills,
    /** What can have been in flight when they died. */
    inFlight: () => kills * IN_FLIGHT_MAX,
    async end() {
      ended = true;
      for (const child of [...children]) {
        child.kill('SIGKILL');
        await once(child, 'close');
      }
    },
  };
}

async function drain(database: Database): Promise<void> {
  for (const end = Date.now() + DRAIN_MS_MAX; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const { queued = 0 } = await counted(database);
    if (queued === 0) return;
    if (Date.now() > end) throw new Error(`${queued} letters still wait`);
  }
}
