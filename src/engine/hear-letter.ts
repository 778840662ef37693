/** What a letter means: a command, the answer to the question that waits, something kept for later, or news of its own. */
import { unstamp } from './choices.ts';
import type { Json } from './content.ts';
import type { Call, Reply } from './conversation.ts';
import { type Deciding, nameOfFlow, sayTroubles, sayUseless, sayWords } from './deciding.ts';
import type { Values } from './flow.ts';
import {
  askedNow,
  dropStale,
  forget,
  HOUR,
  isAbout,
  mend,
  patienceHours,
  pushFlow,
  STUCK,
  topFrame,
  waitsSince,
} from './frames.ts';
import { givenIn, type Heard, hearAnswer, isGreeting } from './hear.ts';
import { keepForLater } from './keep.ts';
import { commandIn, obey } from './obey.ts';
import { plain, tellsMore } from './plain.ts';
import { codeIn } from './read-code.ts';
import { SKIP } from './speak.ts';
import { answered, MISREADS_MAX, run } from './steps.ts';

/** Away for longer than this, a person is told where they were. */
export const RESUME_AFTER_HOURS = 12;
/** Words shorter than this are not taken for an earlier answer given anew. */
const CORRECTION_LETTERS_MIN = 4;

/** The flows that the engine starts by itself, by name. */
export const LISTEN = 'listen';
export const ANSWER = 'answer';
export const MENU = 'menu';
export const WELCOME = 'welcome';
export const STARTED_BY_ENGINE = [LISTEN, ANSWER, MENU, WELCOME, STUCK];

export function hearLetter(deciding: Deciding, reply: Reply): Call | undefined {
  const { talk, at } = deciding;
  dropStale(deciding);
  const top = topFrame(talk);
  const away = top ? at - waitsSince(talk, top) : 0;
  talk.at = at;
  const link = /^\/start(?:\s+(\S+))?$/i.exec(reply.text.trim());
  if (link) return hearLink(deciding, link[1], reply);
  sayOffer(deciding, reply);
  const troubled = sayTroubles(deciding, reply);
  if (startedByTap(deciding, reply) || startedByCode(deciding, reply)) return run(deciding);
  if (reply.about !== undefined && !answersNow(deciding, reply, reply.about)) {
    pushFlow(deciding, ANSWER, { report: reply.about, given: givenIn(reply) as Json });
    return run(deciding);
  }
  const command = commandIn(deciding, reply);
  if (command !== undefined) return obey(deciding, command);
  if (talk.frames.length === 0) return listen(deciding, reply, troubled);
  return hearInFlow(deciding, reply, away, troubled);
}

/** A deep link (`/start report`) says what it was made to say; without anything it is the first hello. */
function hearLink(deciding: Deciding, said: string | undefined, reply: Reply): Call | undefined {
  const [, flow = '', value] = /^([a-z]+)-(\w+)$/i.exec(said ?? '') ?? [];
  const linked = deciding.book.flows.get(flow);
  if (linked?.linked && value !== undefined) {
    deciding.talk.frames = deciding.talk.frames.filter((frame) => frame.flow !== flow);
    pushFlow(deciding, flow, { [linked.given?.[0] ?? '']: value });
    return run(deciding);
  }
  if (said !== undefined) return hearLetter(deciding, { ...reply, text: said.replaceAll('_', ' ') });
  const asked = askedNow(deciding);
  if (!asked || asked.step.open) pushFlow(deciding, WELCOME, {});
  return run(deciding);
}

/** What waited until they write is offered once; not to one who asks for it, stops, or talks with the desk. */
function sayOffer(deciding: Deciding, reply: Reply): void {
  const { talk } = deciding;
  const { offer } = talk;
  if (offer === undefined || talk.waiting === 'operator') return;
  delete talk.offer;
  const asked = commandIn(deciding, reply);
  if (asked === offer || asked === 'stop' || reply.choice?.startsWith(`>${offer}`)) return;
  sayWords(deciding, `${offer}.ready`);
}

/** A quote of a letter about the report that is being talked of answers the question, if it can. */
function answersNow(deciding: Deciding, reply: Reply, report: number): boolean {
  const asked = askedNow(deciding);
  if (!asked || !isAbout(deciding, report)) return false;
  return hearAnswer(deciding.book, deciding.talk, asked.frame, asked.step, reply).heard === 'answer';
}

/** A letter that answers nothing: `listen` finds out what it means. */
function listen(deciding: Deciding, reply: Reply, troubled: boolean): Call | undefined {
  const given = givenIn(reply);
  if (Object.keys(given).length > 0) {
    const taken = reply.media?.find((media) => media.taken)?.taken ?? null;
    pushFlow(deciding, LISTEN, { given: given as Json, taken: taken as Json });
    return run(deciding);
  }
  if (reply.choice !== undefined) sayWords(deciding, 'common.staleIdle');
  else if (!troubled) sayUseless(deciding, reply);
  pushFlow(deciding, MENU, {});
  return run(deciding);
}

