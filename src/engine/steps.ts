/** Goes from step to step: speaks, chooses the way, until a question is asked or the world is called on. */
import type { Json } from './content.ts';
import { type Call, FlowFault, type Frame } from './conversation.ts';
import { type Deciding, say, sayWords } from './deciding.ts';
import { type Flow, type Go, isDo, isGo, isSay, type Say, type Values } from './flow.ts';
import { backDownTo, dropFresh, forget, pushFlow, STUCK, stepNow, topFrame } from './frames.ts';
import { askQuestion, composeSay } from './speak.ts';
import { look, lookAll, nameOf } from './values.ts';

/** A flow that takes more steps without asking or calling goes round in a circle. */
export const STEPS_PER_TURN_MAX = 100;
/** So many misreads in a row and a human is offered. */
export const MISREADS_MAX = 3;

/** Goes on until a question is asked, the world is called on, or nothing is left to do. */
export function run(deciding: Deciding, misread = 0): Call | undefined {
  const { book, talk } = deciding;
  for (let steps = 0; steps < STEPS_PER_TURN_MAX; steps++) {
    const frame = topFrame(talk);
    if (!frame) {
      talk.waiting = 'nothing';
      return undefined;
    }
    const { flow, step } = stepNow(deciding, 'a flow goes on');
    if (isSay(step)) speak(deciding, frame, flow, step);
    else if (isGo(step)) choose(deciding, frame, flow, step);
    else if (isDo(step)) return { action: step.do, input: lookAll(frame.values, step.with) };
    else if (frame.values[frame.step] !== undefined) move(deciding, frame, flow, step.next);
    else {
      talk.asked += 1;
      frame.askedAt = deciding.at;
      if (!step.silent) say(deciding, askQuestion(book, talk, frame, step, misread));
      talk.waiting = step.ask === 'operator' ? 'operator' : 'reply';
      return undefined;
    }
  }
  throw new FlowFault(`flow ${topFrame(talk)?.flow} goes round in a circle`);
}

function speak(deciding: Deciding, frame: Frame, flow: Flow, step: Say): void {
  const { book, talk } = deciding;
  if (step.misread) talk.misreads += 1;
  if (step.misread && talk.misreads >= MISREADS_MAX) {
    talk.misreads = 0;
    talk.frames.pop();
    pushFlow(deciding, STUCK, {});
    return;
  }
  say(deciding, composeSay(book, talk.language, frame, step));
  move(deciding, frame, flow, step.next);
}

function choose(deciding: Deciding, frame: Frame, flow: Flow, step: Go): void {
  const { book, talk } = deciding;
  forget(frame, step.forget);
  const value = step.go === 'always' ? 'always' : nameOf(look(frame.values, step.go));
  if (step.speak !== undefined) {
    const language = look(frame.values, step.speak);
    if (book.voice.languages.some(({ code }) => code === language)) talk.language = String(language);
  }
  move(deciding, frame, flow, step.to?.[value] ?? step.otherwise, lookAll(frame.values, step.with));
}

/** To the target; without one to the step below; past the last step the flow ends. */
export function move(
  deciding: Deciding,
  frame: Frame,
  flow: Flow,
  target: string | undefined,
  given: Values = {},
): void {
  const { talk } = deciding;
  if (target === undefined) fallThrough(deciding, frame);
  else if (target === 'end') talk.frames.pop();
  else if (target === 'leave') talk.frames = [];
  else if (target.startsWith('flow:')) {
    talk.frames.pop();
    const id = target.slice('flow:'.length);
    dropFresh(deciding, id);
    if (!backDownTo(deciding, id)) pushFlow(deciding, id, given);
  } else if (flow.steps[target]) frame.step = target;
  else throw new FlowFault(`flow ${flow.id}, step ${frame.step}: there is no step ${target}`);
}

export function fallThrough(deciding: Deciding, frame: Frame): void {
  const flow = deciding.book.flows.get(frame.flow);
  const step = flow?.steps[frame.step];
  if (flow && step && !isGo(step) && step.next !== undefined) {
    move(deciding, frame, flow, step.next);
    return;
  }
  const ids = Object.keys(flow?.steps ?? {});
  const below = ids[ids.indexOf(frame.step) + 1];
  if (below === undefined) deciding.talk.frames.pop();
  else frame.step = below;
}

/** The action cannot do what was asked: the person is told why, in the step's own words or the common ones. */
export function refused(deciding: Deciding, reason: string, values: Values): Call | undefined {
  const { frame, flow, step } = stepNow(deciding, 'a call was refused');
  const own = `${frame.flow}.${frame.step}.${reason}`;
  const has = deciding.book.voice.say(deciding.talk.language, own, values) !== '';
  sayWords(deciding, has ? own : `refused.${reason}`, values);
  move(deciding, frame, flow, (isDo(step) ? step.refused : undefined) ?? 'end');
  return run(deciding);
}

/** Writes an answer down and goes on below it. */
export function answered(deciding: Deciding, frame: Frame, value: Json): void {
  deciding.talk.misreads = 0;
  frame.values = { ...frame.values, [frame.step]: value };
  frame.trail = [...frame.trail, frame.step];
  delete frame.page;
  fallThrough(deciding, frame);
}
