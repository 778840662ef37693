/** The lives of a browser that is made up: what goes wrong with it, and that it comes back. Time is turned by hand. */
import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PairingState } from '../../../src/channels/channel.ts';
import type { End } from '../../../src/channels/whatsappweb/ending.ts';
import type { Phone } from '../../../src/channels/whatsappweb/library.ts';
import { type Heard, live } from '../../../src/channels/whatsappweb/life.ts';
import {
  pauseSeconds,
  RESTART_SECONDS_MAX,
  STEADY_MINUTES,
  supervise,
} from '../../../src/channels/whatsappweb/supervise.ts';
import { TIMES } from '../../../src/channels/whatsappweb/watch.ts';
import { silentLog } from '../../../src/log.ts';
import type { World } from '../../../src/world.ts';
import { keptLog } from './bench.ts';

/** Whoever sleeps wakes when the clock is turned so far. */
function turned(): World & { turn(seconds: number): Promise<void> } {
  let nowMs = 0;
  const sleepers = new Set<{ atMs: number; wake: () => void }>();
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    now: () => new Date(nowMs),
    random: () => 0.5,
    crashPoint: () => {},
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const sleeper = {
          atMs: nowMs + ms,
          wake() {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', sleeper.wake);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', sleeper.wake);
      }),
    async turn(seconds) {
      const untilMs = nowMs + seconds * 1000;
      for (;;) {
        await settle();
        const [next] = [...sleepers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
        if (!next) break;
        nowMs = Math.max(nowMs, next.atMs);
        next.wake();
      }
      nowMs = untilMs;
      await settle();
    },
  };
}

/** Killed, it is gone; closed, it may hang. */
class Browser extends EventEmitter {
  connected = true;
  child = Object.assign(new EventEmitter(), {
    stdio: [],
    exitCode: null as number | null,
    signalCode: null,
    kill: () => this.end(),
  });
  process = () => this.child;
  end() {
    if (!this.connected) return true;
    this.connected = false;
    this.child.exitCode = 0;
    this.child.emit('exit');
    return this.emit('disconnected');
  }
}

class FakePhone extends EventEmitter {
  pupBrowser: Browser | null = null;
  state: string | Error = 'UNPAIRED';
  destroyed = 0;
  failsWith: unknown;
  async initialize() {
    this.pupBrowser = new Browser();
    if (this.failsWith !== undefined) throw this.failsWith;
  }
  async destroy() {
    this.destroyed += 1;
    this.pupBrowser?.end();
  }
  async getState() {
    if (this.state instanceof Error) throw this.state;
    return this.state;
  }
}

