/** Flows under way, one above the other: how they begin, wait, and are let go. */
import type { Json } from './content.ts';
import { type Conversation, FlowFault, type Frame } from './conversation.ts';
import { type Deciding, sayWords } from './deciding.ts';
import { type Ask, type Flow, isAsk, type Step, type Values } from './flow.ts';
import { look } from './values.ts';

/** Flows that wait beneath one another; the oldest is dropped beyond. */
export const FRAMES_MAX = 5;
/** The flow that offers a human after three misreads, and the one that calls them. */
export const STUCK = 'stuck';
const HUMAN = 'human';
/** Drafts older than this are dropped. */
export const DRAFT_KEEP_DAYS = 30;

export const HOUR = 3_600_000;

export const topFrame = (talk: Conversation): Frame | undefined => talk.frames.at(-1);

/** The question that waits, if one does. */
export function askedNow({ book, talk }: Deciding): { frame: Frame; flow: Flow; step: Ask } | undefined {
  const frame = topFrame(talk);
  const flow = frame && book.flows.get(frame.flow);
  const step = frame && flow?.steps[frame.step];
  return frame && flow && step && isAsk(step) ? { frame, flow, step } : undefined;
}

/** The step under way. @throws FlowFault when there is none */
export function stepNow({ book, talk }: Deciding, why: string): { frame: Frame; flow: Flow; step: Step } {
  const frame = topFrame(talk);
  const flow = frame && book.flows.get(frame.flow);
  const step = frame && flow?.steps[frame.step];
  if (!frame || !flow || !step) throw new FlowFault(`${why}, but no flow waits for it`);
  return { frame, flow, step };
}

/**
 * Starts a flow above those that wait. It is given `busy`: a question waits that somebody is in the middle of, and
 * `talking`: they talk with the desk just now.
 */
export function pushFlow(deciding: Deciding, id: string, values: Values): void {
  const { book, talk } = deciding;
  const flow = book.flows.get(id);
  if (!flow) throw new FlowFault(`there is no flow ${id}`);
  if (talk.inRoom && !flow.groups) {
    sayInPrivate(deciding, flow, values);
    return;
  }
  dropOpen(deciding);
  const given: Values = {
    busy: talk.frames.length > 0,
    talking: talk.frames.length > 0 && talk.waiting === 'operator',
  };
  for (const [name, value] of Object.entries(values)) if (value !== null) given[name] = value;
  const frame = { flow: id, version: flow.version, step: firstStep(flow), values: given, trail: [] };
  talk.frames = [...talk.frames, frame].slice(-FRAMES_MAX);
}

/** What is between the person and us is not said where everyone reads along: a link goes on in private. */
function sayInPrivate(deciding: Deciding, flow: Flow, values: Values): void {
  const { book, talk } = deciding;
  const start = flow.id === STUCK ? HUMAN : flow.id;
  const value = flow.linked ? values[flow.given?.[0] ?? ''] : undefined;
  const label = book.voice.say(talk.language, 'common.goPrivate');
  sayWords(deciding, 'common.inPrivate');
  const said = deciding.says.at(-1);
  if (said) said.inPrivate = { start: isPlainValue(value) ? `${start}-${value}` : start, label };
}

const isPlainValue = (value: Json | undefined): value is string | number =>
  /^\w{1,32}$/.test(String(value ?? ''));

/** What is no real question (a menu, "to answer, just write here") is not come back to. */
export function dropOpen(deciding: Deciding): void {
  while (askedNow(deciding)?.step.open) deciding.talk.frames.pop();
}

/** A flow that begins anew each time is not gone on with. */
export function dropFresh({ book, talk }: Deciding, id: string): void {
  if (book.flows.get(id)?.fresh) talk.frames = talk.frames.filter(({ flow }) => flow !== id);
}

/** True when the flow waits below: everything above it is let go. */
export function backDownTo({ talk }: Deciding, id: string): boolean {
  const below = talk.frames.findIndex((frame) => frame.flow === id);
  if (below >= 0) talk.frames.length = below + 1;
  return below >= 0;
}

export function firstStep(flow: Flow): string {
  const [first] = Object.keys(flow.steps);
  if (first === undefined) throw new FlowFault(`flow ${flow.id} has no step`);
  return first;
}

/**
 * Makes the topmost frame fit for its flow as it is now. False when the flow was edited so that nothing can be heard
 * before it was gone through again; the person is told so.
 */
export function mend(deciding: Deciding): boolean {
  const { book, talk } = deciding;
  const frame = topFrame(talk);
  if (!frame) return false;
  const flow = book.flows.get(frame.flow);
  if (!flow) {
    talk.frames.pop();
    sayWords(deciding, 'common.flowGone');
    return false;
  }
  if (frame.version === flow.version) return askedNow(deciding) !== undefined;
  frame.version = flow.version;
  const step = flow.steps[frame.step];
  if (step && isAsk(step)) return true;
  sayWords(deciding, 'common.flowChanged');
  frame.step = firstStep(flow);
  frame.trail = [];
  return false;
}

/** Questions that nobody will come back to are dropped without a word. */
export function dropStale(deciding: Deciding): void {
  const { talk, at } = deciding;
  talk.frames = talk.frames.filter((frame) => at - waitsSince(talk, frame) <= DRAFT_KEEP_DAYS * 24 * HOUR);
  for (let frame = topFrame(talk); frame; frame = topFrame(talk)) {
    const patience = patienceHours(deciding);
    if (patience === undefined || at - waitsSince(talk, frame) <= patience * HOUR) break;
    talk.frames.pop();
  }
  if (talk.frames.length === 0) {
    talk.misreads = 0;
    talk.waiting = 'nothing';
  }
}

/** Since when a question has been waiting: it may have been asked long after the person last wrote. */
export const waitsSince = (talk: Conversation, frame: Frame): number => Math.max(talk.at, frame.askedAt ?? 0);

/** How long the topmost question waits; undefined: as long as a draft is kept. */
export function patienceHours({ book, talk }: Deciding): number | undefined {
  const frame = topFrame(talk);
  const flow = frame && book.flows.get(frame.flow);
  const step = frame && flow?.steps[frame.step];
  return (step && isAsk(step) ? step.patienceHours : undefined) ?? flow?.patienceHours;
}

/** True when the flow under way speaks of that report. */
export function isAbout({ talk }: Deciding, report: number): boolean {
  const frame = topFrame(talk);
  if (!frame || talk.waiting === 'nothing') return false;
  const named = [
    frame.values.report,
    ...Object.keys(frame.values).map((name) => look(frame.values, `$${name}.report`)),
  ];
  return named.some((value) => value !== null && value !== undefined && String(value) === String(report));
}

/** Answers that are to be given again. */
export function forget(frame: Frame, names: readonly string[] = []): void {
  frame.values = { ...frame.values };
  for (const name of names) delete frame.values[name];
  frame.trail = frame.trail.filter((asked) => !names.includes(asked));
}
