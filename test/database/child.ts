/** What the processes of `process.ts` run. */
import { sql } from 'drizzle-orm';
import { lockFolder } from '../../src/database/lock.ts';
import { openDatabase } from '../../src/database/open.ts';
import { silentLog } from '../../src/log.ts';
import { realWorld } from '../../src/world.ts';

const [role, where = '', name = ''] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);
const open = (databaseUrl?: string) =>
  openDatabase({ dataDir: where, databaseUrl, world: realWorld, log: silentLog });
const forEver = () => new Promise(() => setInterval(() => {}, 60_000));

/** Writes a pair of rows a transaction and says each number when it is acknowledged. */
async function write(): Promise<void> {
  const database = await open();
  let going = true;
  process.once('SIGTERM', () => {
    going = false;
  });
  say('open');
  for (let n = 1; going; n += 1) {
    await database.inTransaction(async (tx) => {
      for (const room of ['left', 'right']) {
        await tx.execute(
          sql`insert into topics (room, key, title) values (${room}, ${`${name}-${n}`}, 'Works')`,
        );
      }
    });
    say(`acknowledged ${name}-${n}`);
  }
  await database.close();
  say('closed');
}

async function lock(): Promise<void> {
  await lockFolder(where, 'DATA_DIR');
  say('won');
  await forEver();
}

async function hold(): Promise<void> {
  const held = await (await open(where)).holdLock(name);
  say(held ? 'held' : 'not held');
  void held?.lost.then(() => say('lost'));
  await forEver();
}

try {
  await { write, lock, hold }[role as 'write']();
} catch (error) {
  say(`refused ${error instanceof Error ? `${error.name}: ${error.message}` : error}`);
  process.exitCode = 1;
}
