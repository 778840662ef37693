/**
 * Our letter → Telegram's requests, in the order in which they are to be sent. Pure: files are named, not read.
 * Everything is plain text (no parse_mode), so nothing that a person wrote can become markup.
 */
import type { Content, Media } from '../../engine/content.ts';
import type { FilePlace } from '../files.ts';
import type { OutboundMessage } from '../message.ts';
import { split } from '../split.ts';
import { writeEdit, writeMark } from './edit.ts';
import { inlineKeyboard, linkButton, locationKeyboard, withChoices } from './keyboard.ts';
import { TELEGRAM_LIMITS } from './limits.ts';
import { spotOf, type TelegramRequest } from './request.ts';

const { textMax, captionMax, photosPerLetterMax } = TELEGRAM_LIMITS;

/** @param username ours, for links that open a private chat with us */
export function write(message: OutboundMessage, username = ''): TelegramRequest[] {
  const chat = message.to.slice('telegram:'.length);
  if (message.reaction) return writeMark(message.reaction);
  // A group that became a supergroup starts to count its messages anew: what stood before can only be said again.
  const edited = message.edits === undefined ? undefined : spotOf(message.edits);
  if (edited?.chat === chat) return writeEdit(edited, message.content);
  const quoted = message.replyTo === undefined ? undefined : spotOf(message.replyTo);
  const frame = {
    chat_id: chat,
    // The general topic is "1" to people and has no name in requests.
    ...(message.topic && message.topic !== '1' && { message_thread_id: Number(message.topic) }),
    ...(quoted?.chat === chat && {
      reply_parameters: { message_id: quoted.id, allow_sending_without_reply: true },
    }),
  };
  return writeLetter(message.content, !chat.startsWith('-'), username).map((request, index) => ({
    ...request,
    payload: { ...withoutQuote(frame, index > 0), ...request.payload },
  }));
}

function withoutQuote<T extends { reply_parameters?: unknown }>(
  frame: T,
  leaveOut: boolean,
): Omit<T, 'reply_parameters'> {
  if (!leaveOut) return frame;
  const { reply_parameters: _, ...rest } = frame;
  return rest;
}

/**
 * Words go under a lone photo when they fit there, for that is one letter and not two. Everything else that there is
 * to see comes before the words, so that the buttons stand last, where the thumb is; only a pin comes after them.
 */
function writeLetter(content: Content, isPrivate: boolean, username: string): TelegramRequest[] {
  const choices = content.choices ?? [];
  const text = withChoices(content.text, choices);
  const keyboard = keyboardOf(content, isPrivate, username);
  const markup = keyboard && { reply_markup: keyboard };
  const media = (content.media ?? []).filter((medium) => medium.file !== undefined);
  const [first] = media;
  const pin = content.place ? writePlace(content.place, text.trim() === '') : [];
  if (first?.kind === 'photo' && media.length === 1 && text.length <= captionMax) {
    const caption = text.trim() ? { caption: text } : {};
    return [
      { method: 'sendPhoto', payload: { photo: bytesOf(first), ...caption, ...markup }, main: true },
      ...pin,
    ];
  }
  const seen = writeMedia(media);
  const said = text.trim() ? writeText(text, markup) : [];
  const requests = [...seen, ...said, ...pin];
  return requests.some((request) => request.main)
    ? requests
    : requests.map((r, i) => (i === 0 ? { ...r, main: true } : r));
}

/** In a group an answer must quote us, or Telegram does not bring it to us: the phone is asked to begin such an answer. */
function keyboardOf(content: Content, isPrivate: boolean, username: string): object | undefined {
  const { choices = [], inPrivate } = content;
  const link = inPrivate && username !== '' ? [linkButton(inPrivate, username)] : [];
  if (choices.length + link.length > 0) return inlineKeyboard(content, link);
  if (isPrivate) return locationKeyboard(content);
  return content.wants ? { force_reply: true, selective: true } : undefined;
}

function writeText(text: string, markup: object | undefined): TelegramRequest[] {
  const parts = split(text, textMax);
  return parts.map((part, index) => {
    const last = index === parts.length - 1;
    const payload = { text: part, link_preview_options: { is_disabled: true }, ...(last && markup) };
    return { method: 'sendMessage', payload, ...(last && { main: true }) };
  });
}

function writeMedia(media: Media[]): TelegramRequest[] {
  const photos = media.filter((medium) => medium.kind === 'photo');
  const albums = Array.from({ length: Math.ceil(photos.length / photosPerLetterMax) }, (_, index) =>
    photos.slice(index * photosPerLetterMax, (index + 1) * photosPerLetterMax),
  );
  return [
    ...albums.map(writeAlbum),
    ...media
      .filter((medium) => medium.kind !== 'photo')
      .map((medium) =>
        medium.kind === 'voice'
          ? { method: 'sendVoice', payload: { voice: bytesOf(medium) } }
          : { method: 'sendDocument', payload: { document: bytesOf(medium) } },
      ),
  ];
}

/** An album is two to ten photos; a lone one is no album. */
function writeAlbum(photos: Media[]): TelegramRequest {
  const [first, second] = photos;
  if (first && !second) return { method: 'sendPhoto', payload: { photo: bytesOf(first) } };
  return {
    method: 'sendMediaGroup',
    payload: { media: photos.map((photo) => ({ type: 'photo', media: bytesOf(photo) })) },
  };
}

/** A pin with its name when nothing else names it. */
function writePlace(place: NonNullable<Content['place']>, alone: boolean): TelegramRequest[] {
  const { latitude, longitude, name } = place;
  if (!alone || !name.trim()) return [{ method: 'sendLocation', payload: { latitude, longitude } }];
  const address = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  return [{ method: 'sendVenue', payload: { latitude, longitude, title: name, address } }];
}

const bytesOf = (medium: Media): FilePlace => ({ $file: medium.file ?? '' });
