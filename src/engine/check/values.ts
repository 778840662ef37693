/** Every `$value` has somebody who sets it: a step that comes before, or whoever starts the flow. */

import { type Flow, isAsk, isDo, isGo, isSay, type Step } from '../flow.ts';
import type { Checking } from './fault.ts';
import { reachedFrom, stepsAfter } from './ways.ts';

/** What the engine gives to every flow. */
const ALWAYS_GIVEN = ['busy', 'talking'];
/** Answers to these may come before they are asked for. */
const KEPT_EARLY = ['text', 'location', 'photos'];

export function checkValues({ flow, fault }: Checking): void {
  const before = stepsBefore(flow);
  for (const [id, step] of Object.entries(flow.steps)) {
    for (const value of new Set(valuesOf(step))) {
      const [name = ''] = value.slice(1).split('.');
      if (ALWAYS_GIVEN.includes(name) || flow.given?.includes(name) || isSet(flow, name, before.get(id)))
        continue;
      fault(
        id,
        `nobody sets $${name} before it`,
        'name a question or an action that comes before, or add it to given',
      );
    }
  }
}

function isSet(flow: Flow, name: string, before: Set<string> | undefined): boolean {
  const step = flow.steps[name];
  if (!step || isSay(step) || isGo(step)) return false;
  return (isAsk(step) && KEPT_EARLY.includes(step.ask)) || before?.has(name) === true;
}

/** For every step the steps that may come before it. */
function stepsBefore(flow: Flow): Map<string, Set<string>> {
  const before = new Map<string, Set<string>>(Object.keys(flow.steps).map((id) => [id, new Set()]));
  for (const id of before.keys()) {
    for (const later of reachedFrom(flow, stepsAfter(flow, id))) before.get(later)?.add(id);
  }
  return before;
}

function valuesOf(step: Step): string[] {
  const looked: unknown[] = [];
  if (isSay(step)) looked.push(...Object.values(step.say), step.photos, step.place);
  if (isAsk(step)) looked.push(...Object.values(step.with ?? {}), step.choices);
  if (isDo(step)) looked.push(...Object.values(step.with ?? {}));
  if (isGo(step)) looked.push(...Object.values(step.with ?? {}), step.go, step.speak);
  return looked.filter((value): value is string => typeof value === 'string' && value.startsWith('$'));
}
