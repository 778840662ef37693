/** The weekly letter as people live it, with a turned clock. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countAudience } from '../../../src/broadcasts/audience.ts';
import { createBroadcast } from '../../../src/broadcasts/broadcast.ts';
import { endDone } from '../../../src/broadcasts/control.ts';
import { prepare } from '../../../src/broadcasts/prepare.ts';
import type { Database } from '../../../src/database/database.ts';
import { openTestDatabase } from '../../database/given.ts';
import { FRIDAY, openTown, type Town } from './town.ts';

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** Ama follows all promises and her reports, and gets her letter at eight. */
const subscribe = (town: Town, who = 'ama') => town.say(who, 'subscribe', '1', '1');

const drop = (town: Town, ...who: string[]) => {
  for (const one of who) town.read(one);
};

describe('a first digest', () => {
  it('tells the differences since they subscribed, the most important first, in less than 700 letters', async () => {
    const town = await openTown(database);
    const [first, third] = [await town.promise('GHST0001', 1), await town.promise('GHST0003', 3)];
    const sheds = await town.milestone(first, 'Open the service desk', '2026-11-25');
    await town.change({ subject: 'commitment', subjectId: first, what: 'percent', to: '20' });
    await subscribe(town);
    drop(town, 'ama');
    town.turnTo('2026-11-24T10:00:00Z');
    await town.change({ subject: 'commitment', subjectId: first, what: 'percent', from: '20', to: '55' });
    await town.change({ subject: 'commitment', subjectId: third, what: 'state', to: 'limited' });
    await town.at('2026-11-27T07:50:00Z');
    expect(town.read('ama')).toEqual([]);
    await town.at(FRIDAY);
    const [letter = '', ...others] = town.read('ama');
    expect(others).toEqual([]);
    const lines = letter.split('\n');
    expect(lines[0]).toBe('Your week in Sekondi-Takoradi, Friday 27 November');
    expect(lines[1]).toMatch(
      /^1\. Promise 1.*“Open the service desk” was due on Wednesday 25 November and is not done\.$/,
    );
    expect(lines[2]).toMatch(/^2\. Promise 3.*: limited progress\.$/);
    expect(lines[3]).toMatch(/^3\. Promise 1.*: 20 → 55 % ■■■■■■□□□□$/);
    expect(lines.at(-1)).toBe(
      'You get this because you follow the city\'s promises. No more of this: write "stop digest".',
    );
    expect(letter.length).toBeLessThan(700);
    expect(sheds).toBeGreaterThan(0);
    // The edition is over, and nobody gets it twice.
    await town.at('2026-11-27T09:00:00Z');
    await town.at('2026-11-28T09:00:00Z');
    expect(town.read('ama')).toEqual([]);
    expect(await town.edition()).toEqual([{ key: 'digest:2026-W48', state: 'done' }]);
  });

  it('keeps what it has no room for behind "more"', async () => {
    const town = await openTown(database);
    const ids = [];
    for (let number = 1; number <= 5; number++) ids.push(await town.promise(`SEK000${number}`, number));
    await subscribe(town);
    await town.change(
      ...ids.map((id) => ({
        subject: 'commitment' as const,
        subjectId: id,
        what: 'percent',
        from: '10',
        to: '30',
      })),
    );
    drop(town, 'ama');
    await town.at(FRIDAY);
    const [letter = ''] = town.read('ama');
    expect(letter).toMatch(/\n3\. /);
    expect(letter).not.toMatch(/\n4\. /);
    expect(letter).toContain('2 more: write "more".');
    await town.say('ama', 'more');
    const [more = ''] = town.read('ama');
    expect(more.split('\n').map((line) => line.slice(0, 2))).toEqual(['4.', '5.']);
  });

  it('tells of projects near a place by its radius, and says which place', async () => {
    const town = await openTown(database);
    await town.house.prepare();
    for (const [who, km] of [
      ['ama', '1'],
      ['kofi', '3'],
    ] as const)
      await town.say(who, 'subscribe', '2', 'yes', 'Diabene', km, '1');
    // Two kilometres north of Diabene.
    const market = await town.project('Market sheds', 4.9614 + 0.018, -1.75134);
    await town.change(
      { subject: 'project', subjectId: market, what: 'progress', from: '60', to: '80' },
      { subject: 'project', subjectId: market, what: 'state', from: 'ongoing', to: 'finished' },
    );
    drop(town, 'ama', 'kofi');
    await town.at(FRIDAY);
    expect(town.read('ama')).toEqual([]);
    const [letter = ''] = town.read('kofi');
    expect(letter).toContain('1. Market sheds: finished (was 60 %).');
    expect(letter).toContain('because you follow Diabene.');
  });

  it('tells what became of their report, and does not ask again whether it is fixed', async () => {
    const town = await openTown(database);
    await town.house.prepare();
    await town.openDesk('works');
    await town.say('ama', 'subscribe', '3', '1');
    await town.say('ama', 'the gutter at Ketan is choked', 'yes', '2', 'skip', '1');
    await town.tapAtDesk('Resolved');
    drop(town, 'ama');
    await town.at(FRIDAY);
    const [letter = '', ...others] = town.read('ama');
    expect(letter).toContain('1. Your report KS-2P9T: resolved.');
    expect(letter).not.toMatch(/fixed/i);
    expect(others).toEqual([]);
    // The question that was asked before still waits.
    await town.say('ama', 'yes');
    expect(town.read('ama').join()).toMatch(/closed KS-2P9T/);
  });
});

