/** What the Cloud API is asked for, as data: `write` composes it, `send` fills in the names of uploaded files and asks. */
import type { Address } from '../message.ts';

/**
 * The body of one POST to `/<phone number id>/messages`. `main` marks the one whose message is the letter from now on:
 * the one with the words and the buttons, which goes last.
 */
export type MessageRequest = { payload: Record<string, unknown>; main?: boolean };

export const address = (id: string): Address => `whatsapp:${id}`;

/**
 * Whom a letter goes to. A phone number keeps its plus, or Meta puts the country of our own number before it; anything
 * else is an id of Meta's that stands for a person whose number we need not know.
 */
export function receiver(to: Address): { to: string } | { recipient: string } {
  const id = to.slice('whatsapp:'.length);
  return /^\d+$/.test(id) ? { to: `+${id}` } : { recipient: id };
}

/** Ids that Meta gave a letter; news that we name ourselves cannot be quoted or marked. */
export const isMessageId = (externalId: string): boolean => externalId.startsWith('wamid.');
