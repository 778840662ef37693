/**
 * Our letter → what is sent, in the order in which it is sent. Pure: files are named, not read. Buttons of this library
 * do not arrive, so choices are numbered lines, always.
 */
import type { Choice, Content, Media } from '../../engine/content.ts';
import type { OutboundMessage, ReceiptMark } from '../message.ts';
import { shorten, split } from '../split.ts';
import {
  POLL_OPTION_LENGTH_MAX,
  POLL_OPTIONS_MAX,
  POLL_OPTIONS_MIN,
  POLL_QUESTION_LENGTH_MAX,
  WHATSAPP_WEB_LIMITS,
} from './limits.ts';

const { textMax, captionMax } = WHATSAPP_WEB_LIMITS;

/** One message of WhatsApp. `main` marks the one that is the letter from now on: the one with the words. */
export type Parcel = Thing & { main?: true };
type Thing =
  | { kind: 'text'; text: string }
  | { kind: 'photo' | 'voice' | 'document'; file: string; caption?: string }
  | { kind: 'place'; latitude: number; longitude: number; name: string }
  | { kind: 'poll'; question: string; options: string[] }
  | { kind: 'reaction'; on: string; emoji: string }
  | { kind: 'edit'; of: string; text: string };

const MARKS: Record<ReceiptMark, string> = { sent: '👍', arrived: '❤️', failed: '👎' };

/** @param polls choices are shown as a poll too; a vote in it is not heard, the number counts */
export function write(message: OutboundMessage, polls = false): Parcel[] {
  const { content, reaction, edits } = message;
  if (reaction) return [{ kind: 'reaction', on: reaction.on, emoji: MARKS[reaction.mark], main: true }];
  const text = withChoices(content.text, content.choices ?? []);
  if (edits !== undefined) return [{ kind: 'edit', of: edits, text: shorten(text, textMax), main: true }];
  const parcels = [...writeLetter(content, text), ...(polls ? writePoll(content) : [])];
  return parcels.some(({ main }) => main)
    ? parcels
    : parcels.map((parcel, at) => (at === 0 ? { ...parcel, main: true } : parcel));
}

/** The text, and under it each choice with its number. */
export function withChoices(text: string, choices: Choice[]): string {
  if (choices.length === 0) return text;
  const lines = choices.map(({ label, detail }, at) => `${at + 1} ${label}${detail ? ` (${detail})` : ''}`);
  return [...(text.trim() ? [text, ''] : []), ...lines].join('\n');
}

/** Words go under a lone photo when they fit there: one message and not two. Only a pin comes after the words. */
function writeLetter(content: Content, text: string): Parcel[] {
  const media = (content.media ?? []).filter(({ file }) => file !== undefined);
  const [first] = media;
  const pin = content.place ? [writePlace(content.place)] : [];
  if (first?.kind === 'photo' && media.length === 1 && text.length <= captionMax) {
    const caption = text.trim() ? { caption: text } : {};
    return [{ kind: 'photo', file: first.file ?? '', ...caption, main: true }, ...pin];
  }
  return [...media.map(writeMedia), ...(text.trim() ? writeText(text) : []), ...pin];
}

function writeText(text: string): Parcel[] {
  return split(text, textMax).map((part, at, parts) => ({
    kind: 'text',
    text: part,
    ...(at === parts.length - 1 && { main: true as const }),
  }));
}

function writeMedia({ kind, file = '' }: Media): Parcel {
  if (kind === 'photo' || kind === 'voice') return { kind, file };
  return { kind: 'document', file };
}

function writePlace({ latitude, longitude, name }: NonNullable<Content['place']>): Parcel {
  return { kind: 'place', latitude, longitude, name };
}

/** Only where it can say all of them, each once. */
function writePoll({ text, choices = [] }: Content): Parcel[] {
  const options = choices.map(({ label }) => shorten(label, POLL_OPTION_LENGTH_MAX));
  const fits = options.length >= POLL_OPTIONS_MIN && options.length <= POLL_OPTIONS_MAX;
  if (!fits || !text.trim() || new Set(options).size < options.length) return [];
  return [{ kind: 'poll', question: shorten(text, POLL_QUESTION_LENGTH_MAX), options }];
}
