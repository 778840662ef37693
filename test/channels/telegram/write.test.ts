import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shorten, split } from '../../../src/channels/split.ts';
import { otherEdit } from '../../../src/channels/telegram/edit.ts';
import { write } from '../../../src/channels/telegram/write.ts';
import type { Choice, Media } from '../../../src/engine/content.ts';
import { letterTo } from './bench.ts';

const AMA = 'telegram:6100000001';
const DESK = 'telegram:-1002300000001';
const yesNo: Choice[] = [
  { id: 'report.right.yes', label: 'Yes' },
  { id: 'report.right.no', label: 'No' },
];
const photo = (file = 'photo1'): Media => ({ kind: 'photo', file });
const keys = (request: { payload: Record<string, unknown> } | undefined) =>
  (request!.payload.reply_markup as { inline_keyboard: { text: string; callback_data: string }[][] })
    .inline_keyboard;
const labels = (offered: Choice[]) =>
  keys(write(letterTo(AMA, { text: '?', choices: offered }))[0]).map((row) => row.map(({ text }) => text));
const choices = (...all: string[]): Choice[] => all.map((label, n) => ({ id: `c${n}`, label }));
const methods = (...given: Parameters<typeof letterTo>) =>
  write(letterTo(...given)).map(({ method }) => method);

describe('write: words', () => {
  it('sends words as plain text, without a preview of links', () => {
    expect(write(letterTo(AMA, { text: '<b>*hello*</b> http://127.0.0.1' }))).toEqual([
      {
        method: 'sendMessage',
        payload: {
          chat_id: '6100000001',
          text: '<b>*hello*</b> http://127.0.0.1',
          link_preview_options: { is_disabled: true },
        },
        main: true,
      },
    ]);
  });

  it('has nothing to send when nothing is said', () => {
    expect(write(letterTo(AMA, { text: ' \n' }))).toEqual([]);
  });

  it('cuts a long text at line breaks, with the buttons under the last part, quoting once', () => {
    const text = Array.from({ length: 200 }, (_, n) => `Line ${n}: the drain is choked again`).join('\n');
    const requests = write(letterTo(AMA, { text, choices: yesNo }, { replyTo: '6100000001:7' }));
    expect(requests).toHaveLength(2);
    expect(requests.map(({ payload }) => String(payload.text)).join('\n')).toBe(text);
    expect(requests[0]?.payload).not.toHaveProperty('reply_markup');
    expect(requests[0]?.payload.reply_parameters).toEqual({
      message_id: 7,
      allow_sending_without_reply: true,
    });
    expect(requests[1]?.payload).not.toHaveProperty('reply_parameters');
    expect(keys(requests[1])).toHaveLength(1);
    expect(requests.map(({ main }) => main)).toEqual([undefined, true]);
  });
});

describe('write: choices', () => {
  it('puts short ones side by side, each with its number', () => {
    expect(keys(write(letterTo(AMA, { text: '?', choices: yesNo }))[0])).toEqual([
      [
        { text: '1 Yes', callback_data: 'report.right.yes' },
        { text: '2 No', callback_data: 'report.right.no' },
      ],
    ]);
  });

  it.each([
    [3, [3]],
    [4, [2, 2]],
    [6, [3, 3]],
    [7, [3, 3, 1]],
  ])('puts %i short ones in even rows', (count, rows) => {
    const short = choices(...Array.from({ length: count }, () => 'Take'));
    expect(labels(short).map((row) => row.length)).toEqual(rows);
  });

  it('gives each a row of its own when one is long', () => {
    expect(labels(choices('Yes', 'Another problem'))).toEqual([['1 Yes'], ['2 Another problem']]);
  });

  it('says in the text what a button cannot, and shortens the button', () => {
    const long = 'A choked drain behind the second market shed at Kojokrom';
    const [request] = write(letterTo(AMA, { text: 'Which one?', choices: choices('Yes', long) }));
    expect(request?.payload.text).toBe(`Which one?\n\n1 Yes\n2 ${long}`);
    expect(keys(request)[1]?.[0]?.text).toBe('2 A choked drain behind the second market…');
  });

  it('says details in the text', () => {
    const offered = [{ id: 'a', label: 'Choked drain', detail: '80 m from there, three days ago' }];
    const [request] = write(letterTo(AMA, { text: 'The same?', choices: offered }));
    expect(request?.payload.text).toBe('The same?\n\n1 Choked drain\n    80 m from there, three days ago');
  });

  it('makes the choices the text when there is none', () => {
    const [request] = write(letterTo(AMA, { text: '', choices: yesNo }));
    expect(request?.payload.text).toBe('1 Yes\n2 No');
  });
});

