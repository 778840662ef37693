/** Takes a set of turns to their end: decide, call, decide again. One statement of an action serves the whole set. */
import type { z } from 'zod';
import { type Action, type Around, type Call, Refusal } from '../actions/action.ts';
import { adopt } from '../engine/adopt.ts';
import { advance } from '../engine/advance.ts';
import type { Content } from '../engine/content.ts';
import type { Book, Input, Turn } from '../engine/conversation.ts';
import type { Talk } from './take.ts';

/** A flow that calls more often in one turn goes round in a circle. */
export const CALLS_PER_TURN_MAX = 30;

export type Under = { talk: Talk; input: Input; says: Content[] };

type Calling = { under: Under; call: NonNullable<Turn['call']> };

export type Actions = Readonly<Record<string, Action>>;

/** Changes `talk.state` and `says` of each. Anything thrown undoes the whole set: the caller rolls back. */
export async function settle(book: Book, actions: Actions, turns: Under[], around: Around): Promise<void> {
  let open = decide(book, turns);
  for (let calls = 0; open.length > 0; calls++) {
    if (calls === CALLS_PER_TURN_MAX) throw new Error(`a turn calls more than ${CALLS_PER_TURN_MAX} times`);
    await answer(book, actions, open, around);
    open = decide(
      book,
      open.map(({ under }) => under),
    );
  }
}

function decide(book: Book, turns: Under[]): Calling[] {
  const calling: Calling[] = [];
  for (const under of turns) {
    const turn = advance(book, under.talk.state, under.input);
    under.talk.state = turn.conversation;
    // Who was just heard in another language is answered in it by what is called, too.
    under.talk.person.language = turn.conversation.language;
    under.says.push(...turn.says);
    if (turn.call) calling.push({ under, call: turn.call });
  }
  return calling;
}

async function answer(book: Book, actions: Actions, open: Calling[], around: Around): Promise<void> {
  const byAction = new Map<string, Calling[]>();
  for (const calling of open) {
    const same = byAction.get(calling.call.action);
    if (same) same.push(calling);
    else byAction.set(calling.call.action, [calling]);
  }
  for (const [name, callings] of byAction) {
    const action = actions[name];
    if (!action) throw new Error(`a flow calls ${name}, which is no action`);
    const calls = callings.map(
      ({ under, call }): Call<never> => ({
        input: read(action.input, call.input, name),
        person: under.talk.person,
      }),
    );
    const outcomes = await action.run(calls, around);
    const at = around.now.getTime();
    for (const [place, { under }] of callings.entries()) {
      const outcome = outcomes[place];
      adoptFor(book, under.talk, at);
      under.input =
        outcome instanceof Refusal
          ? { type: 'refused', at, reason: outcome.reason, values: outcome.values }
          : { type: 'returned', at, result: outcome ?? null };
    }
  }
}

/** Whoever became one with this person left what they were in the middle of. */
function adoptFor(book: Book, talk: Talk, at: number): void {
  const { adopted } = talk.person;
  if (!adopted) return;
  delete talk.person.adopted;
  talk.state = adopt(book, talk.state, adopted, at);
}

function read(shape: z.ZodType<never>, input: unknown, name: string): never {
  const parsed = shape.safeParse(input);
  if (parsed.success) return parsed.data;
  // Only where it is wrong: what was wrong with it may be somebody's words.
  throw new Error(
    `${name} was called with a wrong ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')}`,
  );
}
