import { type Announcement, languagesOf } from '../broadcasts/announcement.ts';
import { broadcastById } from '../broadcasts/broadcast.ts';
import { assignments, assignmentsCsv, troubles } from '../broadcasts/outcome.ts';
import { progress } from '../broadcasts/progress.ts';
import { realWorld } from '../world.ts';
import { type HouseCommand, WrongUse } from './command.ts';

/** `csv`: who got which wording and did what was watched for, without who they are. `show`: the counts as they stand. */
export const tellAnnouncement: HouseCommand = async ([what = '', given = ''], { database }) => {
  if (what !== 'csv' && what !== 'show')
    throw new WrongUse('announcement knows two things to do: csv, show.');
  if (!/^\d{1,15}$/.test(given)) throw new WrongUse('Which announcement? Its number stands at the desk.');
  const broadcast = await broadcastById(database.tx, Number(given));
  if (broadcast?.kind !== 'announcement') throw new WrongUse(`There is no announcement ${given}.`);
  const announcement = broadcast.content as unknown as Announcement;
  if (what === 'csv') {
    return assignmentsCsv(await assignments(database.tx, broadcast.id, announcement, realWorld.now()));
  }
  const counts = await progress(database.tx, broadcast.id);
  const { failed, stopped } = await troubles(database.tx, broadcast.id);
  return [
    `Announcement ${broadcast.id}: ${broadcast.state}, in ${languagesOf(announcement).join(', ')}`,
    ...Object.entries(counts).map(([name, count]) => `  ${name.padEnd(10)} ${count}`),
    ...failed.map(({ kind, count }) => `    ${kind.padEnd(10)} ${count}`),
    `  stopped after it ${stopped}`,
  ];
};
