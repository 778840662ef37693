/** Commands on the house's own database: run by the house itself while it stands, otherwise by the terminal. */
import { readConfig } from '../config.ts';
import { loadEditorial } from '../content.ts';
import { openDatabase } from '../database/open.ts';
import { silentLog } from '../log.ts';
import { realWorld } from '../world.ts';
import { tellAnnouncement } from './announcement.ts';
import { type Command, type HouseCommand, print } from './command.ts';
import { type Asked, askControl, controlPath, type Told } from './control.ts';
import { exportData, wholePaths } from './export.ts';
import { inviteOperator } from './operator.ts';
import { showStatus } from './status.ts';

export const houseCommands: Readonly<Record<string, HouseCommand>> = {
  announcement: tellAnnouncement,
  export: exportData,
  operator: inviteOperator,
  status: showStatus,
};

/** What the running house answers to a command. Wrong use is told, not thrown: it is the asker's. */
export async function tellCommand({ name, words }: Asked, house: Parameters<HouseCommand>[1]): Promise<Told> {
  try {
    const lines = await houseCommands[name]?.(words, house);
    return lines ? { lines, code: 0 } : { lines: [`There is no command ${name}.`], code: 2 };
  } catch (error) {
    return { lines: [error instanceof Error ? error.message : 'It did not work.'], code: 2 };
  }
}

export const houseCommand = (name: string, usage: string, about: string): Command => ({
  usage,
  about,
  async run(words) {
    const config = readConfig();
    const asked = config.DATABASE_URL
      ? undefined
      : await askControl(controlPath(config.DATA_DIR), { name, words });
    if (asked) {
      for (const line of asked.lines) print(line);
      return asked.code;
    }
    const editorial = loadEditorial(config.TIME_ZONE);
    const database = await openDatabase({
      dataDir: config.DATA_DIR,
      databaseUrl: config.DATABASE_URL,
      world: realWorld,
      log: silentLog,
    });
    try {
      for (const line of (await houseCommands[name]?.(words, { database, editorial })) ?? []) print(line);
      return 0;
    } finally {
      await database.close();
    }
  },
});

export const announcementCommand = houseCommand(
  'announcement',
  'announcement csv 12',
  'Prints who got which wording of an announcement and did what was watched for, without who they are; show: counts.',
);
export const operatorCommand = houseCommand(
  'operator',
  'operator invite --department works',
  'Makes a code that opens a desk of a department: /desk CODE, written in its group.',
);
export const statusCommand = houseCommand(
  'status',
  'status',
  'Says how many letters came and went, and which failed.',
);

const exporting = houseCommand(
  'export',
  'export projects [--out FILE]',
  'Writes every project as an OC4IDS 0.9 package, to standard output or to a file.',
);
/** The house that runs may stand in another folder than who asks it. */
export const exportCommand: Command = { ...exporting, run: (words) => exporting.run(wholePaths(words)) };
