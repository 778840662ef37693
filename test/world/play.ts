/** Plays one world from its seed: who does the next step, and what goes wrong, is drawn; then all is set right again. */
import type { World } from '../../src/world.ts';
import { check, type Violation } from './check.ts';
import { DESK, drawResidents, letter, type Resident } from './city.ts';
import { type Officials, openDesk, openOfficials, relayWords } from './desk.ts';
import { type Draw, openDraw } from './draw.ts';
import { type Feed, openFeed } from './feed.ts';
import type { Ground } from './ground.ts';
import { type Delivery, type Network, openNetwork } from './network.ts';
import { type Bug, type Job, openProcess, type Process, type Surroundings } from './process.ts';
import { settleDown } from './settle.ts';
import type { Ending } from './store.ts';
import { type Life, openStrands, type Strands } from './strands.ts';
import { drawTroubles, type Troubles } from './troubles.ts';

export type Told = { externalId: string; status: 'arrived' | 'read'; changed: boolean };

/** A world being played. */
export type Scene = {
  draw: Draw;
  strands: Strands;
  left: Troubles;
  nowMs: number;
  ground: Ground;
  network: Network;
  feed: Feed;
  officials: Officials;
  residents: Resident[];
  processes: Process[];
  /** The place in `processes` of the one that carries the channel. */
  carrier: number;
  /** Whether somebody sends what must be fetched. */
  fetches: boolean;
  /** Whether a look at it may find something. */
  hints: Set<Job>;
  awaySteps: number;
  /** How often the clock was moved. */
  jumps: number;
  /** A fetch may have been held up: by a death, or by a database that was away. */
  disturbed: boolean;
  wasBlocked: Set<string>;
  told: Told[];
  faults: string[];
  crashPoints: number;
  note(line: string): void;
  start(process: Process, job: Job): void;
  crash(place: number): void;
};

export type Played = { seed: number; violations: Violation[]; trace: string[]; crashPoints: number };

export type Plan = { troubles?: Troubles; bug?: Bug | undefined; crashAt?: number; residents?: Resident[] };

const START_MS = Date.parse('2026-11-24T09:00:00Z');
const STEPS_MAX = 500;
const PROCESSES = 2;
const TOLD_MAX = 4;

export async function play(ground: Ground, seed: number, plan: Plan = {}): Promise<Played> {
  await ground.clear();
  await openDesk(ground);
  const trace: string[] = [];
  const scene = setScene(ground, seed, plan, trace);
  for (let step = 0; step < STEPS_MAX && !isQuiet(scene); step++) {
    await scene.strands.still();
    takeStep(scene);
  }
  await settleDown(scene);
  const violations = await check(scene);
  for (const process of scene.processes) process.life.kill();
  return { seed, violations, trace, crashPoints: scene.crashPoints };
}

const isQuiet = (scene: Scene) =>
  scene.feed.isDone() &&
  scene.hints.size === 0 &&
  scene.strands.ready(Number.POSITIVE_INFINITY).every((strand) => strand.label === 'sleep');

