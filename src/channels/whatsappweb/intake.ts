/**
 * Takes messages in, in order within each chat. WhatsApp asks for no receipt, so what is here and not stored yet lives in
 * this process alone; its chat stays unread, and is found again after a crash (unread.ts).
 */
import type { Message } from 'whatsapp-web.js';
import { errorFacts, type Log } from '../../log.ts';
import type { World } from '../../world.ts';
import type { Receive } from '../channel.ts';
import type { InboundMessage } from '../message.ts';
import type { Hear } from './hear.ts';
import { editName, idIn } from './names.ts';
import { editedAtMs } from './read.ts';

/** More are left to be found again when these are stored. */
export const WAITING_MAX = 5000;
/** Messages remembered that were taken already; the store knows all others. */
const KNOWN_MAX = 10_000;
const FIRST_PAUSE_SECONDS = 0.5;
const PAUSE_SECONDS_MAX = 30;

type Taken = { message: Message; isEdit: boolean };

export type Intake = {
  take(message: Message): void;
  /** Its writer has changed it. */
  takeEdited(message: Message): void;
  /** Until `release` messages stand aside: older ones may still be found. */
  hold(): void;
  release(): void;
  /** Passes those that stand aside: they are older. */
  takeOlder(message: Message): void;
  /** Something of this chat is not stored yet. */
  waits(chat: string): boolean;
  /** Takes nothing any more; resolves when nothing is under way. */
  settle(): Promise<void>;
};

export type IntakeOptions = {
  receive: Receive;
  hear: Hear;
  world: World;
  log: Log;
  /** All that was taken of this chat is stored. */
  onStored(chat: string): void;
  /** There were too many: what is unread must be looked for again. */
  onMissed(): void;
};

export function openIntake({ receive, hear, world, log, onStored, onMissed }: IntakeOptions): Intake {
  const leaving = new AbortController();
  const chats = new Map<string, Taken[]>();
  const underWay = new Set<Promise<void>>();
  const known = new Set<string>();
  let aside: Taken[] = [];
  let holding = false;
  let waiting = 0;
  let missed = false;

  function take(taken: Taken): void {
    if (!holding) takeNow(taken);
    else if (aside.length < WAITING_MAX) aside.push(taken);
    else missed = true;
  }

  function takeNow(taken: Taken): void {
    const { message, isEdit } = taken;
    const own = idIn(message.id);
    const id = own !== undefined && isEdit ? editName(own, editedAtMs(message) ?? 0) : own;
    const chat = message.fromMe ? message.to : message.from;
    if (leaving.signal.aborted || id === undefined || typeof chat !== 'string' || known.has(id)) return;
    if (waiting >= WAITING_MAX) {
      missed = true;
      return;
    }
    remember(id);
    waiting += 1;
    const queue = chats.get(chat);
    if (queue) return void queue.push(taken);
    chats.set(chat, [taken]);
    const run = empty(chat).finally(() => underWay.delete(run));
    underWay.add(run);
  }

  async function empty(chat: string): Promise<void> {
    const queue = chats.get(chat) ?? [];
    for (let taken = queue[0]; taken; taken = queue[0]) {
      const letter = await hear(taken.message, taken.isEdit);
      if (letter && !(await store(letter))) break;
      queue.shift();
      waiting -= 1;
    }
    if (queue.length > 0) return;
    chats.delete(chat);
    onStored(chat);
    if (!missed || waiting > 0) return;
    missed = false;
    onMissed();
  }

  /** False when it is time to stop and the letter could not be stored. */
  async function store(letter: InboundMessage): Promise<boolean> {
    for (
      let pauseSeconds = FIRST_PAUSE_SECONDS;
      ;
      pauseSeconds = Math.min(pauseSeconds * 2, PAUSE_SECONDS_MAX)
    ) {
      if (leaving.signal.aborted) return false;
      try {
        await world.crashPoint('whatsappweb: before receive');
        await receive([letter]);
        await world.crashPoint('whatsappweb: stored, not seen');
        return true;
      } catch (error) {
        if (pauseSeconds === FIRST_PAUSE_SECONDS) {
          log.warn('whatsappweb: a letter could not be stored, it waits', errorFacts(error));
        }
        await world.sleep(pauseSeconds * 1000, leaving.signal);
      }
    }
  }

  function remember(id: string): void {
    const [oldest] = known;
    if (oldest !== undefined && known.size >= KNOWN_MAX) known.delete(oldest);
    known.add(id);
  }

  return {
    take: (message) => take({ message, isEdit: false }),
    takeEdited: (message) => take({ message, isEdit: true }),
    takeOlder: (message) => takeNow({ message, isEdit: false }),
    hold: () => {
      holding = true;
    },
    release: () => {
      holding = false;
      const held = aside;
      aside = [];
      for (const taken of held) takeNow(taken);
    },
    waits: (chat) => chats.has(chat) || aside.some(({ message }) => message.from === chat),
    settle: async () => {
      leaving.abort();
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}
