/**
 * What WhatsApp calls things: `233200000001@c.us` (by number), `…@lid` (by an opaque id), `…@g.us` (a group);
 * `<true|false>_<chat>_<id>[_<who said it>]` (a message, true: ours).
 */
import type { Address } from '../message.ts';

const OWN = 'whatsappweb:';

export const address = (id: string): Address => `${OWN}${id}`;
export const chatOf = (to: Address): string => to.slice(OWN.length);
export const isGroup = (id: string): boolean => id.endsWith('@g.us');

/**
 * The name of a message among ours. Of our own letters in a group WhatsApp gives the last part, which is ourselves, now
 * by number and now by opaque id (wwebjs/whatsapp-web.js#3708); without it a quote finds the letter it quotes.
 */
export function nameOf(serialized: string): string {
  const parts = serialized.split('_');
  return parts[0] === 'true' && parts.length === 4 ? parts.slice(0, 3).join('_') : serialized;
}

/** What WhatsApp may call the message that we call so; the first that it knows is it. `me`: ourselves, by all names. */
export function fullNames(name: string, me: readonly string[]): string[] {
  const [ours, chat = '', ...rest] = name.split('_');
  if (ours !== 'true' || !isGroup(chat) || rest.length !== 1) return [name];
  return [...me.map((own) => `${name}_${own}`), name];
}

/** A letter that corrects another one: `e:<name>:<when>`. */
export const editName = (name: string, atMs: number): string => `e:${name}:${atMs}`;
/** The message behind a name, also behind that of its correction. */
export const originalOf = (name: string): string => name.replace(/^e:(.*):\d+$/, '$1');

/** An id stands as text in some places and as an object in others. */
export function idIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || !('_serialized' in value)) return undefined;
  return typeof value._serialized === 'string' ? value._serialized : undefined;
}
