import { describe, expect, test } from 'vitest';
import { loadEditorial } from '../../src/content.ts';
import { drawFlow } from '../../src/engine/draw.ts';
import { readFlow } from '../../src/engine/read-flow.ts';

test('a flow as Mermaid', () => {
  const flow = readFlow(
    'sample',
    `steps:
      sure: { ask: choice, choices: [yes, no] }
      way: { go: $sure, to: { no: flow:menu } }
      send: { do: reports.send, refused: told }
      told: { say: {} }`,
    '1',
  );
  expect(drawFlow(flow, (key) => (key === 'sample.told' ? 'It is "sent".\nReally.' : ''))).toBe(
    `flowchart TD
  s_sure[/"sure"/]
  s_sure --> s_way
  s_way{"way: $sure"}
  s_way -->|"no"| s_flow_menu
  s_way -->|"otherwise"| s_send
  s_send[["send: reports.send"]]
  s_send --> s_told
  s_send -->|"refused"| s_told
  s_told("told: It is #quot;sent#quot;.")
  s_told --> s_end
  s_flow_menu(["menu"])
  s_end(["end"])
`,
  );
});

describe('every flow is drawn whole', () => {
  const { book } = loadEditorial('UTC');
  test.each([...book.flows.values()].map((flow) => [flow.id, flow] as const))('%s', (_id, flow) => {
    const drawn = drawFlow(flow);
    for (const id of Object.keys(flow.steps)) expect(drawn).toMatch(new RegExp(`^  s_${id}[\\[({]`, 'm'));
    const named = new Set([...drawn.matchAll(/^ {2}(\w+)[[({]/gm)].map(([, node]) => node));
    for (const [, target] of drawn.matchAll(/--> ?(?:\|[^|]*\| )?(\w+)$/gm)) expect(named).toContain(target);
  });
});
