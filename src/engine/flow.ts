/**
 * What a flow file says. Ordered steps of four kinds: speak, wait for the person, call on the world, choose the way.
 * A step falls through to the one below unless `next` says otherwise. No prose and no expressions:
 * the words of step `place` in flow `report` are at key `report.place`, and what must be computed is an action.
 */
import { z } from 'zod';
import type { Json } from './content.ts';

/** `$name` or `$name.field` looks at a value; anything else stands for itself. */
const look = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const withValues = z.record(z.string(), look);
/**
 * The id of a step below or above; `end` of this flow; `leave`: the end of all; or `flow:<id>`, which takes the place
 * of this one.
 */
const target = z.string().regex(/^(flow:)?[a-zA-Z]\w*$/);

const say = z.strictObject({
  say: withValues,
  /** Photos to show: a value that holds file ids. */
  photos: z.string().startsWith('$').optional(),
  /** A place to show: a value that holds latitude, longitude and name. */
  place: z.string().startsWith('$').optional(),
  /** Said because a letter was not understood: the third in a row offers a human instead. */
  misread: z.boolean().optional(),
  /** It may never arrive twice: a code that works once. */
  once: z.boolean().optional(),
  next: target.optional(),
});

export const ASK_KINDS = ['choice', 'text', 'location', 'photos', 'anything', 'operator'] as const;

const ask = z.strictObject({
  /**
   * choice: one of `choices` · text: words or a voice note · location: a pin or words · photos: none to `most`
   * · anything: words, photos or a pin · operator: a person talks with the desk, and the bot keeps out of it
   */
  ask: z.enum(ASK_KINDS),
  /**
   * Ids whose labels are at `<flow>.<step>.<id>`; or the name of a list of the book (`categories`); or a value that
   * holds `{ id, label, detail?, words? }[]`.
   */
  choices: z.union([z.array(z.string()), z.string()]).optional(),
  /** Values for the words of the question. */
  with: withValues.optional(),
  /** "skip" is an answer too: the value is then null. */
  optional: z.boolean().optional(),
  most: z.number().int().positive().optional(),
  /** When a choice is recognised inside a longer sentence, the sentence is kept as the answer to this later step. */
  keep: z.string().optional(),
  /** No real question: what is not one of its choices is heard as if nothing had been asked. */
  open: z.boolean().optional(),
  /** Nothing is said: the person may add more, and need not. */
  silent: z.boolean().optional(),
  /** A pin, or words that are none of the choices, answer this earlier step anew; the flow goes on from there. */
  corrects: z.string().optional(),
  /** Answers that do not hold any more when it was corrected. */
  forget: z.array(z.string()).optional(),
  /** The step to go on from when something was kept meanwhile that the question tells of. */
  refresh: z.string().optional(),
  /** As the flow's, for this question. */
  patienceHours: z.number().positive().optional(),
  next: target.optional(),
});

const act = z.strictObject({
  do: z.string().regex(/^[a-z]\w*\.[a-z]\w*$/i),
  with: withValues.optional(),
  /** Where to go when the action refuses; without it the flow ends after the words of the refusal. */
  refused: target.optional(),
  next: target.optional(),
});

const go = z.strictObject({
  /** The value that decides, or `always`. */
  go: z.union([z.string().startsWith('$'), z.literal('always')]),
  to: z.record(z.string(), target).optional(),
  /** Where to go otherwise; without it the step below. */
  otherwise: target.optional(),
  /** Answers to be asked for again. */
  forget: z.array(z.string()).optional(),
  /** The value that names the language to go on in. */
  speak: z.string().startsWith('$').optional(),
  /** What the flow that takes over is given. */
  with: withValues.optional(),
});

export const flowSchema = z.strictObject({
  /** May be started by its keywords at any point, also in the middle of another flow, which then goes on. */
  anytime: z.boolean().optional(),
  /** Asked for again it begins anew: there is nothing in it to lose. */
  fresh: z.boolean().optional(),
  /** May be talked through in a group, where everyone reads along; without it, it goes on in private. */
  groups: z.boolean().optional(),
  /** A link may start it, with its first given value: `watch-12`. */
  linked: z.boolean().optional(),
  /** The sign before codes that start it wherever they are written; the code is its first given value. */
  code: z.string().min(3).optional(),
  /** A question of this flow left for so many hours is dropped when the person writes again. */
  patienceHours: z.number().positive().optional(),
  /** Values that the flow is started with, for the check. */
  given: z.array(z.string()).optional(),
  steps: z.record(z.string().regex(/^[a-zA-Z]\w*$/), z.union([say, ask, act, go])),
});

export type Say = z.infer<typeof say>;
export type Ask = z.infer<typeof ask>;
export type Do = z.infer<typeof act>;
export type Go = z.infer<typeof go>;
export type Step = Say | Ask | Do | Go;
export type Flow = z.infer<typeof flowSchema> & { id: string; version: string };

export const isSay = (step: Step): step is Say => 'say' in step;
export const isAsk = (step: Step): step is Ask => 'ask' in step;
export const isDo = (step: Step): step is Do => 'do' in step;
export const isGo = (step: Step): step is Go => 'go' in step;

/** What an ask of kind choice offers when its choices come from a value. */
export type OfferedChoice = { id: string; label: string; detail?: string; words?: string[] };

/** What an ask of kind text, location, anything or operator leaves in its value. */
export type Given = {
  text?: string;
  location?: { latitude: number; longitude: number; name?: string };
  photos?: string[];
  voices?: string[];
};

export type Values = { [name: string]: Json };
