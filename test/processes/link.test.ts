/** Two processes on a server, one of which makes one talk of two while the other one has either in its hands. */
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openConsole } from '../../src/channels/console/channel.ts';
import { loadEditorial } from '../../src/content.ts';
import { type Database, rows } from '../../src/database/database.ts';
import { openServer } from '../../src/database/server.ts';
import { type House, openHouse } from '../../src/house.ts';
import { silentLog } from '../../src/log.ts';
import { wake } from '../../src/people/wake.ts';
import { realWorld } from '../../src/world.ts';
import { createOnServer, serverUrl } from '../database/given.ts';
import { rememberingLog } from '../delivery/made.ts';

const NOW = new Date('2026-11-30T09:00:00Z');
const WAIT_MS = 20;
const WAITS_MAX = 500;

if (!serverUrl)
  console.log(
    'test/processes needs a Postgres server: eval "$(.ci/postgres)" starts one; skipped without it',
  );

/** A house with lines of its own, whose turns stop at a point of their way until they are let on. */
function openProcess(url: string) {
  const editorial = loadEditorial('Africa/Accra');
  const log = rememberingLog();
  let stop: string | undefined;
  let reached = () => {};
  let goOn = () => {};
  const world = {
    ...realWorld,
    now: () => NOW,
    crashPoint: (name: string) => {
      if (name !== stop) return;
      stop = undefined;
      const held = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      reached();
      return held as unknown as undefined;
    },
  };
  const database = openServer(url, world, silentLog);
  const house = openHouse({
    database,
    world,
    log,
    editorial,
    channels: [openConsole(() => {})],
    settings: { emergencyNumber: '112', fireNumber: '192', deskLanguage: 'en', defaultLanguage: 'en' },
  });
  let number = 0;
  return {
    house,
    database,
    log,
    say: async (who: string, text: string) => {
      number += 1;
      const externalId = `${process.pid}:${log.lines.length}:${who}:${text}:${number}`;
      const from = `console:${who}` as const;
      await house.receiver.receive([{ channel: 'console', externalId, from, text, sentAt: NOW }]);
    },
    /** Resolves when it stands there; its turn is `turned`. */
    turnUntil: async (point: string) => {
      stop = point;
      const stands = new Promise<void>((resolve) => {
        reached = resolve;
      });
      const turned = house.turner.turnOnce();
      await stands;
      return { turned, goOn: () => goOn() };
    },
  };
}

