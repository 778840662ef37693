import { type Channel, SendError } from '../channels/channel.ts';
import type { OutboundMessage, Priority, ReceiptMark } from '../channels/message.ts';
import type { Database } from '../database/database.ts';
import type { Content } from '../engine/content.ts';
import type { DueLetter } from './claim.ts';
import type { Result } from './mark.ts';
import { PRIORITIES } from './post.ts';
import { afterFailure, type Fate } from './retry.ts';
import { ensureTopic, isTopicRefusal, type Reposted, type TopicUse } from './topics.ts';

/** How a sending ended; the pump decides what follows. `topic` is the one that was used. */
export type Ending = { externalId: string } | { error: SendError; topic?: TopicUse | undefined };

/** What a sending needs; `sentMore` is told of each letter that had to go beside the one claimed. */
export type Sender = { database: Database; channel: Channel; sentMore: (letter: DueLetter) => void };

/** Sends one claimed letter, in its topic if it has one. Never rejects: what the channel throws is an ending too. */
export async function send(sender: Sender, letter: DueLetter): Promise<Ending> {
  let topic: TopicUse | undefined;
  try {
    if (letter.handful !== undefined) return await sender.channel.send(outbound(sender.channel, letter));
    const found = await topicFor(sender, letter);
    topic = found?.use;
    return await sender.channel.send(outbound(sender.channel, letter, topic, found?.reposted));
  } catch (thrown) {
    // Anything but a SendError is a fault of the channel's code, and the same letter would meet it again.
    const error =
      thrown instanceof SendError
        ? thrown
        : new SendError('rejected', 'the channel broke on it', { cause: thrown });
    return { error, topic };
  }
}

async function topicFor(sender: Sender, letter: DueLetter) {
  try {
    return await ensureTopic(sender.database, sender.channel, letter, () => sender.sentMore(letter));
  } catch (error) {
    if (isTopicRefusal(error)) return undefined;
    if (error instanceof SendError) throw error;
    throw new SendError('unreachable', 'the topic could not be looked up or stored', { cause: error });
  }
}

function outbound(
  channel: Channel,
  letter: DueLetter,
  topic?: TopicUse,
  reposted?: Reposted,
): OutboundMessage {
  const now = (id: number | null, externalId: string | null) =>
    reposted !== undefined && id === reposted.id ? reposted.externalId : externalId;
  const replyTo = now(letter.replyToId, letter.replyTo);
  const edits = now(letter.editsId, letter.edits);
  const content = letter.content as Content | { reaction: { on: string; mark: ReceiptMark } };
  return {
    id: String(letter.id),
    channel: channel.name,
    to: letter.address,
    priority: priorityOf(letter.priority),
    ...('reaction' in content ? { content: { text: '' }, reaction: content.reaction } : { content }),
    ...(replyTo !== null && { replyTo }),
    ...(edits !== null && { edits }),
    ...(topic && { topic: topic.topic }),
  };
}

function priorityOf(number: number): Priority {
  const names = Object.keys(PRIORITIES) as Priority[];
  return names.find((name) => PRIORITIES[name] === number) ?? 'broadcast';
}

/** The edit of a letter that never arrived has nothing to change. */
export const hasNothingToChange = (letter: DueLetter) => letter.editsId !== null && letter.edits === null;

export const cancelled = (letter: DueLetter): Result => ({
  ...of(letter),
  status: 'cancelled',
  error: 'the letter to be changed never arrived',
});

/** `away`: the network as a whole is away, which is not the letter's fault. */
type Circumstances = { now: Date; random: number; away: boolean; unknownWaitSeconds: number | undefined };

/** What an ending means for its letter. */
export function settle(letter: DueLetter, ending: Ending, circumstances: Circumstances) {
  const { now, random, away, unknownWaitSeconds } = circumstances;
  if ('externalId' in ending) {
    const result: Result = { ...of(letter), status: 'sent', externalId: ending.externalId };
    return { result, fate: undefined };
  }
  const once = typeof letter.content === 'object' && letter.content !== null && 'once' in letter.content;
  const fate = afterFailure(ending.error, letter.attempts, random, { once, unknownWaitSeconds });
  const error = `${ending.error.kind}: ${ending.error.message}`;
  const result: Result = {
    ...of(letter),
    error,
    ...means(fate, now, away && ending.error.kind === 'unreachable'),
  };
  if (fate.do === 'reopenTopic' && ending.topic) result.lostTopic = ending.topic;
  return { result, fate };
}

type Meaning = Pick<Result, 'status' | 'dueAt' | 'uncounted' | 'blocked' | 'optedOut' | 'movedTo'>;

/** @param forgiven the try is not held against the letter */
export function means(fate: Fate, now: Date, forgiven: boolean): Meaning {
  const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);
  switch (fate.do) {
    case 'again':
      return { status: 'queued', dueAt: later(fate.inSeconds), uncounted: forgiven || !fate.countsAsTry };
    case 'pauseChannel':
      return { status: 'queued', dueAt: later(fate.seconds), uncounted: true };
    case 'reopenTopic':
      return { status: 'queued', dueAt: later(fate.inSeconds) };
    case 'move':
      return { status: 'queued', dueAt: now, movedTo: fate.to };
    case 'wait':
      return { status: 'waiting', uncounted: true };
    case 'fail':
      return { status: 'failed', blocked: fate.markBlocked, optedOut: fate.markOptedOut ?? false };
  }
}

const of = (letter: DueLetter) => ({
  id: letter.id,
  token: letter.token,
  address: letter.address,
  hasReceipt: letter.hasReceipt,
  ...(letter.editsId !== null && { editsId: letter.editsId }),
  ...(letter.handful !== undefined && { handful: letter.handful }),
});