describe('the figures', () => {
  it('say in two lines how many reports were answered in time, this week and the week before', async () => {
    const town = await openTown(database, { start: '2026-11-20T09:00:00Z' });
    const one = await town.promise('GHST0001', 1);
    await subscribe(town);
    const report = (promised: string, answered: string | null) =>
      database.tx.execute(sql`
        insert into reports (category, department, description, place_name, anonymous, language, state, sent_at,
          promised_at, answered_at, updated_at)
        values ('drain', 'works', '', '', true, 'en', 'sent', '2026-11-10', ${promised}::timestamptz,
          ${answered}::timestamptz, '2026-11-10')`);
    await report('2026-11-24T00:00:00Z', '2026-11-23T00:00:00Z');
    await report('2026-11-25T00:00:00Z', '2026-11-26T00:00:00Z');
    await report('2026-11-26T00:00:00Z', null);
    await report('2026-11-18T00:00:00Z', '2026-11-17T00:00:00Z');
    await report('2026-11-30T00:00:00Z', null);
    await town.at('2026-11-21T09:00:00Z');
    await town.change({ subject: 'commitment', subjectId: one, what: 'state', to: 'limited' });
    drop(town, 'ama');
    await town.at(FRIDAY);
    const [letter = ''] = town.read('ama');
    expect(letter).toContain('The city answered 1 of 3 reports within the promised time (33 %).');
    expect(letter).toContain('The week before: 1 of 1 (100 %).');
  });
});

describe('a week without change', () => {
  it('brings no letter, and a word of it once in four weeks, but not to one who wants changes alone', async () => {
    const town = await openTown(database);
    await subscribe(town);
    await town.say('kofi', 'subscribe', '1', 'how often', '2', '1');
    drop(town, 'ama', 'kofi');
    const got: number[] = [];
    for (let week = 0; week < 9; week++) {
      const friday = new Date(Date.parse(FRIDAY) + week * 7 * 86_400_000).toISOString();
      await town.at(friday);
      got.push(town.read('ama').length);
    }
    expect(got).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 1]);
    expect(town.read('kofi')).toEqual([]);
  });

  it('goes there and back: what ended where it began is no change', async () => {
    const town = await openTown(database);
    const one = await town.promise('GHST0001', 1);
    await subscribe(town);
    await town.change({ subject: 'commitment', subjectId: one, what: 'percent', from: '40', to: '80' });
    await town.change({ subject: 'commitment', subjectId: one, what: 'percent', from: '80', to: '40.0' });
    drop(town, 'ama');
    await town.at(FRIDAY);
    expect(town.read('ama')).toEqual([]);
  });
});

