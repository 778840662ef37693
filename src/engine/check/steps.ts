/** What a step names besides other steps: actions and their inputs, answers to keep or forget, what a flow is given. */

import { type Ask, type Do, type Go, isAsk, isDo, isGo } from '../flow.ts';
import type { Checking } from './fault.ts';
import { targetsOf } from './ways.ts';

export function checkSteps(checking: Checking): void {
  const { flow, fault } = checking;
  if (flow.code !== undefined && !flow.given?.length)
    fault(undefined, 'codes start it, but it is given none', 'write given: [code]');
  for (const [id, step] of Object.entries(checking.flow.steps)) {
    if (isDo(step)) checkAction(checking, id, step);
    if (isAsk(step)) checkAsk(checking, id, step);
    if (isGo(step)) checkGo(checking, id, step);
    if (isGo(step) || isAsk(step)) checkForget(checking, id, step.forget ?? []);
  }
}

function checkAction({ check, fault }: Checking, id: string, step: Do): void {
  const inputs = check.actions[step.do];
  if (!inputs) {
    fault(id, `there is no action ${step.do}`, 'name one of src/actions.ts, or write it there');
    return;
  }
  const given = Object.keys(step.with ?? {});
  for (const name of given) {
    if (inputs.some((input) => input.name === name)) continue;
    const known = inputs.map((input) => input.name).join(', ') || 'none';
    fault(id, `${step.do} has no input ${name}`, `its inputs are: ${known}`);
  }
  for (const { name, required } of inputs) {
    if (required && !given.includes(name)) fault(id, `${step.do} needs the input ${name}`, 'give it in with');
  }
}

function checkAsk({ book, flow, fault }: Checking, id: string, step: Ask): void {
  if (step.keep !== undefined && !isAnswer(flow.steps[step.keep])) {
    fault(id, `keep: there is no question ${step.keep}`, 'name a question of this flow');
  }
  if (step.ask === 'choice' && step.choices === undefined) {
    fault(id, 'it offers no choices', 'list them in choices, or ask for something else');
  }
  const { choices } = step;
  if (typeof choices === 'string' && !choices.startsWith('$') && !book.lists[choices]) {
    const known = Object.keys(book.lists).join(', ');
    fault(id, `there is no list ${choices}`, `name one of ${known}, list the choices, or name a $value`);
  }
  if (step.ask !== 'choice' && choices !== undefined) {
    fault(id, `choices do nothing for ask: ${step.ask}`, 'leave them out, or ask for a choice');
  }
}

const isAnswer = (step: Checking['flow']['steps'][string] | undefined): boolean =>
  step !== undefined && isAsk(step);

function checkGo({ book, fault }: Checking, id: string, step: Go): void {
  for (const { target } of targetsOf(step)) {
    const other = target.startsWith('flow:') ? book.flows.get(target.slice('flow:'.length)) : undefined;
    for (const name of other ? Object.keys(step.with ?? {}) : []) {
      if (other?.given?.includes(name)) continue;
      fault(
        id,
        `flow ${other?.id} is not given ${name}`,
        `write it into given of flows/${other?.id}.yaml, or leave it out`,
      );
    }
  }
}

function checkForget({ flow, fault }: Checking, id: string, names: string[]): void {
  for (const name of names) {
    const known = name in flow.steps || flow.given?.includes(name);
    if (!known)
      fault(id, `forget: there is no ${name}`, 'name a step of this flow, or something it is given');
  }
}
