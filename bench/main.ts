/** `npm run bench -- turns --people 3000 --concurrency 500`: prints one line of JSON; exits 1 when something is missing. */
import { parseArgs } from 'node:util';
import { sql } from 'drizzle-orm';
import { rows } from '../src/database/database.ts';
import { openInMemory } from '../src/database/embedded.ts';
import { migrate } from '../src/database/migrate.ts';
import { openDatabase } from '../src/database/open.ts';
import { silentLog } from '../src/log.ts';
import { realWorld } from '../src/world.ts';
import { benchBroadcast } from './broadcast.ts';
import { benchDelivery } from './delivery.ts';
import { benchDigest } from './digest.ts';
import { benchNear } from './near.ts';
import { benchTurns } from './turns.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    people: { type: 'string', default: '3000' },
    concurrency: { type: 'string', default: '500' },
    rate: { type: 'string' },
    projects: { type: 'string', default: '100000' },
    letters: { type: 'string', default: '50000' },
  },
});

const url = process.env.DATABASE_URL;
const database = url
  ? await openDatabase({ dataDir: '', databaseUrl: url, world: realWorld, log: silentLog })
  : await openInMemory().then(async (opened) => {
      await migrate(opened);
      return opened;
    });
if (url) {
  const [used] = await rows<{ used: boolean }>(
    database.tx,
    sql`select exists(select 1 from messages) as used`,
  );
  if (used?.used) {
    console.error('DATABASE_URL must name an empty database: a benchmark leaves its letters behind.');
    process.exit(2);
  }
}

const rate = values.rate === undefined ? {} : { rate: Number(values.rate) };
const benches: Record<string, () => Promise<{ ok: boolean }>> = {
  turns: () =>
    benchTurns(database, { people: Number(values.people), concurrency: Number(values.concurrency), ...rate }),
  near: () =>
    benchNear(database, {
      projects: Number(values.projects),
      people: Number(values.people),
      concurrency: Number(values.concurrency),
      ...rate,
    }),
  digest: () => benchDigest(database, { people: Number(values.people) }),
  broadcast: () =>
    benchBroadcast(database, { people: Number(values.people), rate: Number(values.rate ?? 100) }),
  delivery: async () => ({
    ok: true,
    ...(await benchDelivery(database, {
      letters: Number(values.letters),
      addresses: 5000,
      inFlightMax: 200,
    })),
  }),
};
const bench = benches[positionals[0] ?? ''];
if (!bench) {
  console.error(`Which benchmark? ${Object.keys(benches).join(', ')}`);
  process.exit(2);
}
const result = await bench();
console.log(JSON.stringify(result));
await database.close();
process.exit(result.ok ? 0 : 1);
