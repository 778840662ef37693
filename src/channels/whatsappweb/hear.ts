/** What a message alone does not say is asked of WhatsApp, not for long; then it is read. */
import type { Message } from 'whatsapp-web.js';
import { errorFacts, type Log } from '../../log.ts';
import type { InboundMessage } from '../message.ts';
import { bounded } from './bounded.ts';
import type { Phone } from './library.ts';
import { read, readEdit, senderOf } from './read.ts';

/** Somebody waits for an answer: later than this a letter goes without what is asked for. */
const ASK_SECONDS_MAX = 3;
const PHONES_MAX = 5000;

/** Never rejects: undefined where nobody said anything, or what they said cannot be read. */
export type Hear = (message: Message, isEdit: boolean) => Promise<InboundMessage | undefined>;

/** @param now the phone as it is at the moment, and ourselves by all names */
export function openHear(now: () => { phone: Phone | undefined; me: readonly string[] }, log: Log): Hear {
  const phones = new Map<string, string | undefined>();

  return async (message, isEdit) => {
    const reads = isEdit ? readEdit : read;
    try {
      const { me } = now();
      if (!reads(message, { me })) return undefined;
      const [quoted, phone] = await Promise.all([quotedBy(message), phoneOf(senderOf(message) ?? '')]);
      return reads(message, { me, quoted, phone });
    } catch (error) {
      log.error('whatsappweb: a message could not be read', { ...errorFacts(error), kind: kindOf(message) });
      return undefined;
    }
  };

  /** The page knows the quoted letter by its full name. */
  async function quotedBy(message: Message): Promise<string | undefined> {
    if (!message.hasQuotedMsg) return undefined;
    const quoted = await bounded(message.getQuotedMessage(), ASK_SECONDS_MAX).catch(() => undefined);
    return typeof quoted?.id?._serialized === 'string' ? quoted.id._serialized : undefined;
  }

  /** The number behind an opaque id. WhatsApp often does not know it; then it is asked again another time. */
  async function phoneOf(sender: string): Promise<string | undefined> {
    const { phone } = now();
    if (!sender.endsWith('@lid') || !phone) return undefined;
    const before = phones.get(sender);
    if (before !== undefined) return before;
    const asked = await bounded(phone.getContactLidAndPhone([sender]), ASK_SECONDS_MAX).catch(() => []);
    const number = asked[0]?.pn;
    if (typeof number !== 'string' || !number.endsWith('@c.us')) return undefined;
    const [oldest] = phones.keys();
    if (oldest !== undefined && phones.size >= PHONES_MAX) phones.delete(oldest);
    phones.set(sender, number);
    return number;
  }
}

/** What is odd may be odd here too. */
function kindOf(message: Message): string {
  try {
    const { type } = message;
    return typeof type === 'string' && /^[a-z0-9_]+$/.test(type) ? type : 'odd';
  } catch {
    return 'odd';
  }
}
