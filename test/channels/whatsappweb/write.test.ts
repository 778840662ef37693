import { describe, expect, it } from 'vitest';
import type { OutboundMessage } from '../../../src/channels/message.ts';
import { WHATSAPP_WEB_LIMITS } from '../../../src/channels/whatsappweb/limits.ts';
import { write } from '../../../src/channels/whatsappweb/write.ts';
import type { Content } from '../../../src/engine/content.ts';

const letter = (content: Content, more: Partial<OutboundMessage> = {}): OutboundMessage => ({
  id: '1',
  channel: 'whatsappweb',
  to: 'whatsappweb:233200000001@c.us',
  content,
  priority: 'reply',
  ...more,
});
const choices = [
  { id: 'y', label: 'Yes' },
  { id: 'n', label: 'No', detail: 'another place' },
];
const place = { latitude: 4.9, longitude: -1.75, name: 'Market Circle' };

describe('write', () => {
  it.each<[string, Content, object[]]>([
    ['words', { text: 'Akwaaba' }, [{ kind: 'text', text: 'Akwaaba', main: true }]],
    [
      'choices, each with its number',
      { text: 'Right?', choices },
      [{ kind: 'text', text: 'Right?\n\n1 Yes\n2 No (another place)', main: true }],
    ],
    [
      'buttons without numbers elsewhere have some here',
      { text: 'KS-7F3Q', choices, numbered: false },
      [{ kind: 'text', text: 'KS-7F3Q\n\n1 Yes\n2 No (another place)', main: true }],
    ],
    [
      'choices alone',
      { text: '', choices },
      [{ kind: 'text', text: '1 Yes\n2 No (another place)', main: true }],
    ],
    [
      'a photo with its words',
      { text: 'Here', media: [{ kind: 'photo', file: 'a' }] },
      [{ kind: 'photo', file: 'a', caption: 'Here', main: true }],
    ],
    [
      'photos before the words',
      {
        text: 'Here',
        media: [
          { kind: 'photo', file: 'a' },
          { kind: 'photo', file: 'b' },
        ],
      },
      [
        { kind: 'photo', file: 'a' },
        { kind: 'photo', file: 'b' },
        { kind: 'text', text: 'Here', main: true },
      ],
    ],
    [
      'a voice note',
      { text: '', media: [{ kind: 'voice', file: 'v' }] },
      [{ kind: 'voice', file: 'v', main: true }],
    ],
    [
      'a file',
      { text: 'Read', media: [{ kind: 'file', file: 'f' }] },
      [
        { kind: 'document', file: 'f' },
        { kind: 'text', text: 'Read', main: true },
      ],
    ],
    [
      'a pin after its words',
      { text: 'There', place },
      [
        { kind: 'text', text: 'There', main: true },
        { kind: 'place', ...place },
      ],
    ],
    ['a pin alone', { text: '', place }, [{ kind: 'place', ...place, main: true }]],
    [
      'a wish for a place, and a link into private, by their words only',
      {
        text: 'Where?',
        wants: 'location',
        wantsLabel: 'Share',
        inPrivate: { start: 'report', label: 'Go on' },
      },
      [{ kind: 'text', text: 'Where?', main: true }],
    ],
    [
      'a template by its words',
      { text: 'May I?', template: { kind: 'news', language: 'en', values: [], choice: choices[0]! } },
      [{ kind: 'text', text: 'May I?', main: true }],
    ],
    ['nothing', { text: ' ' }, []],
  ])('%s', (_, content, parcels) => expect(write(letter(content))).toEqual(parcels));

  it('a long text in parts, with the choices in the last, which is the letter', () => {
    const parcels = write(letter({ text: 'The drain is choked. '.repeat(400), choices }));
    expect(parcels.map(({ main }) => main ?? false)).toEqual([false, false, true]);
    for (const parcel of parcels)
      expect('text' in parcel && parcel.text.length <= WHATSAPP_WEB_LIMITS.textMax).toBe(true);
    expect(parcels.at(-1)).toMatchObject({ text: expect.stringMatching(/2 No \(another place\)$/) });
  });

  it('words too long for a caption stand by themselves', () => {
    const parcels = write(letter({ text: 'x'.repeat(1025), media: [{ kind: 'photo', file: 'a' }] }));
    expect(parcels.map(({ kind }) => kind)).toEqual(['photo', 'text']);
  });

  it('a mark, and a change that is cut to what a letter bears', () => {
    const mark = { on: 'false_x@c.us_A', mark: 'failed' as const };
    expect(write(letter({ text: '' }, { reaction: mark }))).toEqual([
      { kind: 'reaction', on: mark.on, emoji: '👎', main: true },
    ]);
    const [edit] = write(letter({ text: 'x'.repeat(9000), choices }, { edits: 'true_x@c.us_B' }));
    expect(edit).toMatchObject({ kind: 'edit', of: 'true_x@c.us_B' });
    expect(edit && 'text' in edit && edit.text.length).toBe(WHATSAPP_WEB_LIMITS.textMax);
  });

  it('a poll besides, where that was switched on and it can say all of them', () => {
    const polled = (content: Content) => write(letter(content), true).map(({ kind }) => kind);
    expect(write(letter({ text: 'Right?', choices }), true).at(-1)).toEqual({
      kind: 'poll',
      question: 'Right?',
      options: ['Yes', 'No'],
    });
    expect(polled({ text: 'Right?', choices: choices.slice(0, 1) })).toEqual(['text']);
    expect(
      polled({
        text: 'Right?',
        choices: Array.from({ length: 13 }, (_, n) => ({ id: `${n}`, label: `${n}` })),
      }),
    ).toEqual(['text']);
    expect(polled({ text: 'Right?', choices: [choices[0]!, choices[0]!] })).toEqual(['text']);
  });
});
