/** An official's words on their way to the resident: copied, never forwarded, and marked when they arrive. */

import { referenceOf } from '../civic/reference.ts';
import { writeEvent } from '../civic/reports/change.ts';
import { OPEN_STATES, TALK } from '../civic/reports/report.ts';
import { wake } from '../people/wake.ts';
import { nameOfDepartment } from './card.ts';
import { type AtDesk, deskWords, reportHere } from './desk.ts';

export async function relay(at: AtDesk, reportId: number, words: string): Promise<void> {
  const { tx, now } = at.around;
  const report = await reportHere(at, reportId);
  const reference = referenceOf(reportId);
  if (!report) return at.answer({ text: deskWords(at, 'noReport', { reference }) });
  const photos = (at.letter.content.media ?? []).flatMap((media) =>
    media.kind === 'photo' && media.file ? [media.file] : [],
  );
  if (words.trim() === '' && photos.length === 0)
    return at.answer({ text: deskWords(at, 'nothingToRelay') }, reportId);
  if (report.person_id === null)
    return at.answer({ text: deskWords(at, 'personGone', { reference }) }, reportId);
  const talk = report.category === TALK;
  if (talk && !OPEN_STATES.includes(report.state))
    return at.answer({ text: deskWords(at, 'talkEnded', { reference }) }, reportId);
  await writeEvent(tx, reportId, { kind: 'reply', actor: at.letter.name, words }, now);
  const flow = talk ? 'voiceover' : 'word';
  await wake(
    tx,
    [
      {
        personId: Number(report.person_id),
        flow,
        values: {
          report: report.id,
          reference,
          department: nameOfDepartment(at.desks, report.department),
          words: words.trim(),
          photos: photos.length > 0 ? photos : null,
        },
        cause: `desk:${at.letter.channel}:${at.letter.externalId}`,
        about: report.id,
        receipt: { channel: at.letter.channel, room: at.letter.desk, on: at.letter.externalId },
        ...(!talk && { instead: flow }),
      },
    ],
    now,
  );
}
