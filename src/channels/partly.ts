/**
 * Letters that take several requests. One of which some went and one did not goes on where it stopped when it is handed
 * in again: in this process only, so that after a crash its first part may be said twice.
 */
import type { SendError } from './channel.ts';

/** Letters remembered until the rest has gone. */
const PARTLY_SENT_MAX = 1000;

export type Partly = {
  /** The network's names of what went of the letter before; to be added to. */
  gone(id: string): string[];
  /** The next request failed: keeps what went, where going on is of use. */
  failed(id: string, gone: string[], error: Pick<SendError, 'kind' | 'movedTo'>): void;
  done(id: string): void;
};

export function openPartly(): Partly {
  const partly = new Map<string, string[]>();
  return {
    gone: (id) => partly.get(id) ?? [],
    failed(id, gone, { kind, movedTo }) {
      partly.delete(id);
      // In a topic opened anew, and for whoever gets nothing any more, what went before is of no use.
      const goesOn =
        kind !== 'topicLost' && kind !== 'blocked' && (kind !== 'rejected' || movedTo !== undefined);
      if (gone.length === 0 || !goesOn) return;
      const [oldest] = partly.keys();
      if (oldest !== undefined && partly.size >= PARTLY_SENT_MAX) partly.delete(oldest);
      partly.set(id, gone);
    },
    done: (id) => void partly.delete(id),
  };
}
