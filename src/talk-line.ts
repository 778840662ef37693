/** One typed line of a talk, as the letter that a network would have made of it. */
import type { InboundMessage } from './channels/message.ts';
import type { Database } from './database/database.ts';
import type { Choice, Media, MediaTrouble } from './engine/content.ts';
import { storeFile } from './media/store.ts';

/** What can be typed besides words, for the help of the terminal. */
export const TYPED_HELP = [
  '/photo [caption]            a photo; /photo @4.93,-1.71 has its place in it; /photo x3 is an album of three',
  '/voice [caption]            a voice note',
  '/here 4.9,-1.75             a pin',
  '/tap 2                      a button of the last letter with buttons; /tap id taps any other',
  '/quote words                words that quote the newest letter',
  '/edit words                 a change to your newest letter',
  '/odd sticker                something that Kasa has no use for: sticker, poll, contact, video',
  '/broken tooLarge            a file that cannot be used: tooLarge, notAPicture, unreadable, unreachable, unsupported',
  '/published ST-026 state ongoing   the city publishes something new of a project: state, progress, contractor',
  '/later 3d                   turns the clock: m, h, d, w',
];

export type Typing = {
  database: Database;
  now: Date;
  offered: Choice[];
  /** External ids of the newest letter to the chat, and from it. */
  newest: string | undefined;
  own: string | undefined;
  /** Plain words and photos quote the newest letter: so write officials at a desk. */
  quotes: boolean;
};

export type Typed = {
  message: Partial<InboundMessage>;
  later?: number;
  published?: { key: string; what: string; to: string };
};

const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
/** A grey dot: the smallest thing that is a photo. */
const PHOTO = Buffer.from(
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=',
  'base64',
);

export async function readTyped(line: string, typing: Typing): Promise<Typed> {
  const [, command = '', rest = ''] = /^\/(\w+)\s*(.*)$/s.exec(line) ?? [];
  const quote = typing.newest === undefined ? {} : { replyTo: typing.newest };
  switch (command) {
    case 'photo':
      return { message: { ...(await photos(rest, typing)), ...(typing.quotes && quote) } };
    case 'voice':
      return { message: { text: rest, media: [await stored('voice', 'audio/ogg', typing)] } };
    case 'here': {
      const [latitude = 0, longitude = 0] = rest.split(',').map(Number);
      return { message: { location: { latitude, longitude } } };
    }
    case 'tap': {
      const { offered } = typing;
      const choice = offered[Number(rest) - 1] ?? offered.find((one) => one.label === rest);
      return { message: { choice: choice?.id ?? rest, ...quote } };
    }
    case 'quote':
      return { message: { text: rest, ...quote } };
    case 'edit':
      return { message: { text: rest, ...(typing.own !== undefined && { edits: typing.own }) } };
    case 'odd':
      return { message: { unsupported: rest as NonNullable<InboundMessage['unsupported']> } };
    case 'broken':
      return { message: { media: [{ kind: 'photo', trouble: rest as MediaTrouble }] } };
    case 'published': {
      const [, key = '', what = '', to = ''] = /^(\S+) (\S+) (.*)$/.exec(rest.trim()) ?? [];
      return { message: {}, published: { key, what, to } };
    }
    case 'later': {
      const [, count = '0', unit = 'h'] = /^(\d+)([mhdw])$/.exec(rest.trim()) ?? [];
      return { message: {}, later: Number(count) * (UNITS[unit] ?? 0) };
    }
    default:
      return { message: { text: line, ...(typing.quotes && quote) } };
  }
}

async function photos(rest: string, typing: Typing): Promise<Partial<InboundMessage>> {
  const [, count = '1', latitude, longitude, caption = ''] =
    /^(?:x(\d))?\s*(?:@(-?[\d.]+),(-?[\d.]+))?\s*(.*)$/s.exec(rest) ?? [];
  const taken =
    latitude === undefined ? undefined : { latitude: Number(latitude), longitude: Number(longitude) };
  const media: Media[] = [];
  for (let made = 0; made < Number(count); made++) media.push(await stored('photo', 'image/jpeg', typing));
  return { text: caption, media: media.map((one) => ({ ...one, ...(taken && { taken }) })) };
}

async function stored(kind: 'photo' | 'voice', mime: string, { database, now }: Typing): Promise<Media> {
  return { kind, file: await storeFile(database.tx, { kind, mime, data: PHOTO }, now) };
}
