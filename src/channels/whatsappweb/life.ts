/**
 * One life of the browser: from its start until it ends, by itself or because we end it. Whatever the library does, it
 * ends within the times below, and its browser with it.
 */
import type { Message } from 'whatsapp-web.js';
import { errorFacts, type Log } from '../../log.ts';
import type { World } from '../../world.ts';
import { bounded } from './bounded.ts';
import type { Phone } from './library.ts';

export type Times = {
  /** From the start until a code is shown or it is ready; and from the scan until it is ready. */
  startSeconds: number;
  /** A code is replaced by the next one within it, or WhatsApp's page has stopped to show any. */
  codeSeconds: number;
  /** How often it is asked whether it is well. */
  lookSeconds: number;
  /** An answer to that takes no longer. */
  answerSeconds: number;
  /** So many looks in a row without a connection, and the browser starts anew. */
  looksOfflineMax: number;
};

export const TIMES: Times = {
  startSeconds: 180,
  codeSeconds: 90,
  lookSeconds: 60,
  answerSeconds: 15,
  looksOfflineMax: 5,
};

const LAUNCH_SECONDS_MAX = 35;
const CLOSE_SECONDS_MAX = 5;
const CONNECTED = 'CONNECTED';
/** What may come and go while the page keeps up its line to WhatsApp. */
const LINE_STATES = new Set([CONNECTED, 'OPENING', 'PAIRING', 'TIMEOUT']);
/** What the library gives as a reason when the phone has put this device out. */
const PUT_OUT = new Set(['LOGOUT', 'UNPAIRED', 'UNPAIRED_IDLE']);

/** Why a life ended. `why` holds nothing that a person wrote, and no address. */
export type End = { why: string; kind: 'broken' | 'loggedOut' | 'unscanned' | 'stopped' };

/** What is told meanwhile. None of these may throw. */
export type Heard = {
  code(code: string): void;
  /** May come again: whenever the page has caught up with the phone. */
  ready(): void;
  connected(is: boolean): void;
  message(message: Message): void;
  ack(message: Message, ack: number): void;
};

export type LifeOptions = {
  phone: Phone;
  heard: Heard;
  times: Times;
  world: World;
  log: Log;
  signal: AbortSignal;
};

