/**
 * Our letter → requests to Meta, in the order in which they are to be sent. Pure: files are named, not read. Each request
 * is a bubble that is charged for, so a letter is as few of them as it can be.
 */
import type { Content, Media } from '../../engine/content.ts';
import { fileName } from '../files.ts';
import type { OutboundMessage, ReceiptMark } from '../message.ts';
import { shorten, split } from '../split.ts';
import { offer } from './choices.ts';
import { BUTTONS_BODY_MAX, CAPTION_MAX, PLACE_NAME_MAX, TEXT_MAX } from './limits.ts';
import { isMessageId, type MessageRequest, receiver } from './request.ts';
import { type Templates, writeTemplate } from './template.ts';

const NO_TEMPLATES: Templates = { names: {}, languages: ['en'] };

const MARKS: Record<ReceiptMark, string> = { sent: '👍', arrived: '✅', failed: '❌' };

type Part = { type: string; [type: string]: unknown };

/**
 * Empty for an edit: WhatsApp lets a business change nothing, and the same thing said anew would be paid for, and would
 * come as often as a progress changes. What must be known is written as a letter of its own.
 */
export function write(message: OutboundMessage, templates: Templates = NO_TEMPLATES): MessageRequest[] {
  const { to, reaction, edits, replyTo, content } = message;
  const frame = { messaging_product: 'whatsapp', recipient_type: 'individual', ...receiver(to) };
  if (reaction) {
    const mark = { message_id: reaction.on, emoji: MARKS[reaction.mark] };
    return isMessageId(reaction.on)
      ? [{ payload: { ...frame, type: 'reaction', reaction: mark }, main: true }]
      : [];
  }
  if (edits !== undefined) return [];
  const parts = writeLetter(content, templates);
  const quote = replyTo !== undefined && isMessageId(replyTo) ? { context: { message_id: replyTo } } : {};
  return parts.map((part, place) => {
    const isMain = place === parts.length - 1;
    return {
      payload: {
        ...frame,
        ...(place === 0 && part.type !== 'template' && quote),
        ...part,
        // What Meta says of this request is said with our number, and with it of the whole letter.
        ...(isMain && { biz_opaque_callback_data: message.id }),
      },
      ...(isMain && { main: true }),
    };
  });
}

/**
 * The words with their buttons are last, where the thumb is. When Meta says that they went, everything before them did,
 * so that a letter whose sending was cut is known to be whole.
 */
function writeLetter(content: Content, templates: Templates): Part[] {
  const template = content.template && writeTemplate(content.template, templates);
  if (template) return [{ type: 'template', template }];
  const { text, interactive } = offer(content);
  const media = (content.media ?? []).filter(({ file }) => file !== undefined);
  const pin = content.place ? [writePlace(content.place)] : [];
  if (text.trim() === '') return [...pin, ...media.map((medium) => writeMedia(medium))];
  const words = split(text, TEXT_MAX);
  const last = words.at(-1) ?? '';
  const before = words.slice(0, -1).map(writeText);
  if (interactive) {
    const shown = interactive(last.length);
    const head = shown.type === 'button' && before.length === 0 ? media.find(isImage) : undefined;
    const body = { body: { text: last } };
    const header = head && { header: { type: 'image', image: { id: { $file: head.file } } } };
    const others = media.filter((medium) => medium !== head).map((medium) => writeMedia(medium));
    return [
      ...others,
      ...pin,
      ...before,
      { type: 'interactive', interactive: { ...header, ...body, ...shown } },
    ];
  }
  // A place can be typed too, so the request for one is worth no second bubble.
  if (content.wants === 'location' && text.length <= BUTTONS_BODY_MAX && !content.choices?.length) {
    const ask = { type: 'location_request_message', body: { text }, action: { name: 'send_location' } };
    return [...media.map((medium) => writeMedia(medium)), ...pin, { type: 'interactive', interactive: ask }];
  }
  const captioned = text.length <= CAPTION_MAX ? media.find(bearsWords) : undefined;
  const others = media.filter((medium) => medium !== captioned).map((medium) => writeMedia(medium));
  const main = captioned ? writeMedia(captioned, text) : writeText(last);
  return [...others, ...pin, ...before, main];
}

const writeText = (body: string): Part => ({ type: 'text', text: { body, preview_url: false } });

function writeMedia(medium: Media, caption?: string): Part {
  const id = { $file: medium.file };
  if (isImage(medium)) return { type: 'image', image: { id, ...(caption && { caption }) } };
  if (isSound(medium)) return { type: 'audio', audio: { id } };
  const filename = fileName(medium.mime ?? '');
  return { type: 'document', document: { id, filename, ...(caption && { caption }) } };
}

/** What WhatsApp shows as a picture or plays as a voice; everything else goes as a file. */
const isImage = ({ kind, mime }: Media): boolean =>
  kind === 'photo' && (mime === undefined || /^image\/(jpeg|png)$/.test(mime));
const isSound = ({ kind, mime }: Media): boolean =>
  kind === 'voice' && (mime === undefined || /^audio\/(aac|amr|mpeg|mp4|ogg)$/.test(mime));
const bearsWords = (medium: Media): boolean => !isSound(medium);

function writePlace({ latitude, longitude, name }: NonNullable<Content['place']>): Part {
  const named = name.trim() && { name: shorten(name.trim(), PLACE_NAME_MAX) };
  return { type: 'location', location: { latitude, longitude, ...named } };
}
