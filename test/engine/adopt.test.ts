/** Two talks that become one: whose question comes first, and what an old button of either still does. */
import { expect, it } from 'vitest';
import { loadEditorial } from '../../src/content.ts';
import { adopt } from '../../src/engine/adopt.ts';
import { advance } from '../../src/engine/advance.ts';
import { type Conversation, type Frame, newConversation } from '../../src/engine/conversation.ts';

const { book } = loadEditorial('Africa/Accra');
const NOW = Date.parse('2026-11-30T09:00:00Z');

const frame = (flow: string, step: string, values: Frame['values'] = {}): Frame => ({
  flow,
  version: book.flows.get(flow)?.version ?? '',
  step,
  values,
  trail: [],
  askedAt: NOW,
});
const talk = (asked: number, frames: Frame[], more: Partial<Conversation> = {}): Conversation => ({
  ...newConversation('en'),
  asked,
  frames,
  waiting: 'reply',
  at: NOW,
  ...more,
});

/** The flow that asked for it, at the call that returns. */
const linking = frame('link', 'join', { code: '222aaaddd', sure: 'yes' });
const returned = (here: Conversation) =>
  advance(book, here, {
    type: 'returned',
    at: NOW,
    result: { app: 'other', language: 'en', half: true, stopped: false },
  });

it('asks the other question next, with a number above those of both', () => {
  const here = adopt(book, talk(3, [linking]), talk(8, [frame('report', 'photos')]), NOW);
  const turn = returned(here);
  expect(turn.conversation.frames.map(({ flow }) => flow)).toEqual(['report']);
  expect(turn.conversation.asked).toBe(9);
  expect(turn.conversation.waiting).toBe('reply');
  expect(turn.says.at(-1)?.choices?.[0]?.id).toBe('9.skip');
});

it.each([
  ['their last button', '8.skip'],
  ['our last button', '3.yes'],
])('does nothing on %s', (_, choice) => {
  const { conversation } = returned(
    adopt(book, talk(3, [linking]), talk(8, [frame('report', 'photos')]), NOW),
  );
  const tapped = advance(book, conversation, { type: 'replied', at: NOW, reply: { text: '', choice } });
  expect(tapped.says[0]?.text).toContain('earlier question');
  expect(tapped.conversation.frames[0]?.step).toBe('photos');
  expect(tapped.conversation.frames[0]?.values).toEqual({});
});

it('comes after what we were in the middle of', () => {
  const mine = frame('report', 'kind');
  const here = adopt(
    book,
    talk(3, [mine, linking]),
    talk(1, [frame('report', 'photos', { kind: 'road' })]),
    NOW,
  );
  expect(here.frames.map(({ step }) => step)).toEqual(['photos', 'kind', 'join']);
  expect(returned(here).conversation.frames.at(-1)?.step).toBe('kind');
});

it('leaves out what is stale, what no flow is any more, a second of the same, and a menu beneath a question', () => {
  const old = { ...frame('privacy', 'pick'), askedAt: NOW - 30 * 3_600_000 };
  const others: Frame[][] = [
    [old],
    [frame('gone', 'anything')],
    [frame('report', 'kind')],
    [frame('menu', 'pick')],
  ];
  for (const frames of others) {
    const other = talk(1, frames, { at: NOW - 30 * 3_600_000 });
    const here = adopt(book, talk(3, [frame('report', 'kind'), linking]), other, NOW);
    expect(here.frames.map(({ flow }) => flow)).toEqual(['report', 'link']);
  }
});

it('goes through an edited flow again, with its answers', () => {
  const other = talk(1, [frame('report', 'noStepAnyMore', { kind: 'drain' })]);
  const here = adopt(book, talk(3, [linking]), other, NOW);
  expect(here.frames[0]).toMatchObject({ flow: 'report', step: 'known', values: { kind: 'drain' } });
});

it('offers what waited for either', () => {
  expect(adopt(book, talk(3, [linking]), talk(1, [], { offer: 'week' }), NOW).offer).toBe('week');
  expect(adopt(book, talk(3, [linking]), talk(1, []), NOW)).not.toHaveProperty('offer');
});

it('goes on in a talk with the desk', () => {
  const other = talk(5, [frame('human', 'talk', { open: { report: 7, reference: 'KS-2P9T' } })], {
    waiting: 'operator',
  });
  const { conversation } = returned(adopt(book, talk(3, [linking]), other, NOW));
  expect(conversation.waiting).toBe('operator');
});
