/** Shows a person that their letter was read and is being answered. A kindness: it may fail, and nobody waits for it. */
import type { InboundMessage } from '../message.ts';
import type { Graph } from './api.ts';
import { isMessageId } from './request.ts';

/** Marks under way at once; in a rush the rest goes without, for each counts towards what the account may ask. */
export const SEEN_UNDER_WAY_MAX = 20;
const SEEN_SECONDS_MAX = 10;

export type Seen = {
  note(messages: readonly InboundMessage[]): void;
  /** Gives up what is under way; resolves when that is done. */
  stop(): Promise<void>;
};

export function openSeen(graph: Graph, phoneId: string): Seen {
  const underWay = new Set<Promise<unknown>>();
  let leaving = new AbortController();

  async function mark(messageId: string): Promise<void> {
    const signal = AbortSignal.any([leaving.signal, AbortSignal.timeout(SEEN_SECONDS_MAX * 1000)]);
    const body = {
      messaging_product: 'whatsapp',
      status: 'read',
      message_id: messageId,
      typing_indicator: { type: 'text' },
    };
    await graph(`${phoneId}/messages`, body, signal).catch(() => {});
  }

  return {
    note(messages) {
      // What came before from the same person becomes read with it.
      const newest = new Map(messages.filter(isWaitedFor).map(({ from, externalId }) => [from, externalId]));
      for (const messageId of newest.values()) {
        if (underWay.size >= SEEN_UNDER_WAY_MAX) return;
        const work = mark(messageId).finally(() => underWay.delete(work));
        underWay.add(work);
      }
    },
    async stop() {
      leaving.abort();
      await Promise.allSettled(underWay);
      leaving = new AbortController();
    },
  };
}

const isWaitedFor = ({ news, externalId }: InboundMessage): boolean => !news && isMessageId(externalId);
