/**
 * One life of the browser: from its start until it ends, by itself or because we end it. Whatever the library does, it
 * ends within named times (watch.ts), and its browser with it.
 */
import type { Message } from 'whatsapp-web.js';
import { errorFacts, type Log } from '../../log.ts';
import type { World } from '../../world.ts';
import { close, launched } from './close.ts';
import { type End, type Ending, openEnding } from './ending.ts';
import type { Phone } from './library.ts';
import { CONNECTED, openWatch, type Times, type Watch } from './watch.ts';

/** What may come and go while the page keeps up its line to WhatsApp. */
const LINE_STATES = new Set([CONNECTED, 'OPENING', 'PAIRING', 'TIMEOUT']);
/** What the library gives as a reason when the phone has put this device out. */
const PUT_OUT = new Set(['LOGOUT', 'UNPAIRED', 'UNPAIRED_IDLE']);

/** What is told meanwhile. */
export type Heard = {
  code(code: string): void;
  /** May come again: whenever the page has caught up with the phone. */
  ready(): void;
  connected(is: boolean): void;
  message(message: Message): void;
  /** Somebody's words have changed. */
  edited(message: Message): void;
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
  const ending = openEnding(signal);
  const watch = openWatch({ phone, times, world, connected: heard.connected }, ending);
  listen(phone, heard, watch, ending, log);
  watch.starts();
  const began = begin(phone, ending, log);
  const launching = launched(phone, began);
  const how = await ending.ended;
  await close(phone, launching, began);
  return how;
}

/** Never rejects: what goes wrong ends the life. */
async function begin(phone: Phone, { over, end }: Ending, log: Log): Promise<void> {
  const browserEnded = () => end({ kind: 'broken', why: 'the browser ended' });
  try {
    await phone.initialize();
    phone.pupBrowser?.on('disconnected', browserEnded);
    if (phone.pupBrowser?.connected === false) browserEnded();
  } catch (error) {
    const why = phone.pupBrowser ? 'the page of WhatsApp could not be opened' : 'the browser did not start';
    if (!over.aborted) log.warn(`whatsappweb: ${why}`, errorFacts(error));
    end({ kind: 'broken', why });
  }
}

function listen(phone: Phone, heard: Heard, watch: Watch, { over, end }: Ending, log: Log): void {
  /** A listener that throws is swallowed by the page, and with it what it was told. */
  function safely<Given extends unknown[]>(listener: (...given: Given) => void): (...given: Given) => void {
    return (...given) => {
      if (over.aborted) return;
      try {
        listener(...given);
      } catch (error) {
        log.error('whatsappweb: a fault of our own', errorFacts(error));
      }
    };
  }
  const code = (shown: string) => {
    watch.codeShown();
    heard.code(shown);
  };
  const ready = () => {
    watch.isReady();
    heard.ready();
  };
  /** After any other state the library gives up, and says why. */
  const line = (state: unknown) => {
    if (LINE_STATES.has(String(state))) heard.connected(state === CONNECTED);
  };
  phone.on('qr', safely(code));
  phone.on('loading_screen', safely(watch.goesOn));
  phone.on('authenticated', safely(watch.goesOn));
  phone.on('ready', safely(ready));
  phone.on('message', safely(heard.message));
  phone.on('message_edit', safely(heard.edited));
  phone.on('message_ack', safely(heard.ack));
  phone.on('change_state', safely(line));
  const refused = () => end({ kind: 'broken', why: 'the session was refused' });
  phone.on('auth_failure', safely(refused));
  const put = (reason: unknown) => end(endOf(String(reason)));
  phone.on('disconnected', safely(put));
}

const endOf = (reason: string): End =>
  PUT_OUT.has(reason)
    ? { kind: 'loggedOut', why: 'the phone has put this device out' }
    : { kind: 'broken', why: reason === 'CONFLICT' ? 'WhatsApp is open elsewhere' : 'WhatsApp ended it' };