describe('write: photos, voices, places', () => {
  it('puts words and buttons under a lone photo', () => {
    expect(write(letterTo(DESK, { text: 'KS-7F3Q', media: [photo()], choices: yesNo }))).toMatchObject([
      {
        method: 'sendPhoto',
        payload: { chat_id: '-1002300000001', photo: { $file: 'photo1' }, caption: 'KS-7F3Q' },
        main: true,
      },
    ]);
  });

  it('sends a photo without words', () => {
    expect(write(letterTo(AMA, { text: '', media: [photo()] }))[0]?.payload).not.toHaveProperty('caption');
  });

  it('sends the words after the photo when they are too long for a caption', () => {
    const at = (length: number) =>
      methods(AMA, { text: 'x'.repeat(length), media: [photo()], choices: yesNo });
    expect(at(1024)).toEqual(['sendPhoto']);
    expect(at(1025)).toEqual(['sendPhoto', 'sendMessage']);
  });

  it('counts the choices told in the text towards the caption', () => {
    const offered = [{ id: 'a', label: 'Yes', detail: 'd'.repeat(100) }];
    expect(methods(AMA, { text: 'x'.repeat(1000), media: [photo()], choices: offered })).toHaveLength(2);
  });

  it('sends several photos as an album, then the words with the buttons', () => {
    const requests = write(
      letterTo(AMA, { text: 'Right?', media: [photo('a'), photo('b')], choices: yesNo }),
    );
    expect(requests.map(({ method, main }) => [method, main])).toEqual([
      ['sendMediaGroup', undefined],
      ['sendMessage', true],
    ]);
    expect(requests[0]?.payload.media).toEqual([
      { type: 'photo', media: { $file: 'a' } },
      { type: 'photo', media: { $file: 'b' } },
    ]);
  });

  it('never makes an album of one or of eleven', () => {
    const eleven = Array.from({ length: 11 }, (_, n) => photo(`p${n}`));
    expect(methods(AMA, { text: '', media: eleven })).toEqual(['sendMediaGroup', 'sendPhoto']);
  });

  it('sends voice notes and files, then the words', () => {
    const media: Media[] = [
      { kind: 'voice', file: 'v' },
      { kind: 'file', file: 'f' },
    ];
    expect(methods(AMA, { text: 'Listen', media })).toEqual(['sendVoice', 'sendDocument', 'sendMessage']);
  });

  it('leaves out what was never stored', () => {
    const media: Media[] = [{ kind: 'photo', source: 'elsewhere', trouble: 'unreachable' }];
    expect(methods(AMA, { text: 'Hello', media })).toEqual(['sendMessage']);
  });

  it('sends a pin after the words, and a venue when there are none', () => {
    const place = { latitude: 4.8976, longitude: -1.7603, name: 'Market Circle' };
    expect(methods(DESK, { text: 'KS-7F3Q', place, media: [photo()] })).toEqual([
      'sendPhoto',
      'sendLocation',
    ]);
    expect(methods(DESK, { text: 'KS-7F3Q', place })).toEqual(['sendMessage', 'sendLocation']);
    expect(write(letterTo(AMA, { text: '', place }))).toEqual([
      {
        method: 'sendVenue',
        payload: {
          chat_id: '6100000001',
          latitude: 4.8976,
          longitude: -1.7603,
          title: 'Market Circle',
          address: '4.89760, -1.76030',
        },
        main: true,
      },
    ]);
  });

  it('offers the native place button in private, with the words given, unless there are choices', () => {
    const asked = { text: 'Where is it?', wants: 'location' as const, wantsLabel: 'Share my place' };
    expect(write(letterTo(AMA, asked))[0]?.payload.reply_markup).toEqual({
      keyboard: [[{ text: 'Share my place', request_location: true }]],
      resize_keyboard: true,
      one_time_keyboard: true,
    });
    expect(write(letterTo(DESK, asked))[0]?.payload.reply_markup).toEqual({
      force_reply: true,
      selective: true,
    });
    expect(write(letterTo(AMA, { text: 'Where?', wants: 'location' }))[0]?.payload).not.toHaveProperty(
      'reply_markup',
    );
    expect(keys(write(letterTo(AMA, { ...asked, choices: yesNo }))[0])).toHaveLength(1);
  });
});

describe('write: what goes on in private', () => {
  it('links to our private chat, which then knows what to start', () => {
    const inPrivate = { start: 'watch-12', label: 'Go on in private' };
    expect(
      write(letterTo(DESK, { text: 'Between us.', inPrivate }), 'KasaBot')[0]?.payload.reply_markup,
    ).toEqual({
      inline_keyboard: [[{ text: 'Go on in private', url: 'https://t.me/KasaBot?start=watch-12' }]],
    });
  });

  it('leaves the link out while our name is not known', () => {
    const inPrivate = { start: 'report', label: 'Go on in private' };
    expect(write(letterTo(DESK, { text: 'Between us.', inPrivate }))[0]?.payload).not.toHaveProperty(
      'reply_markup',
    );
  });
});

