import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { Address, InboundMessage } from '../../src/channels/message.ts';
import { loadPlaces } from '../../src/civic/places.ts';
import { loadEditorial } from '../../src/content.ts';
import { type Database, rows } from '../../src/database/database.ts';
import { openServer } from '../../src/database/server.ts';
import { silentLog } from '../../src/log.ts';
import { realWorld } from '../../src/world.ts';
import { createOnServer, serverUrl } from '../database/given.ts';
import { openProxy } from '../database/proxy.ts';
import { openCrew } from './crew.ts';

const PROCESSES = 3;
const PEOPLE = 60;
const KILLS = 12;
const KILL_EVERY_MS = 1100;
const CUT_EVERY_MS = 400;
const CLOCK_SPEED = 12;
const DRAIN_MS_MAX = 30_000;
const IN_FLIGHT_MAX = 3;
const DESK = 'telegram:-300';

if (!serverUrl) {
  console.log(
    'test/processes needs a Postgres server: eval "$(.ci/postgres)" starts one; skipped without it',
  );
}

describe.skipIf(!serverUrl)('three processes on a server', () => {
  it('lose and repeat nothing while they are killed and their lines are cut', async () => {
    const { url, drop } = await createOnServer();
    const target = new URL(url);
    const proxy = await openProxy({ host: target.hostname, port: Number(target.port) });
    const through = new URL(url);
    through.port = String(proxy.port);
    const database = openServer(url, realWorld, silentLog);
    const sink = await openSink();
    const editorial = loadEditorial('Africa/Accra');
    await database.inTransaction((tx) => loadPlaces(tx, editorial.city.places));
    await database.tx.execute(sql`
      insert into desks (address, channel, department, opened_at, opened_by)
      values (${DESK}, 'telegram', ${editorial.city.front}, now(), 'Esi')`);
    const crew = openCrew(PROCESSES, [through.href, sink.url, String(Date.now()), String(CLOCK_SPEED)]);
    try {
      await crew.ready();
      const killing = setInterval(() => {
        if (crew.kills() < KILLS) crew.kill(Math.floor(Math.random() * PROCESSES));
      }, KILL_EVERY_MS);
      const cutting = setInterval(() => proxy.cut(), CUT_EVERY_MS);
      await Promise.all(Array.from({ length: PEOPLE }, (_, place) => write(crew, place)));
      while (crew.kills() < KILLS) await pause(100);
      clearInterval(killing);
      clearInterval(cutting);
      await drain(database);
      await expectAllWell(database, sink.deliveries, crew.kills());
    } finally {
      await crew.end();
      await proxy.close();
      await sink.close();
      await database.close();
      await drop();
    }
  }, 90_000);
});

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const wordsOf = (place: number) => `Resident ${place} says that it is broken`;
const addressOf = (place: number): Address => `telegram:${1000 + place}`;

/** A report, letter by letter: each handed to one, two or three processes at once, until one of them has it. */
async function write(crew: ReturnType<typeof openCrew>, place: number): Promise<void> {
  const from = addressOf(place);
  const written: Partial<InboundMessage>[] = [
    { text: 'report' },
    { text: '1' },
    { text: '2' },
    { text: wordsOf(place) },
    // A digital address is kept as words, so nobody is near and offered another's report.
    { text: `WS-${1000 + place}-4321` },
    { text: 'skip' },
    { text: '1' },
  ];
  for (const [at, one] of written.entries()) {
    await pause(Math.random() * 2500);
    const message = {
      channel: 'telegram',
      externalId: `${place}-${at}`,
      from,
      text: '',
      sentAt: new Date(),
      ...one,
    };
    for (;;) {
      const times = 1 + Math.floor(Math.random() * PROCESSES);
      const hands = Array.from({ length: times }, () =>
        crew.hand(Math.floor(Math.random() * PROCESSES), [message]),
      );
      if ((await Promise.all(hands)).some(Boolean)) break;
      await pause(50);
    }
  }
}

type Delivery = { id: string; to: string };

async function openSink() {
  const deliveries: Delivery[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { id, to, edits } = JSON.parse(Buffer.concat(parts).toString());
    await pause(Math.random() * 8);
    deliveries.push({ id, to });
    response.end(JSON.stringify({ externalId: edits ?? `x${deliveries.length}` }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    deliveries,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function drain(database: Database): Promise<void> {
  for (const end = Date.now() + DRAIN_MS_MAX; ; await pause(200)) {
    const left = await rows<{ status: string; count: number }>(
      database.tx,
      sql`select direction || ' ' || status as status, count(*)::int as count from messages
          where status in ('received', 'queued', 'sending') group by 1`,
    );
    if (left.length === 0) return;
    if (Date.now() > end) throw new Error(`it did not come to rest: ${JSON.stringify(left)}`);
  }
}

async function expectAllWell(database: Database, deliveries: Delivery[], kills: number): Promise<void> {
  const { tx } = database;
  expect(kills).toBeGreaterThanOrEqual(10);
  expect(
    await rows(
      tx,
      sql`select status from messages where status not in ('handled', 'sent', 'arrived', 'read')`,
    ),
  ).toEqual([]);
  const reports = await rows<{ address: string; words: string; category: string; cards: number }>(
    tx,
    sql`select a.address, r.description as words, r.category,
          (select count(*)::int from messages m where m.about = r.id and m.address = ${DESK} and m.edits_id is null
            and m.content -> 'choices' is not null) as cards
        from reports r join addresses a on a.person_id = r.person_id order by a.address`,
  );
  const meant = Array.from({ length: PEOPLE }, (_, place) => ({
    address: addressOf(place) as string,
    words: wordsOf(place),
    category: 'drain',
    cards: 1,
  }));
  expect(reports).toEqual(meant.sort((one, other) => (one.address < other.address ? -1 : 1)));
  const [counts] = await rows<Record<string, number>>(
    tx,
    sql`select (select count(*)::int from people) as people, (select count(*)::int from conversations) as conversations,
          (select count(*)::int from messages where direction = 'inbound') as inbound,
          (select count(*)::int from messages where direction = 'outbound' and priority = 0) as answers`,
  );
  expect(counts).toEqual({ people: PEOPLE, conversations: PEOPLE, inbound: PEOPLE * 7, answers: PEOPLE * 7 });
  await expectDelivered(database, deliveries, kills);
}

/** At least once; more often only where a process was killed with the letter in hand; in order for each address. */
async function expectDelivered(database: Database, deliveries: Delivery[], kills: number): Promise<void> {
  const posted = await rows<{ id: number }>(
    database.tx,
    sql`select id::float8 as id from messages where direction = 'outbound'`,
  );
  const times = new Map<number, number>();
  const newest = new Map<string, number>();
  for (const { id, to } of deliveries) {
    const known = times.get(Number(id)) ?? 0;
    times.set(Number(id), known + 1);
    if (known > 0) continue;
    expect(Number(id), `a letter to ${to} overtook another`).toBeGreaterThan(newest.get(to) ?? 0);
    newest.set(to, Number(id));
  }
  expect(posted.filter(({ id }) => !times.has(id))).toEqual([]);
  const extra = [...times.values()].reduce((sum, count) => sum + count - 1, 0);
  console.log(
    `${deliveries.length} deliveries of ${posted.length} letters, ${extra} repeats, ${kills} kills`,
  );
  expect(extra).toBeLessThanOrEqual(kills * IN_FLIGHT_MAX);
}
