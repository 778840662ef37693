/** A paired phone: what is told of it, to whom and how often, and the picture to be scanned. */
import { sql } from 'drizzle-orm';
import qrcode from 'qrcode';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PairingState } from '../../src/channels/channel.ts';
import { showStatus } from '../../src/cli/status.ts';
import { type Database, rows } from '../../src/database/database.ts';
import { readFile } from '../../src/media/store.ts';
import { changePairing, dueNews, type KeptPairing } from '../../src/operators/pairing-news.ts';
import { openTestDatabase } from '../database/given.ts';
import { type Hall, openHall } from './hall.ts';

const MINUTE = 60_000;
const READY: PairingState = { kind: 'ready' };
const AWAY: PairingState = { kind: 'away', why: 'the browser ended', againInSeconds: 30 };
const FULL: PairingState = { kind: 'full', againInSeconds: 7000 };
const CODE = '2@kX0invented,code+of/the=kind,that,a,phone,scans';
const PAIRING: PairingState = { kind: 'pairing', code: CODE };
const STARTING: PairingState = { kind: 'starting' };
const LOGGED_OUT: PairingState = { kind: 'loggedOut' };

/** Plays states, each so many minutes after the one before; what was told at each. */
function play(steps: [PairingState | 'look', number?][]): string[] {
  let kept: KeptPairing | undefined;
  let now = 0;
  return steps.map(([state, minutes = 1]) => {
    now += minutes * MINUTE;
    const changed = state === 'look' ? kept && dueNews(kept, now) : changePairing(kept, state, now);
    if (changed) kept = changed.kept;
    return changed?.news ?? '';
  });
}

describe('news', () => {
  it.each<[string, [PairingState | 'look', number?][], string[]]>([
    ['the first pairing', [[STARTING], [PAIRING], [PAIRING], [READY]], ['', '', '', 'paired']],
    ['a restart is none', [[READY], [STARTING], [READY]], ['paired', '', '']],
    ['away and back', [[READY], [AWAY], [AWAY], [STARTING], [READY]], ['paired', 'away', '', '', 'back']],
    ['full and on again', [[READY], [FULL], [FULL], [READY]], ['paired', 'full', '', 'back']],
    [
      'logged out, and paired again',
      [[READY], [LOGGED_OUT], [PAIRING], [READY, 90]],
      ['paired', 'loggedOut', '', 'paired'],
    ],
    ['asked for a code after it was paired', [[READY], [STARTING], [PAIRING]], ['paired', '', 'loggedOut']],
    [
      'a line that comes and goes is told once an hour',
      [[READY], [AWAY], [READY], [AWAY], [READY], [AWAY], [READY]],
      ['paired', 'away', 'back', '', '', '', ''],
    ],
    [
      'what lasts is told when the hour is over',
      [[READY], [AWAY], [READY], [AWAY], ['look', 30], ['look', 30], ['look', 60], [READY]],
      ['paired', 'away', 'back', '', '', 'away', '', 'back'],
    ],
    [
      'what has passed by then is not told any more',
      [[READY], [AWAY], [READY], [AWAY], [READY], ['look', 90]],
      ['paired', 'away', 'back', '', '', ''],
    ],
  ])('%s', (_, steps, told) => expect(play(steps)).toEqual(told));
});

