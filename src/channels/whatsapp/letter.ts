/** One letter of a person, or news of them, as Meta posts it. Pure. */
import type { Address, ChatNews, InboundMessage } from '../message.ts';
import { readContents } from './contents.ts';
import { address } from './request.ts';
import { type Contact, type Message, type Preference, wanted } from './shapes.ts';

/** Throws when it has no name, no sender or no time; undefined when nobody said anything to us with it. */
export function readMessage(message: Message, contacts: Contact[]): InboundMessage | undefined {
  const who = whoSaid(message, contacts);
  const frame = {
    channel: 'whatsapp',
    externalId: wanted(message.id),
    ...who,
    sentAt: at(message.timestamp),
  };
  if (message.type === 'system') {
    const news = readMove(message.system, who.from);
    return news && { ...frame, text: '', news };
  }
  const contents = readContents(message);
  if (!contents) return undefined;
  const { id, forwarded, frequently_forwarded } = message.context ?? {};
  const quoted = id && !forwarded && !frequently_forwarded ? { replyTo: id } : {};
  return { ...frame, ...contents, ...quoted };
}

/** The id that Meta gives a person with this business comes first, since a number may be hidden or change. */
function whoSaid(message: Message, contacts: Contact[]): Pick<InboundMessage, 'from' | 'aliases' | 'name'> {
  const contact =
    contacts.find(
      ({ user_id, wa_id }) =>
        (user_id !== undefined && user_id === message.from_user_id) ||
        (wa_id !== undefined && wa_id === message.from),
    ) ?? (contacts.length === 1 ? contacts[0] : undefined);
  const name = contact?.profile?.name;
  return {
    ...sender(message.from_user_id || contact?.user_id, message.from || contact?.wa_id),
    ...(name && { name }),
  };
}

function sender(
  userId: string | undefined,
  phone: string | undefined,
): Pick<InboundMessage, 'from' | 'aliases'> {
  if (!userId) return { from: address(wanted(phone)) };
  return { from: address(userId), ...(phone && { aliases: [address(phone)] }) };
}

function readMove(system: Message['system'], from: Address): ChatNews | undefined {
  const { type = '', user_id: userId, wa_id: phone = system?.new_wa_id } = system ?? {};
  if (!/^(user|customer)_changed_(number|user_id)$/.test(type)) return undefined;
  const to = address(wanted(userId || phone));
  return to === from ? undefined : { kind: 'moved', to };
}

/** Meta gives these no id: the person, the moment and what was chosen name them. */
export function readPreference(preference: Preference): InboundMessage | undefined {
  const { value, timestamp } = preference;
  if (value !== 'stop' && value !== 'resume') return undefined;
  const who = sender(preference.user_id, preference.wa_id);
  return {
    channel: 'whatsapp',
    externalId: `preference:${who.from.slice('whatsapp:'.length)}:${timestamp}:${value}`,
    ...who,
    text: '',
    news: { kind: value === 'stop' ? 'optedOut' : 'optedIn' },
    sentAt: at(timestamp),
  };
}

function at(timestamp: unknown): Date {
  const milliseconds = Number(timestamp ?? Number.NaN) * 1000;
  if (!Number.isFinite(milliseconds)) throw new Error('the time is missing');
  return new Date(milliseconds);
}
