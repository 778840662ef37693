/** The city's promises: lists, one of them, who follows it, and whether residents say that it is true. */
import { z } from 'zod';
import { type Answer, answersOn, keepAnswer } from '../civic/plan/answers.ts';
import { milestonesOf } from '../civic/plan/milestones.ts';
import {
  type Commitment,
  currentPlan,
  goalsOf,
  goalsServed,
  inLanguage,
  namedCommitment,
  planName,
} from '../civic/plan/plan.ts';
import { type CommitmentRow, commitmentRow, commitmentRows, newestUpdate } from '../civic/plan/progress.ts';
import type { OfferedChoice } from '../engine/flow.ts';
import { plain } from '../engine/plain.ts';
import { follow, unfollow } from '../people/follow.ts';
import { type Action, type Around, action, actionEach, type Call, Refusal } from './action.ts';
import { evidenceOf, milestoneLines, standingOf } from './commitment-words.ts';
import { filesOf, given, wordsOf } from './inputs.ts';

const named = z.object({ commitment: z.string() });
/** What the answers of the flow mean in the table. */
const MEANT: Record<string, Answer> = { trueHere: 'yes', notYet: 'notYet', notTrue: 'no' };

export const commitmentActions: Record<string, Action> = {
  /** `of`: current, older, or goal (with its number). */
  'commitments.list': action(
    z.object({ of: z.string(), goal: z.string().nullable().optional() }),
    async (calls, around) => {
      const standings = await commitmentRows(around.tx);
      return calls.map((call) => listOf(call, standings, around));
    },
  ),

  /** The Sustainable Development Goals that promises serve. */
  'commitments.goals': actionEach(z.object({}), ({ person }, { city, voice }) => ({
    choices: goalsOf(city.plan).map((goal) => ({
      id: String(goal),
      label: voice.say(person.language, `goals.${goal}`),
      words: [String(goal)].flatMap((number) =>
        voice.list(person.language, 'words.goals').map((word) => `${word} ${number}`),
      ),
    })),
  })),

  'commitments.see': actionEach(named, async ({ input, person }, around) => {
    const { commitment, row } = await theOne(input.commitment, around);
    return standingOf(commitment, row, person, around);
  }),

  'commitments.milestones': actionEach(named, async ({ input, person }, around) => {
    const { row } = await theOne(input.commitment, around);
    const milestones = await milestonesOf(around.tx, row.id);
    return { count: milestones.length, lines: milestoneLines(milestones, person.language, around) };
  }),

  'commitments.evidence': actionEach(named, async ({ input, person }, around) => {
    const { commitment, row } = await theOne(input.commitment, around);
    return evidenceOf(commitment, await newestUpdate(around.tx, 'commitment', row.id), person, around);
  }),

  'commitments.follow': actionEach(named, async ({ input, person }, around) => {
    const { row } = await theOne(input.commitment, around);
    await follow(around.tx, person.id, 'commitment', row.id, around.now);
    return null;
  }),

  'commitments.unfollow': actionEach(named, async ({ input, person }, around) => {
    const { row } = await theOne(input.commitment, around);
    await unfollow(around.tx, person.id, 'commitment', row.id);
    return null;
  }),

  /** `update`: what was shown when the person was asked; an answer belongs to that, also when there is a newer one. */
  'commitments.answer': actionEach(
    z.object({
      commitment: z.string(),
      update: z.number().int().nonnegative(),
      answer: z.string(),
      more: given.nullable(),
      photos: given.nullable(),
    }),
    async ({ input, person }, around) => {
      const { row } = await theOne(input.commitment, around);
      const answer = MEANT[input.answer];
      if (!answer) throw new Refusal('noCommitment');
      const words = wordsOf(input.more, input.photos);
      const empty = around.voice.list(person.language, 'words.none').some((no) => plain(no) === plain(words));
      await keepAnswer(
        around.tx,
        {
          commitmentId: row.id,
          changeId: input.update,
          personId: person.id,
          answer,
          words: words === '' || empty ? null : words,
          files: filesOf(input.more, input.photos),
        },
        around.now,
      );
      return answersOn(around.tx, row.id, input.update);
    },
  ),
};

async function theOne(
  name: string,
  { tx, city }: Around,
): Promise<{ commitment: Commitment; row: CommitmentRow }> {
  const commitment = namedCommitment(city.plan, name);
  const row = commitment && (await commitmentRow(tx, commitment.key));
  if (!row) throw new Refusal('noCommitment');
  return { commitment, row };
}

type ListCall = Call<{ of: string; goal?: string | null | undefined }>;

function listOf({ input, person }: ListCall, standings: Map<string, CommitmentRow>, around: Around) {
  const { city, voice } = around;
  const { plan } = city;
  const current = currentPlan(plan);
  const chosen = plan.commitments.filter((one) => {
    if (input.of === 'goal') return goalsServed(one).includes(Number(input.goal));
    return (one.plan === current) === (input.of === 'current');
  });
  const choices = chosen.map((one) => choiceOf(one, standings.get(one.key), person.language, around));
  const more: OfferedChoice[] = (input.of === 'current' ? ['older', 'goals'] : []).map((id) => ({
    id,
    label: voice.say(person.language, `commitments.which.${id}`),
    words: [...voice.list(person.language, `words.${id}`)],
  }));
  return {
    count: plan.commitments.length,
    plan: current === undefined ? '' : planName(plan, current),
    goal: voice.say(person.language, `goals.${input.goal}`),
    choices: [...choices, ...more],
  };
}

function choiceOf(
  commitment: Commitment,
  row: CommitmentRow | undefined,
  language: string,
  { city, voice }: Around,
): OfferedChoice {
  const { number, plan } = commitment;
  const state = voice.say(language, `progress.states.${row?.state ?? 'unknown'}`);
  const numbered = voice.list(language, 'words.promise').map((word) => `${word} ${number}`);
  return {
    id: commitment.key,
    label: inLanguage(commitment.short, language),
    detail: voice.say(language, 'commitments.which.one', { number, plan: planName(city.plan, plan), state }),
    // A number names one promise only where its plan is the current one.
    words: [
      commitment.key,
      inLanguage(commitment.title, language),
      ...(plan === currentPlan(city.plan) ? numbered : []),
    ],
  };
}
