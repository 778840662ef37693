/** Names in flows meet functions of the house. What is registered here is tested and documented, or the build fails. */
import { z } from 'zod';
import type { Action } from './actions/action.ts';
import { commitmentActions } from './actions/commitments.ts';
import { deskActions } from './actions/desk.ts';
import { digestActions } from './actions/digest.ts';
import { draftActions } from './actions/draft.ts';
import { groupDigestActions } from './actions/group-digest.ts';
import { letterActions } from './actions/letters.ts';
import { linkActions } from './actions/link.ts';
import { peopleActions } from './actions/people.ts';
import { placeActions } from './actions/places.ts';
import { projectActions } from './actions/projects.ts';
import { reportActions } from './actions/reports.ts';
import { weekActions } from './actions/week.ts';

export const actions: Readonly<Record<string, Action>> = {
  ...commitmentActions,
  ...deskActions,
  ...digestActions,
  ...draftActions,
  ...groupDigestActions,
  ...letterActions,
  ...linkActions,
  ...peopleActions,
  ...placeActions,
  ...projectActions,
  ...reportActions,
  ...weekActions,
};

/** The inputs of every action, for the check of the flows. */
export function inputsOf(
  given: Readonly<Record<string, Action>>,
): Record<string, { name: string; required: boolean }[]> {
  return Object.fromEntries(
    Object.entries(given).map(([name, { input }]) => {
      const shape = input instanceof z.ZodObject ? (input.shape as Record<string, z.ZodType>) : {};
      const inputs = Object.entries(shape).map(([key, type]) => ({
        name: key,
        required: !type.safeParse(undefined).success,
      }));
      return [name, inputs];
    }),
  );
}
