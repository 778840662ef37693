/** What arrived while nobody listened: WhatsApp tells only of what comes while the page is open. */
import type { Chat } from 'whatsapp-web.js';
import { errorFacts, type Log } from '../../log.ts';
import { bounded } from './bounded.ts';
import type { Intake } from './intake.ts';
import type { Phone } from './library.ts';
import { idIn } from './names.ts';

export const CHATS_WALKED_MAX = 500;
export const MESSAGES_PER_CHAT_MAX = 100;
const CHATS_SECONDS_MAX = 60;
const CHAT_SECONDS_MAX = 15;

/** Hands in what is unread, the oldest chat first. Never rejects; a chat that cannot be read is passed over. */
export async function walkUnread(phone: Phone, intake: Intake, log: Log, signal: AbortSignal): Promise<void> {
  let chats: Chat[] = [];
  try {
    chats = await bounded(phone.getChats(), CHATS_SECONDS_MAX);
  } catch (error) {
    if (!signal.aborted) log.warn('whatsappweb: unread letters could not be looked for', errorFacts(error));
  }
  const unread = chats.filter(isUnread).sort((a, b) => a.timestamp - b.timestamp);
  if (unread.length > CHATS_WALKED_MAX) {
    log.warn('whatsappweb: more chats are unread than are looked at', { chats: unread.length });
  }
  for (const chat of unread.slice(-CHATS_WALKED_MAX)) {
    if (signal.aborted) return;
    try {
      const limit = Math.min(chat.unreadCount, MESSAGES_PER_CHAT_MAX);
      const messages = await bounded(chat.fetchMessages({ limit, fromMe: false }), CHAT_SECONDS_MAX);
      for (const message of messages) if (!message.fromMe) intake.takeOlder(message);
    } catch (error) {
      if (!signal.aborted) log.warn('whatsappweb: an unread chat could not be read', errorFacts(error));
    }
  }
}

/** Below zero it was only marked as unread, by hand. */
const isUnread = (chat: Chat): boolean =>
  chat.unreadCount > 0 && /@(c\.us|lid|g\.us)$/.test(idIn(chat.id) ?? '');
