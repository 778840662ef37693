/** How our letters fared, as WhatsApp tells by the ticks under them. */
import type { Message } from 'whatsapp-web.js';
import { errorFacts, type Log } from '../../log.ts';
import type { World } from '../../world.ts';
import { type Outcome, SendError } from '../channel.ts';
import { idIn, nameOf } from './names.ts';

/** A tick may overtake the sending itself; the name of the letter is written down by then. */
const GATHER_SECONDS = 1;
const RETRY_SECONDS = 10;
const WAITING_MAX = 10_000;

const STATUSES: Record<number, Outcome['status']> = {
  '-1': 'failed',
  1: 'sent',
  2: 'arrived',
  3: 'read',
  4: 'read',
};

/** The outcome in a tick; undefined for what tells nothing. */
export function readOutcome(message: Pick<Message, 'id' | 'fromMe'>, ack: number): Outcome | undefined {
  const status = STATUSES[ack];
  const id = idIn(message.id);
  if (!message.fromMe || id === undefined || status === undefined) return undefined;
  const error = new SendError('rejected', 'WhatsApp could not deliver it');
  return { externalId: nameOf(id), status, ...(status === 'failed' && { error }) };
}

export type Outcomes = {
  tellTo(tell: (outcomes: Outcome[]) => Promise<void>): void;
  note(outcome: Outcome | undefined): void;
  settle(): Promise<void>;
};

/** WhatsApp does not repeat ticks, so they are kept until they are written down, or too many. */
export function openOutcomes(world: World, log: Log, signal: () => AbortSignal): Outcomes {
  let tell: (outcomes: Outcome[]) => Promise<void> = async () => {};
  let waiting: Outcome[] = [];
  let telling: Promise<void> | undefined;

  async function tellAll(): Promise<void> {
    await world.sleep(GATHER_SECONDS * 1000, signal());
    while (waiting.length > 0) {
      const outcomes = waiting;
      waiting = [];
      try {
        await tell(outcomes);
      } catch (error) {
        if (signal().aborted) return;
        log.warn('whatsappweb: ticks could not be written down, they wait', errorFacts(error));
        waiting = [...outcomes, ...waiting].slice(-WAITING_MAX);
        await world.sleep(RETRY_SECONDS * 1000, signal());
      }
    }
  }

  function begin(): void {
    telling ??= tellAll().finally(() => {
      telling = undefined;
      if (waiting.length > 0 && !signal().aborted) begin();
    });
  }

  return {
    tellTo: (given) => {
      tell = given;
    },
    note(outcome) {
      if (!outcome) return;
      if (waiting.length >= WAITING_MAX) waiting.shift();
      waiting.push(outcome);
      begin();
    },
    settle: async () => {
      await telling;
    },
  };
}
