/**
 * Random walks through every flow in every language: valid answers, nonsense, photos, pins, old buttons, commands, days
 * of silence, flows edited meanwhile. Nobody is left without an answer, nothing throws, every letter fits every network.
 * A failure names its seed; WALK_SEED=<seed> plays it alone.
 */
import { describe, expect, test } from 'vitest';
import { TELEGRAM_LIMITS } from '../../src/channels/telegram/limits.ts';
import { loadEditorial } from '../../src/content.ts';
import { joinContents } from '../../src/conversations/join.ts';
import { advance } from '../../src/engine/advance.ts';
import { BOOK_LIMITS } from '../../src/engine/check/fault.ts';
import { CHOICES_PER_LETTER_MAX } from '../../src/engine/choices.ts';
import type { Choice, Content, Json } from '../../src/engine/content.ts';
import {
  type Book,
  type Conversation,
  type Input,
  newConversation,
  type Reply,
} from '../../src/engine/conversation.ts';
import { FRAMES_MAX } from '../../src/engine/frames.ts';
import { ANSWERS, type Chance } from './walks.ts';

const { book } = loadEditorial('Africa/Accra');
const TURNS = 40;
const WALKS_PER_FLOW = 25;
const STATE_LETTERS_MAX = 32_000;
const HOUR = 3_600_000;
const CALLS_MAX = 30;
/** Networks by what they bear in a letter with choices: a WhatsApp list, and Telegram. */
const NETWORKS = [
  { name: 'whatsapp', textMax: BOOK_LIMITS.textWithChoicesMax, labelMax: BOOK_LIMITS.choiceLabelMax },
  { name: 'telegram', textMax: TELEGRAM_LIMITS.textMax, labelMax: TELEGRAM_LIMITS.choiceLabelMax },
];

/** mulberry32: small, seeded, good enough to wander. */
function chanceOf(seed: number): Chance & { number(): number } {
  let state = seed >>> 0;
  const number = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return { number, pick: (from) => from[Math.floor(number() * from.length)]! };
}

const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const WORDS = [
  'the drain at Market Circle is choked',
  'sí',
  'yes',
  'no',
  'hello',
  'banana',
  '1',
  '2',
  '3',
  '9',
  '99',
  '0',
  '-1',
  '',
  ' ',
  '👍',
  '<b>{{x}}</b>',
  'more',
  'KS-2P9T',
  'KASA-7Q2-MPX-4DH',
  '/start',
  '/start report',
  '/nonsense',
  'ñ'.repeat(400),
  'x'.repeat(4096),
  '١',
];
const COMMANDS = [
  'menu',
  'help',
  'back',
  'cancel',
  'skip',
  'stop',
  'language',
  'human',
  'privacy',
  'report',
  'my reports',
  'news on',
  'link',
];

function anyReply(chance: Chance & { number(): number }, offered: Choice[], old: Choice[]): Reply {
  const what = chance.number();
  if (what < 0.4 && offered.length > 0) return { text: '', choice: chance.pick(offered).id };
  if (what < 0.5 && offered.length > 0)
    return { text: String(1 + Math.floor(chance.number() * offered.length)) };
  if (what < 0.55 && old.length > 0) return { text: '', choice: chance.pick(old).id };
  if (what < 0.65) return { text: chance.pick(COMMANDS) };
  if (what < 0.7) return { text: '', location: { latitude: 4.9, longitude: -1.75 } };
  if (what < 0.76)
    return {
      text: chance.pick(['', 'here']),
      media: [{ kind: 'photo', file: 'f'.repeat(32), taken: { latitude: 4.9, longitude: -1.7 } }],
    };
  if (what < 0.8) return { text: '', media: [{ kind: 'voice', file: 'v'.repeat(32) }] };
  if (what < 0.83) return { text: '', media: [{ kind: 'file', trouble: 'tooLarge' }] };
  if (what < 0.86)
    return { text: '', unsupported: chance.pick(['poll', 'sticker', 'video', 'contact', 'unknown']) };
  if (what < 0.88)
    return {
      text: '',
      choice: chance.pick(['>state~1', '>fixed~1~fixed', '>nothing', 'desk:take:1', 'zz.zz', '']),
    };
  if (what < 0.9) return { text: 'about that', about: 1 };
  return { text: chance.pick(WORDS) };
}

type Walk = { talk: Conversation; says: Content[] };

