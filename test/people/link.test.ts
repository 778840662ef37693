/** Two people who are one: what becomes of everything that stood in their names. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, rows } from '../../src/database/database.ts';
import { newConversation } from '../../src/engine/conversation.ts';
import { isDeskAlone, lockBoth, lookAtOther, merge } from '../../src/people/link.ts';
import {
  LINK_MINUTES,
  lookAtCode,
  offerCode,
  useCode,
  WRONG_CODES_PER_HOUR_MAX,
} from '../../src/people/link-code.ts';
import { adoptStragglers, dropOldCodes } from '../../src/people/linked.ts';
import { CONSENT_VERSION, forget, type Person } from '../../src/people/people.ts';
import { wake } from '../../src/people/wake.ts';
import { databases, truncate } from '../database/given.ts';

const NOW = new Date('2026-11-30T09:00:00Z');
const at = (daysAgo: number): string => new Date(NOW.getTime() - daysAgo * 86_400_000).toISOString();
/** Numbers that nothing else has, so that they are found wherever they are left. */
const AMA = 900_001;
const KOFI = 900_002;
const ESI = 900_003;
const TALKS: Record<number, number> = { [AMA]: 910_001, [KOFI]: 910_002, [ESI]: 910_006 };
const OTHER_TALK = TALKS[AMA] ?? 0;
const TALK = TALKS[KOFI] ?? 0;

