/**
 * The library's Message → our letter. Pure, and blind to what a letter means: it must not know flows, people or desks.
 * Source of the shapes: whatsapp-web.js 1.34.7, src/structures/Message.js.
 */
import type { Message } from 'whatsapp-web.js';
import type { InboundMessage } from '../message.ts';
import { dataOf, readContents } from './contents.ts';
import { address, editName, idIn, isGroup, nameOf } from './names.ts';

/**
 * What reading must know beside the message. `me`: ourselves, by number and by opaque id. `quoted`: what the page says is
 * quoted. `phone`: the sender's number, where they write under an opaque id and WhatsApp tells it.
 */
export type Reader = {
  me: readonly string[];
  quoted?: string | undefined;
  phone?: string | undefined;
};

/** When its writer changed the message, in milliseconds; undefined when they did not, or WhatsApp does not say when. */
export function editedAtMs(message: Message): number | undefined {
  const at = Number(dataOf(message).latestEditSenderTimestampMs);
  return Number.isSafeInteger(at) && at > 0 ? at : undefined;
}

/** The letter that corrects an earlier one of theirs; undefined where nothing was corrected. */
export function readEdit(message: Message, reader: Reader): InboundMessage | undefined {
  const atMs = editedAtMs(message);
  const letter = atMs === undefined ? undefined : read(message, reader);
  if (!letter || atMs === undefined) return undefined;
  const { externalId } = letter;
  return { ...letter, externalId: editName(externalId, atMs), edits: externalId, sentAt: new Date(atMs) };
}

/** The letter in this message; undefined when nobody said anything to us with it. */
export function read(message: Message, reader: Reader): InboundMessage | undefined {
  const sender = senderOf(message);
  if (message.fromMe || message.isStatus || sender === undefined) return undefined;
  const contents = readContents(message);
  if (!contents) return undefined;
  const replyTo = reader.quoted === undefined ? quotedBy(message, reader.me) : nameOf(reader.quoted);
  const name = dataOf(message).notifyName;
  return {
    channel: 'whatsappweb',
    externalId: message.id._serialized,
    from: address(sender),
    ...(reader.phone !== undefined && reader.phone !== sender && { aliases: [address(reader.phone)] }),
    ...(isGroup(message.from) && { room: address(message.from) }),
    ...(typeof name === 'string' && name && { name }),
    ...contents,
    ...(isGroup(message.from) && saidToUs(contents.text, message, replyTo, reader)),
    ...(replyTo !== undefined && { replyTo }),
    sentAt: new Date(message.timestamp * 1000),
  };
}

/** Who said it: in a group its author. Channels, statuses and lists of receivers are nobody. */
export function senderOf(message: Message): string | undefined {
  const { from } = message;
  if (typeof from !== 'string' || !/@(c\.us|lid|g\.us)$/.test(from)) return undefined;
  return isGroup(from) ? idIn(message.author) : from;
}

/**
 * The name of the quoted letter, put together from its parts: a message knows only the id of what it quotes and who had
 * said it. Used where the page does not find the quoted letter itself.
 */
function quotedBy(message: Message, me: readonly string[]): string | undefined {
  const { quotedStanzaID: id, quotedParticipant } = dataOf(message);
  if (!message.hasQuotedMsg || typeof id !== 'string' || !id) return undefined;
  const by = idIn(quotedParticipant);
  const ours = by !== undefined && me.includes(by);
  const name = `${ours}_${message.from}_${id}`;
  return isGroup(message.from) && !ours && by !== undefined ? `${name}_${by}` : name;
}

/** In a group only what is said to us is ours to answer: a command, our name, or an answer to what we wrote. */
function saidToUs(
  text: string,
  { mentionedIds }: Message,
  replyTo: string | undefined,
  { me }: Reader,
): Pick<InboundMessage, 'text' | 'addressed'> {
  const mentioned = (mentionedIds as unknown[]).map(idIn).filter((id) => id !== undefined && me.includes(id));
  const addressed = mentioned.length > 0 || replyTo?.startsWith('true_') || /^\s*[/#]/.test(text);
  return {
    text: mentioned.length > 0 ? withoutMention(text, me) : text,
    ...(addressed && { addressed: true }),
  };
}

/** A mention stands in the text as @ and the digits of the id. */
function withoutMention(text: string, me: readonly string[]): string {
  const users = me.map((id) => id.replace(/\D*@.*$/, '')).filter((digits) => /^\d+$/.test(digits));
  if (users.length === 0) return text;
  return text.replace(new RegExp(`(^|\\s)@(${users.join('|')})\\b[,:]?\\s*`, 'g'), '$1').trim();
}
