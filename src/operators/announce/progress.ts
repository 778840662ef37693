/** How far letters to many are, on one letter at the desk that is changed as they go; and the report at the end. */
import { sql } from 'drizzle-orm';
import { type Broadcast, ENDED } from '../../broadcasts/broadcast.ts';
import { troubles } from '../../broadcasts/outcome.ts';
import { type Progress, progress } from '../../broadcasts/progress.ts';
import type { Address } from '../../channels/message.ts';
import type { Tx } from '../../database/database.ts';
import { type Letter, post } from '../../delivery/post.ts';
import type { Content } from '../../engine/content.ts';
import { type Desks, isOfWords } from '../card.ts';
import { announceWords } from './say.ts';

const BAR_LENGTH = 10;

/** Changes the letter that shows the progress; when the broadcast has ended, says the report once. */
export async function showProgress(
  tx: Tx,
  broadcast: Broadcast,
  channel: string,
  desks: Desks,
  now: Date,
): Promise<void> {
  const { id, desk, progressMessageId } = broadcast;
  if (desk === null || progressMessageId === null) return;
  const counts = await progress(tx, id);
  const done = counts.letters - counts.waiting;
  const frame = { channel, to: desk as Address, priority: 'notice' as const };
  const letters: Letter[] = [
    {
      ...frame,
      content: compose(broadcast, counts, desks, now, isOfWords(desks, channel)),
      editsId: progressMessageId,
    },
  ];
  if (ENDED.includes(broadcast.state)) {
    const text = await report(tx, broadcast, counts, desks);
    letters.push({ ...frame, content: { text }, replyToId: progressMessageId });
  }
  await post(tx, letters, now);
  await tx.execute(
    sql`update broadcasts set shown_at = ${now.toISOString()}::timestamptz, shown_state = ${broadcast.state},
          shown_done = ${done} where id = ${id}`,
  );
}

/** Of ten squares as many are full as tenths are done. */
export function bar(done: number, all: number): string {
  const full = all === 0 ? 0 : Math.floor((done / all) * BAR_LENGTH);
  return '█'.repeat(full) + '░'.repeat(BAR_LENGTH - full);
}

/** "Announcement 12: paused" */
export const titleOf = ({ id, state }: Broadcast, desks: Desks): string =>
  announceWords({ desks }, 'title', { number: id, state: announceWords({ desks }, `states.${state}`) });

function compose(broadcast: Broadcast, counts: Progress, desks: Desks, now: Date, inWords: boolean): Content {
  const { id, state, confirmedBy, startedAt } = broadcast;
  const say = (key: string, values = {}) => announceWords({ desks }, key, values);
  const done = counts.letters - counts.waiting;
  const percent = counts.letters === 0 ? 100 : Math.floor((done / counts.letters) * 100);
  const seconds = startedAt ? (now.getTime() - startedAt.getTime()) / 1000 : 0;
  const perSecond = seconds > 0 ? done / seconds : 0;
  const lines = [
    titleOf(broadcast, desks),
    say('bar', { bar: bar(done, counts.letters), percent, done, all: counts.letters }),
    ...(state === 'sending' && perSecond > 0 && counts.waiting > 0
      ? [
          say('rate', {
            perSecond: perSecond >= 10 ? Math.round(perSecond) : Number(perSecond.toPrecision(2)),
            left: say('left', { count: Math.ceil(counts.waiting / perSecond / 60) }),
          }),
        ]
      : []),
    ...(confirmedBy ? [say('by', { name: confirmedBy })] : []),
  ];
  const buttons = state === 'sending' ? ['pause', 'stop'] : state === 'paused' ? ['resume', 'stop'] : [];
  // The letter changes as it goes: a number there would mean now this and now that.
  if (inWords && buttons.length > 0)
    lines.push(say('steer', { words: buttons.map((name) => `"${say(`do.${name}`)}"`).join(', ') }));
  return {
    text: lines.join('\n'),
    ...(!inWords &&
      buttons.length > 0 && {
        choices: buttons.map((name) => ({ id: `announce:${name}:${id}`, label: say(`do.${name}`) })),
        numbered: false,
      }),
  };
}

/** Whatever is nothing is left out, but for what was sent. */
async function report(tx: Tx, { id, state }: Broadcast, counts: Progress, desks: Desks): Promise<string> {
  const say = (key: string, values = {}) => announceWords({ desks }, key, values);
  const { failed, stopped } = await troubles(tx, id);
  const counted = (key: string, count: number) => (count > 0 ? [say(`report.${key}`, { count })] : []);
  return [
    say('title', { number: id, state: say(`states.${state}`) }),
    say('report.sent', { count: counts.sent }),
    ...counted('arrived', counts.arrived),
    ...counted('read', counts.read),
    ...failed.map(
      ({ kind: why, count }) =>
        say(`report.failed.${why}`, { count }) || say('report.failed.unknown', { count }),
    ),
    ...counted('shut', counts.shut),
    ...counted('cancelled', counts.cancelled),
    ...counted('stopped', stopped),
  ].join('\n');
}
