/**
 * An announcement to a whole city: `npm run bench -- broadcast --people 245382` on DATABASE_URL, over a channel that
 * answers at once, while other people write so many turns a second. Fails when a letter is lost or arrives twice.
 */
import { performance } from 'node:perf_hooks';
import { sql } from 'drizzle-orm';
import { audienceQuery } from '../src/broadcasts/audience.ts';
import { createBroadcast } from '../src/broadcasts/broadcast.ts';
import { begin } from '../src/broadcasts/control.ts';
import { prepare } from '../src/broadcasts/prepare.ts';
import { openConsole } from '../src/channels/console/channel.ts';
import type { Address, OutboundMessage } from '../src/channels/message.ts';
import { loadEditorial } from '../src/content.ts';
import { type Database, rows } from '../src/database/database.ts';
import { openHouse } from '../src/house.ts';
import { silentLog } from '../src/log.ts';
import { realWorld } from '../src/world.ts';

export type BroadcastOptions = { people: number; rate: number };

const CHANNEL = 'bench';
const IN_FLIGHT_MAX = 1000;
/** What people write meanwhile, one line a turn. */
const LINES = ['/menu', '/help', '/reports', '/menu'] as const;
const WORDS = {
  en: 'Water will be off in Kojokrom on Thursday 3 December from 8 in the morning to 4 in the afternoon. Fill what you can before. Ghana Water says that it mends the main at the lorry park. Is there no water where you live on Friday? Tell us.',
  es: 'El jueves 3 de diciembre no habrá agua en Kojokrom de 8 de la mañana a 4 de la tarde. Llene antes lo que pueda. Ghana Water repara la tubería principal. ¿El viernes sigue sin agua? Cuéntenoslo.',
} as const;

export async function benchBroadcast(database: Database, { people, rate }: BroadcastOptions) {
  const editorial = loadEditorial('Africa/Accra');
  await settle(database, people);
  const arrived = new Uint8Array(people + 1);
  let doubles = 0;
  let count = 0;
  const waiting = new Map<Address, (message: OutboundMessage) => void>();
  const channel = openConsole((message) => {
    if (message.priority !== 'broadcast') return waiting.get(message.to)?.(message);
    const person = Number(message.to.slice('console:'.length));
    if (arrived[person]) doubles += 1;
    arrived[person] = 1;
    count += 1;
  }, CHANNEL);
  channel.limits.inFlightMax = 500;
  channel.limits.perSecondMax = 1e9;
  channel.limits.perAddressPerSecondMax = 1e9;
  channel.limits.broadcasts = { perSecondMax: 1e9, inFlightMax: IN_FLIGHT_MAX };
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
  await until(() => house.carriers.get(CHANNEL)?.carries() ?? false);

  const preparing = performance.now();
  const { id, made } = await database.inTransaction(async (tx) => {
    const now = new Date();
    const audience = {};
    const { id } = await createBroadcast(
      tx,
      { kind: 'announcement', key: 'bench', content: {}, audience, state: 'waiting' },
      now,
    );
    const rendered = Object.entries(WORDS).map(([key, text]) => ({ key, content: { text } }));
    const recipients = sql`select a.conversation_id, a.language as content_key from (${audienceQuery(audience)}) a`;
    return { id, ...(await prepare(tx, id, { rendered, recipients, channels: [CHANNEL] }, now)) };
  });
  const prepareSeconds = (performance.now() - preparing) / 1000;

  const talk = openTalk(channel.receive, waiting);
  // The first turns compile and fill caches; they are no measure.
  for (let person = 1; person <= 50; person++) await talk.turn(people - person);
  talk.latencies.length = 0;
  let rssMax = 0;
  const watch = setInterval(() => {
    rssMax = Math.max(rssMax, process.memoryUsage().rss);
  }, 100);
  const cpu = process.cpuUsage();
  const draining = performance.now();
  await begin(database.tx, id, 'bench', new Date());
  house.carriers.get(CHANNEL)?.poke();
  let drained = false;
  const talking = talk.every(1000 / rate, people, () => drained);
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (count >= made && (await leftOf(database, id)) === 0) break;
    if ((performance.now() - draining) / 1000 > 120) break;
  }
  const seconds = (performance.now() - draining) / 1000;
  const used = process.cpuUsage(cpu);
  drained = true;
  await talking;
  clearInterval(watch);
  await house.stop();
  const [sent] = await rows<{ count: number }>(
    database.tx,
    sql`select count(*)::int as count from messages where broadcast_id = ${id} and status = 'sent' and external_id is not null`,
  );
  let reached = 0;
  for (const one of arrived) reached += one;
  const losses = people - Math.min(reached, sent?.count ?? 0);
  const latencies = talk.latencies.sort((a, b) => a - b);
  const at = (part: number) => round(latencies[Math.floor(latencies.length * part)] ?? 0);
  return {
    ok: losses === 0 && doubles === 0 && made === people && talk.unanswered() === 0,
    database: database.kind,
    people,
    prepare_s: round(prepareSeconds),
    drain_s: round(seconds),
    drained_per_s: Math.round(people / seconds),
    node_cpu_ms_per_letter: round((used.user + used.system) / 1000 / people),
    rss_mb: Math.round(rssMax / 1e6),
    doubles,
    losses,
    reply_rate: rate,
    replies: latencies.length,
    reply_p50_ms: at(0.5),
    reply_p99_ms: at(0.99),
  };
}