describe('an update that is corrected', () => {
  it('before the letter: the right figure alone', async () => {
    const town = await openTown(database);
    const one = await town.promise('GHST0001', 1);
    await subscribe(town);
    const [wrong = 0] = await town.change({
      subject: 'commitment',
      subjectId: one,
      what: 'percent',
      from: '40',
      to: '80',
    });
    await town.change({
      subject: 'commitment',
      subjectId: one,
      what: 'percent',
      from: '80',
      to: '50',
      correctsId: wrong,
    });
    drop(town, 'ama');
    await town.at(FRIDAY);
    const [letter = ''] = town.read('ama');
    expect(letter).toContain(': 40 → 50 %');
    expect(letter).not.toContain('80');
    expect(letter).not.toContain('put this right');
  });

  it('with words: they are told with the figure, shortened', async () => {
    const town = await openTown(database);
    const one = await town.promise('GHST0001', 1);
    await subscribe(town);
    const words = `The desk opened. ${'It takes complaints of every department. '.repeat(5)}`;
    await town.change({ subject: 'commitment', subjectId: one, what: 'state', to: 'limited', words });
    drop(town, 'ama');
    await town.at(FRIDAY);
    expect(town.read('ama').join()).toMatch(
      /: limited progress\. “The desk opened\. It takes [^”]{1,60}…”\n/,
    );
  });

  it('after the letter: it is put right in the next one, first of all', async () => {
    const town = await openTown(database);
    const [one, two] = [await town.promise('GHST0001', 1), await town.promise('GHST0003', 3)];
    await subscribe(town);
    const [wrong = 0] = await town.change({
      subject: 'commitment',
      subjectId: one,
      what: 'percent',
      from: '40',
      to: '80',
    });
    await town.at(FRIDAY);
    drop(town, 'ama');
    await town.change({ subject: 'commitment', subjectId: two, what: 'state', to: 'completed' });
    await town.change({
      subject: 'commitment',
      subjectId: one,
      what: 'percent',
      from: '80',
      to: '50',
      correctsId: wrong,
    });
    await town.at('2026-12-04T08:00:00Z');
    const [letter = ''] = town.read('ama');
    expect(letter).toMatch(
      /\n1\. We put this right: Promise 1.* is at 50 %, not 80 %\. ■■■■■□□□□□\n2\. Promise 3/,
    );
  });
});

describe('stop', () => {
  async function townWithQueue(words: string) {
    const town = await openTown(database);
    const one = await town.promise('GHST0001', 1);
    for (const who of ['ama', 'kofi']) await subscribe(town, who);
    await town.change({ subject: 'commitment', subjectId: one, what: 'state', to: 'limited' });
    drop(town, 'ama', 'kofi');
    town.turnTo(FRIDAY);
    // The letters are in the queue, and nothing has gone yet.
    await town.house.digest();
    await town.hand('ama', words);
    await town.settle();
    return town;
  }

  it.each(['stop', 'stop digest'])(
    'in mid-broadcast: "%s" is obeyed for the letter in the queue, and confirmed once',
    async (words) => {
      const town = await townWithQueue(words);
      const read = town.read('ama');
      expect(read).toHaveLength(1);
      expect(read[0]).toMatch(/^Done/);
      expect(town.read('kofi')).toHaveLength(1);
      // Writing again does not undo it.
      await town.say('ama', 'hello', 'thanks');
      drop(town, 'ama');
      await town.change({
        subject: 'commitment',
        subjectId: 1,
        what: 'state',
        from: 'limited',
        to: 'completed',
      });
      await town.at('2026-12-04T08:00:00Z');
      expect(town.read('ama')).toEqual([]);
      expect(town.read('kofi')).toHaveLength(1);
    },
  );

  it('of one topic takes it out of a letter that waits already, and leaves the rest', async () => {
    const town = await openTown(database);
    const one = await town.promise('GHST0001', 1);
    const road = await town.project('Ring road', 4.95, -1.75);
    await subscribe(town);
    await town.say('ama', `/start follow-${road}`);
    await town.change({ subject: 'commitment', subjectId: one, what: 'state', to: 'limited' });
    await town.change({ subject: 'project', subjectId: road, what: 'progress', from: '10', to: '20' });
    drop(town, 'ama');
    town.turnTo(FRIDAY);
    await town.house.digest();
    await town.hand('ama', 'why');
    await town.hand('ama', '2');
    await town.house.digest();
    await town.settle();
    const letters = town.read('ama').filter((text) => text.startsWith('Your week in'));
    expect(letters).toHaveLength(1);
    expect(letters[0]).toContain('Ring road: 10 → 20 %');
    expect(letters[0]).not.toContain('Promise');
  });
});

