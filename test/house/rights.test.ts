/** Who may act on a report: its desk, a desk that has its card, the front desk where there is none. Nobody else, by no way. */
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, rows } from '../../src/database/database.ts';
import { acts } from '../../src/operators/act.ts';
import type { Group, Person, Voice } from '../channels/telegram/standin.ts';
import { openTestDatabase } from '../database/given.ts';
import { everSaidIn, openStreet, reportDrain, type Street, since } from './street.ts';

let database: Database;
let street: Street;
let ama: Person;
let reference: string;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  street = await openStreet(database);
  ama = street.standin.person('Ama');
  await street.desk(street.standin.group('Works'), 'works', street.standin.person('Kofi'));
  reference = await reportDrain(street, ama);
});
afterEach(() => street.close());

/** All that an act could change. */
const facts = () =>
  rows<object>(
    database.tx,
    sql`select r.state, r.department, r.taken_by, r.answered_at,
          (select count(*)::int from report_events e where e.report_id = r.id) as events
        from reports r order by r.id`,
  );

/** Every act of the table, so that a new one is tried too. */
const ACTS = Object.keys(acts);
const MORE: Record<string, string> = { pass: ':roads', notours: ':elsewhere' };

/** Tries a forged button and the command; both as somebody would who knows the report's number. */
async function tryAct(act: string, who: Voice): Promise<void> {
  if (who.heard.length === 0) {
    who.say('/desk');
    await street.settle();
  }
  const [last] = who.heard.slice(-1);
  if (last)
    who.tap('forged', { ...last, buttons: [[{ text: 'forged', data: `desk:${act}:1${MORE[act] ?? ''}` }]] });
  who.say(`/${act} ${reference} roads`);
  who.say(`/r ${reference} hello`);
  await street.settle();
}

async function groupOf(kind: string): Promise<Group> {
  const { standin } = street;
  const group = standin.group(kind);
  const abena = standin.person('Abena');
  if (kind === 'a desk of another department') await street.desk(group, 'roads', abena);
  if (kind === 'the front desk, where Works has its own') await street.desk(group, 'client', abena);
  if (kind === 'a closed desk of Works' || kind === 'a desk of Works that is one of Roads now') {
    await street.desk(group, 'works', abena);
    if (kind === 'a closed desk of Works') abena.in(group).say('/desk close');
    else await street.desk(group, 'roads', abena);
    await street.settle();
  }
  return group;
}

describe.each([
  'a group that is no desk',
  'a desk of another department',
  'the front desk, where Works has its own',
  'a closed desk of Works',
  'a desk of Works that is one of Roads now',
])('%s', (kind) => {
  it(`can do nothing: ${ACTS.join(', ')}`, async () => {
    const group = await groupOf(kind);
    const before = await facts();
    const heard = ama.heard.length;
    for (const act of ACTS) {
      await tryAct(act, street.standin.person('Yaw').in(group));
      expect(await facts(), act).toEqual(before);
      expect(since(ama, heard), act).toBe('');
    }
  });
});

describe('a stranger, alone with the bot', () => {
  it(`can do nothing: ${ACTS.join(', ')}`, async () => {
    const yaw = street.standin.person('Yaw');
    const before = await facts();
    const heard = ama.heard.length;
    for (const act of ACTS) {
      await tryAct(act, yaw);
      expect(await facts(), act).toEqual(before);
      expect(since(ama, heard), act).toBe('');
    }
    expect(everSaidIn(street, yaw.id)).not.toContain('is choked');
  });
});

describe('its own desk', () => {
  it.each(ACTS)('can %s', async (act) => {
    const works = street.standin.group('Works, at night');
    const esi = street.standin.person('Esi');
    await street.desk(works, 'works', esi);
    const heard = works.heard.length;
    const [card] = works.heard.filter(({ buttons }) => buttons.length > 0);
    if (!card) throw new Error('the desk has no card');
    const data = `desk:${act}:1${MORE[act] ?? ''}`;
    esi.in(works).tap('pressed', { ...card, buttons: [[{ text: 'pressed', data }]] });
    await street.settle();
    const answered = since(works, heard).includes(reference);
    expect(answered || card.edits > 0).toBe(true);
    expect(since(works, heard)).not.toContain('not with this desk');
  });

  it('not a report that does not exist, or whose number is no number', async () => {
    const works = street.standin.group('Works, at night');
    const esi = street.standin.person('Esi');
    await street.desk(works, 'works', esi);
    const [card] = works.heard.filter(({ buttons }) => buttons.length > 0);
    if (!card) throw new Error('the desk has no card');
    for (const data of [
      'desk:take:999',
      'desk:take:99999999999999999999',
      'desk:constructor:1',
      'desk:take',
      '>state~1',
    ]) {
      esi.in(works).tap('forged', { ...card, buttons: [[{ text: 'forged', data }]] });
    }
    const before = await facts();
    await street.settle();
    expect(await facts()).toEqual(before);
    expect(street.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
