/** A youth group on Telegram gets the weekly letter in its own chat, chosen by one of its administrators. */
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { writeChanges } from '../../src/civic/changes.ts';
import { rows } from '../../src/database/database.ts';
import { DAY, SECOND, type Street, useStreets } from './street.ts';

const streets = useStreets();
let street: Street;

async function openGroup() {
  street = await streets.open();
  const { standin } = street;
  const [esi, kofi] = [standin.person('Esi'), standin.person('Kofi')];
  const group = standin.group('Youth of Kojokrom');
  group.promote(esi);
  return { esi, kofi, group };
}

async function promiseMoves(): Promise<void> {
  await street.database.inTransaction(async (tx) => {
    await tx.execute(sql`insert into commitments (key, plan, ordinal, updated_at)
      values ('GHST0009', '2022', 9, now()) on conflict (key) do nothing`);
    const [{ id } = { id: 0 }] = await rows<{ id: number }>(
      tx,
      sql`select id::float8 as id from commitments where key = 'GHST0009'`,
    );
    const change = {
      subject: 'commitment' as const,
      subjectId: id,
      what: 'state',
      to: 'limited',
      actor: 'Efua',
    };
    await writeChanges(tx, [change], street.world.now());
  });
}

/** Monday nine o'clock to Friday half past twelve. */
const TO_FRIDAY_NOON = 4 * DAY + 3.5 * 3600 * SECOND;

it('is not for a member to choose', async () => {
  const { kofi, group } = await openGroup();
  kofi.in(group).say('/groupletter');
  await street.settle();
  expect(group.heard.at(-1)?.text).toMatch(/^Only an administrator of this group can choose that/);
});

it('comes into the group on Friday, with a button that leads to a talk alone, and ends when an administrator says so', async () => {
  const { esi, group } = await openGroup();
  esi.in(group).say('/groupletter');
  await street.settle();
  esi.in(group).tap("The city's promises");
  await street.settle();
  expect(group.heard.at(-1)?.text).toMatch(/^Good\. The first one comes on Friday 4 December at 12:00/);
  street.leap(DAY);
  await promiseMoves();
  street.leap(TO_FRIDAY_NOON - DAY);
  await street.house.digest();
  await street.settle();
  const letter = group.heard.at(-1);
  expect(letter?.text).toMatch(
    /^Your week in Sekondi-Takoradi, Friday 4 December\n1\. Promise 9.*: limited progress\./,
  );
  expect(JSON.stringify(letter?.buttons)).toContain('https://t.me/KasaBot?start=week');
  const heard = group.heard.length;
  esi.in(group).say('/groupletter');
  await street.settle();
  esi.in(group).tap('End it');
  await street.settle();
  await promiseMoves();
  street.leap(7 * DAY);
  await street.house.digest();
  await street.settle();
  expect(group.heard.slice(heard).filter(({ text }) => text.startsWith('Your week in'))).toEqual([]);
});

it('ends when the bot is thrown out of the group', async () => {
  const { esi, group } = await openGroup();
  esi.in(group).say('/groupletter');
  await street.settle();
  esi.in(group).tap("The city's promises");
  await street.settle();
  group.removeBot(esi);
  await street.settle();
  const [found] = await rows<{ ended: boolean }>(
    street.database.tx,
    sql`select ended_at is not null as ended from digests`,
  );
  expect(found).toEqual({ ended: true });
});
