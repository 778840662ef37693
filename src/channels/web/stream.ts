/**
 * Open pages, each over server-sent events. A page is poked when this process knows of a letter, and looks into the
 * mailbox every few seconds, since another process may have written one.
 */
import type { ServerResponse } from 'node:http';
import { errorFacts, type Log } from '../../log.ts';
import type { World } from '../../world.ts';
import type { Address } from '../message.ts';
import type { Mailbox } from './ports.ts';
import { cursorAfter, write } from './write.ts';

const LOOK_EVERY_SECONDS = 5;
/** Proxies on the way close a line that is silent for a minute. */
const HEARTBEAT_SECONDS = 25;
/** How soon a browser that lost the line comes again. */
const COME_AGAIN_MILLISECONDS = 3000;
export const STREAMS_MAX = 2000;
export const STREAMS_PER_PERSON_MAX = 6;

export type Streams = {
  /** False when there are too many already; nothing was written then. Otherwise runs until the page leaves. */
  open(address: Address, afterId: number, response: ServerResponse): boolean;
  poke(address: Address): void;
  close(): void;
};

type Page = { wake: AbortController; left: boolean; response: ServerResponse };

export function openStreams(given: { world: World; mailbox: Mailbox; log: Log }): Streams {
  const pages = new Map<Address, Set<Page>>();
  let count = 0;

  function leave(address: Address, page: Page) {
    const theirs = pages.get(address);
    if (!theirs?.delete(page)) return;
    count -= 1;
    if (theirs.size === 0) pages.delete(address);
    page.left = true;
    page.wake.abort();
  }

  return {
    open(address, afterId, response) {
      const theirs = pages.get(address) ?? new Set();
      if (count >= STREAMS_MAX || theirs.size >= STREAMS_PER_PERSON_MAX) return false;
      const page: Page = { wake: new AbortController(), left: false, response };
      pages.set(address, theirs.add(page));
      count += 1;
      response.on('close', () => leave(address, page));
      response.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'X-Accel-Buffering': 'no',
      });
      response.write(`retry: ${COME_AGAIN_MILLISECONDS}\n\n`);
      void follow(given, address, afterId, page);
      return true;
    },
    poke(address) {
      for (const page of pages.get(address) ?? []) page.wake.abort();
    },
    close() {
      for (const theirs of pages.values()) for (const page of theirs) page.response.end();
    },
  };
}

async function follow(
  { world, mailbox, log }: { world: World; mailbox: Mailbox; log: Log },
  address: Address,
  afterId: number,
  page: Page,
): Promise<void> {
  /** What this page was given since the cursor: a letter goes again when it changed (a photo was checked). */
  const shown = new Map<number, string>();
  let cursor = afterId;
  let writtenAt = world.now().getTime();
  while (!page.left) {
    page.wake = new AbortController();
    try {
      // A page that does not read gets nothing more until it does.
      const letters = page.response.writableNeedDrain ? [] : await mailbox.after(address, cursor);
      if (page.left) return;
      cursor = cursorAfter(letters, cursor, world.now());
      const events = eventsOf(letters, shown, cursor);
      if (events !== '') writtenAt = world.now().getTime();
      if (events !== '') page.response.write(events);
    } catch (error) {
      log.warn('web chat: mailbox away', errorFacts(error));
    }
    if (world.now().getTime() - writtenAt >= HEARTBEAT_SECONDS * 1000) {
      page.response.write(':\n\n');
      writtenAt = world.now().getTime();
    }
    await world.sleep(LOOK_EVERY_SECONDS * 1000, page.wake.signal);
  }
}

function eventsOf(
  letters: Awaited<ReturnType<Mailbox['after']>>,
  shown: Map<number, string>,
  cursor: number,
): string {
  let events = '';
  for (const letter of letters) {
    const view = JSON.stringify(write(letter));
    if (shown.get(letter.id) === view) continue;
    shown.set(letter.id, view);
    events += `id: ${cursor}\nevent: letter\ndata: ${view}\n\n`;
  }
  for (const id of shown.keys()) if (id <= cursor) shown.delete(id);
  return events;
}
