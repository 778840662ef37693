/** How letters are read: as a choice, as a command, as nearly either. */
import { describe, expect, test } from 'vitest';
import { loadEditorial } from '../../src/content.ts';
import { readCommand } from '../../src/engine/book.ts';
import { nearly, plain, tellsMore } from '../../src/engine/plain.ts';
import { readChoice } from '../../src/engine/read-choice.ts';

const { book } = loadEditorial('Africa/Accra');

describe('plain', () => {
  test.each([
    ['  Sí,  SEÑOR!! ', 'si senor'],
    ['Ɛyɛ yiye, medaase', 'eye yiye medaase'],
    ["that's right", 'thats right'],
    ['No. 2️⃣', 'no 2'],
    ['🙂', ''],
    ['مرحبا', 'مرحبا'],
  ])('%j → %j', (text, said) => expect(plain(text)).toBe(said));
});

describe('nearly', () => {
  test.each([
    ['cancle', 'cancel', true],
    ['pothol', 'pothole', true],
    ['rubish', 'rubbish', true],
    ['streetlihgst', 'streetlights', true],
    ['no', 'on', false],
    ['yes', 'yet', false],
    ['drain', 'train', true],
    ['market', 'marble', false],
    ['a'.repeat(1000), 'abcdefgh', false],
  ])('%s for %s: %s', (said, meant, is) => expect(nearly(said, meant)).toBe(is));
});

test.each([
  ['the drain', false],
  ['drain', false],
  ['the drain is choked', true],
])('%s tells more than its choice: %s', (text, is) => expect(tellsMore(text)).toBe(is));

describe('a choice', () => {
  const shown = [
    { id: 'send', label: 'Send it', words: ['yes', 'send'] },
    { id: 'change', label: 'Change something', words: ['change', 'edit'] },
    { id: 'drop', label: 'Throw it away', words: ['drop', 'delete'] },
  ];
  const read = (text: string, language = 'en', inSentences = false) => {
    const choice = readChoice(book.voice, language, text, shown, shown, inSentences);
    return choice.read === 'choice' ? `${choice.id}${choice.wholeAnswer ? '' : ' (inside)'}` : choice.read;
  };
  test.each([
    ['1', 'send'],
    [' 2. ', 'change'],
    ['#3', 'drop'],
    ['no. 3', 'drop'],
    ['2️⃣', 'change'],
    ['２', 'change'],
    ['two', 'change'],
    ['Option 3', 'drop'],
    ['4', 'outOfRange'],
    ['0', 'outOfRange'],
    ['-1', 'nothing'],
    ['SEND IT!', 'send'],
    ['snd it', 'send'],
    ['chnage', 'change'],
    ['please change it', 'change (inside)'],
    ['send it or drop it', 'send (inside)'],
    ['change or delete', 'nothing'],
    ['I would like to know whether you could change that', 'nothing'],
    ['3 potholes on the road', 'nothing'],
    ['🙂', 'nothing'],
    ['', 'nothing'],
  ])('%j → %s', (text, id) => expect(read(text)).toBe(id));

  test('inside a long sentence where the step keeps sentences', () => {
    expect(read('I would like to know whether you could change that', 'en', true)).toBe('change (inside)');
  });
  test('a number in the words of another language', () => expect(read('dos', 'es')).toBe('change'));
});

describe('a command', () => {
  test.each([
    ['menu', 'menu'],
    ['/menu', 'menu'],
    ['/MENU now', 'menu'],
    ['Menú', 'menu'],
    ['mneu', 'menu'],
    ['cancle', 'cancel'],
    ['My reports', 'reports'],
    ['shop', undefined],
    ['step', undefined],
    ['/nothing', undefined],
    ['help me, the drain is choked', undefined],
    ['x'.repeat(5000), undefined],
    ['', undefined],
  ])('%s → %s', (text, command) => expect(readCommand(book, text, false)?.command).toBe(command));

  test('only said exactly where any words may answer', () => {
    expect(readCommand(book, 'cancle', true)).toBeUndefined();
    expect(readCommand(book, 'cancel', true)?.command).toBe('cancel');
  });
});
