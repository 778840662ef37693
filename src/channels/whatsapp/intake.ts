import { errorFacts, type Log } from '../../log.ts';
import type { Outcome, Receive } from '../channel.ts';
import { type Note, type Reader, read } from './read.ts';
import type { Seen } from './seen.ts';

/**
 * Takes a post in: resolves when all that it says is stored, rejects when it could not be. What cannot be read is logged
 * by its kind and passed over, since Meta would bring the whole post again for a week.
 */
export type Intake = {
  take(payload: unknown): Promise<void>;
  /** Resolves when nothing is under way any more. */
  settle(): Promise<void>;
};

type Outside = {
  receive: Receive;
  tell: (outcomes: Outcome[]) => Promise<void>;
  reader: Reader;
  seen: Seen;
  log: Log;
};

export function openIntake({ receive, tell, reader, seen, log }: Outside): Intake {
  const underWay = new Set<Promise<unknown>>();

  async function take(payload: unknown): Promise<void> {
    const { messages, outcomes, notes } = read(payload, reader);
    for (const note of notes) tellLog(note, log);
    if (messages.length > 0) await receive(messages);
    if (outcomes.length > 0) await tell(outcomes);
    seen.note(messages);
  }

  return {
    take(payload) {
      const work = take(payload);
      underWay.add(work);
      const done = () => underWay.delete(work);
      work.then(done, done);
      return work;
    },
    settle: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}

function tellLog({ about, ...facts }: Note, log: Log): void {
  if (about === 'unreadable') log.error('whatsapp: something could not be read', facts);
  else if (about === 'error') log.error('whatsapp: Meta reports an error', facts);
  else if (about === 'account') log.warn('whatsapp: Meta tells something of the account', facts);
  else log.info('whatsapp: something for another number was passed over', facts);
}

export const storeFailed = (log: Log, error: unknown): void =>
  log.warn('whatsapp: a post could not be stored, it will come again', errorFacts(error));
