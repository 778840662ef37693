/**
 * The network's side of receiving: each chat's updates in order, the next only when the one before was confirmed; what
 * was not confirmed is handed in again, to whichever process; and now and then something confirmed long ago.
 */
import type { InboundMessage } from '../../src/channels/message.ts';
import type { Draw } from './draw.ts';
import type { Process } from './process.ts';
import type { Life } from './strands.ts';

type Chat = { todo: InboundMessage[]; handed: Set<string> };

export type Feed = {
  add(chat: string, message: InboundMessage): void;
  /** Whether something waits to be handed in. */
  waits(): boolean;
  /** Whether everything was confirmed. */
  isDone(): boolean;
  hand(process: Process): void;
  /** Hands in again what was confirmed already. */
  repeat(process: Process): void;
  /** The network hears no answer from a dead process and hands in again. */
  bury(life: Life): void;
  /** When we were told that an update was stored, by its name. */
  confirmed: Map<string, number>;
};

export function openFeed(draw: Draw, nowMs: () => number, note: (line: string) => void): Feed {
  const chats = new Map<string, Chat>();
  const confirmed = new Map<string, number>();
  const done: InboundMessage[] = [];
  let inHand: { life: Life; chat: Chat; messages: InboundMessage[] }[] = [];

  const next = (chat: Chat): InboundMessage[] => {
    const [first] = chat.todo;
    if (!first) return [];
    // The parts of an album come side by side; everything else one after the other.
    if (first.album !== undefined) {
      const parts = chat.todo.filter((one) => one.album === first.album && !chat.handed.has(one.externalId));
      return parts.length === 0 ? [] : [draw.pick(parts)];
    }
    if (chat.handed.size > 0) return [];
    const end = chat.todo.findIndex((one) => one.album !== undefined);
    return chat.todo.slice(0, end < 0 ? undefined : end).slice(0, 1 + draw.below(5));
  };
  const isReady = (chat: Chat) =>
    chat.todo[0]?.album === undefined
      ? chat.todo.length > 0 && chat.handed.size === 0
      : chat.todo.some((one) => one.album === chat.todo[0]?.album && !chat.handed.has(one.externalId));
  const ready = () => [...chats.values()].filter(isReady);

  function confirm(chat: Chat, messages: InboundMessage[]) {
    const names = new Set(messages.map((one) => one.externalId));
    chat.todo = chat.todo.filter((one) => !names.has(one.externalId));
    for (const message of messages) {
      chat.handed.delete(message.externalId);
      if (!confirmed.has(message.externalId)) done.push(message);
      if (!confirmed.has(message.externalId)) confirmed.set(message.externalId, nowMs());
    }
  }

  return {
    confirmed,
    add(name, message) {
      const chat = chats.get(name) ?? { todo: [], handed: new Set() };
      chat.todo.push(message);
      chats.set(name, chat);
    },
    waits: () => ready().length > 0,
    isDone: () => [...chats.values()].every((chat) => chat.todo.length === 0),
    hand({ life, parts }) {
      const chat = draw.pick(ready());
      const messages = next(chat);
      for (const one of messages) chat.handed.add(one.externalId);
      const hand = { life, chat, messages };
      inHand.push(hand);
      const names = messages.map((one) => one.externalId).join(' ');
      note(`${life.name} is handed ${names}`);
      const end = () => {
        inHand = inHand.filter((other) => other !== hand);
      };
      parts.receive(messages).then(
        () => {
          end();
          note(`${life.name} confirms ${names}`);
          confirm(chat, messages);
        },
        () => {
          end();
          for (const one of messages) chat.handed.delete(one.externalId);
        },
      );
    },
    repeat({ life, parts }) {
      // What was handed in together comes again together: a network does not overtake itself.
      const all = [...done.map((one) => [one]), ...inHand.map((hand) => hand.messages)];
      if (all.length === 0) return;
      const messages = draw.pick(all);
      note(`${life.name} is handed ${messages.map((one) => one.externalId).join(' ')} again`);
      parts.receive(messages).catch(() => {});
    },
    bury(life) {
      for (const { chat, messages } of inHand.filter((hand) => hand.life === life)) {
        for (const one of messages) chat.handed.delete(one.externalId);
      }
      inHand = inHand.filter((hand) => hand.life !== life);
    },
  };
}
