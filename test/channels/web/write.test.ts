import { describe, expect, test } from 'vitest';
import { letterHtml } from '../../../src/channels/web/html.ts';
import type { MailboxLetter } from '../../../src/channels/web/ports.ts';
import { cursorAfter, write } from '../../../src/channels/web/write.ts';
import type { Content } from '../../../src/engine/content.ts';
import { ENGLISH } from './words.ts';

const AT = '2026-11-27T09:10:00.000Z';
const letter = (content: Content, more: Partial<MailboxLetter> = {}): MailboxLetter => ({
  id: 5,
  at: AT,
  mine: false,
  content,
  ...more,
});
const always = { id: 5, at: AT, mine: false, text: '' };

describe('what the page shows of a letter', () => {
  test.each<[string, MailboxLetter, object]>([
    ['words', letter({ text: 'Akwaaba' }), { text: 'Akwaaba' }],
    [
      'choices with their numbers',
      letter({
        text: 'Right?',
        choices: [
          { id: 'y', label: 'Yes' },
          { id: 'n', label: 'No', detail: 'start again' },
        ],
      }),
      {
        text: 'Right?',
        choices: [
          { id: 'y', number: 1, label: 'Yes' },
          { id: 'n', number: 2, label: 'No', detail: 'start again' },
        ],
      },
    ],
    ['no empty list of choices', letter({ text: 'x', choices: [], media: [] }), { text: 'x' }],
    [
      'a photo that is being checked shows no source',
      letter({ text: '', media: [{ kind: 'photo', source: 'secret', mime: 'image/png' }] }),
      { media: [{ kind: 'photo' }] },
    ],
    [
      'a photo that was checked, and one that cannot be shown',
      letter({
        text: '',
        media: [
          { kind: 'photo', file: 'f1' },
          { kind: 'photo', trouble: 'notAPicture' },
        ],
      }),
      {
        media: [
          { kind: 'photo', file: 'f1' },
          { kind: 'photo', trouble: true },
        ],
      },
    ],
    [
      'what the question wants',
      letter({ text: 'Where?', wants: 'location', wantsLabel: 'Share my place' }),
      { text: 'Where?', wants: 'location', wantsLabel: 'Share my place' },
    ],
    [
      'its own letter by the id that the page drew',
      letter({ text: 'hi' }, { mine: true, externalId: 'web:abc:uuid-1' }),
      { mine: true, text: 'hi', sent: 'uuid-1' },
    ],
    ['a corrected letter', letter({ text: 'hi' }, { edited: true }), { text: 'hi', edited: true }],
  ])('%s', (_, given, expected) => {
    expect(write(given)).toEqual({ ...always, ...expected });
  });
});

describe('the page without scripts', () => {
  const around = { base: '/chat', words: ENGLISH, form: '', time: () => '9:10' };
  const hostile = `"><script>alert('x')</script>&amp;`;
  const harmless = '&#34;&#62;&#60;script&#62;alert(&#39;x&#39;)&#60;/script&#62;&#38;amp;';
  const all: Content = {
    text: hostile,
    choices: [{ id: hostile, label: hostile, detail: hostile }],
    media: [{ kind: 'photo', file: hostile }],
    wants: 'location',
    wantsLabel: hostile,
    place: { name: hostile, latitude: 4.9, longitude: -1.75 },
  };

  test('markup in every field of a letter stays text', () => {
    const html = letterHtml(
      write(letter(all, { externalId: `web:a:${hostile}`, mine: true })),
      false,
      around,
    );
    expect(html).not.toContain('<script');
    expect(html.split(harmless).length - 1).toBeGreaterThanOrEqual(4);
  });

  test('buttons from before the last answer are dimmed, not gone', () => {
    const view = write(letter({ text: '?', choices: [{ id: 'y', label: 'Yes' }] }));
    expect(letterHtml(view, true, around)).toContain('class="choices past"');
    expect(letterHtml(view, true, around)).toContain('<button');
    expect(letterHtml(view, false, around)).not.toContain('past');
  });
});

describe('where to look on', () => {
  const now = new Date(AT);
  const old = (id: number) => letter({ text: '' }, { id, at: '2026-11-27T09:00:00Z' });
  const fresh = (id: number) => letter({ text: '' }, { id, at: '2026-11-27T09:09:50Z' });
  test.each([
    ['nothing came', [], 7],
    ['old letters are behind us', [old(8), old(9)], 9],
    ['a fresh one is looked at again', [old(8), fresh(9)], 8],
    ['an old one after a fresh one does not hide it', [fresh(8), old(9)], 7],
  ])('%s', (_, letters, expected) => {
    expect(cursorAfter(letters, 7, now)).toBe(expected);
  });
});