describe.each(databases)('linking on $name', ({ open }) => {
  let database: Database;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await truncate(database);
    await addPerson(AMA, 'telegram:1');
    await addPerson(KOFI, 'web:2');
  });

  const run = (text: string): Promise<unknown> => database.tx.execute(sql.raw(text));
  const read = <Row>(text: string): Promise<Row[]> => rows<Row>(database.tx, sql.raw(text));
  const column = async (text: string): Promise<unknown[]> =>
    (await read<Record<string, unknown>>(text)).map((row) => Object.values(row)[0]);

  async function addPerson(id: number, address: string): Promise<void> {
    const channel = address.split(':')[0];
    await run(
      `insert into people (id, language, created_at) overriding system value values (${id}, 'en', '${at(10)}');`,
    );
    await run(`insert into addresses (address, person_id) values ('${address}', ${id})`);
    await addTalk(id, TALKS[id] ?? 0, '', address, channel);
  }

  const addTalk = (person: number, id: number, room: string, address: string, channel = 'telegram') =>
    run(`insert into conversations (id, person_id, room, address, channel, state) overriding system value
         values (${id}, ${person}, '${room}', '${address}', '${channel}', '${JSON.stringify(newConversation('en'))}')`);

  async function addReport(id: number, person: number): Promise<void> {
    await run(`insert into reports (id, person_id, category, department, description, place_name, anonymous, language,
                 state, sent_at, updated_at) overriding system value
               values (${id}, ${person}, 'drain', 'works', '', '', true, 'en', 'sent', '${at(1)}', '${at(1)}')`);
  }

  async function addLetter(talk: number, more: Record<string, unknown> = {}): Promise<number> {
    const letter = {
      conversation_id: talk,
      direction: 'inbound',
      channel: 'telegram',
      address: 'telegram:1',
      content: '{"text":"hello"}',
      status: 'received',
      created_at: at(0),
      due_at: at(0),
      ...more,
    };
    const names = Object.keys(letter).join(', ');
    const values = Object.values(letter).map((value) => (value === null ? 'null' : `'${value}'`));
    const [id] = await column(
      `insert into messages (${names}) values (${values.join(', ')}) returning id::float8`,
    );
    return Number(id);
  }

  const kofi = (): Person => ({
    id: KOFI,
    conversationId: TALK,
    language: 'en',
    consented: false,
    anonymous: false,
    called: null,
    stopped: false,
  });

  async function link(person = kofi()): Promise<Person> {
    await database.inTransaction(async (tx) => {
      expect(await lockBoth(tx, { from: AMA, into: KOFI })).toBe(true);
      await merge(tx, person, AMA, NOW);
    });
    return person;
  }

  /** A row of Ama's wherever a table names a person. */
  async function fillEverything(): Promise<void> {
    await addReport(1, AMA);
    await addReport(2, KOFI);
    await run(`insert into voices values (2, ${AMA}, '${at(1)}')`);
    await addReport(3, AMA);
    await run(`insert into voices values (3, ${KOFI}, '${at(1)}')`);
    await run(
      `insert into follows (person_id, topic, added_at) values (${AMA}, 'reports', '${at(1)}'), (${KOFI}, 'reports', '${at(1)}')`,
    );
    await run(
      `insert into digests (person_id, cadence, hour, began_at, told_at) values (${AMA}, 'weekly', 8, '${at(9)}', '${at(3)}')`,
    );
    await run(
      `insert into people (id, language, created_at) overriding system value values (5, 'en', '${at(9)}')`,
    );
    await run(`insert into digests (person_id, cadence, hour, began_at, told_at, room, chosen_by)
               values (5, 'weekly', 8, '${at(9)}', '${at(3)}', 'telegram:-7', ${AMA})`);
    await run(
      `insert into digest_endings (person_id, topic, ended_at) values (${AMA}, 'commitments', '${at(1)}')`,
    );
    await run(`insert into projects (id, key, title, state, record, updated_at) overriding system value
               values (1, 'ST-1', 'Market', 'ongoing', '{}', '${at(1)}')`);
    await run(
      `insert into observations (project_id, person_id, at, seen) values (1, ${AMA}, '${at(1)}', 'going')`,
    );
    await run(`insert into commitments (id, key, plan, ordinal, updated_at) overriding system value
               values (1, 'SEK1', '2018-2020', 1, '${at(1)}')`);
    await run(
      `insert into answers (commitment_id, person_id, answer, at) values (1, ${AMA}, 'yes', '${at(1)}')`,
    );
    await offerCode(database.tx, AMA, NOW);
    await run(`insert into link_tries (person_id, tried_at) values (${AMA}, '${at(0)}')`);
    await run(`insert into gone (what, id, person_id, gone_at) values ('person', 77, ${AMA}, '${at(0)}')`);
    await addTalk(AMA, 910_003, 'telegram:-7', 'telegram:1');
    await addTalk(AMA, 910_004, 'telegram:-8', 'telegram:1');
    await addTalk(KOFI, 910_005, 'telegram:-8', 'telegram:9');
    for (const talk of [OTHER_TALK, 910_003, 910_004]) await addLetter(talk);
  }

  const numbers = () =>
    read<{ table: string; column: string }>(
      `select table_name as table, column_name as column from information_schema.columns
       where table_schema = 'public' and data_type = 'bigint' order by 1, 2`,
    );

  async function where(number: number): Promise<string[]> {
    const found: string[] = [];
    for (const { table, column: name } of await numbers()) {
      // A note of who is gone names them by their old number.
      if (table === 'gone' && name === 'id') continue;
      const [count] = await column(`select count(*)::int from ${table} where ${name} = ${number}`);
      if (Number(count) > 0) found.push(`${table}.${name}`);
    }
    return found;
  }

  describe('everything', () => {
    it('goes over: no row of any table has their number any more, or that of a talk that is gone', async () => {
      await fillEverything();
      const naming = await column(
        `select c.conrelid::regclass || '.' || a.attname from pg_constraint c
         join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
         where c.contype = 'f' and c.confrelid = 'people'::regclass`,
      );
      const named = (await numbers()).filter(
        ({ column: name }) => name === 'person_id' || name === 'chosen_by',
      );
      const all = [...naming.map(String), ...named.map(({ table, column: name }) => `${table}.${name}`)];
      // A new table that names people must be filled above, and moved in src/people/link.ts.
      expect(await where(AMA)).toEqual([...new Set(['people.id', ...all])].sort());
      await link();
      expect(await where(AMA)).toEqual([]);
      expect(await where(OTHER_TALK)).toEqual([]);
      expect(await where(910_004)).toEqual([]);
      expect(await column('select distinct conversation_id::int from messages order by 1')).toEqual([
        TALK,
        910_003,
        910_005,
      ]);
    });

    it('of theirs that is the same as ours is there once', async () => {
      await fillEverything();
      await run(
        `insert into answers (commitment_id, person_id, answer, at) values (1, ${KOFI}, 'no', '${at(2)}')`,
      );
      const [older] = await column(`select id from answers where person_id = ${KOFI}`);
      await run(`insert into files values ('f', 'photo', 'image/jpeg', 1, '', '${at(1)}')`);
      await run(`insert into attachments values ('answer', ${older}, 'f')`);
      await link();
      expect(await column('select answer from answers')).toEqual(['yes']);
      expect(await column('select subject from attachments')).toEqual([]);
      expect(await column('select topic from follows')).toEqual(['reports']);
      // Each had joined the other one's report: nobody follows their own twice.
      expect(await column('select count(*)::int from voices')).toEqual([0]);
    });

    it('is forgotten of both', async () => {
      await fillEverything();
      await run("update messages set status = 'handled'");
      await link();
      await forget(database.tx, KOFI);
      expect(await column(`select count(*)::int from messages where content <> '{"text": ""}'`)).toEqual([0]);
      const left = (await where(KOFI)).filter((name) => !['people.id', 'addresses.person_id'].includes(name));
      expect(left).toEqual(['conversations.person_id', 'gone.person_id', 'link_tries.person_id']);
    });

    it('stays as it was where the other one is gone already', async () => {
      await link();
      const again = await database.inTransaction((tx) => lockBoth(tx, { from: AMA, into: KOFI }));
      expect(again).toBe(false);
    });
  });

  it('places beyond the most that one person may follow stay', async () => {
    for (const [person, names] of [
      [AMA, 'abcd'],
      [KOFI, 'defg'],
    ] as const)
      for (const name of names)
        await run(
          `insert into follows (person_id, topic, name, added_at) values (${person}, 'place', '${name}', '${at(1)}')`,
        );
    await link();
    expect(await column('select name from follows order by name')).toEqual([...'abcdefg']);
  });

  describe('one self', () => {
    const self = async (given: { ama?: string; kofi?: string }): Promise<Record<string, unknown>> => {
      if (given.ama) await run(`update people set ${given.ama} where id = ${AMA}`);
      if (given.kofi) await run(`update people set ${given.kofi} where id = ${KOFI}`);
      const person = await link();
      const [row] = await read<Record<string, unknown>>(
        `select language, called, consent_version, anonymous, stopped_at is not null as stopped from people where id = ${KOFI}`,
      );
      const { language, called, anonymous, stopped } = person;
      expect(row).toMatchObject({ language, called, anonymous, stopped });
      expect(person.consented).toBe(row?.consent_version !== null);
      return row ?? {};
    };

    it('speaks the language of whoever wrote first', async () => {
      expect(await self({ ama: `language = 'es', created_at = '${at(20)}'` })).toMatchObject({
        language: 'es',
      });
    });
    it('speaks their own when they wrote first', async () => {
      expect(await self({ ama: "language = 'es'", kofi: `created_at = '${at(20)}'` })).toMatchObject({
        language: 'en',
      });
    });
    it('speaks that of the lower number when they came at the same moment', async () => {
      expect(await self({ ama: "language = 'es'" })).toMatchObject({ language: 'es' });
    });
    it("is called by its own name, else by the other one's", async () => {
      expect(await self({ ama: "called = 'Ama'", kofi: "called = 'Kofi'" })).toMatchObject({
        called: 'Kofi',
      });
    });
    it('takes a name that only the other one has', async () => {
      expect(await self({ ama: "called = 'Ama'" })).toMatchObject({ called: 'Ama' });
    });
    it('agreed when either did', async () => {
      const agreed = `consented_at = '${at(5)}', consent_version = '${CONSENT_VERSION}'`;
      expect(await self({ ama: agreed })).toMatchObject({ consent_version: CONSENT_VERSION });
    });
    it("agreed to today's words rather than to older ones", async () => {
      const agreed = `consented_at = '${at(5)}', consent_version = '${CONSENT_VERSION}'`;
      const before = `consented_at = '${at(50)}', consent_version = 'before'`;
      expect(await self({ ama: agreed, kofi: before })).toMatchObject({ consent_version: CONSENT_VERSION });
    });
    it('keeps an older agreement where there is no other', async () => {
      expect(await self({ ama: `consented_at = '${at(50)}', consent_version = 'before'` })).toMatchObject({
        consent_version: 'before',
      });
    });
    it('is without a name when either is', async () => {
      expect(await self({ ama: 'anonymous = true' })).toMatchObject({ anonymous: true });
    });
    it('is left alone when either said stop, and what waits for either does not go', async () => {
      const waiting = { direction: 'outbound', status: 'queued', priority: 1 };
      await addLetter(TALK, waiting);
      await addLetter(OTHER_TALK, waiting);
      await addLetter(OTHER_TALK, { ...waiting, priority: 0 });
      expect(await self({ ama: `stopped_at = '${at(5)}'` })).toMatchObject({ stopped: true });
      expect(await column('select status from messages order by id')).toEqual([
        'cancelled',
        'cancelled',
        'queued',
      ]);
    });
  });

  describe('one weekly letter', () => {
    type Row = { cadence: string; hour: number; edition: string | null; told: number; ended: boolean };
    const digest = (person: number, more: Record<string, string> = {}) => {
      const all = { cadence: "'weekly'", hour: '8', began_at: `'${at(9)}'`, told_at: `'${at(3)}'`, ...more };
      const names = Object.keys(all).join(', ');
      return run(
        `insert into digests (person_id, ${names}) values (${person}, ${Object.values(all).join(', ')})`,
      );
    };
    const linked = async (): Promise<Row[]> => {
      await link();
      return read<Row>(
        `select cadence, hour, edition, round(extract(epoch from ('${at(0)}'::timestamptz - told_at)) / 86400)::int as told,
           ended_at is not null as ended from digests where person_id = ${KOFI}`,
      );
    };

    it('is the only one there is', async () => {
      await digest(AMA, { hour: '18' });
      expect(await linked()).toEqual([{ cadence: 'weekly', hour: 18, edition: null, told: 3, ended: false }]);
    });
    it('is the one that goes on, and not the one that they ended', async () => {
      await digest(AMA, { hour: '18' });
      await digest(KOFI, { ended_at: `'${at(1)}'` });
      expect(await linked()).toMatchObject([{ hour: 18, ended: false }]);
    });
    it('is their own when the other one ended', async () => {
      await digest(AMA, { hour: '18', ended_at: `'${at(1)}'` });
      await digest(KOFI);
      expect(await linked()).toMatchObject([{ hour: 8, ended: false }]);
    });
    it('stays ended when both ended', async () => {
      await digest(AMA, { ended_at: `'${at(1)}'` });
      await digest(KOFI, { ended_at: `'${at(2)}'` });
      expect(await linked()).toMatchObject([{ ended: true }]);
    });
    it('has the older settings; written once this week; the next one tells from the earlier moment', async () => {
      await digest(AMA, {
        cadence: "'onChange'",
        hour: '18',
        began_at: `'${at(60)}'`,
        told_at: `'${at(10)}'`,
        edition: "'digest:2026-W47'",
      });
      await digest(KOFI, { edition: "'digest:2026-W48'" });
      expect(await linked()).toEqual([
        { cadence: 'onChange', hour: 18, edition: 'digest:2026-W48', told: 10, ended: false },
      ]);
    });
  });

  describe('letters to many', () => {
    const STATES = ['queued', 'waiting', 'sent', 'failed', 'cancelled'] as const;
    it.each(STATES.flatMap((theirs) => STATES.map((mine) => [theirs, mine] as const)))(
      'theirs %s and ours %s: one of both at most is still to come, none that arrived is hidden',
      async (theirs, mine) => {
        await run(`insert into broadcasts (id, kind, key, state, content, audience, created_at) overriding system value
                   values (1, 'announcement', 'a', 'sending', '{}', '{}', '${at(1)}')`);
        const letter = { direction: 'outbound', priority: 2, broadcast_id: 1 };
        await addLetter(OTHER_TALK, { ...letter, status: theirs });
        await addLetter(TALK, { ...letter, status: mine, channel: 'web', address: 'web:2' });
        await link();
        const left = await read<{ status: string; talk: number | null }>(
          'select status, conversation_id::int as talk from messages where broadcast_id = 1',
        );
        const open = (status: string) => status === 'queued' || status === 'waiting';
        const [shown] = left.filter(({ talk }) => talk === TALK);
        expect(left.filter(({ status }) => open(status)).length).toBeLessThanOrEqual(1);
        expect(left.filter(({ talk }) => talk === null)).toHaveLength(1);
        const best = [theirs, mine].includes('sent') ? 'sent' : [theirs, mine].find(open);
        if (best === 'sent') expect(shown?.status).toBe('sent');
        else if (best) expect(open(shown?.status ?? '')).toBe(true);
        // It is counted as often as it was written.
        expect(left).toHaveLength(2);
      },
    );

    it('of one of them only is theirs, at its address', async () => {
      await run(`insert into broadcasts (id, kind, key, state, content, audience, created_at) overriding system value
                 values (1, 'announcement', 'a', 'sending', '{}', '{}', '${at(1)}')`);
      await addLetter(OTHER_TALK, { direction: 'outbound', status: 'queued', broadcast_id: 1 });
      await link();
      expect(await read('select status, conversation_id::int as talk, address from messages')).toEqual([
        { status: 'queued', talk: TALK, address: 'telegram:1' },
      ]);
    });
  });

  describe('what comes in the same moment', () => {
    it('finds its talk again, also in a room, and after another link', async () => {
      await addTalk(AMA, 910_004, 'telegram:-8', 'telegram:1');
      await addTalk(KOFI, 910_005, 'telegram:-8', 'web:2');
      await link();
      const letters = [await addLetter(OTHER_TALK), await addLetter(910_004)];
      await addLetter(OTHER_TALK, { direction: 'outbound', status: 'sent' });
      await addPerson(ESI, 'whatsapp:3');
      const esi = { ...kofi(), id: ESI, conversationId: 910_006 };
      await database.inTransaction((tx) => merge(tx, esi, KOFI, NOW));
      expect(await adoptStragglers(database, NOW)).toBe(3);
      const [alone, room] = await column(
        `select conversation_id::int from messages where id in (${letters}) order by id`,
      );
      expect([alone, room]).toEqual([910_006, 910_005]);
      expect(await adoptStragglers(database, NOW)).toBe(0);
    });

    it('wakes them under their old number too', async () => {
      await link();
      await wake(database.tx, [{ personId: AMA, flow: 'news', values: {}, cause: 'test' }], NOW);
      expect(await column("select conversation_id::int from messages where channel = 'kasa'")).toEqual([
        TALK,
      ]);
    });

    it('is remembered for a day and longer, and not for ever', async () => {
      await link();
      await dropOldCodes(database.tx, new Date(NOW.getTime() + 23 * 3_600_000));
      expect(await column('select count(*)::int from gone')).toEqual([2]);
      await dropOldCodes(database.tx, new Date(NOW.getTime() + 25 * 3_600_000));
      expect(await column('select count(*)::int from gone')).toEqual([0]);
    });
  });

  describe('a code', () => {
    const later = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
    const look = (code: string, now = NOW, person = KOFI) => lookAtCode(database.tx, code, person, now);

    it('is one of more than 2^40, in letters that are not mistaken, and only its hash is kept', async () => {
      const code = await offerCode(database.tx, AMA, NOW);
      expect(code).toMatch(/^KASA(-[2345679ACDEFGHJKMNPQRTWXYZ]{3}){3}$/);
      expect(code).toMatch(/\d/);
      expect(26 ** 9 - 19 ** 9).toBeGreaterThan(2 ** 40);
      const kept = JSON.stringify(await read('select * from link_codes'));
      expect(kept).not.toContain(code.slice(5));
      expect(kept).not.toContain(code.slice(5).replaceAll('-', ''));
      expect(await look(code.toLowerCase().replaceAll('-', ' '))).toEqual({ personId: AMA });
    });

    it('works once', async () => {
      const code = await offerCode(database.tx, AMA, NOW);
      expect(await useCode(database.tx, code, NOW)).toBe(true);
      expect(await useCode(database.tx, code, NOW)).toBe(false);
      expect(await look(code)).toBe('codeUsed');
    });

    it('works for its minutes', async () => {
      const code = await offerCode(database.tx, AMA, NOW);
      expect(await look(code, later(LINK_MINUTES - 1))).toEqual({ personId: AMA });
      expect(await look(code, later(LINK_MINUTES))).toBe('codeExpired');
      expect(await useCode(database.tx, code, later(LINK_MINUTES))).toBe(false);
    });

    it('replaces the one before it, of that person only', async () => {
      const other = await offerCode(database.tx, KOFI, NOW);
      const [first, second] = [
        await offerCode(database.tx, AMA, NOW),
        await offerCode(database.tx, AMA, NOW),
      ];
      expect(await look(first)).toBe('codeExpired');
      expect(await look(second)).toEqual({ personId: AMA });
      expect(await look(other, NOW, AMA)).toEqual({ personId: KOFI });
    });

    it('is their own', async () => {
      expect(await look(await offerCode(database.tx, KOFI, NOW))).toBe('codeOwn');
    });

    it('is not guessed: after so many wrong ones the right one is refused too, for an hour', async () => {
      const code = await offerCode(database.tx, AMA, later(50));
      for (let tried = 0; tried < WRONG_CODES_PER_HOUR_MAX; tried++)
        expect(await look(`KASA-222-333-44${tried}`)).toBe('codeWrong');
      expect(await look(code)).toBe('codeTries');
      expect(await look(code, NOW, AMA)).toBe('codeOwn');
      expect(await look(code, later(60))).toEqual({ personId: AMA });
    });

    it.each(['talk:1', 'person:900001', 'try:1', ''])('is not a note by its name: %s', async (typed) => {
      await link();
      expect(await look(typed)).toBe('codeWrong');
    });
  });

  it("knows an official's chat, and not a closed desk or a group", async () => {
    const both = { from: AMA, into: KOFI };
    const desk = (address: string, more = 'null') =>
      run(`insert into desks (address, channel, department, opened_at, opened_by, closed_at)
           values ('${address}', 'telegram', 'works', '${at(1)}', 'Efua', ${more})`);
    await addTalk(AMA, 910_003, 'telegram:-7', 'telegram:1');
    await desk('telegram:-7');
    await desk('web:2', `'${at(0)}'`);
    expect(await isDeskAlone(database.tx, both)).toBe(false);
    await desk('telegram:1');
    expect(await isDeskAlone(database.tx, both)).toBe(true);
  });

  it('tells of the other one where they wrote last, and what they are in the middle of', async () => {
    const state = { ...newConversation('en'), frames: [{ flow: 'report' }] };
    await run(`update conversations set state = '${JSON.stringify(state)}' where id = ${OTHER_TALK}`);
    expect(await lookAtOther(database.tx, AMA)).toEqual({
      talks: [OTHER_TALK],
      channel: 'telegram',
      address: 'telegram:1',
      anonymous: false,
      stopped: false,
      flows: ['report'],
    });
    expect(await lookAtOther(database.tx, 7)).toBeUndefined();
  });
});