function setScene(ground: Ground, seed: number, plan: Plan, trace: string[]): Scene {
  const draw = openDraw(seed);
  const strands = openStrands();
  const left = { ...(plan.troubles ?? drawTroubles(draw)) };
  const residents = plan.residents ?? drawResidents(draw);
  const repeats = draw.chance(0.5);
  const note = (line: string) => void trace.push(`${((scene.nowMs - START_MS) / 1000).toFixed(2)} ${line}`);
  const feed = openFeed(draw, () => scene.nowMs, note);
  const network = openNetwork({
    draw,
    strands,
    left,
    nowMs: () => scene.nowMs,
    jumps: () => scene.jumps,
    note,
    arrived,
  });
  const answered = new Set<string>();

  function arrived({ to, message }: Delivery) {
    if (to === DESK) return;
    const resident = residents.find(({ address }) => address === to);
    const report = /about number (\d+)/.exec(message.content.text)?.[1];
    if (!resident || report === undefined || answered.has(report)) return;
    if (!message.content.text.includes(relayWords(Number(report)))) return;
    answered.add(report);
    feed.add(
      resident.name,
      letter(to, `${resident.name}-answer`, { text: `${resident.name} is glad of it` }),
    );
  }

  const ending = (): Ending => {
    if (left.aborts > 0 && draw.chance(0.03)) {
      left.aborts -= 1;
      scene.disturbed = true;
      note('a transaction is undone');
      return 'undone';
    }
    if (left.lostCommits > 0 && draw.chance(0.03)) {
      left.lostCommits -= 1;
      scene.disturbed = true;
      note('a commit is not told');
      return 'committed, not told';
    }
    return 'fine';
  };
  const worldOf = (life: Life): World => ({
    now: () => new Date(scene.nowMs),
    random: () => draw.number(),
    sleep: (milliseconds, signal) =>
      strands.pause(life, 'sleep', { fromMs: scene.nowMs + milliseconds, ...(signal && { signal }) }),
    crashPoint(name) {
      scene.crashPoints += 1;
      if (scene.crashPoints === plan.crashAt) {
        const place = scene.processes.findIndex((process) => process.life === life);
        note(`${life.name} dies at ${name}`);
        if (place >= 0) scene.crash(place);
      }
      return strands.pause(life, name);
    },
  });
  const surroundings: Surroundings = {
    ground,
    network,
    worldOf,
    faults: { isAway: () => scene.awaySteps > 0, ending, repeats },
    bug: plan.bug,
  };
  let born = 0;
  const birth = () => openProcess(`p${++born}`, surroundings);
  const scene: Scene = {
    draw,
    strands,
    left,
    nowMs: START_MS,
    ground,
    network,
    feed,
    officials: openOfficials(ground, draw, feed),
    residents,
    processes: [],
    carrier: 0,
    fetches: residents.some(({ voice }) => voice !== undefined),
    hints: new Set(),
    awaySteps: 0,
    jumps: 0,
    disturbed: false,
    wasBlocked: new Set(),
    told: [],
    faults: [],
    crashPoints: 0,
    note,
    start: (process, job) => start(scene, process, job),
    crash(place) {
      const { life } = scene.processes[place] as Process;
      note(`${life.name} dies`);
      scene.disturbed = true;
      life.kill();
      strands.bury(life);
      feed.bury(life);
      scene.processes[place] = birth();
      if (scene.carrier === place) {
        if (draw.chance(0.5)) scene.carrier = draw.below(PROCESSES);
        scene.processes[scene.carrier]?.carry();
      }
      hintAll(scene);
    },
  };
  for (let place = 0; place < PROCESSES; place++) scene.processes.push(birth());
  scene.processes[scene.carrier]?.carry();
  for (const { name, letters } of residents) for (const one of letters) feed.add(name, one);
  return scene;
}

function start(scene: Scene, process: Process, job: Job): void {
  process.busy.add(job);
  scene.note(`${process.life.name} begins to ${job}`);
  process.parts[job]().then(
    (count) => {
      process.busy.delete(job);
      if (count === 0) scene.hints.delete(job);
      if (job === 'turn' && count > 0) void look(scene);
      if (job === 'fetch' && count > 0) scene.hints.add('turn');
    },
    (error: unknown) => {
      process.busy.delete(job);
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : '';
      if (code !== '08006' && code !== 'ECONNREFUSED') scene.faults.push(`${job}: ${error} ${cause}`);
    },
  );
}

/** Officials look when something came to the desk. Nobody waits for it: a transaction may be under way. */
export function look(scene: Scene): Promise<void> {
  return scene.officials.look();
}

