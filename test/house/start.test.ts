/** Kasa as it is started: a process of its own, its settings, its first words, its end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStandin, type Standin } from '../channels/telegram/standin.ts';
import { openStandin as openWhatsApp, type Standin as WhatsApp } from '../channels/whatsapp/standin.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_SECONDS_MAX = 45;

type Running = { process: ChildProcess; said(): string; ended: Promise<number | null>; url: string };

let folder: string;
let standin: Standin;
const all: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kasa-start-'));
  standin = await openStandin();
});

afterAll(async () => {
  for (const one of all) one.kill('SIGKILL');
  await standin.close();
  await rm(folder, { recursive: true, force: true });
});

function launch(settings: Record<string, string>): Omit<Running, 'url'> {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: ROOT,
    env: { PATH, HOME, PORT: '0', LOG_LEVEL: 'warn', DATA_DIR: join(folder, 'data'), ...settings },
  });
  all.push(child);
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { process: child, said: () => output, ended };
}

async function command(words: string[]): Promise<{ said: string; ended: number | null }> {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli.ts', ...words], {
    cwd: ROOT,
    env: { PATH, HOME, DATA_DIR: join(folder, 'data') },
  });
  all.push(child);
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  return { ended: await new Promise((resolve) => child.on('close', resolve)), said };
}

async function start(settings: Record<string, string> = {}): Promise<Running> {
  const running = launch(settings);
  await expect
    .poll(() => running.said(), { timeout: START_SECONDS_MAX * 1000, interval: 50 })
    .toMatch(/operator invite/);
  const url = /http:\/\/localhost:\d+/.exec(running.said())?.[0] ?? '';
  return { ...running, url };
}

describe('npm start', () => {
  it('sets everything up, answers on the web and on Telegram, refuses a second process, ends well, starts again', async () => {
    const telegram = { TELEGRAM_BOT_TOKEN: standin.token, TELEGRAM_API_ROOT: standin.url };
    const kasa = await start(telegram);
    expect(kasa.said()).toMatch(/Kasa is ready[\s\S]*Web chat +on[\s\S]*Telegram +on/);
    expect(await (await fetch(`${kasa.url}/health`)).json()).toEqual({ database: 'up' });
    expect(await (await fetch(`${kasa.url}/chat`)).text()).toContain('Akwaaba');

    const ama = standin.person('Ama');
    ama.say('the drain at market circel is choked again');
    await standin.hears(ama, 'Market Circle');

    // A code is made by the house that runs, since only one process may open the database.
    const code = await command(['operator', 'invite', '--department', 'works']);
    expect(code).toMatchObject({ ended: 0 });
    const works = standin.group('Works desk');
    standin
      .person('Kofi')
      .in(works)
      .say(code.said.split('\n')[0] ?? '');
    await standin.hears(works, 'desk of Works');
    expect(await command(['operator', 'invite', '--department', 'wroks'])).toMatchObject({ ended: 2 });
    expect((await command(['status'])).said).toMatch(/telegram +outbound +sent/);

    const second = launch(telegram);
    expect(await second.ended).toBe(1);
    expect(second.said()).toMatch(new RegExp(`DATA_DIR .* in use by process ${kasa.process.pid}`));
    expect(second.said().trim()).not.toContain('\n');

    kasa.process.kill('SIGTERM');
    expect(await kasa.ended).toBe(0);
    expect(await (await fetch(`${standin.url}/`).catch(() => new Response('up'))).text()).toBeDefined();

    ama.say('1');
    const again = await start(telegram);
    await standin.hears(ama, 'Before I write it down');
    again.process.kill('SIGTERM');
    expect(await again.ended).toBe(0);
    expect(`${kasa.said()}${again.said()}`).not.toContain(standin.token);
  }, 120_000);

  it('says which channel is off and how to switch it on', async () => {
    const kasa = await start({ DATA_DIR: join(folder, 'quiet') });
    expect(kasa.said()).toMatch(/Telegram +off +set TELEGRAM_BOT_TOKEN/);
    expect(kasa.said()).toMatch(/WhatsApp +off +set WHATSAPP_CLOUD_TOKEN/);
    const busy = launch({ DATA_DIR: join(folder, 'other'), PORT: new URL(kasa.url).port });
    expect(await busy.ended).toBe(1);
    expect(busy.said()).toMatch(/^The setting PORT is wrong.*EADDRINUSE.*\n$/);
    kasa.process.kill('SIGTERM');
    expect(await kasa.ended).toBe(0);
  }, 90_000);

  it('may be stopped the moment it says that it is ready', async () => {
    const kasa = launch({ DATA_DIR: join(folder, 'brief') });
    kasa.process.stdout?.once('data', () => kasa.process.kill('SIGTERM'));
    expect(await kasa.ended).toBe(0);
    expect(kasa.said()).toContain('Kasa is ready');
  }, 60_000);

  it.each([
    [{ PORT: 'eighty' }, /^The setting PORT is wrong \(it is "eighty"\)\. It may be a port/],
    [{ DEFAULT_LANGUAGE: 'twi' }, /^The setting DEFAULT_LANGUAGE is wrong \(it is "twi"\)\. It may be .*en/],
    [{ DATABASE_URL: 'nowhere' }, /^DATABASE_URL must look like postgres:/],
    [{ TELEGRAM_BOT_TOKEN: '1:wrong' }, /TELEGRAM_BOT_TOKEN/],
    [
      { WHATSAPP_WEB: 'on', WHATSAPP_BROWSER: '/nowhere' },
      /^The setting WHATSAPP_BROWSER is wrong \(it is "\/nowhere"\)/,
    ],
  ])(
    '%j stops it with one line',
    async (settings, line) => {
      const kasa = launch({ TELEGRAM_API_ROOT: standin.url, DATA_DIR: join(folder, 'wrong'), ...settings });
      expect(await kasa.ended).toBe(1);
      expect(kasa.said()).toMatch(line);
      expect(kasa.said().trim().split('\n')).toHaveLength(1);
    },
    60_000,
  );
});

describe('npm start with WhatsApp', () => {
  const of = (meta: WhatsApp) => ({
    WHATSAPP_CLOUD_TOKEN: meta.token,
    WHATSAPP_CLOUD_PHONE_ID: meta.phoneId,
    WHATSAPP_CLOUD_APP_SECRET: meta.appSecret,
    WHATSAPP_CLOUD_VERIFY_TOKEN: meta.verifyToken,
    WHATSAPP_CLOUD_API_ROOT: meta.url,
    DATA_DIR: join(folder, 'whatsapp'),
  });

  it('says the address that Meta must call, and answers there', async () => {
    const meta = await openWhatsApp();
    const kasa = await start({ ...of(meta), PUBLIC_URL: 'https://kasa.example.org', PORT: '0' });
    expect(kasa.said()).toContain('enter https://kasa.example.org/channels/whatsapp/webhook at Meta');
    kasa.process.kill('SIGTERM');
    expect(await kasa.ended).toBe(0);
    const again = await start(of(meta));
    meta.hook.url = `${again.url}/channels/whatsapp/webhook`;
    expect(await meta.shakeHands()).toEqual({ status: 200, body: '1158201444' });
    const ama = meta.person('Ama');
    await ama.say('the drain at market circel is choked again').taken;
    await meta.hears(ama, 'Market Circle');
    again.process.kill('SIGTERM');
    expect(await again.ended).toBe(0);
    await meta.close();
    expect(`${kasa.said()}${again.said()}`).not.toContain(meta.token);
  }, 120_000);

  it.each([
    [{ WHATSAPP_CLOUD_APP_SECRET: '' }, /^The setting WHATSAPP_CLOUD_APP_SECRET is missing/],
    [{ WHATSAPP_CLOUD_TOKEN: 'EAAGwrong' }, /^The setting WHATSAPP_CLOUD_TOKEN is wrong/],
    [{ WHATSAPP_CLOUD_PHONE_ID: '106540352242999' }, /^The setting WHATSAPP_CLOUD_PHONE_ID is wrong/],
  ])(
    '%j stops it with one line',
    async (settings, line) => {
      const meta = await openWhatsApp();
      const kasa = launch({ ...of(meta), ...settings });
      expect(await kasa.ended).toBe(1);
      expect(kasa.said()).toMatch(line);
      expect(kasa.said().trim().split('\n')).toHaveLength(1);
      await meta.close();
    },
    60_000,
  );
});
