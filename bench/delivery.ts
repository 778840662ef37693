/**
 * How fast letters go out: `npm run bench -- delivery --letters 100000` on DATABASE_URL, to a channel that answers at
 * once. The queue is filled before the clock starts; the clock stops when the last letter is marked.
 */
import { sql } from 'drizzle-orm';
import type { Channel } from '../src/channels/channel.ts';
import { type Database, rows } from '../src/database/database.ts';
import { openPump } from '../src/delivery/pump.ts';
import { silentLog } from '../src/log.ts';
import { realWorld } from '../src/world.ts';

export type DeliveryFigures = {
  letters: number;
  letters_per_s: number;
  node_cpu_ms_per_letter: number;
  missing: number;
  double: number;
};

export async function benchDelivery(
  database: Database,
  { letters, addresses, inFlightMax }: { letters: number; addresses: number; inFlightMax: number },
): Promise<DeliveryFigures> {
  await database.tx.execute(sql`truncate messages restart identity cascade`);
  await database.tx.execute(
    sql`insert into messages (direction, channel, address, content, status, created_at, due_at)
        select 'outbound', 'bench', 'console:' || n % ${addresses}::int,
          '{"text": "Sent. Your reference is KS-7F3Q. I will write when anything changes."}', 'queued', now(), now()
        from generate_series(1, ${letters}::int) n`,
  );
  const handed = new Map<string, number>();
  const pump = openPump(channelThatAnswersAtOnce(handed, inFlightMax), {
    database,
    world: realWorld,
    log: silentLog,
  });
  const cpuBefore = process.cpuUsage();
  const before = performance.now();
  await pump.pumpOnce();
  const seconds = (performance.now() - before) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  const [left] = await rows<{ count: number }>(
    database.tx,
    sql`select count(*)::int as count from messages where status <> 'sent' or external_id is null`,
  );
  return {
    letters,
    letters_per_s: Math.round(letters / seconds),
    node_cpu_ms_per_letter: Number(((cpu.user + cpu.system) / 1000 / letters).toFixed(4)),
    missing: left?.count ?? 0,
    double: [...handed.values()].filter((count) => count > 1).length,
  };
}

function channelThatAnswersAtOnce(handed: Map<string, number>, inFlightMax: number): Channel {
  return {
    name: 'bench',
    limits: {
      textMax: 4096,
      captionMax: 1024,
      choicesMax: 10,
      choiceLabelMax: 40,
      photosPerLetterMax: 10,
      inFlightMax,
      perSecondMax: 1e9,
      perAddressPerSecondMax: 1e9,
      perRoomPerMinuteMax: 1e9,
    },
    start: async () => {},
    stop: async () => {},
    send: async ({ id }) => {
      handed.set(id, (handed.get(id) ?? 0) + 1);
      return { externalId: `bench:${id}` };
    },
  };
}
