/** Each fault that the check knows has a bad flow that shows it, and nothing but it. The real book has none. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { actions, inputsOf } from '../../src/actions.ts';
import { faultsIn, loadEditorial } from '../../src/content.ts';
import { openBook } from '../../src/engine/book.ts';
import { showFault } from '../../src/engine/check/fault.ts';
import { checkBook } from '../../src/engine/check-book.ts';
import type { Voice } from '../../src/engine/conversation.ts';
import { STARTED_BY_ENGINE } from '../../src/engine/hear-letter.ts';
import { readFlow } from '../../src/engine/read-flow.ts';

const FOLDER = fileURLToPath(new URL('bad-flows/', import.meta.url));
const inputs = inputsOf(actions);

type Head = {
  fault: string;
  words?: Record<string, string | null>;
  lists?: Record<string, string[]>;
  long?: Record<string, number>;
};

/** A book of one flow, `bad`, and those that the engine starts; every word is there unless the head says otherwise. */
function faultsOf(head: Head, flow: string): string[] {
  const label = (key: string) => key.split('.').at(-1) ?? '';
  const text = (_language: string, key: string): string | undefined => {
    const given = head.words?.[key];
    if (given === null) return undefined;
    const long = head.long?.[key];
    if (long !== undefined) return 'x'.repeat(long);
    return /\.again$|_\w+$/.test(key) ? undefined : (given ?? label(key));
  };
  const voice: Voice = {
    say: (language, key) => text(language, key) ?? '',
    list: (_language, key) => head.lists?.[key] ?? [],
    languages: [{ code: 'en', name: 'English', finished: true }],
  };
  const others = [...STARTED_BY_ENGINE, 'other'].map((id) =>
    readFlow(id, 'steps: { told: { say: {} } }', '1'),
  );
  const book = openBook([readFlow('bad', flow, '1'), ...others], voice);
  return checkBook(book, { actions: inputs, text }).map((fault) => fault.wrong);
}

describe('a bad flow', () => {
  test.each(readdirSync(FOLDER))('%s', (name) => {
    const [head = '', flow = ''] = readFileSync(FOLDER + name, 'utf8').split('---\n');
    const given = parse(
      head.replace(/^fault: (.*)$/m, (_, fault) => `fault: ${JSON.stringify(fault)}`),
    ) as Head;
    const faults = faultsOf(given, flow);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(given.fault);
  });
});

test('a book without the flows that the engine starts', () => {
  const voice: Voice = { say: () => 'words', list: () => [], languages: [] };
  const faults = checkBook(openBook([], voice), { actions: inputs, text: () => 'words' });
  expect(faults.map(({ flow }) => flow)).toEqual(STARTED_BY_ENGINE);
});

test('the real book has no faults', () => {
  expect(faultsIn(loadEditorial('Africa/Accra'), inputs).map(showFault)).toEqual([]);
});
