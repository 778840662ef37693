import { describe, expect, it } from 'vitest';
import { bar } from '../../src/operators/announce/progress.ts';
import { readAnnouncement } from '../../src/operators/announce/read.ts';

const read = (text: string) => readAnnouncement(text, ['en', 'es', 'fat'], 'en');

describe('an announcement as it is written', () => {
  it.each([
    ['words alone are of the desk', 'Water is off.\nNB: fill', { en: 'Water is off.\nNB: fill' }],
    ['a language begins with its code', 'en: One\ntwo\nES: Uno\n\ndos', { en: 'One\ntwo', es: 'Uno\n\ndos' }],
    ['a wording alone is of the desk', 'a: One\nb: Two', { 'en:a': 'One', 'en:b': 'Two' }],
    ['a wording of a language', 'es a: Uno\nes b: Dos', { 'es:a': 'Uno', 'es:b': 'Dos' }],
    ['an empty language says nothing', 'en:\nes: Uno', { es: 'Uno' }],
    ['a language that nobody here speaks is words', 'fr: Eau', { en: 'fr: Eau' }],
  ])('%s', (_label, text, words) => expect(read(text)).toMatchObject({ words, wanted: [], faults: [] }));

  it.each([
    ['everyone', { by: 'everyone' }],
    ['followers of project ST-001', { by: 'follows', topic: 'project', name: 'ST-001' }],
    ['Followers of promise 4', { by: 'follows', topic: 'commitment', name: '4' }],
    ['within 2.5 km of Market Circle', { by: 'near', km: 2.5, place: 'Market Circle' }],
    ['2 km around 4.93,-1.71', { by: 'near', km: 2, place: '4.93,-1.71' }],
    ['language es', { by: 'language', name: 'es' }],
    ['channel telegram', { by: 'channel', name: 'telegram' }],
  ])('to: %s', (said, wanted) => expect(read(`to: ${said}\nWords`).wanted).toEqual([wanted]));

  it.each([
    ['to: my friends', 'badTo'],
    ['to: within 0 km of Kojokrom', 'badTo'],
    ['to: within 200 km of Kojokrom', 'badTo'],
    ['button: dance', 'badButton'],
    ['watch: tears', 'badWatch'],
    ['watch: tap within 61 days', 'badWatch'],
  ])('"%s" is told', (line, key) => expect(read(line)).toMatchObject({ words: {}, faults: [{ key, line }] }));

  it('watches for a week unless it is said', () => {
    expect(read('watch: tap').watch).toEqual({ outcome: 'tap', days: 7 });
    expect(read('watch: reply within 1 day').watch).toEqual({ outcome: 'reply', days: 1 });
  });
});

it.each([
  [0, 0, '░░░░░░░░░░'],
  [1, 20, '░░░░░░░░░░'],
  [10, 20, '█████░░░░░'],
  [20, 20, '██████████'],
])('a bar of %i in %i', (done, all, squares) => expect(bar(done, all)).toBe(squares));