describe.skipIf(!serverUrl)('linking between two processes', () => {
  let one: ReturnType<typeof openProcess>;
  let other: ReturnType<typeof openProcess>;
  let drop: () => Promise<void>;

  beforeEach(async () => {
    const server = await createOnServer();
    drop = server.drop;
    one = openProcess(server.url);
    other = openProcess(server.url);
  });
  afterEach(async () => {
    const failed = await read("select count(*)::int as n from messages where status = 'failed'");
    const faults = [...one.log.lines, ...other.log.lines].filter(({ level }) => level === 'error');
    await one.database.close();
    await other.database.close();
    await drop();
    expect(failed).toEqual([{ n: 0 }]);
    expect(faults).toEqual([]);
  });

  const read = <Row>(text: string): Promise<Row[]> => rows<Row>(one.database.tx, sql.raw(text));

  const settle = async ({ turner }: House): Promise<void> => {
    while ((await turner.turnOnce()) > 0);
  };

  async function codeOf(who: string): Promise<string> {
    await one.say(who, 'link');
    await settle(one.house);
    const [letter] = await read<{ text: string }>(
      `select content ->> 'text' as text from messages where direction = 'outbound' and address = 'console:${who}'
       order by id desc limit 1`,
    );
    return /KASA-[\w-]+/.exec(letter?.text ?? '')?.[0] ?? 'no code';
  }

  /** Kofi has typed Ama's code and is asked; his yes is stored and not taken. */
  async function almostLinked(): Promise<void> {
    await one.say('ama', 'hello');
    await one.say('kofi', `link ${await codeOf('ama')}`);
    await settle(one.house);
    await one.say('kofi', 'yes');
  }

  const answersTo = async (who: string): Promise<string[]> =>
    (
      await read<{ text: string }>(
        `select content ->> 'text' as text from messages where direction = 'outbound' and address = 'console:${who}' order by id`,
      )
    ).map(({ text }) => text);

  const people = async (): Promise<number> => (await read('select 1 from people')).length;

  /** Until a statement of somebody waits for a lock. */
  async function someoneWaits({ tx }: Database): Promise<void> {
    for (let waits = 0; waits < WAITS_MAX; waits++) {
      const found = await rows(
        tx,
        sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      if (found.length > 0) return;
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    }
    throw new Error('nobody waits for a lock');
  }

  it('waits for a turn of the other talk, and takes what came of it', async () => {
    await almostLinked();
    await other.say('ama', 'the drain at Market Circle is choked');
    const hers = await takeOnly(other, 'ama');
    const his = one.house.turner.turnOnce();
    await someoneWaits(other.database);
    hers.goOn();
    await hers.turned;
    await his;
    await settle(one.house);
    expect(await people()).toBe(1);
    const state = await read<{ flow: string }>(
      "select state -> 'frames' -> 0 ->> 'flow' as flow from conversations",
    );
    expect(state).toEqual([{ flow: 'report' }]);
    expect((await answersTo('kofi')).at(-1)).toMatch(/go on here where you were there[\s\S]*Is that right\?/);
  });

  /** A process stands in a turn of this person's talk; what else waits is kept from it. */
  async function takeOnly(process: typeof one, who: string) {
    const before = await read<{ id: string }>(
      `select id::text as id from messages where status = 'received' and address <> 'console:${who}'`,
    );
    const ids = before.map(({ id }) => id).join(',') || '0';
    await one.database.tx.execute(sql.raw(`update messages set status = 'held' where id in (${ids})`));
    const standing = await process.turnUntil('turn: before commit');
    await one.database.tx.execute(sql.raw(`update messages set status = 'received' where id in (${ids})`));
    return standing;
  }

  it('loses no letter that is stored while the two talks become one', async () => {
    await almostLinked();
    const his = await one.turnUntil('turn: before commit');
    await other.say('ama', 'my reports');
    const [old] = await read<{ id: number }>(
      "select c.id::int from conversations c where c.address = 'console:ama'",
    );
    await other.database.inTransaction((tx) =>
      wake(tx, [{ personId: 1, flow: 'news', values: {}, cause: 'in between' }], NOW),
    );
    his.goOn();
    await his.turned;
    const strays = await read(
      `select 1 from messages where status = 'received' and conversation_id = ${old?.id}`,
    );
    expect(strays).toHaveLength(2);
    await settle(one.house);
    await other.house.remind();
    await settle(other.house);
    expect(await read("select 1 from messages where status = 'received'")).toEqual([]);
    expect((await answersTo('ama')).join('\n')).toContain('You have made no report yet');
    expect(await people()).toBe(1);
  });

  it('makes one of two who type the code of each other at the same moment', async () => {
    await one.say('ama', 'hello');
    await one.say('kofi', 'hello');
    const [amas, kofis] = [await codeOf('ama'), await codeOf('kofi')];
    await one.say('kofi', `link ${amas}`);
    await one.say('ama', `link ${kofis}`);
    await settle(one.house);
    await one.say('kofi', 'yes');
    const his = await one.turnUntil('turn: taken');
    await one.say('ama', 'yes');
    const hers = await other.turnUntil('turn: taken');
    his.goOn();
    hers.goOn();
    await Promise.all([his.turned, hers.turned]);
    await one.house.remind();
    await settle(one.house);
    expect(await people()).toBe(1);
    expect(await read("select 1 from messages where status = 'received'")).toEqual([]);
    const [addresses] = await read<{ n: number }>('select count(*)::int as n from addresses');
    expect(addresses?.n).toBe(2);
    for (const who of ['ama', 'kofi'])
      expect((await answersTo(who)).join('\n')).toMatch(/one talk now|one with your talk/);
  });

  it('lets only one of two use a code', async () => {
    await almostLinked();
    const [letter] = await read<{ text: string }>(
      "select content ->> 'text' as text from messages where content ->> 'text' like 'link KASA%'",
    );
    await one.database.tx.execute(sql`update messages set status = 'held' where status = 'received'`);
    await one.say('esi', letter?.text ?? '');
    await settle(one.house);
    await one.database.tx.execute(sql`update messages set status = 'received' where status = 'held'`);
    const his = await one.turnUntil('turn: taken');
    await other.say('esi', 'yes');
    const hers = other.house.turner.turnOnce();
    his.goOn();
    await Promise.all([his.turned, hers]);
    await settle(one.house);
    expect(await people()).toBe(2);
    const told = [...(await answersTo('kofi')), ...(await answersTo('esi'))].join('\n');
    expect(told.match(/You and I have one talk now/g)).toHaveLength(1);
    expect(told).toContain('was used already');
  });
});