describe('a life', () => {
  let world: ReturnType<typeof turned>;
  let phone: FakePhone;
  let heard: string[];
  let leaving: AbortController;
  let ended: End | undefined;
  const log = keptLog();

  beforeEach(() => {
    world = turned();
    phone = new FakePhone();
    heard = [];
    leaving = new AbortController();
    ended = undefined;
  });

  async function begin(more: Partial<Heard> = {}) {
    const life = live({
      phone: phone as unknown as Phone,
      heard: {
        code: (code) => heard.push(`code ${code}`),
        ready: () => heard.push('ready'),
        connected: (is) => heard.push(`connected ${is}`),
        message: () => heard.push('message'),
        edited: () => heard.push('edited'),
        ack: () => heard.push('ack'),
        ...more,
      },
      times: TIMES,
      world,
      log,
      signal: leaving.signal,
    });
    void life.then((how) => {
      ended = how;
    });
    await world.turn(0);
  }
  async function becomeReady() {
    await begin();
    phone.state = 'CONNECTED';
    phone.emit('authenticated');
    phone.emit('ready');
    await world.turn(0);
  }
  const gone = () =>
    expect([phone.destroyed > 0, phone.pupBrowser?.connected ?? false]).toEqual([true, false]);

  it.each<[string, unknown]>([
    ['an error', new Error('net::ERR_NAME_NOT_RESOLVED')],
    ['bare words', 'auth timeout'],
  ])('ends, and its browser with it, when it cannot start: %s', async (_, reason) => {
    phone.failsWith = reason;
    await begin();
    expect(ended).toEqual({ kind: 'broken', why: 'the page of WhatsApp could not be opened' });
    gone();
  });

  it('ends when it says nothing after its start', async () => {
    await begin();
    await world.turn(TIMES.startSeconds - 1);
    expect(ended).toBeUndefined();
    await world.turn(2);
    expect(ended).toMatchObject({ kind: 'broken', why: 'it did not start in time' });
    gone();
  });

  it('goes on while new codes come, and ends when they stop and nobody scanned', async () => {
    await begin();
    for (const code of ['a', 'b', 'c']) {
      phone.emit('qr', code);
      await world.turn(TIMES.codeSeconds - 1);
    }
    expect([heard, ended]).toEqual([['code a', 'code b', 'code c'], undefined]);
    await world.turn(2);
    expect(ended?.kind).toBe('unscanned');
  });

  it('waits longer while the phone hands over what it has, but not for ever', async () => {
    await begin();
    phone.emit('qr', 'a');
    phone.state = 'OPENING';
    await world.turn(TIMES.codeSeconds + 1);
    expect(ended).toBeUndefined();
    await world.turn(TIMES.startSeconds - 10);
    phone.emit('loading_screen', 50, 'WhatsApp');
    await world.turn(TIMES.startSeconds - 1);
    expect(ended).toBeUndefined();
    await world.turn(2);
    expect(ended).toMatchObject({ kind: 'broken', why: 'it did not become ready in time' });
  });

  it('ends when "ready" is lost after the scan', async () => {
    await begin();
    phone.emit('authenticated');
    await world.turn(TIMES.startSeconds + 1);
    expect(ended?.why).toBe('it did not become ready in time');
  });

  it.each<[string, () => void, Partial<End>]>([
    ['the browser is killed', () => phone.pupBrowser?.end(), { kind: 'broken', why: 'the browser ended' }],
    [
      'there is a conflict',
      () => phone.emit('disconnected', 'CONFLICT'),
      { kind: 'broken', why: 'WhatsApp is open elsewhere' },
    ],
    ['the phone puts it out', () => phone.emit('disconnected', 'LOGOUT'), { kind: 'loggedOut' }],
    ['it is unpaired', () => phone.emit('disconnected', 'UNPAIRED'), { kind: 'loggedOut' }],
    ['the session is refused', () => phone.emit('auth_failure', 'x'), { kind: 'broken' }],
    ['it is told to', () => leaving.abort(), { kind: 'stopped' }],
  ])('ends when %s, with its browser', async (_, happens, how) => {
    await becomeReady();
    happens();
    await world.turn(0);
    expect(ended).toMatchObject(how);
    gone();
  });

  it('is asked each minute how it is, and ends when it does not answer', async () => {
    await becomeReady();
    await world.turn(TIMES.lookSeconds * 10);
    expect(ended).toBeUndefined();
    phone.state = new Error('detached');
    await world.turn(TIMES.lookSeconds);
    expect(ended?.why).toBe('the browser did not answer');
  });

  it('tells that the line is away, and ends when it stays away', async () => {
    await becomeReady();
    phone.emit('change_state', 'TIMEOUT');
    expect(heard.at(-1)).toBe('connected false');
    phone.state = 'TIMEOUT';
    await world.turn(TIMES.lookSeconds * (TIMES.looksOfflineMax - 1));
    phone.state = 'CONNECTED';
    await world.turn(TIMES.lookSeconds);
    expect([heard.at(-1), ended]).toEqual(['connected true', undefined]);
    phone.state = 'OPENING';
    await world.turn(TIMES.lookSeconds * TIMES.looksOfflineMax);
    expect(ended?.why).toBe('no connection to WhatsApp');
  });

  it('survives a listener of ours that throws', async () => {
    await begin({
      message: () => {
        throw new Error('a fault of ours');
      },
    });
    expect(() => phone.emit('message', {})).not.toThrow();
    expect(log.lines.at(-1)?.event).toBe('whatsappweb: a fault of our own');
    leaving.abort();
  });
});

describe('one life after the other', () => {
  it('pauses grow, up to a bound, and are short again after a long good time', async () => {
    const world = turned();
    const leaving = new AbortController();
    const told: PairingState[] = [];
    const waits: (number | undefined)[] = [];
    let good = 0;
    let forgotten = 0;
    const how: End[] = [];
    const supervised = supervise({
      life: async (signal) => {
        if (good > 0) await world.sleep(good, signal);
        return how.shift() ?? { kind: 'broken', why: 'the browser ended' };
      },
      forget: () => {
        forgotten += 1;
        throw new Error('a file is held');
      },
      tell: (state) => told.push(state),
      waitsUntil: (ms) => waits.push(ms),
      world,
      log: silentLog,
      signal: leaving.signal,
    });
    await world.turn(2000);
    const pauses = () => told.flatMap((state) => (state.kind === 'away' ? [state.againInSeconds] : []));
    expect(pauses().slice(0, 4)).toEqual([2, 3, 6, 12]);
    expect(Math.max(...pauses())).toBe(RESTART_SECONDS_MAX * 0.75);
    good = STEADY_MINUTES * 60_000;
    told.length = 0;
    await world.turn(3000);
    expect(pauses().at(-1)).toBe(2);
    told.length = 0;
    how.push({ kind: 'loggedOut', why: 'x' }, { kind: 'unscanned', why: 'y' });
    good = 1;
    await world.turn(700);
    const kinds = told.map(({ kind }) => kind);
    expect(kinds.slice(0, 4)).toContain('loggedOut');
    expect(forgotten).toBe(1);
    leaving.abort();
    await supervised;
    expect(waits.at(-1)).toBeUndefined();
  });

  it('a pause is never above the bound', () => {
    expect(pauseSeconds(1000, 0.999)).toBeLessThanOrEqual(RESTART_SECONDS_MAX);
  });
});
