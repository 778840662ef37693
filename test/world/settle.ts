/** The end of a world: nothing goes wrong any more, the clock moves on, and everything must come to rest. */
import { sql } from 'drizzle-orm';
import { rows } from '../../src/database/database.ts';
import { hintAll, jobsToStart, look, type Scene } from './play.ts';
import { NO_TROUBLES } from './troubles.ts';

const ROUNDS_MAX = 150;
/** Longer than any pause or lease. */
const REST_MS = [1000, 5000, 30_000, 61_000, 400_000];

export async function settleDown(scene: Scene): Promise<void> {
  Object.assign(scene.left, NO_TROUBLES);
  scene.awaySteps = 0;
  scene.network.blocked.clear();
  scene.note('from here on nothing goes wrong');
  for (let round = 0, idle = 0; round < ROUNDS_MAX; round++) {
    hintAll(scene);
    while (scene.feed.waits()) {
      for (let hands = 0; scene.feed.waits() && hands < 10; hands++)
        scene.feed.hand(scene.draw.pick(scene.processes));
      await runOut(scene);
    }
    // One of each kind is enough now; a job that an earlier one is still at is not begun twice.
    for (const job of scene.hints) {
      const free = jobsToStart(scene).filter((other) => other.job === job);
      const busy = scene.processes.some((process) => process.busy.has(job));
      if (free[0] && !busy) scene.start(free[0].process, job);
    }
    await runOut(scene);
    await look(scene);
    if (scene.feed.waits()) continue;
    const waiting = await whatWaits(scene);
    if (waiting.count === 0 && !scene.feed.waits()) return;
    const sleeps = scene.strands.nextMs(scene.nowMs);
    const next = Math.min(waiting.nextMs ?? Number.POSITIVE_INFINITY, sleeps ?? Number.POSITIVE_INFINITY);
    if (Number.isFinite(next) && next > scene.nowMs) {
      scene.nowMs = next + 1;
      idle = 0;
    } else {
      scene.nowMs += REST_MS[Math.min(idle, REST_MS.length - 1)] as number;
      idle += 1;
    }
  }
  scene.faults.push('it did not come to rest');
}

/** Lets everything under way go on until it waits for the clock. */
async function runOut(scene: Scene): Promise<void> {
  const { strands } = scene;
  for (;;) {
    await strands.still();
    const [first] = strands.ready(scene.nowMs);
    if (!first) return;
    strands.go(first);
  }
}

async function whatWaits(scene: Scene): Promise<{ count: number; nextMs: number | null }> {
  const [found] = await rows<{ count: number; nextMs: number | null }>(
    scene.ground.prepared.tx(undefined),
    sql`select count(*)::int as count,
          (extract(epoch from min(greatest(due_at, coalesce(lease_until, due_at)))
            filter (where greatest(due_at, coalesce(lease_until, due_at)) > ${new Date(scene.nowMs).toISOString()}::timestamptz)
          ) * 1000)::float8 as "nextMs"
        from messages where status in ('received', 'queued', 'sending')`,
  );
  return found ?? { count: 0, nextMs: null };
}
