import { DrizzleQueryError } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { errorFacts } from '../../src/log.ts';

test('of a failed statement the kind and the code are logged, and nothing that a person wrote', () => {
  const words = 'hi\nAma lives at /src/ house\n    at Kofi (/src/0244123456.ts:1:2)';
  const cause = Object.assign(new Error(words), { code: '57P01' });
  const facts = errorFacts(new DrizzleQueryError('insert into topics', [words], cause));
  expect(facts).toMatchObject({ error: 'Error', code: '57P01' });
  expect(JSON.stringify([facts, errorFacts(cause)])).not.toMatch(/Ama|Kofi|0244|topics/);
});

test('where one of our own files threw is logged', () => {
  const error = new TypeError('words');
  error.stack =
    'TypeError: words\n    at step (/home/kasa/src/engine/advance.ts:3:5)\n    at node:internal:1:1';
  expect(errorFacts(error)).toEqual({ error: 'TypeError', code: undefined, at: 'src/engine/advance.ts:3:5' });
});
