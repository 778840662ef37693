/** The officials of a world: both reach for a new card, one of them writes to the resident or resolves it. */
import { sql } from 'drizzle-orm';
import { rows } from '../../src/database/database.ts';
import { DESK, letter, OFFICIALS } from './city.ts';
import type { Draw } from './draw.ts';
import type { Feed } from './feed.ts';
import type { Ground } from './ground.ts';
import { NETWORK } from './network.ts';

/** What the officials have done with one report. */
export type Dealt = { report: number; takes: number; relay: string | undefined; done: boolean };

export type Officials = {
  dealt: Dealt[];
  /** Looks at the cards that lie at the desk; what is new is dealt with. */
  look(): Promise<void>;
};

export const relayWords = (report: number) => `We come tomorrow about number ${report}`;

export async function openDesk(ground: Ground): Promise<void> {
  await ground.database.tx.execute(sql`
    insert into desks (address, channel, department, opened_at, opened_by)
    values (${DESK}, ${NETWORK}, ${ground.editorial.city.front}, '2026-11-01', 'Esi')`);
}

export function openOfficials(ground: Ground, draw: Draw, feed: Feed): Officials {
  const dealt = new Map<number, Dealt | undefined>();

  function write(official: number, name: string, more: Parameters<typeof letter>[2]) {
    const { name: by, address } = OFFICIALS[official] as (typeof OFFICIALS)[number];
    feed.add(`desk of ${by}`, { ...letter(address, `${by}-${name}`, more), room: DESK, name: by });
  }

  function deal(report: number, card: string) {
    // One is enough for most worlds.
    if (dealt.size > 0 && draw.chance(0.7)) return void dealt.set(report, undefined);
    const both = draw.chance(0.5);
    const what = draw.pick(['relay', 'relay', 'done', 'nothing'] as const);
    write(0, `take-${report}`, { choice: `desk:take:${report}`, replyTo: card });
    if (both) write(1, `take-${report}`, { choice: `desk:take:${report}`, replyTo: card });
    if (what === 'relay') write(0, `relay-${report}`, { text: relayWords(report), replyTo: card });
    if (what === 'done') write(0, `done-${report}`, { choice: `desk:done:${report}`, replyTo: card });
    const relay = what === 'relay' ? `Esi-relay-${report}` : undefined;
    dealt.set(report, { report, takes: both ? 2 : 1, relay, done: what === 'done' });
  }

  return {
    get dealt() {
      return [...dealt.values()].filter((one) => one !== undefined);
    },
    async look() {
      const cards = await rows<{ report: number; card: string }>(
        ground.prepared.tx(undefined),
        sql`select c.report_id::float8 as report, m.external_id as card from cards c
            join messages m on m.id = c.message_id where m.external_id is not null order by c.report_id`,
      );
      for (const { report, card } of cards) if (!dealt.has(report)) deal(report, card);
    },
  };
}