/** Resolves when it has ended and its browser is gone. Never rejects. */
export async function live({ phone, heard, times, world, log, signal }: LifeOptions): Promise<End> {
  const over = new AbortController();
  let end: (how: End) => void = () => {};
  const ended = new Promise<End>((resolve) => {
    end = (how) => {
      over.abort();
      resolve(how);
    };
  });
  const stop = () => end({ kind: 'stopped', why: 'stopped' });
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();

  let deadline = new AbortController();
  let isReady = false;
  /** Replaces the one before; without `seconds` there is none any more. */
  function dueIn(seconds: number | undefined, overdue: () => void): void {
    deadline.abort();
    deadline = new AbortController();
    const mine = AbortSignal.any([deadline.signal, over.signal]);
    if (seconds === undefined) return;
    void world.sleep(seconds * 1000, mine).then(() => {
      if (!mine.aborted) overdue();
    });
  }
  const neverReady = () => end({ kind: 'broken', why: 'it did not become ready in time' });

  /** After a scan there is no new code either, while the phone hands over what it has. */
  function noNewCode(): void {
    void ask().then((state) => {
      if (over.signal.aborted || isReady) return;
      if (state === 'PAIRING' || state === 'OPENING' || state === CONNECTED)
        dueIn(times.startSeconds, neverReady);
      else end({ kind: 'unscanned', why: 'nobody scanned the code' });
    });
  }

  const ask = (): Promise<string | undefined> =>
    bounded(Promise.resolve(phone.getState()), times.answerSeconds).catch(() => undefined);

  async function lookAfter(): Promise<void> {
    for (let offline = 0; ; ) {
      await world.sleep(times.lookSeconds * 1000, over.signal);
      if (over.signal.aborted) return;
      const state = await ask();
      if (over.signal.aborted) return;
      if (state === undefined) return end({ kind: 'broken', why: 'the browser did not answer' });
      heard.connected(state === CONNECTED);
      offline = state === CONNECTED ? 0 : offline + 1;
      if (offline >= times.looksOfflineMax) return end({ kind: 'broken', why: 'no connection to WhatsApp' });
    }
  }

  /** A listener that throws is swallowed by the page, and with it what it was told. */
  function safely<Given extends unknown[]>(listener: (...given: Given) => void): (...given: Given) => void {
    return (...given) => {
      if (over.signal.aborted) return;
      try {
        listener(...given);
      } catch (error) {
        log.error('whatsappweb: a fault of our own', errorFacts(error));
      }
    };
  }

  phone.on(
    'qr',
    safely((code: string) => {
      dueIn(times.codeSeconds, noNewCode);
      heard.code(code);
    }),
  );
  const goesOn = safely(() => {
    if (!isReady) dueIn(times.startSeconds, neverReady);
  });
  phone.on('loading_screen', goesOn);
  phone.on('authenticated', goesOn);
  phone.on(
    'ready',
    safely(() => {
      dueIn(undefined, neverReady);
      if (!isReady) void lookAfter();
      isReady = true;
      heard.ready();
    }),
  );
  phone.on('message', safely(heard.message));
  phone.on('message_ack', safely(heard.ack));
  phone.on(
    'change_state',
    safely((state) => {
      // After any other one the library gives up, and says why.
      if (LINE_STATES.has(String(state))) heard.connected(state === CONNECTED);
    }),
  );
  phone.on(
    'auth_failure',
    safely(() => end({ kind: 'broken', why: 'the session was refused' })),
  );
  phone.on(
    'disconnected',
    safely((reason) => end(endOf(String(reason)))),
  );

  dueIn(times.startSeconds, () => end({ kind: 'broken', why: 'it did not start in time' }));
  const began = begin(phone).then(
    () => {
      phone.pupBrowser?.on('disconnected', () => end({ kind: 'broken', why: 'the browser ended' }));
      if (phone.pupBrowser?.connected === false) end({ kind: 'broken', why: 'the browser ended' });
    },
    (error: unknown) => {
      const why = phone.pupBrowser ? 'the page of WhatsApp could not be opened' : 'the browser did not start';
      if (!over.signal.aborted) log.warn(`whatsappweb: ${why}`, errorFacts(error));
      end({ kind: 'broken', why });
    },
  );
  const launching = launched(phone, began);
  const how = await ended;
  signal.removeEventListener('abort', stop);
  await close(phone, launching, began);
  return how;
}

/** It may throw before it promises anything. */
const begin = async (phone: Phone): Promise<void> => phone.initialize();

const endOf = (reason: string): End =>
  PUT_OUT.has(reason)
    ? { kind: 'loggedOut', why: 'the phone has put this device out' }
    : { kind: 'broken', why: reason === 'CONFLICT' ? 'WhatsApp is open elsewhere' : 'WhatsApp ended it' };

/**
 * Resolves when the browser was launched, or was not. Its lines are listened to for errors from then on: puppeteer stops to
 * when it closes it, and one that came afterwards would end the process.
 */
async function launched(phone: Phone, began: Promise<void>): Promise<void> {
  let over = false;
  const ends = began.finally(() => {
    over = true;
  });
  for (let waitedMs = 0; !phone.pupBrowser && !over && waitedMs < LAUNCH_SECONDS_MAX * 1000; waitedMs += 50) {
    await Promise.race([ends, new Promise((resolve) => setTimeout(resolve, 50))]);
  }
  for (const line of phone.pupBrowser?.process()?.stdio ?? []) line?.on('error', () => {});
}

/** A browser that is just being launched is waited for, or nobody would ever close it. */
async function close(phone: Phone, launching: Promise<void>, began: Promise<void>): Promise<void> {
  await launching;
  const running = phone.pupBrowser?.process();
  await bounded(Promise.resolve(phone.destroy()), CLOSE_SECONDS_MAX).catch(() => {});
  if (running && running.exitCode === null && running.signalCode === null) {
    const gone = new Promise<void>((resolve) => running.once('exit', () => resolve()));
    running.kill('SIGKILL');
    await bounded(gone, CLOSE_SECONDS_MAX).catch(() => {});
  }
  await bounded(began, CLOSE_SECONDS_MAX).catch(() => {});
}
