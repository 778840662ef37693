/** What time brings, and crowds: silence, an end, a return after days, a flood. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/database.ts';
import type { Group, Person } from '../channels/telegram/standin.ts';
import { openTestDatabase } from '../database/given.ts';
import { cardOf, DAY, openStreet, reportDrain, SECOND, type Street, since } from './street.ts';

let database: Database;
let street: Street;
let ama: Person;
let kofi: Person;
let works: Group;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  street = await openStreet(database);
  ama = street.standin.person('Ama');
  kofi = street.standin.person('Kofi');
  works = street.standin.group('Works');
  await street.desk(works, 'works', kofi);
});
afterEach(async () => {
  const faults = street.log.lines.filter(({ level }) => level === 'error');
  await street.close();
  expect(faults).toEqual([]);
});

describe('silence', () => {
  it('of four weeks is asked about once', async () => {
    const reference = await reportDrain(street, ama);
    const heard = ama.heard.length;
    await street.pass(27 * DAY);
    expect(since(ama, heard)).toBe('');
    await street.pass(2 * DAY);
    expect(since(ama, heard)).toMatch(new RegExp(`^Four weeks without news about ${reference}`));
    const asked = ama.heard.length;
    await street.pass(DAY);
    await street.pass(40 * DAY);
    expect(ama.heard).toHaveLength(asked);
    expect(cardOf(works, reference).text).not.toContain('Closed');
  });

  it('after "resolved" closes it in the end; a late "no" is refused kindly', async () => {
    const reference = await reportDrain(street, ama);
    kofi.in(works).tap('Resolved', cardOf(works, reference));
    await street.settle();
    const question = ama.heard.at(-1);
    street.leap(31 * DAY);
    ama.say(reference);
    await street.settle();
    const heard = ama.heard.length;
    ama.tap('No');
    await street.settle();
    expect(since(ama, heard)).toMatch(/^That report was closed more than 30 days ago/);
    expect(since(ama, heard)).not.toContain('what is still wrong');
    ama.tap('No', question);
    await street.settle();
    expect(since(ama, heard)).not.toContain('is open again');
    expect(works.heard.at(-1)?.text).not.toContain('open again');
    await street.pass(DAY);
    ama.say(reference);
    await street.settle();
    expect(ama.heard.at(-1)?.text).toContain('It is closed');
  });
});

describe('a resident who returns after days', () => {
  it('is told where she was', async () => {
    ama.say('the drain at Market Circle is choked');
    await street.settle();
    await street.pass(3 * DAY);
    ama.say('hello');
    await street.settle();
    expect(ama.heard.at(-1)?.text).toMatch(/^Welcome back\. We were at your report\.[\s\S]*Market Circle/);
  });
});

describe('a flood', () => {
  it('of 200 letters of one person is taken in order, and nobody else waits', async () => {
    for (let n = 1; n <= 200; n++)
      ama.say(n === 1 ? 'the drain at Market Circle is choked' : `and it is bad ${n}`);
    const esi = street.standin.person('Esi');
    esi.say('hello');
    const from = street.world.now().getTime();
    await street.round();
    await street.round();
    expect(esi.heard.at(-1)?.text).toMatch(/^Akwaaba/);
    expect(street.world.now().getTime() - from).toBeLessThan(5 * SECOND);
    await street.settle();
    expect(ama.heard.length).toBeLessThanOrEqual(200);
    expect(ama.heard.length).toBeGreaterThan(0);
    ama.say('cancel');
    await street.settle();
    expect(await reportDrain(street, esi)).toMatch(/^KS-/);
  });
});
