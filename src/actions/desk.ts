import { z } from 'zod';
import { referenceOf } from '../civic/reference.ts';
import { reportsById } from '../civic/reports/find.ts';
import { TALK } from '../civic/reports/report.ts';
import { sendReports } from '../civic/reports/send.ts';
import { postCards } from '../operators/cards.ts';
import { type Action, actionEach, desksFor } from './action.ts';

export const deskActions: Record<string, Action> = {
  /** A person of the front desk is asked to join. */
  'desk.open': actionEach(z.object({}), async ({ person }, around) => {
    const { tx, now, city } = around;
    const talk = {
      personId: person.id,
      category: TALK,
      department: city.front,
      description: '',
      latitude: null,
      longitude: null,
      placeName: '',
      otherAssembly: null,
      projectId: null,
      anonymous: person.anonymous || !person.called,
      called: person.anonymous ? null : person.called,
      language: person.language,
      promisedAt: null,
      files: [],
    };
    const [id = 0] = await sendReports(tx, [talk], now);
    await postCards(tx, [...(await reportsById(tx, [id])).values()], desksFor(around), now);
    return { report: id, reference: referenceOf(id) };
  }),
};
