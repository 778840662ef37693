/** Answers in a group: where the question was asked, as a quote of it, so that everyone sees who is answered. */
import type { Address } from '../channels/message.ts';
import type { Tx } from '../database/database.ts';
import type { Letter } from '../delivery/post.ts';
import { useTopic } from '../delivery/topics.ts';
import type { Content } from '../engine/content.ts';
import type { Talk, WaitingLetter } from './take.ts';

export async function replyInRoom(
  tx: Tx,
  { id, room }: Talk,
  letter: WaitingLetter,
  content: Content,
): Promise<Letter> {
  const to = room as Address;
  const { topic } = letter.content;
  return {
    channel: letter.channel,
    to,
    content,
    priority: 'reply',
    conversationId: id,
    replyToId: letter.ids[0],
    topicKey: topic === undefined ? undefined : await useTopic(tx, to, topic),
  };
}
