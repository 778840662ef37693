/**
 * The seam's shape: what a flow may ask of the world. An action works on a set of calls at once, because turns are
 * committed in groups: one statement for many people. Actions touch only their transaction's database; slow or outside
 * work becomes a row that a pump takes later.
 */
import type { z } from 'zod';
import type { Schedule } from '../broadcasts/digest/clock.ts';
import type { City } from '../civic/city.ts';
import type { Tx } from '../database/database.ts';
import type { Json } from '../engine/content.ts';
import type { Voice } from '../engine/conversation.ts';
import type { Values } from '../engine/flow.ts';
import { type Desks, toDesks } from '../operators/card.ts';
import type { Person } from '../people/people.ts';

/** What the person is told when an action cannot do what was asked; the turn goes on. Words at `refused.<reason>`. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reason: string;
  readonly values: Values;

  constructor(reason: string, values: Values = {}) {
    super(reason);
    this.reason = reason;
    this.values = values;
  }
}

/**
 * Thrown by an action that changes another conversation whose turn is in the same batch: nothing is wrong, and the batch
 * is taken again one by one. Alone an action is never thrown for it.
 */
export class NotTogether extends Error {
  override readonly name = 'NotTogether';
}

export type Call<Input> = { input: Input; person: Person };

/** What an action may know of its surroundings. */
export type Around = {
  tx: Tx;
  now: Date;
  city: City;
  voice: Voice;
  settings: ActionSettings;
  /** The conversations whose turns share the transaction: where they stand is written at its end. */
  batch: ReadonlySet<number>;
};

export type ActionSettings = {
  emergencyNumber: string;
  fireNumber: string;
  deskLanguage: string;
  /** When the weekly letter goes out; undefined: there is none. */
  digest?: Schedule | undefined;
  /** The channels that carry letters to many. */
  broadcastChannels: readonly string[];
  /** Channels without buttons: desks there work by words. Absent: none. */
  wordChannels?: readonly string[];
  /** Channels that must be paired. Absent: none. */
  pairedChannels?: readonly string[];
};

export type Action<Input = never> = {
  input: z.ZodType<Input>;
  /** One outcome a call, in the order of the calls. Anything thrown undoes every turn of the batch. */
  run(calls: Call<Input>[], around: Around): Promise<(Json | Refusal)[]>;
};

/** An action on sets. */
export function action<Input>(
  input: z.ZodType<Input>,
  run: (calls: Call<Input>[], around: Around) => Promise<(Json | Refusal)[]>,
): Action {
  return { input, run } as unknown as Action;
}

/** An action that is called too seldom to be worth a set: one call after the other. */
export function actionEach<Input>(
  input: z.ZodType<Input>,
  run: (call: Call<Input>, around: Around) => Promise<Json> | Json,
): Action {
  return action(input, async (calls, around) => {
    const outcomes: (Json | Refusal)[] = [];
    for (const call of calls) {
      try {
        outcomes.push(await run(call, around));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        outcomes.push(error);
      }
    }
    return outcomes;
  });
}

/** The desks' side of the same surroundings. */
export const desksFor = (around: Around): Desks => toDesks(around);
