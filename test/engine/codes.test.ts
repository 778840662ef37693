/** Codes as people type them, and sentences that only look like one. */
import { expect, it } from 'vitest';
import { loadEditorial } from '../../src/content.ts';
import { codeIn } from '../../src/engine/read-code.ts';
import { CODE_SIGN } from '../../src/people/link-code.ts';

const { book } = loadEditorial('Africa/Accra');
const read = (text: string) => codeIn(book, text)?.code;

it('has the sign that its flow names', () => expect(book.flows.get('link')?.code).toBe(CODE_SIGN));

it.each([
  'KASA-7Q2-MPX-4DH',
  'kasa-7q2-mpx-4dh',
  'Kasa 7q2 mpx 4dh',
  'kasa7q2mpx4dh',
  'kasa 7q2mpx4dh.',
  ' link KASA-7Q2-MPX-4DH ',
  '/link KASA-7Q2-MPX-4DH',
  'Link: KASA-7Q2-MPX-4DH',
  'enlazar kasa 7q2 mpx 4dh',
  'same person KASA-7Q2-MPX-4DH',
  'link 7Q2-MPX-4DH',
  'link 7q2mpx4dh',
])('%s', (text) => expect(read(text)).toBe('7q2mpx4dh'));

it.each([
  ['one letter is missing', 'KASA-7Q2-MPX-4D', '7q2mpx4d'],
  ['one letter too many', 'KASA-7Q2-MPX-4DHH', '7q2mpx4dhh'],
  ['a letter that no code has', 'KASA-7Q2-MPX-4O1', '7q2mpx4o1'],
  ['far too short, but with the keyword', 'link kasa 7q', '7q'],
  ['no digit, but with the keyword', 'link KASA-AAA-BBB-CCC', 'aaabbbccc'],
])('is mistyped and still meant as one: %s', (_, text, code) => expect(read(text)).toBe(code));

it.each([
  'Kasa, there is no water',
  'kasa the market',
  'Kasa my road 24',
  'kasa, pothole no 4 at Ketan',
  'kasa',
  'link',
  'connect road 24',
  'link the drain is choked',
  'link 24 houses',
  'the drain at Market Circle is choked',
  'KS-2P9T',
  '7Q2-MPX-4DH',
  `KASA-7Q2-MPX-4DH ${'x'.repeat(80)}`,
])('is none: %s', (text) => expect(read(text)).toBeUndefined());