describe('why', () => {
  it('names the newest announcement too, and to whom it goes', async () => {
    const town = await openTown(database);
    await town.openDesk('works');
    await town.say('ama', 'hello');
    await database.inTransaction(async (tx) => {
      const audience = { near: { latitude: 4.9, longitude: -1.7, km: 2, name: 'Diabene' } };
      const announcement = { kind: 'announcement' as const, key: 'announcement:1', content: {}, audience };
      const made = await createBroadcast(
        tx,
        { ...announcement, state: 'sending', desk: 'console:desk' },
        town.world.now(),
      );
      const rendered = [{ key: 'en', content: { text: 'The market opens at six.' } }];
      const recipients = sql`select id as conversation_id, 'en' as content_key from conversations where room = ''`;
      await prepare(tx, made.id, { rendered, recipients, channels: ['console'] }, town.world.now());
    });
    await town.settle();
    expect(town.read('ama').at(-1)).toBe('The market opens at six.');
    await town.say('ama', 'why do I get this');
    expect(town.read('ama').join()).toContain(
      'The announcement of Monday 23 November came from Works and goes to those who follow a place near Diabene',
    );
  });

  it('and announcements leave out a group that chose the weekly letter alone', async () => {
    const town = await openTown(database);
    await town.say('ama', 'hello');
    await town.subscribeRoom('youth', 'en');
    expect(await countAudience(database.tx, {}, ['console'])).toEqual([{ language: 'en', count: 1 }]);
  });
});

describe('a missed Friday', () => {
  async function missed(returns: string) {
    const town = await openTown(database);
    await town.openDesk('client');
    const one = await town.promise('GHST0001', 1);
    await subscribe(town);
    await town.change({ subject: 'commitment', subjectId: one, what: 'state', to: 'limited' });
    drop(town, 'ama', 'desk');
    await town.at(returns);
    return town;
  }

  it('goes out two days late', async () => {
    const town = await missed('2026-11-29T08:30:00Z');
    expect(town.read('ama')).toHaveLength(1);
    expect(town.read('desk')).toEqual([]);
  });

  it('is skipped after four, said so at the front desk and in the log, and told with the next one', async () => {
    const town = await missed('2026-12-01T08:30:00Z');
    expect(town.read('ama')).toEqual([]);
    expect(town.read('desk')).toEqual([
      'The digest of Friday 27 November did not go out. It would have been more than 3 days late; its news come with the next one.',
    ]);
    expect(town.log.lines.filter(({ level }) => level === 'warn').map(({ event }) => event)).toEqual([
      'a digest edition was skipped: it would have been too late',
    ]);
    await town.at('2026-12-01T09:30:00Z');
    expect(town.read('desk')).toEqual([]);
    await town.at('2026-12-04T08:00:00Z');
    expect(town.read('ama').join()).toContain('limited progress');
    await town.at('2026-12-04T08:10:00Z');
    expect(await town.edition()).toEqual([
      { key: 'digest:2026-W48', state: 'skipped' },
      { key: 'digest:2026-W49', state: 'done' },
    ]);
  });

  it('is nothing to speak of where nobody subscribed before it', async () => {
    const town = await openTown(database, { start: '2026-12-01T08:00:00Z' });
    await town.openDesk('client');
    await subscribe(town);
    drop(town, 'ama');
    await town.at('2026-12-01T10:00:00Z');
    expect(await town.edition()).toEqual([]);
    expect(town.read('desk')).toEqual([]);
  });

  it('cut short by the end of the process goes on where it was', async () => {
    const town = await openTown(database);
    const one = await town.promise('GHST0001', 1);
    await subscribe(town);
    await town.say('kofi', 'subscribe', '1', 'another hour', '18', '1');
    await town.change({ subject: 'commitment', subjectId: one, what: 'state', to: 'limited' });
    drop(town, 'ama', 'kofi');
    await town.at(FRIDAY);
    expect([town.read('ama').length, town.read('kofi').length]).toEqual([1, 0]);
    // No letter waits at this moment, and yet it is not over.
    expect(await endDone(database.tx, town.world.now())).toEqual([]);
    await town.at('2026-11-28T11:00:00Z');
    expect([town.read('ama').length, town.read('kofi').length]).toEqual([0, 1]);
  });
});

