/** An inbound letter as it is kept in `messages.content`, and as a turn reads it. */
import type { InboundMessage } from '../channels/message.ts';
import { fitText } from '../database/fit.ts';
import type { Json, Media } from '../engine/content.ts';
import type { Reply } from '../engine/conversation.ts';
import type { Values } from '../engine/flow.ts';

export type KeptLetter = {
  text?: string;
  choice?: string;
  location?: { latitude: number; longitude: number; name?: string };
  media?: Media[];
  album?: string;
  replyTo?: string;
  /** In a group: it was said to us. */
  addressed?: boolean;
  /** In a group: by one who administers it. */
  administrator?: boolean;
  edits?: string;
  unsupported?: string;
  /** The name of somebody who writes in a group, where only officials are heard; a resident's is never kept. */
  name?: string;
  topic?: string;
  roomHasTopics?: boolean;
  news?: Json;
  /** An inner letter: a flow to start. */
  start?: { flow: string; values: Values; instead?: string };
};

/** An album's parts come one by one without a count: it is whole when none came for so long. */
export const ALBUM_WAIT_SECONDS = 1.5;
/** How long a turn waits for what came with a letter, from the moment at which the fetching begins. */
export const FETCH_WAIT_MAX_SECONDS = 30;
/** Longer texts are cut: nobody means more, and the desk could not read it. */
export const TEXT_LETTERS_MAX = 4096;
const MEDIA_MAX = 10;

/** Whoever opens a desk alone is an official, whose name colleagues see. */
const OPENS_DESK = /^\s*(?:\/|#\s*)desk\s/i;

export function keepLetter(message: InboundMessage): KeptLetter {
  const {
    text,
    choice,
    location,
    media,
    album,
    replyTo,
    edits,
    unsupported,
    topic,
    roomHasTopics,
    news,
    room,
    name,
  } = message;
  const kept: KeptLetter = {};
  const words = fitText(text).slice(0, TEXT_LETTERS_MAX);
  if (words) kept.text = fitText(words);
  if (choice !== undefined) kept.choice = fitText(choice).slice(0, 100);
  if (location && isPoint(location)) {
    kept.location = { latitude: location.latitude, longitude: location.longitude };
    if (location.name) kept.location.name = fitText(location.name).slice(0, 200);
  }
  if (media && media.length > 0) kept.media = media.slice(0, MEDIA_MAX).map(readable);
  if (album !== undefined) kept.album = album;
  if (replyTo !== undefined) kept.replyTo = replyTo;
  if (edits !== undefined) kept.edits = edits;
  if (unsupported !== undefined) kept.unsupported = unsupported;
  if ((room !== undefined || OPENS_DESK.test(text)) && name) kept.name = fitText(name).slice(0, 80);
  if (message.addressed) kept.addressed = true;
  if (message.administrator) kept.administrator = true;
  if (topic !== undefined) kept.topic = topic;
  if (roomHasTopics) kept.roomHasTopics = true;
  if (news !== undefined) kept.news = news as Json;
  return kept;
}

/** What Kasa cannot use is known before it is fetched. */
function readable(media: Media): Media {
  const known = media.kind === 'photo' || media.kind === 'voice' || media.kind === 'file';
  return known || media.trouble ? media : { ...media, trouble: 'unsupported' };
}

const isPoint = ({ latitude, longitude }: { latitude: number; longitude: number }): boolean =>
  Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;

/** True while something of it has to be fetched before the letter can be understood. */
export const awaitsMedia = (letter: KeptLetter): boolean =>
  (letter.media ?? []).some((media) => media.source !== undefined && !media.file && !media.trouble);

export function toReply(letter: KeptLetter, about: number | null): Reply {
  const media = (letter.media ?? []).map((one) =>
    one.file || one.trouble ? one : { ...one, trouble: 'unreachable' as const },
  );
  return {
    text: letter.text ?? '',
    ...(letter.choice !== undefined && { choice: letter.choice }),
    ...(letter.location && { location: letter.location }),
    ...(media.length > 0 && { media }),
    ...(letter.unsupported !== undefined && { unsupported: letter.unsupported }),
    ...(about !== null && { about }),
  };
}

/** The parts of an album as one letter. */
export function joinAlbum(parts: KeptLetter[]): KeptLetter {
  const [first = {}] = parts;
  const text = parts.flatMap((part) => part.text || []).join('\n');
  return { ...first, ...(text && { text }), media: parts.flatMap((part) => part.media ?? []) };
}
