import { describe, expect, test } from 'vitest';
import type { Posted } from '../../../src/channels/web/posted.ts';
import { isEmpty, read } from '../../../src/channels/web/read.ts';

const AMA = { address: 'web:ama' as const, languageHint: 'en-GH' };
const NOW = new Date('2026-11-27T09:10:00Z');
const posted = (more: Partial<Posted>): Posted => ({ id: 'letter-1', text: '', uploads: [], ...more });
const upload = (mime: string, field: 'photo' | 'voice' = 'photo') => ({
  field,
  mime,
  data: new Uint8Array(7),
});

describe('a posted letter becomes an inbound message', () => {
  const always = {
    channel: 'web',
    externalId: 'web:ama:letter-1',
    from: 'web:ama',
    languageHint: 'en-GH',
    text: '',
    sentAt: NOW,
  };
  const photo = { kind: 'photo', source: 's1', mime: 'image/jpeg', bytes: 7 };
  test.each([
    ['words', posted({ text: 'the drain' }), { text: 'the drain' }],
    [
      'a tap',
      posted({ text: 'Yes', choice: 'y', letter: '12' }),
      { text: 'Yes', choice: 'y', replyTo: '12' },
    ],
    [
      'a place',
      posted({ location: { latitude: 4.9, longitude: -1.75 } }),
      { location: { latitude: 4.9, longitude: -1.75 } },
    ],
    ['a photo', posted({ uploads: [upload('image/jpeg')] }), { media: [photo] }],
    [
      'a voice note',
      posted({ uploads: [upload('audio/ogg', 'voice')], seconds: 3.6 }),
      { media: [{ ...photo, kind: 'voice', mime: 'audio/ogg', seconds: 4 }] },
    ],
    [
      'a file that claims to be no picture',
      posted({ uploads: [upload('application/pdf')] }),
      { media: [{ ...photo, kind: 'file', mime: 'application/pdf' }] },
    ],
    ['a video is not kept', posted({ uploads: [upload('video/mp4')] }), { unsupported: 'video' }],
    ['NUL and half of an emoji pass unchanged', posted({ text: 'a\0b\ud83d' }), { text: 'a\0b\ud83d' }],
  ])('%s', (_, given, expected) => {
    expect(read(given, AMA, ['s1', 's2'], NOW)).toEqual({ ...always, ...expected });
  });

  test('three photos keep their order and their sources', () => {
    const three = posted({ uploads: ['image/png', 'image/jpeg', 'image/webp'].map((mime) => upload(mime)) });
    const { media } = read(three, AMA, ['s1', 's2', 's3'], NOW);
    expect(media?.map(({ source, mime }) => `${source} ${mime}`)).toEqual([
      's1 image/png',
      's2 image/jpeg',
      's3 image/webp',
    ]);
  });

  test('the same letter of another person is another letter', () => {
    const ids = ['web:ama', 'web:kofi'].map((address) =>
      read(posted({ text: 'x' }), { address: address as 'web:ama' }, [], NOW),
    );
    expect(new Set(ids.map(({ externalId }) => externalId)).size).toBe(2);
  });
});

describe('what is nothing', () => {
  test.each([
    ['no words at all', posted({}), true],
    ['only blanks', posted({ text: ' \n ' }), true],
    ['a full stop', posted({ text: '.' }), false],
    ['a photo without words', posted({ uploads: [upload('image/png')] }), false],
    ['a pin', posted({ location: { latitude: 0, longitude: 0 } }), false],
  ])('%s', (_, given, expected) => {
    expect(isEmpty(given)).toBe(expected);
  });
});
