/** Where a flow goes: every step is reached, every way ends, and nobody is led round in a circle. */

import { type Flow, isAsk, isDo, isGo, type Step } from '../flow.ts';
import type { Checking } from './fault.ts';

const ENDS = ['end', 'leave'];

/** Every target that a step names, with the word under which it names it. */
export function targetsOf(step: Step): { word: string; target: string }[] {
  const named: [string, string | undefined][] = [['next', isGo(step) ? undefined : step.next]];
  if (isDo(step)) named.push(['refused', step.refused]);
  if (isGo(step)) {
    named.push(['otherwise', step.otherwise]);
    for (const [value, target] of Object.entries(step.to ?? {})) named.push([`to ${value}`, target]);
  }
  if (isAsk(step)) named.push(['refresh', step.refresh], ['corrects', step.corrects]);
  return named.flatMap(([word, target]) => (target === undefined ? [] : [{ word, target }]));
}

/** The steps that may come after one; `end` when the flow may end there. */
export function stepsAfter(flow: Flow, id: string): string[] {
  const step = flow.steps[id];
  if (!step) return [];
  const ids = Object.keys(flow.steps);
  const below = ids[ids.indexOf(id) + 1] ?? 'end';
  const after = targetsOf(step).map(({ target }) => (target.startsWith('flow:') ? 'end' : target));
  const falls = isGo(step) ? step.otherwise === undefined : step.next === undefined;
  if (falls) after.push(below);
  if (isDo(step) && step.refused === undefined) after.push('end');
  return after.map((target) => (ENDS.includes(target) ? 'end' : target));
}

/** Every step that may come at some time after the given ones, and they themselves. */
export function reachedFrom(flow: Flow, begin: string[]): Set<string> {
  const reached = new Set<string>();
  const open = [...begin];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (reached.has(id)) continue;
    reached.add(id);
    open.push(...stepsAfter(flow, id));
  }
  return reached;
}

export function checkWays({ flow, book, fault }: Checking): void {
  const ids = Object.keys(flow.steps);
  for (const [id, step] of Object.entries(flow.steps)) {
    for (const { word, target } of targetsOf(step)) {
      const other = target.startsWith('flow:') ? target.slice('flow:'.length) : undefined;
      const known =
        other === undefined ? ENDS.includes(target) || ids.includes(target) : book.flows.has(other);
      if (!known)
        fault(id, `${word}: there is no ${target}`, `name a step of this flow, end, leave, or flow:<id>`);
    }
  }
  const [first] = ids;
  if (first === undefined) {
    fault(undefined, 'it has no step', 'write one, or delete the file');
    return;
  }
  const reached = reachedFrom(flow, [first]);
  for (const id of ids) {
    if (!reached.has(id)) fault(id, 'nobody reaches it', 'name it in a next, to or otherwise, or delete it');
  }
  checkCircles(flow, ids, fault);
}

/** A circle must hold a question whose answer somebody forgets: a question that is answered is passed by. */
function checkCircles(flow: Flow, ids: string[], fault: Checking['fault']): void {
  const forgotten = new Set(
    Object.values(flow.steps).flatMap((step) => (isGo(step) ? (step.forget ?? []) : [])),
  );
  const stops = (id: string): boolean => {
    const step = flow.steps[id];
    return step === undefined || (isAsk(step) && forgotten.has(id));
  };
  for (const id of ids) {
    if (stops(id)) continue;
    const open = withoutWaiting(flow, id);
    const seen = new Set<string>();
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (next === id) {
        fault(
          id,
          'it goes round in a circle without a question',
          'end the circle, or forget a question that stands in it',
        );
        return;
      }
      if (seen.has(next) || stops(next)) continue;
      seen.add(next);
      open.push(...withoutWaiting(flow, next));
    }
  }
}

/** `refresh` and `corrects` are taken only when the person writes: no circle comes of them. */
function withoutWaiting(flow: Flow, id: string): string[] {
  const step = flow.steps[id];
  const left = step && isAsk(step) ? [step.refresh, step.corrects] : [];
  return stepsAfter(flow, id).filter((after) => !left.includes(after));
}
