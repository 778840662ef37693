/** News about a chat itself: blocked, moved, left, a topic closed. */
import { sql } from 'drizzle-orm';
import type { Address, ChatNews } from '../channels/message.ts';
import { markBlocked, markOptedOut } from '../delivery/mark.ts';
import { movePerson, moveRoom } from '../delivery/move.ts';
import type { Around } from '../operators/desk.ts';
import { tellUnreached } from '../operators/unreached.ts';
import { endRoomDigest } from '../people/digest.ts';
import type { Talk, WaitingLetter } from './take.ts';

export async function heedNews(around: Around, talk: Talk, letter: WaitingLetter): Promise<void> {
  const { tx, now } = around;
  const news = letter.content.news as unknown as ChatNews | { kind: 'unchanged' | 'unreached' };
  const at = now.toISOString();
  const room = (talk.room || letter.address) as Address;
  switch (news.kind) {
    case 'blocked':
      await markBlocked(tx, letter.channel, letter.address, now);
      return;
    case 'unblocked':
      await tx.execute(sql`update addresses set blocked_at = null where address = ${letter.address}`);
      return;
    case 'moved':
      if (talk.room === '') await movePerson(tx, letter.address, news.to);
      else await moveRoom(tx, room, news.to);
      return;
    case 'optedOut':
      await markOptedOut(tx, letter.address, now);
      return;
    case 'optedIn':
      await tx.execute(sql`update addresses set opted_out_at = null where address = ${letter.address}`);
      return;
    // That they wrote at all lets in what waits (save.ts).
    case 'opened':
      return;
    case 'removed':
      await tx.execute(
        sql`update desks set closed_at = ${at}::timestamptz where address = ${room} and closed_at is null`,
      );
      await endRoomDigest(tx, room, now);
      return;
    case 'topicClosed':
    case 'topicReopened':
      await tx.execute(sql`
        update topics set closed = ${news.kind === 'topicClosed'} where room = ${room} and topic = ${news.topic}`);
      return;
    case 'unreached':
      if (letter.about !== null) await tellUnreached(around, letter.about);
      return;
    case 'unchanged':
      return;
  }
}