describe('write: topics, quotes, edits, marks', () => {
  it('writes every part into the topic, and the general topic has no name', () => {
    const content = { text: 'x'.repeat(5000) };
    const parts = write(letterTo(DESK, content, { topic: '66' }));
    expect(parts.map(({ payload }) => payload.message_thread_id)).toEqual([66, 66]);
    expect(write(letterTo(DESK, content, { topic: '1' }))[0]?.payload).not.toHaveProperty(
      'message_thread_id',
    );
  });

  it.each([
    ['6100000001:7', 7],
    ['e:6100000001:7:1795444260', 7],
    ['-1002300000001:7', undefined],
    ['c:26204355301458012', undefined],
  ])('quotes %s as %s, only in the chat where it stands', (replyTo, id) => {
    const quoted = write(letterTo(AMA, { text: 'x' }, { replyTo }))[0]?.payload.reply_parameters;
    expect(quoted).toEqual(id && { message_id: id, allow_sending_without_reply: true });
  });

  it('changes words, and buttons that are not named again go away', () => {
    expect(write(letterTo(DESK, { text: 'Taken by Kofi' }, { edits: '-1002300000001:70' }))).toEqual([
      {
        method: 'editMessageText',
        payload: {
          chat_id: '-1002300000001',
          message_id: 70,
          text: 'Taken by Kofi',
          reply_markup: { inline_keyboard: [] },
          link_preview_options: { is_disabled: true },
        },
        main: true,
      },
    ]);
  });

  it.each([
    ['words under a photo', { text: 'x', media: [photo()] }, 'editMessageCaption'],
    ['words too long for a caption', { text: 'x'.repeat(1025), media: [photo()] }, 'editMessageText'],
    ['words beside an album', { text: 'x', media: [photo(), photo()] }, 'editMessageText'],
    ['buttons alone', { text: '', choices: yesNo }, 'editMessageReplyMarkup'],
    ['no buttons any more', { text: '' }, 'editMessageReplyMarkup'],
  ])('changes %s', (_, content, method) => {
    expect(methods(DESK, content, { edits: '-1002300000001:70' })).toEqual([method]);
  });

  it('turns an edit into that of the other kind, and back', () => {
    const [edit] = write(letterTo(DESK, { text: 'x'.repeat(2000) }, { edits: '-1002300000001:70' }));
    const caption = edit && otherEdit(edit);
    expect(caption?.method).toBe('editMessageCaption');
    expect(caption?.payload).not.toHaveProperty('text');
    expect(caption?.payload).not.toHaveProperty('link_preview_options');
    expect(String(caption?.payload.caption)).toHaveLength(1024);
    expect(caption && otherEdit(caption)?.method).toBe('editMessageText');
    expect(otherEdit({ method: 'sendMessage', payload: { text: 'x' } })).toBeUndefined();
  });

  it('says anew what stood in a group before it became a supergroup', () => {
    expect(methods(DESK, { text: 'KS-7F3Q' }, { edits: '-4600000001:70' })).toEqual(['sendMessage']);
  });

  it.each([
    ['sent', '👍'],
    ['arrived', '❤'],
    ['failed', '👎'],
  ] as const)('marks a letter as %s', (mark, emoji) => {
    expect(write(letterTo(DESK, { text: '' }, { reaction: { on: '-1002300000001:70', mark } }))).toEqual([
      {
        method: 'setMessageReaction',
        payload: { chat_id: '-1002300000001', message_id: 70, reaction: [{ type: 'emoji', emoji }] },
        main: true,
      },
    ]);
  });
});

describe('split and shorten', () => {
  const texts = fc.string({ unit: 'grapheme', maxLength: 300 });

  it('keep to the length, lose no word, and never cut a character in two', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 4, max: 40 }), (text, max) => {
        const parts = split(text, max);
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(max);
          expect(part).not.toMatch(/\p{Surrogate}/u);
        }
        const letters = (words: string) => words.replace(/\s/g, '');
        expect(letters(parts.join(''))).toBe(letters(text));
        expect(shorten(text, max).length).toBeLessThanOrEqual(max);
        expect(shorten(text, max)).not.toMatch(/\p{Surrogate}/u);
      }),
    );
  });

  it('cut at a line break before a space, and at a space before a letter', () => {
    expect(split('one two\nthree four', 10)).toEqual(['one two', 'three four']);
    expect(split('one two three', 9)).toEqual(['one two', 'three']);
    expect(split('😀😀😀', 3)).toEqual(['😀', '😀', '😀']);
    expect(split('short', 10)).toEqual(['short']);
  });
});
