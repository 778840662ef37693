/**
 * Straight through: a reply that can go at once is claimed in the statement that posts it, and handed to the pump when
 * that is committed. It spares the queue a claim, and the person a wait. A death in between costs nothing: the claim
 * has a lease like any other.
 */
import { sql } from 'drizzle-orm';
import type { Address } from '../channels/message.ts';
import { rows, type Tx } from '../database/database.ts';
import type { Json } from '../engine/content.ts';
import { type DueLetter, SEND_LEASE_SECONDS } from './claim.ts';
import { type Letter, PRIORITIES, post } from './post.ts';

/** Places among what a channel's pump may have under way, set aside until the letters for them are committed. */
export type Places = {
  readonly free: number;
  /** Addresses that have to wait, whatever is free. */
  readonly waiting: ReadonlySet<Address>;
  /** Hands over the letters claimed for the places, and gives back the rest. To be called once, whatever happened. */
  use(letters: DueLetter[], claimedAtMs: number): void;
};

/** Posts letters, and claims those that fit the places; resolves with these by channel. */
export async function postStraight(
  tx: Tx,
  letters: Letter[],
  places: ReadonlyMap<string, Places>,
  now: Date,
): Promise<{ claimed: Map<string, DueLetter[]>; queued: boolean }> {
  const straight = fitting(letters, places);
  const claimed = await claimNew(tx, [...straight], now);
  const others = letters.filter((letter) => !straight.has(letter));
  await post(tx, others, now);
  const count = [...claimed.values()].reduce((sum, list) => sum + list.length, 0);
  return { claimed, queued: count < letters.length };
}

/** Plain replies, one an address: anything that refers to other letters is for the claim to look up. */
function fitting(letters: Letter[], places: ReadonlyMap<string, Places>): Set<Letter> {
  const chosen = new Set<Letter>();
  const seen = new Set<string>();
  const used = new Map<string, number>();
  for (const letter of letters) {
    const first = !seen.has(letter.to);
    seen.add(letter.to);
    const place = places.get(letter.channel);
    const before = used.get(letter.channel) ?? 0;
    const plain = letter.editsId ?? letter.replyToId ?? letter.topicKey ?? letter.receipt;
    if (!first || !place || before >= place.free || place.waiting.has(letter.to)) continue;
    if (letter.priority !== 'reply' || plain !== undefined) continue;
    used.set(letter.channel, before + 1);
    chosen.add(letter);
  }
  return chosen;
}

/** `offset 0` keeps Postgres from looking whether a letter may go once for each column that tells of it. */
async function claimNew(tx: Tx, letters: Letter[], now: Date): Promise<Map<string, DueLetter[]>> {
  const claimed = new Map<string, DueLetter[]>();
  if (letters.length === 0) return claimed;
  const given = letters.map((letter, place) => ({
    place,
    channel: letter.channel,
    address: letter.to,
    content: letter.content,
    conversation_id: letter.conversationId,
    about: letter.about,
  }));
  const at = now.toISOString();
  const lease = new Date(now.getTime() + SEND_LEASE_SECONDS * 1000).toISOString();
  const written = await rows<{ id: number; address: Address; status: string }>(
    tx,
    sql`insert into messages (conversation_id, direction, channel, address, content, status, priority, created_at,
          due_at, about, attempts, token, lease_until)
        select conversation_id, 'outbound', channel, address, content, case when free then 'sending' else 'queued' end,
          ${PRIORITIES.reply}, ${at}::timestamptz, ${at}::timestamptz, about,
          free::int, free::int, case when free then ${lease}::timestamptz end
        from (
          select given.*, (select 1 from messages e
            where e.direction = 'outbound' and e.status in ('queued', 'sending') and e.broadcast_id is null
              and e.channel = given.channel and e.address = given.address limit 1) is null as free
          from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as given(place int, channel text, address text,
            content jsonb, conversation_id bigint, about bigint)
          offset 0) looked
        order by place
        returning id::float8 as id, address, status`,
  );
  const byAddress = new Map(letters.map((letter) => [letter.to, letter]));
  for (const { id, address, status } of written) {
    const letter = byAddress.get(address);
    if (status !== 'sending' || !letter) continue;
    const due = dueLetter(id, letter);
    const same = claimed.get(letter.channel);
    if (same) same.push(due);
    else claimed.set(letter.channel, [due]);
  }
  return claimed;
}

const dueLetter = (id: number, letter: Letter): DueLetter => ({
  id,
  token: 1,
  attempts: 1,
  address: letter.to,
  content: letter.content as unknown as Json,
  priority: PRIORITIES.reply,
  about: letter.about ?? null,
  topicKey: null,
  hasReceipt: false,
  replyToId: null,
  replyTo: null,
  editsId: null,
  edits: null,
});