describe('in the house', () => {
  const FRONT = 'console:esi';
  const GROUP = 'console:front/Esi';
  let database: Database;
  let hall: Hall;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    hall = await openHall(database);
    hall.house.listenToPairing();
  });

  async function withFront(): Promise<void> {
    await hall.openDesk(FRONT, 'client');
    await hall.openDesk('whatsappweb:front/Efua', 'client');
    await hall.openDesk('console:works/Kofi', 'works');
  }

  it('tells the front desk on other channels, once, and nobody else', async () => {
    await withFront();
    for (const state of [STARTING, PAIRING, READY, AWAY, AWAY]) await hall.pairing(state);
    expect(hall.texts(FRONT)).toBe(
      'The WhatsApp phone is paired. Letters come and go.\nThe WhatsApp phone is away just now. I try again by myself; letters wait.',
    );
    expect(hall.texts('whatsappweb:front')).toBe('');
    expect(hall.texts('console:works')).toBe('');
  });

  it('tells what lasts when the hour is over, by the hourly look', async () => {
    await withFront();
    for (const state of [READY, AWAY, READY, AWAY]) await hall.pairing(state);
    hall.read(FRONT);
    hall.world.pass(61 * 60);
    await hall.house.remind();
    await hall.settle();
    expect(hall.texts(FRONT)).toMatch(/is away just now/);
  });

  it('says how long it is full', async () => {
    await withFront();
    await hall.pairing(FULL);
    expect(hall.texts(FRONT)).toContain('in about 2 hours');
  });

  it('/pair alone with us, in a desk of the front department: a picture of the code', async () => {
    await withFront();
    await hall.pairing(PAIRING);
    await hall.say(FRONT, '/pair');
    const [shown] = hall.read(FRONT);
    expect(shown?.text).toMatch(/^Open WhatsApp on the phone of this number/);
    const id = shown?.message.content.media?.[0]?.file ?? '';
    const picture = await readFile(database.tx, id);
    expect(picture?.mime).toBe('image/png');
    expect(await modulesOf(picture?.data ?? new Uint8Array())).toEqual(matrixOf(CODE));
    hall.world.pass(61 * 60);
    await hall.house.remind();
    expect(await readFile(database.tx, id)).toBeUndefined();
  });

  it('shows no code that is too old, and none when there is nothing to scan', async () => {
    await withFront();
    const answers: string[] = [];
    const ask = async () => {
      await hall.say(FRONT, '/pair');
      answers.push(hall.texts(FRONT));
    };
    await ask();
    await hall.pairing(PAIRING);
    hall.world.pass(61);
    await ask();
    await hall.pairing(READY);
    hall.read(FRONT);
    await ask();
    await hall.pairing(AWAY);
    hall.read(FRONT);
    await ask();
    expect(answers).toEqual([
      'The WhatsApp phone has no code to scan yet. Write /pair again in half a minute.',
      'The WhatsApp phone has no code to scan yet. Write /pair again in half a minute.',
      'The WhatsApp phone is paired, since Monday 30 November. There is nothing to scan.',
      'The WhatsApp phone is paired, but away just now. It comes back by itself.',
    ]);
  });

  it('says so where no such channel is on', async () => {
    hall = await openHall(database, { paired: false });
    await hall.openDesk(FRONT, 'client');
    await hall.say(FRONT, '/pair');
    expect(hall.texts(FRONT)).toMatch(/^No phone is set up here/);
  });

  it.each([
    ['a group of the front desk', GROUP, 'client', /^Not in a group: .*Client Service Unit/],
    [
      'a desk of another department, alone',
      'console:kofi',
      'works',
      /^Only who opened a desk of Client Service Unit/,
    ],
    ['a stranger', 'console:yaw', undefined, /^Only who opened a desk of Client Service Unit/],
    ['a group that is no desk', 'console:youth/Yaw', undefined, /^Not in a group/],
  ])('%s is refused, and no picture is made', async (_, who, department, answer) => {
    if (department) await hall.openDesk(who, department);
    await hall.pairing(PAIRING);
    await hall.say(who, '/pair');
    const [said, ...more] = hall.read(who.split('/')[0] ?? '');
    expect(said?.text).toMatch(answer);
    expect(said?.message.content.media).toBeUndefined();
    expect(more).toEqual([]);
    expect(await rows(database.tx, sql`select 1 from files`)).toEqual([]);
  });

  it('kasa status says how it is since when, and never the code', async () => {
    await hall.pairing(PAIRING);
    hall.world.pass(20);
    await hall.pairing({ kind: 'pairing', code: 'another' });
    const told = await showStatus([], { database } as Parameters<typeof showStatus>[1]);
    const lines = (Array.isArray(told) ? told : told.lines).join('\n');
    expect(lines).toContain(
      'whatsappweb waits to be paired (write /pair to the bot) since 2026-11-30T09:00:0',
    );
    expect(lines).not.toContain('another');
  });
});

/** The dark and light of the picture, module by module, without its margin. */
async function modulesOf(png: Uint8Array): Promise<boolean[]> {
  const { data, info } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });
  const size = qrcode.create(CODE, { errorCorrectionLevel: 'M' }).modules.size;
  const pixels = info.width / (size + 8);
  const dark: boolean[] = [];
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const y = Math.floor((row + 4.5) * pixels);
      const x = Math.floor((column + 4.5) * pixels);
      dark.push((data[(y * info.width + x) * info.channels] ?? 255) < 128);
    }
  return dark;
}

const matrixOf = (code: string): boolean[] =>
  [...qrcode.create(code, { errorCorrectionLevel: 'M' }).modules.data].map((one) => one === 1);
