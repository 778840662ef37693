import type { Message } from 'grammy/types';
import type { InboundMessage } from '../message.ts';

/** What a message holds, apart from who said it, where and when. */
export type Contents = Pick<InboundMessage, 'text' | 'location' | 'media' | 'unsupported'>;

/**
 * Messages of Telegram about the chat itself are named by what was done (`new_chat_members`, `forum_topic_edited`,
 * `video_chat_started`). Told apart by name, so that a kind of content invented tomorrow still gets an answer.
 */
const SERVICE_NAME =
  /^(new_chat|left_chat|delete_chat|group_chat|supergroup_chat|channel_chat|migrate_|general_forum|forum_topic)|^(pinned_message|web_app_data|passport_data|connected_website|successful_payment|refunded_payment|gift|unique_gift)$|_(added|approved|allowed|changed|closed|completed|created|declined|deleted|done|edited|ended|failed|invited|joined|left|paid|refunded|removed|reopened|scheduled|set|shared|started|triggered)$/;

/** What a person said with this message; undefined when nobody said anything (Telegram's own notices). */
export function readContents(message: Message): Contents | undefined {
  const text = message.text ?? message.caption ?? '';
  const { photo, voice, audio, location, venue } = message;
  if (message.text !== undefined) return { text };
  if (location) return { text, location: readLocation(location, venue) };
  if (photo && photo.length > 0) return { text, media: [largest(photo)] };
  if (voice ?? audio) return { text, media: [sound(voice ?? audio)] };
  if (message.video || message.video_note || message.animation) return { text, unsupported: 'video' };
  if (message.document) return { text, media: [file(message.document)] };
  if (message.sticker) return { text, unsupported: 'sticker' };
  if (message.poll) return { text, unsupported: 'poll' };
  if (message.contact) return { text, unsupported: 'contact' };
  return Object.keys(message).some((name) => SERVICE_NAME.test(name))
    ? undefined
    : { text, unsupported: 'unknown' };
}

type Contained = NonNullable<Contents['media']>[number];

function readLocation(location: NonNullable<Message['location']>, venue: Message['venue']) {
  const { latitude, longitude } = location;
  const name = venue?.title || venue?.address;
  return { latitude, longitude, ...(name && { name }) };
}

/** Telegram lists a photo in several sizes, in no promised order. */
function largest(sizes: NonNullable<Message['photo']>): Contained {
  const [best] = [...sizes].sort((a, b) => b.width * b.height - a.width * a.height);
  return { kind: 'photo', source: best?.file_id ?? '', mime: 'image/jpeg', ...size(best?.file_size) };
}

/** Voice notes, and recordings sent as music by phones whose recorder is a separate app. */
function sound(recording: Message['voice'] | Message['audio']): Contained {
  return {
    kind: 'voice',
    source: recording?.file_id ?? '',
    ...(recording?.mime_type && { mime: recording.mime_type }),
    ...size(recording?.file_size),
    ...(recording?.duration !== undefined && { seconds: recording.duration }),
  };
}

/** A picture sent as a file keeps its metadata and often its place, so it is taken as a photo. */
function file(document: NonNullable<Message['document']>): Contained {
  const mime = document.mime_type;
  const named = /\.(jpe?g|png|webp|heic|heif|gif)$/i.test(document.file_name ?? '');
  const picture = mime?.startsWith('image/') || ((!mime || mime === 'application/octet-stream') && named);
  return {
    kind: picture ? 'photo' : 'file',
    source: document.file_id,
    ...(mime && { mime }),
    ...size(document.file_size),
  };
}

const size = (bytes: number | undefined) => (bytes === undefined ? {} : { bytes });