/** One turn with all its calls, as the turn loop takes it, the conversation through JSON at every step. */
function turn(given: Book, talk: Conversation, input: Input, chance: Chance): Walk {
  const says: Content[] = [];
  let next: Input = input;
  for (let calls = 0; calls <= CALLS_MAX; calls++) {
    const taken = advance(given, throughJson(talk), throughJson(next));
    talk = throughJson(taken.conversation);
    says.push(...taken.says);
    if (!taken.call) return { talk, says };
    const answers = ANSWERS[taken.call.action];
    if (!answers) throw new Error(`no pretend answer for ${taken.call.action}`);
    const answer = chance.pick(answers);
    const refusal =
      answer !== null && typeof answer === 'object' && 'refuse' in answer ? String(answer.refuse) : undefined;
    next = refusal
      ? { type: 'refused', at: input.at, reason: refusal }
      : { type: 'returned', at: input.at, result: answer as Json };
  }
  throw new Error('a turn calls without end');
}

function checkLetter(content: Content, network: (typeof NETWORKS)[number]): void {
  const choices = content.choices ?? [];
  expect(choices.length).toBeLessThanOrEqual(CHOICES_PER_LETTER_MAX);
  for (const { id, label } of choices) {
    expect(Buffer.byteLength(id)).toBeLessThanOrEqual(64);
    expect(label.trim()).not.toBe('');
    expect(label.length).toBeLessThanOrEqual(network.labelMax);
  }
  expect(new Set(choices.map(({ id }) => id)).size).toBe(choices.length);
  expect(content.text).not.toMatch(/undefined|\[object|\{\{(?!x\}\})/);
  if (choices.length > 0) expect(content.text.length).toBeLessThanOrEqual(network.textMax);
}

function walk(seed: number, flow: string, language: string): void {
  const chance = chanceOf(seed);
  const network = chance.pick(NETWORKS);
  let at = Date.UTC(2026, 10, 30, 9);
  let talk = newConversation(language);
  let old: Choice[] = [];
  let offered: Choice[] = [];
  const start = {
    report: 1,
    reference: 'KS-2P9T',
    department: 'Works',
    words: 'We come.',
    kind: 'drain',
    state: 'taken',
    due: at,
  };
  for (let step = 0; step < TURNS; step++) {
    at += chance.pick([1000, 1000, 60_000, HOUR, 30 * HOUR, 40 * 24 * HOUR]);
    const begins = step === 0 || chance.number() < 0.08;
    const given = chance.number() < 0.03 ? edited() : book;
    const input: Input = begins
      ? {
          type: 'started',
          at,
          flow: step === 0 ? flow : chance.pick(['word', 'fixed', 'change', 'voiceover', 'handedback']),
          values: start,
        }
      : { type: 'replied', at, reply: anyReply(chance, offered, old) };
    if (!begins && talk.frames.length === 0) expect(talk.waiting).toBe('nothing');
    const withDesk = talk.waiting === 'operator';
    const walked = turn(given, talk, input, chance);
    talk = walked.talk;
    const letter = joinContents(walked.says);
    if (!begins && !withDesk && talk.waiting !== 'operator')
      expect(letter, JSON.stringify(input)).toBeDefined();
    if (letter) checkLetter(letter, network);
    old = [...old, ...offered].slice(-20);
    if (letter?.choices) offered = letter.choices;
    expect(talk.frames.length).toBeLessThanOrEqual(FRAMES_MAX);
    expect(JSON.stringify(talk).length).toBeLessThanOrEqual(STATE_LETTERS_MAX);
  }
}

/** The same flows under another version: their editor was at work. */
function edited(): Book {
  return {
    ...book,
    flows: new Map([...book.flows].map(([id, flow]) => [id, { ...flow, version: 'edited' }])),
  };
}

const only = process.env.WALK_SEED ? Number(process.env.WALK_SEED) : undefined;

describe.each(book.voice.languages.map(({ code }) => code))('walks in %s', (language) => {
  test.each([...book.flows.keys()].map((flow, place) => ({ flow, place })))(
    'through $flow',
    ({ flow, place }) => {
      for (let count = 0; count < WALKS_PER_FLOW; count++) {
        const seed = only ?? place * 1000 + count;
        try {
          walk(seed, flow, language);
        } catch (error) {
          throw new Error(
            `WALK_SEED=${seed} (${flow}, ${language}): ${error instanceof Error ? error.message : error}`,
            { cause: error },
          );
        }
      }
    },
  );
});
