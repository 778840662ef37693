/**
 * A pin, and the card of the nearest project: two whole turns a person through receive, engine, search and delivery, on a
 * city with many projects. Fails when somebody gets no card.
 */
import { performance } from 'node:perf_hooks';
import { sql } from 'drizzle-orm';
import { openConsole } from '../src/channels/console/channel.ts';
import type { Address, InboundMessage, OutboundMessage } from '../src/channels/message.ts';
import { loadEditorial } from '../src/content.ts';
import type { Database } from '../src/database/database.ts';
import { openHouse } from '../src/house.ts';
import { silentLog } from '../src/log.ts';
import { realWorld } from '../src/world.ts';

export type NearOptions = { projects: number; people: number; concurrency: number; rate?: number };

const PROJECT = '/projects';
/** Any card says more than that; nothing else that is said here does. */
const CARD_LINES_MIN = 5;
/** About 45 km in each direction: as many projects are near each other as in a metropolis of that size. */
const SPREAD_DEGREES = 0.4;

export async function benchNear(database: Database, options: NearOptions) {
  const { projects, people, concurrency, rate } = options;
  const editorial = loadEditorial('Africa/Accra');
  const { latitude, longitude } = editorial.city.assembly.centre;
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
  await database.tx.execute(sql`
    insert into projects (key, title, state, sector, latitude, longitude, record, updated_at)
    select 'bench-' || n, 'Project number ' || n, 'ongoing', 'transport',
      ${latitude}::float8 + (random() - 0.5) * 2 * ${SPREAD_DEGREES}::float8,
      ${longitude}::float8 + (random() - 0.5) * 2 * ${SPREAD_DEGREES}::float8, '{}'::jsonb, now()
    from generate_series(1, ${projects}::int) n`);
  await database.tx.execute(sql`analyze projects`);
  await house.start();
  while (!house.carriers.get('bench')?.carries()) await new Promise((resolve) => setTimeout(resolve, 5));

  const latencies: number[] = [];
  let cards = 0;
  const say = async (person: number, step: number, message: Partial<InboundMessage>): Promise<string> => {
    const from: Address = `console:near-${person}`;
    const replied = new Promise<OutboundMessage>((resolve) => waiting.set(from, resolve));
    const begun = performance.now();
    const letter = { channel: 'bench', externalId: `${person}:${step}`, from, text: '', sentAt: new Date() };
    await channel.receive([{ ...letter, ...message }]);
    const reply = await replied;
    latencies.push(performance.now() - begun);
    return reply.content.text;
  };
  const talk = async (person: number): Promise<void> => {
    await say(person, 0, { text: PROJECT });
    const near = () => (Math.random() - 0.5) * SPREAD_DEGREES;
    await say(person, 1, { location: { latitude: latitude + near(), longitude: longitude + near() } });
    const card = await say(person, 2, { text: '1' });
    // The nearest may be one of the city's own.
    if (card.split('\n').length >= CARD_LINES_MIN) cards += 1;
  };

  const begun = performance.now();
  if (rate === undefined) {
    let next = 0;
    const one = async () => {
      while (next < people) await talk(next++);
    };
    await Promise.all(Array.from({ length: concurrency }, one));
  } else {
    const talks: Promise<void>[] = [];
    for (let person = 0; person < people; person++) {
      const wait = begun + (person * 3 * 1000) / rate - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      talks.push(talk(person));
    }
    await Promise.all(talks);
  }
  const seconds = (performance.now() - begun) / 1000;
  await house.stop();
  latencies.sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round((latencies[Math.floor(latencies.length * share)] ?? 0) * 100) / 100;
  return {
    ok: cards === people,
    database: database.kind,
    projects,
    people,
    rate: rate ?? null,
    turns: latencies.length,
    turns_per_s: Math.round(latencies.length / seconds),
    p50_ms: at(0.5),
    p99_ms: at(0.99),
    cards,
    rss_mb: Math.round(process.memoryUsage().rss / 1e6),
  };
}