async function settle(database: Database, people: number): Promise<void> {
  await database.tx.execute(
    sql`insert into people (language, created_at, consented_at)
        select case n % 10 when 0 then 'es' else 'en' end, now(), now() from generate_series(1, ${people}::int) n`,
  );
  await database.tx.execute(
    sql`insert into addresses (address, person_id) select 'console:' || id, id from people`,
  );
  await database.tx.execute(
    sql`insert into conversations (person_id, address, channel, state)
        select id, 'console:' || id, ${CHANNEL},
          jsonb_build_object('language', language, 'frames', '[]'::jsonb, 'waiting', 'nothing', 'misreads', 0) from people`,
  );
  for (const table of ['people', 'addresses', 'conversations']) {
    await database.tx.execute(sql`analyze ${sql.identifier(table)}`);
  }
}

async function leftOf(database: Database, id: number): Promise<number> {
  const left = await rows(
    database.tx,
    sql`select 1 from messages where broadcast_id = ${id} and status = 'queued' limit 1`,
  );
  return left.length;
}

function openTalk(
  receive: ReturnType<typeof openConsole>['receive'],
  waiting: Map<Address, (message: OutboundMessage) => void>,
) {
  const latencies: number[] = [];
  let said = 0;
  let unanswered = 0;
  const turn = async (person: number): Promise<void> => {
    const from: Address = `console:${person}`;
    said += 1;
    unanswered += 1;
    const letter = {
      channel: CHANNEL,
      externalId: `said:${said}`,
      from,
      text: LINES[said % LINES.length] ?? '',
      sentAt: new Date(),
    };
    const replied = new Promise<OutboundMessage>((resolve) => waiting.set(from, resolve));
    const begun = performance.now();
    await receive([letter]);
    await replied;
    latencies.push(performance.now() - begun);
    unanswered -= 1;
  };
  return {
    latencies,
    unanswered: () => unanswered,
    turn,
    /** A turn of another person every so often, until it is over; late ones are caught up. */
    async every(everyMs: number, people: number, over: () => boolean): Promise<void> {
      const begun = performance.now();
      const turns: Promise<void>[] = [];
      for (let count = 0; !over(); count++) {
        const wait = begun + count * everyMs - performance.now();
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
        turns.push(turn(1 + ((count * 7919) % people)));
      }
      await Promise.all(turns);
    },
  };
}

async function until(ready: () => boolean): Promise<void> {
  while (!ready()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