function hearInFlow(deciding: Deciding, reply: Reply, away: number, troubled: boolean): Call | undefined {
  const { book, talk } = deciding;
  const asked = mend(deciding) ? askedNow(deciding) : undefined;
  if (!asked) return run(deciding);
  const { frame, flow, step } = asked;
  if (
    away > RESUME_AFTER_HOURS * HOUR &&
    step.ask !== 'operator' &&
    !step.open &&
    patienceHours(deciding) === undefined
  ) {
    sayWords(deciding, 'common.welcomeBack', { flow: nameOfFlow(deciding, flow.id) });
    if (isGreeting(book, reply.text)) return run(deciding);
  }
  if (step.optional && reply.choice !== undefined && unstamp(talk.asked, reply.choice) === SKIP) {
    answered(deciding, frame, null);
    return run(deciding);
  }
  const heardWhole = hearAnswer(book, talk, frame, step, reply);
  const outside =
    heardWhole.heard === 'stale' ||
    (heardWhole.heard === 'nothing' && Object.keys(givenIn(reply)).length > 0);
  if (step.open && outside) {
    talk.frames.pop();
    return listen(deciding, reply, troubled);
  }
  if (step.corrects !== undefined && heardWhole.heard === 'nothing' && corrects(reply)) {
    forget(frame, step.forget);
    frame.values = { ...frame.values, [step.corrects]: givenIn(reply) as Json };
    frame.step = step.corrects;
    talk.misreads = 0;
    return run(deciding);
  }
  const kept = keepForLater(flow, frame, step, reply);
  const heard = hearAnswer(book, talk, frame, step, kept.rest);
  if (heard.heard === 'answer' || heard.heard === 'more') return takeAnswer(deciding, heard);
  if (kept.words !== undefined) {
    // Each flow may have words of its own for it: not every photo is for a report.
    const own = `${flow.id}.${kept.words}`;
    sayWords(deciding, book.voice.say(talk.language, own) ? own : `common.${kept.words}`);
    if (step.refresh !== undefined) frame.step = step.refresh;
    return run(deciding);
  }
  return notAnswered(deciding, heard, reply, troubled);
}

/** A pin, or words that can name something. */
const corrects = (reply: Reply): boolean =>
  reply.location !== undefined || plain(reply.text).length >= CORRECTION_LETTERS_MIN;

function takeAnswer(
  deciding: Deciding,
  heard: Extract<Heard, { heard: 'answer' | 'more' }>,
): Call | undefined {
  const asked = askedNow(deciding);
  if (!asked) return run(deciding);
  const { frame, step } = asked;
  if (heard.heard === 'more') {
    frame.page = (frame.page ?? 0) + 1;
    return run(deciding);
  }
  const { sentence } = heard;
  if (sentence !== undefined && step.keep && frame.values[step.keep] === undefined && tellsMore(sentence)) {
    frame.values = { ...frame.values, [step.keep]: { text: sentence } };
  }
  answered(deciding, frame, heard.value);
  return run(deciding);
}

function notAnswered(deciding: Deciding, heard: Heard, reply: Reply, troubled: boolean): Call | undefined {
  if (troubled) return run(deciding);
  if (heard.heard === 'stale') {
    sayWords(deciding, 'common.stale');
    return run(deciding);
  }
  if (
    reply.unsupported !== undefined ||
    askedNow(deciding)?.step.silent ||
    deciding.talk.waiting === 'operator'
  ) {
    sayUseless(deciding, reply);
    return run(deciding);
  }
  return misread(deciding, heard.heard === 'outOfRange' ? heard.most : undefined, reply);
}

/** Once: the question again, said another way. Twice: how to answer. Three times: a human is offered. */
function misread(deciding: Deciding, most: number | undefined, reply: Reply): Call | undefined {
  const { talk } = deciding;
  if (topFrame(talk)?.flow === STUCK) {
    talk.frames.pop();
    const { choice: _old, ...words } = reply;
    return talk.frames.length === 0 ? listen(deciding, words, false) : hearInFlow(deciding, words, 0, false);
  }
  talk.misreads += 1;
  if (talk.misreads >= MISREADS_MAX) {
    talk.misreads = 0;
    pushFlow(deciding, STUCK, {});
    return run(deciding);
  }
  if (most !== undefined) sayWords(deciding, 'common.outOfRange', { count: most });
  else if (reply.media?.some((media) => media.kind === 'voice')) sayWords(deciding, 'common.cannotListen');
  return run(deciding, most === undefined ? talk.misreads : 0);
}

/** A tap on a button that stands outside any question and says itself what it starts. */
function startedByTap(deciding: Deciding, reply: Reply): boolean {
  if (!reply.choice?.startsWith('>')) return false;
  const [id = '', ...values] = reply.choice.slice(1).split('~');
  const flow = deciding.book.flows.get(id);
  if (!flow) return false;
  const given: Values = {};
  for (const [place, name] of (flow.given ?? []).entries()) given[name] = values[place] ?? null;
  deciding.talk.frames = deciding.talk.frames.filter((frame) => frame.flow !== id);
  pushFlow(deciding, id, given);
  return true;
}

/** A code means its flow wherever it is written, also in the middle of another one. */
function startedByCode({ book, talk, ...deciding }: Deciding, reply: Reply): boolean {
  if (reply.choice !== undefined || reply.location || reply.media) return false;
  const typed = codeIn(book, reply.text);
  if (!typed) return false;
  const { flow, code } = typed;
  talk.misreads = 0;
  talk.frames = talk.frames.filter((frame) => frame.flow !== flow.id);
  pushFlow({ book, talk, ...deciding }, flow.id, { [flow.given?.[0] ?? '']: code });
  return true;
}
