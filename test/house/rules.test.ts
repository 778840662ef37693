/** The rules of the house that no compiler holds. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { actions } from '../../src/actions.ts';
import { forbiddenImports, importsOf, ROOMS } from '../../src/cli/rooms.ts';
import { isLooking, readTranscript } from '../../src/cli/transcript.ts';
import { loadEditorial } from '../../src/content.ts';
import { isDo } from '../../src/engine/flow.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const files = readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);
const { book } = loadEditorial('Africa/Accra');
const called = new Set(
  [...book.flows.values()].flatMap(({ steps }) =>
    Object.values(steps).flatMap((step) => (isDo(step) ? step.do : [])),
  ),
);

const transcripts = readdirSync(`${ROOT}test/flows`, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.chat'))
  .map((name) => ({
    flow: name.split(/[\\/]/)[0] ?? '',
    text: readFileSync(`${ROOT}test/flows/${name}`, 'utf8'),
  }));

describe('rooms', () => {
  test('imports run downward only', () => expect(forbiddenImports(`${ROOT}src/`)).toEqual([]));

  test('the table runs downward', () => {
    const order = Object.keys(ROOMS);
    for (const [room, allowed] of Object.entries(ROOMS)) {
      for (const other of allowed)
        expect(order.indexOf(other), `${room} → ${other}`).toBeLessThan(order.indexOf(room));
    }
  });

  test('imports are seen in every form', () => {
    const text =
      "import { a } from '../database/fit.ts';\nexport * from './b.ts';\nconst c = await import('../web/c.ts');";
    expect(importsOf('engine/x.ts', text)).toEqual(['database/fit.ts', 'engine/b.ts', 'web/c.ts']);
  });
});

describe('every action', () => {
  test.each(Object.keys(actions))(
    '%s is used by a flow, and by a transcript when it changes something',
    (name) => {
      expect([...called]).toContain(name);
      if (!isLooking(name)) expect(transcripts.some(({ text }) => text.includes(`\n! ${name} `))).toBe(true);
    },
  );
});

describe('every flow', () => {
  const finished = book.voice.languages.filter((language) => language.finished).map(({ code }) => code);
  test.each([...book.flows.keys()].flatMap((flow) => finished.map((language) => [flow, language])))(
    '%s has a transcript in %s',
    (flow, language) => {
      const spoken = transcripts.filter((one) => one.flow === flow).map(({ text }) => languageOf(text));
      expect(spoken).toContain(language);
    },
  );

  test('every folder of transcripts is a flow', () => {
    for (const { flow } of transcripts) expect(existsSync(`${ROOT}flows/${flow}.yaml`), flow).toBe(true);
  });
});

function languageOf(text: string): string {
  for (const line of readTranscript(text))
    if (line.kind === 'setting' && line.name === 'language') return line.value;
  return 'en';
}

describe('manner', () => {
  test.each(files)('%s has no any and no default export', (name) => {
    const code = readFileSync(`${ROOT}src/${name}`, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    expect(code).not.toMatch(/(:|<|as)\s*any\b/);
    expect(code).not.toMatch(/export default/);
  });
});
