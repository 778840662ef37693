import { parseArgs } from 'node:util';
import { departmentName } from '../civic/city.ts';
import { INVITATION_HOURS, invite } from '../operators/invite.ts';
import { realWorld } from '../world.ts';
import { type HouseCommand, WrongUse } from './command.ts';

export const inviteOperator: HouseCommand = async (words, { database, editorial: { city } }) => {
  const { positionals, values } = parseArgs({
    args: words,
    allowPositionals: true,
    options: { department: { type: 'string', default: '' } },
  });
  if (positionals[0] !== 'invite') throw new WrongUse('operator knows one thing to do: invite.');
  const department = values.department;
  const known = Object.keys(city.departments);
  if (!known.includes(department)) throw new WrongUse(`Which department? There are: ${known.join(', ')}.`);
  const { code } = await database.inTransaction((tx) => invite(tx, department, realWorld.now()));
  return [
    `/desk ${code}`,
    `Write this in the group that shall be the desk of ${departmentName(city, department)}.`,
    `It works once, within ${INVITATION_HOURS} hours. Whoever has it can open the desk: show it to nobody else.`,
  ];
};