function takeStep(scene: Scene): void {
  const { draw, strands, feed, hints } = scene;
  if (scene.awaySteps > 0 && --scene.awaySteps === 0) scene.note('the database is back');
  const steps: (() => void)[] = [];
  const may = (weight: number, step: () => void) => {
    for (let times = 0; times < weight; times++) steps.push(step);
  };
  const ready = strands.ready(scene.nowMs);
  if (ready.length > 0) may(10, () => go(scene, draw.pick(ready)));
  if (feed.waits()) may(4, () => handIn(scene));
  const idle = jobsToStart(scene);
  if (idle.length > 0 && hints.size > 0) {
    may(5, () => {
      const { process, job } = draw.pick(idle);
      scene.start(process, job);
    });
  }
  may(2, () => tick(scene));
  may(1, () => trouble(scene));
  draw.pick(steps)();
}

function go(scene: Scene, strand: ReturnType<Strands['ready']>[number]): void {
  scene.note(`${strand.life.name} goes on: ${strand.label}`);
  scene.strands.go(strand);
}

export function hintAll({ hints, fetches }: Scene): void {
  hints.add('turn');
  if (fetches) hints.add('fetch');
}

function handIn(scene: Scene): void {
  scene.feed.hand(scene.draw.pick(scene.processes));
  scene.hints.add('turn');
  if (scene.fetches) scene.hints.add('fetch');
}

export function jobsToStart({ processes, hints }: Scene): { process: Process; job: Job }[] {
  return processes.flatMap((process) =>
    [...hints].filter((job) => !process.busy.has(job)).map((job) => ({ process, job })),
  );
}

function tick(scene: Scene): void {
  const { draw } = scene;
  scene.nowMs += draw.chance(0.2) ? 2000 : 1 + draw.below(200);
  if (draw.chance(0.08)) hintAll(scene);
  if (draw.chance(0.04)) void look(scene);
}

function trouble(scene: Scene): void {
  const { draw, left, network } = scene;
  const kinds = (Object.keys(left) as (keyof Troubles)[]).filter((kind) => left[kind] > 0);
  if (scene.told.length < TOLD_MAX && network.news.length > 0 && draw.chance(0.3)) {
    tellStatus(scene);
    return;
  }
  if (kinds.length === 0) return;
  const kind = draw.pick(kinds);
  const act = ACTS[kind];
  if (!act) return;
  left[kind] -= 1;
  act(scene);
}

const HOUR_MS = 3_600_000;

/** What is not here befalls a transaction, a sending or a download when its time comes. */
const ACTS: Partial<Record<keyof Troubles, (scene: Scene) => void>> = {
  crashes: (scene) => scene.crash(scene.draw.below(PROCESSES)),
  outages(scene) {
    scene.disturbed = true;
    scene.awaySteps = 5 + scene.draw.below(25);
    scene.note('the database is away');
  },
  jumps(scene) {
    const by = scene.draw.pick([2, -2, 72, 0.0135, 0.0135]) * HOUR_MS;
    scene.nowMs += by;
    scene.jumps += 1;
    scene.note(`the clock jumps by ${by / HOUR_MS} h`);
    hintAll(scene);
  },
  takeovers(scene) {
    scene.processes[scene.carrier]?.leave();
    scene.carrier = (scene.carrier + 1) % PROCESSES;
    scene.processes[scene.carrier]?.carry();
    scene.note('another process carries the channel');
  },
  blocks(scene) {
    const { address, name } = scene.draw.pick(scene.residents);
    scene.network.blocked.add(address);
    scene.wasBlocked.add(address);
    scene.note(`${name} blocks us`);
  },
  repeats: (scene) => scene.feed.repeat(scene.draw.pick(scene.processes)),
};

function tellStatus(scene: Scene): void {
  const { draw, network } = scene;
  const { externalId, status } = draw.pick(network.news);
  const { parts, life } = draw.pick(scene.processes);
  scene.note(`${life.name} hears that ${externalId} is ${status}`);
  parts.hearStatus(externalId, status).then(
    (changed) => scene.told.push({ externalId, status, changed }),
    () => {},
  );
}
