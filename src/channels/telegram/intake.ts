import type { Update } from 'grammy/types';
import { errorFacts, type Log } from '../../log.ts';
import type { Receive } from '../channel.ts';
import type { InboundMessage } from '../message.ts';
import type { Administrators } from './administrators.ts';
import type { Call } from './api.ts';
import { kindOf, type Reader, read } from './read.ts';

/** The kinds of update that `read` knows. Telegram keeps what was asked for before, so they are always named. */
export const UPDATES_WANTED = ['message', 'edited_message', 'callback_query', 'my_chat_member'] as const;

/**
 * Takes updates in: resolves when all that they say is stored, rejects when it could not be. An update that cannot be
 * read is logged by its kind and passed over, for Telegram would hold back everything behind it.
 */
export type Intake = {
  take(updates: Update[]): Promise<void>;
  /** Resolves when nothing is under way any more. */
  settle(): Promise<void>;
};

export function openIntake(
  receive: Receive,
  {
    reader,
    call,
    log,
    administrators,
  }: { reader: () => Reader; call: Call; log: Log; administrators: Administrators },
): Intake {
  const underWay = new Set<Promise<unknown>>();
  const leaving = new AbortController();

  return {
    take: (updates) => track(take(updates)),
    settle: async () => {
      leaving.abort();
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };

  async function take(updates: Update[]): Promise<void> {
    const messages = updates.flatMap((update) => readSafely(update));
    if (messages.length > 0) await receive(await administrators.mark(messages));
    for (const update of updates) {
      if (update?.callback_query?.id !== undefined) void track(answer(update.callback_query.id));
    }
  }

  function readSafely(update: Update): InboundMessage[] {
    try {
      const message = read(update, reader());
      return message ? [message] : [];
    } catch (error) {
      log.error('telegram: an update could not be read', { ...errorFacts(error), kind: kindOf(update) });
      return [];
    }
  }

  /** Stops the waiting circle on the button. Too late, or not at all, does no harm: the tap itself is stored. */
  async function answer(id: string): Promise<void> {
    await call('answerCallbackQuery', { callback_query_id: id }, leaving.signal).catch(() => {});
  }

  function track<T>(work: Promise<T>): Promise<T> {
    underWay.add(work);
    const done = () => underWay.delete(work);
    work.then(done, done);
    return work;
  }
}
