/** Who lives in a world, and what they write. Words are written ahead, so a letter out of order spoils the report. */
import type { Address, InboundMessage } from '../../src/channels/message.ts';
import type { Draw } from './draw.ts';
import { NETWORK } from './network.ts';

export const DESK: Address = `${NETWORK}:-300`;
export const OFFICIALS = [
  { name: 'Esi', address: `${NETWORK}:900` as Address },
  { name: 'Yaw', address: `${NETWORK}:901` as Address },
];
const NAMES = ['Ama', 'Kofi', 'Efua', 'Kwesi'];
const CATEGORIES = ['drain', 'refuse', 'road', 'light'];
export const ALBUM_PHOTOS = 6;

/** What a resident means to have sent when all is said. */
export type Submission = { category: string; words: string; files: number };

export type Resident = {
  name: string;
  address: Address;
  letters: InboundMessage[];
  /** Letters as a person counts them: an album is one. Each gets one answer. */
  answers: number;
  submission: Submission | undefined;
  album: string | undefined;
  voice: string | undefined;
};

export function drawResidents(draw: Draw): Resident[] {
  const count = draw.pick([1, 1, 1, 2, 2, 3]);
  return NAMES.slice(0, count).map((name, place) => {
    const kind = draw.below(4);
    if (kind === 0) return talker(name, place);
    return reporter(name, place, draw.pick(['skip', 'skip', 'album', 'voice'] as const));
  });
}

type Written = Partial<InboundMessage>;

function talker(name: string, place: number): Resident {
  const written: Written[] = [{ text: 'hello' }, { text: 'my reports' }, { text: 'thank you' }];
  return { ...person(name, place, written), answers: written.length, submission: undefined };
}

/** Says it question by question. Each stands a kilometre from the next, so nobody is offered another's report. */
function reporter(name: string, place: number, photos: 'skip' | 'album' | 'voice'): Resident {
  const words = `${name} says that it is broken again`;
  const album = photos === 'album' ? `album-${name}` : undefined;
  const voice = photos === 'voice' ? `voice-${name}` : undefined;
  const written: Written[] = [
    { text: 'report' },
    { text: String(place + 1) },
    { text: '2' },
    { text: words },
    { text: '', location: { latitude: 4.9 + place / 100, longitude: -1.75 } },
    ...photoLetters(name, photos),
    { text: '1' },
  ];
  const submission = {
    category: CATEGORIES[place] ?? '',
    words,
    files: photos === 'album' ? 5 : photos === 'voice' ? 1 : 0,
  };
  return { ...person(name, place, written), answers: 7, submission, album, voice };
}

function photoLetters(name: string, photos: 'skip' | 'album' | 'voice'): Written[] {
  if (photos === 'skip') return [{ text: 'skip' }];
  if (photos === 'voice') return [{ media: [{ kind: 'voice', source: `voice-${name}` }] }];
  return Array.from({ length: ALBUM_PHOTOS }, (_, at) => ({
    album: `album-${name}`,
    media: [{ kind: 'photo' as const, file: photoId(at) }],
  }));
}

/** Photos that lie in every world, fetched already: fetching is the voice notes' part. */
export const photoId = (at: number) => String(at).repeat(32);

function person(name: string, place: number, written: Written[]) {
  const address: Address = `${NETWORK}:${100 + place}`;
  return {
    name,
    address,
    letters: written.map((one, at) => letter(address, `${name}-${at}`, one)),
    album: undefined,
    voice: undefined,
  };
}

export function letter(from: Address, externalId: string, written: Written): InboundMessage {
  return { channel: NETWORK, externalId, from, text: '', sentAt: new Date(0), ...written };
}
