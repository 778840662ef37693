/** What officials write about progress, as it is understood. */
import { describe, expect, it } from 'vitest';
import { loadEditorial } from '../../../src/content.ts';
import {
  readMilestone,
  readProgress,
  splitName,
  WORDS_LETTERS_MAX,
} from '../../../src/operators/progress/read.ts';

const { voice } = loadEditorial('Africa/Accra');

describe('the promise and the rest', () => {
  it.each([
    ['4 substantial 60', { name: '4', rest: 'substantial 60' }],
    [' #4', { name: '4', rest: '' }],
    ['SEK0009 history', { name: 'SEK0009', rest: 'history' }],
    ['sek0009', { name: 'sek0009', rest: '' }],
    ['60% done', { name: '', rest: '' }],
    ['2018 was good', { name: '', rest: '' }],
    ['the desk is open', { name: '', rest: '' }],
    ['', { name: '', rest: '' }],
  ])('“%s”', (said, read) => expect(splitName(said)).toEqual(read));
});

describe('progress in English', () => {
  it.each([
    [
      'substantial 60 The desk is open. https://example.org/a',
      { state: 'substantial', percent: 60, words: 'The desk is open.', link: 'https://example.org/a' },
    ],
    ['60 substantial', { state: 'substantial', percent: 60 }],
    ['Not started', { state: 'notStarted' }],
    ['not-started, 0 %', { state: 'notStarted', percent: 0 }],
    ['notstarted', { state: 'notStarted' }],
    ['completed: 100%. All is done', { state: 'completed', percent: 100, words: 'All is done' }],
    ['70%', { percent: 70 }],
    ['70', { percent: 70 }],
    ['3 toilets were built', { words: '3 toilets were built' }],
    ['limited 3 toilets were built', { state: 'limited', percent: 3, words: 'toilets were built' }],
    ['limited. 30%. 3 toilets were built', { state: 'limited', percent: 30, words: '3 toilets were built' }],
    ['m2 limited 30', { milestone: 2, state: 'limited', percent: 30 }],
    ['milestone 2 limited', { milestone: 2, state: 'limited' }],
    ['m2', { milestone: 2 }],
    ['limited 2026-11-30 it began', { state: 'limited', words: '2026-11-30 it began' }],
    ['limited 1.5 km of drains', { state: 'limited', words: '1.5 km of drains' }],
    ['limitedly so', { words: 'limitedly so' }],
    ['See https://example.org/a).', { words: 'See ).', link: 'https://example.org/a' }],
    [
      'https://example.org/a, https://example.org/b',
      { words: ', https://example.org/b', link: 'https://example.org/a' },
    ],
    ['https://example.org', { link: 'https://example.org' }],
    ['javascript:alert(1)', { words: 'javascript:alert(1)' }],
    ['limited 120', { state: 'limited', trouble: 'percent' }],
    ['...', {}],
    ['', {}],
  ])('“%s”', (said, read) => expect(readProgress(voice, 'en', said)).toEqual(read));

  it('cuts words that are too long, and says so', () => {
    const read = readProgress(voice, 'en', 'a'.repeat(WORDS_LETTERS_MAX + 1));
    expect(read.words).toHaveLength(WORDS_LETTERS_MAX);
    expect(read.trouble).toBe('tooLong');
  });

  it('reads a letter of any length in a moment', () => {
    expect(readProgress(voice, 'en', `limited 30 ${'- a 1 '.repeat(20_000)}`).trouble).toBe('tooLong');
  });
});

describe('progress in Spanish', () => {
  it.each([
    [
      'sustancial 60 El mostrador está abierto.',
      { state: 'substantial', percent: 60, words: 'El mostrador está abierto.' },
    ],
    ['Sin empezar', { state: 'notStarted' }],
    ['avance limitado 20', { state: 'limited', percent: 20 }],
    ['hito 1 completado', { milestone: 1, state: 'completed' }],
    ['substantial', { state: 'substantial' }],
  ])('“%s”', (said, read) => expect(readProgress(voice, 'es', said)).toEqual(read));
});

describe('a milestone', () => {
  it.each([
    ['Train the officers by 2027-03-31', { title: 'Train the officers', due: '2027-03-31' }],
    [
      'Train the officers by 2027-3-1 limited',
      { title: 'Train the officers', due: '2027-03-01', state: 'limited' },
    ],
    ['Train the officers', { title: 'Train the officers' }],
    ['by 2027-03-31', { due: '2027-03-31' }],
    ['m1 by 2027-03-31', { place: 1, due: '2027-03-31' }],
    ['m1 Train all by 2027-03-31', { place: 1, title: 'Train all', due: '2027-03-31' }],
    ['Train by 2027-02-30', { title: 'Train', trouble: 'date' }],
    ['Train by 2027-13-01', { title: 'Train', trouble: 'date' }],
    ['Train everybody by foot', { title: 'Train everybody by foot' }],
    ['Train\nthe   officers', { title: 'Train the officers' }],
    [
      'Open it https://example.org/plan by 2027-03-31',
      { title: 'Open it', link: 'https://example.org/plan', due: '2027-03-31' },
    ],
    ['', {}],
  ])('“%s”', (said, read) => expect(readMilestone(voice, 'en', said)).toEqual(read));

  it('in Spanish', () =>
    expect(readMilestone(voice, 'es', 'Formar al personal para el 2027-03-31')).toEqual({
      title: 'Formar al personal',
      due: '2027-03-31',
    }));
});
