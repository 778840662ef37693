/**
 * Whole report conversations through receive (stored, committed), engine, turn (committed) and delivery (claimed,
 * marked) to a channel that answers at once. Fails when a report or a letter is missing or double.
 */
import { performance } from 'node:perf_hooks';
import { sql } from 'drizzle-orm';
import { openConsole } from '../src/channels/console/channel.ts';
import type { Address, InboundMessage, OutboundMessage } from '../src/channels/message.ts';
import { metresBetween, otherAssembly } from '../src/civic/places.ts';
import { loadEditorial } from '../src/content.ts';
import { type Database, rows } from '../src/database/database.ts';
import type { Point } from '../src/engine/content.ts';
import { openHouse } from '../src/house.ts';
import { silentLog } from '../src/log.ts';
import { realWorld } from '../src/world.ts';

export type TurnsOptions = {
  people: number;
  concurrency: number /** turns a second; absent: as fast as it goes */;
  rate?: number;
};

/** What each person writes: a whole report, anonymous, with a pin of their own. */
const TALK = ['/report', '1', '2', 'the gutter has been choked since Monday', 'pin', 'skip', '1'] as const;

export async function benchTurns(database: Database, { people, concurrency, rate }: TurnsOptions) {
  const editorial = loadEditorial('Africa/Accra');
  const pins = spread(editorial.city, people);
  const waiting = new Map<Address, (message: OutboundMessage) => void>();
  const channel = openConsole((message) => waiting.get(message.to)?.(message), 'bench');
  channel.limits.inFlightMax = 500;
  const house = openHouse({
    database,
    world: realWorld,
    log: silentLog,
    editorial,
    channels: [channel],
    settings: { emergencyNumber: '112', fireNumber: '192', deskLanguage: 'en', defaultLanguage: 'en' },
  });
  await house.prepare();
  await house.start();
  await until(() => house.carriers.get('bench')?.carries() ?? false);

  const latencies: number[] = [];
  const heard = new Map<Address, string>();
  const turn = async (person: number, step: number): Promise<void> => {
    const from: Address = `console:bench-${person}`;
    const line = TALK[step] ?? '';
    const pin = pins[person % pins.length];
    const letter: InboundMessage = {
      channel: 'bench',
      externalId: `${person}:${step}`,
      from,
      text: line === 'pin' ? '' : line,
      ...(line === 'pin' && pin && { location: pin }),
      sentAt: new Date(),
    };
    const replied = new Promise<OutboundMessage>((resolve) => waiting.set(from, resolve));
    const begun = performance.now();
    await channel.receive([letter]);
    const reply = await replied;
    latencies.push(performance.now() - begun);
    heard.set(from, reply.content.text);
  };

  const cpu = process.cpuUsage();
  const begun = performance.now();
  if (rate === undefined) await closedLoop(people, concurrency, turn);
  else await openLoop(people, rate, turn);
  const seconds = (performance.now() - begun) / 1000;
  const used = process.cpuUsage(cpu);
  await house.stop();
  const turns = people * TALK.length;
  const [counted] = await rows<{ reports: number; people: number; sent: number; waiting: number }>(
    database.tx,
    sql`select (select count(*)::int from reports) as reports, (select count(distinct person_id)::int from reports) as people,
      (select count(*)::int from messages where direction = 'outbound' and status = 'sent') as sent,
      (select count(*)::int from messages where status in ('received', 'queued', 'sending', 'failed')) as waiting`,
  );
  latencies.sort((a, b) => a - b);
  const unfinished = [...heard.values()].filter((text) => !text.startsWith('Sent.')).length;
  const whole =
    counted?.reports === people &&
    counted.people === people &&
    counted.sent === turns &&
    counted.waiting === 0 &&
    unfinished === 0;
  return {
    ok: whole,
    database: database.kind,
    people,
    concurrency: rate === undefined ? concurrency : null,
    rate: rate ?? null,
    turns,
    seconds: round(seconds),
    turns_per_s: Math.round(turns / seconds),
    p50_ms: round(latencies[Math.floor(latencies.length * 0.5)] ?? 0),
    p99_ms: round(latencies[Math.floor(latencies.length * 0.99)] ?? 0),
    node_cpu_ms_per_turn: round((used.user + used.system) / 1000 / turns),
    rss_mb: Math.round(process.memoryUsage().rss / 1e6),
    reports_made: counted?.reports,
    letters_sent: counted?.sent,
    letters_waiting_or_failed: counted?.waiting,
  };
}

/** So many people at once, each of whom writes the next line when the answer is there. */
async function closedLoop(
  people: number,
  concurrency: number,
  turn: (person: number, step: number) => Promise<void>,
) {
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < people) {
      const person = next++;
      for (let step = 0; step < TALK.length; step++) await turn(person, step);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, one));
}

/** So many turns a second whatever the answers do; people wait their turn, as they would. */
async function openLoop(people: number, rate: number, turn: (person: number, step: number) => Promise<void>) {
  const talks: Promise<void>[] = [];
  const begun = performance.now();
  const gap = (1000 / rate) * TALK.length;
  for (let person = 0; person < people; person++) {
    const wait = begun + person * gap - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    talks.push(
      (async () => {
        for (let step = 0; step < TALK.length; step++) {
          await turn(person, step);
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
      })(),
    );
  }
  await Promise.all(talks);
}

/** Points farther from each other than two reports that could be the same, and served by this assembly. */
function spread(city: ReturnType<typeof loadEditorial>['city'], count: number): Point[] {
  const { latitude, longitude } = city.assembly.centre;
  const points: Point[] = [];
  for (let down = -STEPS; down <= STEPS && points.length < count; down++) {
    for (let across = -STEPS; across <= STEPS && points.length < count; across++) {
      const point = {
        latitude: latitude + down * STEP_DEGREES,
        longitude: longitude + across * STEP_DEGREES,
      };
      if (isOurs(city, point)) points.push(point);
    }
  }
  return points;
}

const STEPS = 70;
/** About 290 m. */
const STEP_DEGREES = 0.0026;

function isOurs(city: ReturnType<typeof loadEditorial>['city'], point: Point): boolean {
  if (metresBetween(point, city.assembly.centre) > city.assembly.farKm * 1000) return false;
  let nearest = { metres: Number.POSITIVE_INFINITY, assembly: '' };
  for (const place of city.places) {
    const metres = metresBetween(point, { latitude: place.lat, longitude: place.lon });
    if (place.kind !== 'city' && metres < nearest.metres) nearest = { metres, assembly: place.assembly };
  }
  // Near the border of what counts as near, the two ways to measure differ a little.
  return nearest.metres > 3200 || (nearest.metres < 2800 && !otherAssembly(city, nearest));
}

async function until(ready: () => boolean): Promise<void> {
  while (!ready()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