describe('two processes firing', () => {
  it('make one edition and one letter a person', async () => {
    const town = await openTown(database);
    const one = await town.promise('GHST0001', 1);
    for (const who of ['ama', 'kofi', 'esi']) await subscribe(town, who);
    await town.change({ subject: 'commitment', subjectId: one, what: 'state', to: 'limited' });
    drop(town, 'ama', 'kofi', 'esi');
    town.turnTo(FRIDAY);
    const second = town.open();
    await Promise.all([town.house.digest(), second.digest(), town.house.digest(), second.digest()]);
    await town.settle();
    expect(['ama', 'kofi', 'esi'].map((who) => town.read(who).length)).toEqual([1, 1, 1]);
    expect(await town.edition()).toHaveLength(1);
  });
});

describe('the hour', () => {
  it('of the small hours belongs to the next day, and one that was missed is made up for after midnight', async () => {
    const town = await openTown(database, { quiet: undefined });
    const one = await town.promise('GHST0001', 1);
    await town.say('ama', 'subscribe', '1', 'another hour', '1', '1');
    await town.say('kofi', 'subscribe', '1', 'another hour', '23', '1');
    await town.change({ subject: 'commitment', subjectId: one, what: 'state', to: 'limited' });
    drop(town, 'ama', 'kofi');
    await town.at('2026-11-27T22:50:00Z');
    expect([town.read('ama').length, town.read('kofi').length]).toEqual([0, 0]);
    // Nobody looked at eleven.
    await town.at('2026-11-28T00:10:00Z');
    expect([town.read('ama').length, town.read('kofi').length]).toEqual([0, 1]);
    await town.at('2026-11-28T01:00:00Z');
    expect([town.read('ama').length, town.read('kofi').length]).toEqual([1, 0]);
  });

  it('gives way to quiet hours: what is late waits for the morning', async () => {
    const town = await openTown(database);
    const one = await town.promise('GHST0001', 1);
    await subscribe(town);
    await town.change({ subject: 'commitment', subjectId: one, what: 'state', to: 'limited' });
    drop(town, 'ama');
    for (const at of ['2026-11-27T22:00:00Z', '2026-11-28T00:00:00Z', '2026-11-28T05:50:00Z']) {
      await town.at(at);
      expect(town.read('ama')).toEqual([]);
    }
    await town.at('2026-11-28T06:00:00Z');
    expect(town.read('ama')).toHaveLength(1);
  });
});

describe('a network that does not carry it', () => {
  const networks = { paired: { broadcasts: false as const }, cloud: { freeReplyHours: 24 } };

  it('lets it wait, offers it once with the next answer, and "week" brings it', async () => {
    const town = await openTown(database, { networks });
    const one = await town.promise('GHST0001', 1);
    for (const who of ['paired:ama', 'cloud:kofi']) await subscribe(town, who);
    await town.change({ subject: 'commitment', subjectId: one, what: 'state', to: 'limited' });
    drop(town, 'paired:ama', 'cloud:kofi');
    await town.at(FRIDAY);
    expect([town.read('paired:ama'), town.read('cloud:kofi')]).toEqual([[], []]);
    for (const who of ['paired:ama', 'cloud:kofi']) {
      await town.say(who, 'help');
      expect(town.read(who)[0]).toMatch(/^Your week is ready: write "week"\.\n\n/);
      await town.say(who, 'help');
      expect(town.read(who)[0]).not.toContain('ready');
      await town.say(who, 'week');
      expect(town.read(who)[0]).toMatch(/^Your week in Sekondi-Takoradi[\s\S]*limited progress/);
    }
  });

  it('lets it go where they wrote within the free hours', async () => {
    const town = await openTown(database, { networks });
    const one = await town.promise('GHST0001', 1);
    await subscribe(town, 'cloud:kofi');
    await town.change({ subject: 'commitment', subjectId: one, what: 'state', to: 'limited' });
    town.turnTo('2026-11-26T20:00:00Z');
    await town.say('cloud:kofi', 'help');
    drop(town, 'cloud:kofi');
    await town.at(FRIDAY);
    expect(town.read('cloud:kofi')).toHaveLength(1);
  });

  it('is not offered to one who asks for it or stops, and what was not read is told again with the next', async () => {
    const town = await openTown(database, { networks });
    const [one, two] = [await town.promise('GHST0001', 1), await town.promise('GHST0003', 3)];
    await subscribe(town, 'paired:ama');
    await town.change({ subject: 'commitment', subjectId: one, what: 'state', to: 'limited' });
    await town.at(FRIDAY);
    await town.change({ subject: 'commitment', subjectId: two, what: 'state', to: 'completed' });
    await town.at('2026-12-04T08:00:00Z');
    drop(town, 'paired:ama');
    await town.say('paired:ama', 'week');
    const [week = ''] = town.read('paired:ama');
    expect(week).not.toContain('ready');
    expect(week).toMatch(/completed[\s\S]*limited progress/);
  });
});

