/** A flow as a picture: Mermaid's flowchart, which GitHub and many editors show. */
import { type Flow, isAsk, isDo, isGo, isSay, type Step } from './flow.ts';

/** @param words the words of a step or a choice in some language, or an empty text */
export function drawFlow(flow: Flow, words: (key: string) => string = () => ''): string {
  const ids = Object.keys(flow.steps);
  const lines = ['flowchart TD'];
  const others = new Set<string>();
  for (const [place, id] of ids.entries()) {
    const step = flow.steps[id];
    if (!step) continue;
    lines.push(`  ${nodeOf(id)}${shapeOf(step, labelOf(flow, id, step, words))}`);
    for (const { label, target } of arrowsOf(step, ids[place + 1] ?? 'end')) {
      if (!ids.includes(target)) others.add(target);
      lines.push(`  ${nodeOf(id)} -->${label ? `|${quote(label)}|` : ''} ${nodeOf(target)}`);
    }
  }
  for (const other of others) lines.push(`  ${nodeOf(other)}([${quote(other.replace('flow:', ''))}])`);
  return `${lines.join('\n')}\n`;
}

const LABEL_LETTERS_MAX = 60;

function labelOf(flow: Flow, id: string, step: Step, words: (key: string) => string): string {
  const said = (words(`${flow.id}.${id}`).split('\n')[0] ?? '').slice(0, LABEL_LETTERS_MAX);
  if (isDo(step)) return `${id}: ${step.do}`;
  if (isGo(step)) return step.go === 'always' ? id : `${id}: ${step.go}`;
  return said ? `${id}: ${said}` : id;
}

/** Spoken steps are round, questions lean, actions have double sides, ways are diamonds. */
function shapeOf(step: Step, label: string): string {
  if (isSay(step)) return `(${quote(label)})`;
  if (isAsk(step)) return `[/${quote(label)}/]`;
  return isDo(step) ? `[[${quote(label)}]]` : `{${quote(label)}}`;
}

function arrowsOf(step: Step, below: string): { label: string; target: string }[] {
  if (isGo(step)) {
    const ways = Object.entries(step.to ?? {}).map(([label, target]) => ({ label, target }));
    return [...ways, { label: ways.length > 0 ? 'otherwise' : '', target: step.otherwise ?? below }];
  }
  const next = { label: '', target: step.next ?? below };
  if (isAsk(step) && step.corrects) return [next, { label: 'given anew', target: step.corrects }];
  return isDo(step) && step.refused ? [next, { label: 'refused', target: step.refused }] : [next];
}

/** `end` and other words of Mermaid's own may not name a node. */
const nodeOf = (id: string): string => `s_${id.replace(/\W/g, '_')}`;

const quote = (text: string): string => `"${text.replaceAll('"', '#quot;')}"`;