describe('the front desk', () => {
  it('sees a sample in each language and the count, holds it, and sends it', async () => {
    const town = await openTown(database, { approval: true });
    await town.openDesk('client');
    const one = await town.promise('GHST0001', 1);
    await subscribe(town);
    await town.change({ subject: 'commitment', subjectId: one, what: 'state', to: 'limited' });
    drop(town, 'ama');
    await town.at(FRIDAY);
    expect(town.read('ama')).toEqual([]);
    const [asked = ''] = town.read('desk');
    expect(asked).toMatch(/^The digest of Friday 27 November is ready, for one reader\./);
    expect(asked).toContain('English, 1:\nYour week');
    expect(asked).toContain('Español, 0:\nTu semana');
    await town.tapAtDesk('Hold it');
    await town.at('2026-11-27T09:00:00Z');
    expect(town.read('ama')).toEqual([]);
    await town.tapAtDesk('Send it');
    expect(town.read('desk').join('\n')).toContain('goes out now (Efua)');
    await town.at('2026-11-27T09:10:00Z');
    expect(town.read('ama')).toHaveLength(1);
  });

  it('that says nothing for three days lets it lapse, and "send" then is too late', async () => {
    const town = await openTown(database, { approval: true });
    await town.openDesk('client');
    const one = await town.promise('GHST0001', 1);
    await subscribe(town);
    await town.change({ subject: 'commitment', subjectId: one, what: 'state', to: 'limited' });
    await town.at(FRIDAY);
    await town.at('2026-11-30T08:00:00Z');
    expect(town.read('desk').join('\n')).toContain('did not go out');
    await town.tapAtDesk('Send it');
    await town.at('2026-11-30T09:00:00Z');
    drop(town, 'desk');
    expect(town.read('ama').filter((text) => text.startsWith('Your week in'))).toEqual([]);
  });

  it('of another department has no say in it', async () => {
    const town = await openTown(database, { approval: true });
    await town.openDesk('client');
    await town.openDesk('works', 'works');
    await subscribe(town);
    await town.at(FRIDAY);
    const tap = { room: 'console:works', from: 'console:efua', name: 'Efua', choice: 'desk:digest:1:send' };
    await town.hand('works', '', tap);
    expect(await town.edition()).toEqual([{ key: 'digest:2026-W48', state: 'waiting' }]);
  });
});

describe('a person and the groups they are in', () => {
  it('get one letter each, in the language of each', async () => {
    const town = await openTown(database);
    const one = await town.promise('GHST0001', 1);
    await subscribe(town);
    for (const [room, language] of [
      ['youth', 'en'],
      ['jovenes', 'es'],
    ] as const)
      await town.subscribeRoom(room, language);
    town.turnTo('2026-11-24T09:00:00Z');
    await town.change({ subject: 'commitment', subjectId: one, what: 'state', to: 'limited' });
    drop(town, 'ama');
    await town.at(FRIDAY);
    expect(town.read('ama').map((text) => text.split('\n')[0])).toEqual([
      'Your week in Sekondi-Takoradi, Friday 27 November',
    ]);
    const [english] = town.letters('youth');
    expect(english?.content.text).toContain('An administrator of this group chose it');
    expect(english?.content.inPrivate).toEqual({ start: 'week', label: 'Write with me alone' });
    const [spanish] = town.letters('jovenes');
    expect(spanish?.content.text).toMatch(/^Tu semana en Sekondi-Takoradi, viernes 27 de noviembre/);
  });
});
