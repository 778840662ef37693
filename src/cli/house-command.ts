/** Commands on the house's own database: run by the house itself while it stands, otherwise by the terminal. */
import { readConfig } from '../config.ts';
import { loadEditorial } from '../content.ts';
import { openDatabase } from '../database/open.ts';
import { silentLog } from '../log.ts';
import { realWorld } from '../world.ts';
import { tellAnnouncement } from './announcement.ts';
import { openBar } from './bar.ts';
import { type Command, type HouseCommand, print } from './command.ts';
import { type Asked, askControl, controlPath, type Told } from './control.ts';
import { exportData, wholePaths } from './export.ts';
import { importInto, withWholePath } from './import.ts';
import { inviteOperator } from './operator.ts';
import { showStatus } from './status.ts';

export const houseCommands: Readonly<Record<string, HouseCommand>> = {
  announcement: tellAnnouncement,
  export: exportData,
  import: importInto,
  operator: inviteOperator,
  status: showStatus,
};

/** What the running house answers to a command. Wrong use is told, not thrown: it is the asker's. */
export async function tellCommand({ name, words }: Asked, house: Parameters<HouseCommand>[1]): Promise<Told> {
  try {
    const told = await houseCommands[name]?.(words, house);
    return told ? whole(told) : { lines: [`There is no command ${name}.`], code: 2 };
  } catch (error) {
    return { lines: [error instanceof Error ? error.message : 'It did not work.'], code: 2 };
  }
}

const whole = (told: string[] | Told): Told => (Array.isArray(told) ? { lines: told, code: 0 } : told);

/** @param prepare what must be made of the words where they were typed, such as a path that is whole */
export const houseCommand = (
  name: string,
  usage: string,
  about: string,
  prepare = (words: string[]): string[] => words,
): Command => ({
  usage,
  about,
  async run(typed) {
    const words = prepare(typed);
    const config = readConfig();
    const bar = openBar(process.stderr);
    const asked = config.DATABASE_URL
      ? undefined
      : await askControl(controlPath(config.DATA_DIR), { name, words }, bar.show).finally(bar.end);
    if (asked) return printTold(asked);
    const editorial = loadEditorial(config.TIME_ZONE);
    const database = await openDatabase({
      dataDir: config.DATA_DIR,
      databaseUrl: config.DATABASE_URL,
      world: realWorld,
      log: silentLog,
    });
    try {
      const house = { database, editorial, progress: bar.show };
      const told = await houseCommands[name]?.(words, house).finally(bar.end);
      return printTold(whole(told ?? []));
    } finally {
      await database.close();
    }
  },
});

function printTold({ lines, code }: Told): number {
  for (const line of lines) print(line);
  return code;
}

export const announcementCommand = houseCommand(
  'announcement',
  'announcement csv 12',
  'Prints who got which wording of an announcement and did what was watched for, without who they are; show: counts.',
);
/** The house that runs may stand in another folder than who asks it. */
export const exportCommand = houseCommand(
  'export',
  'export projects [--out FILE]',
  'Writes every project as an OC4IDS 0.9 package, to standard output or to a file.',
  wholePaths,
);
export const importCommand = houseCommand(
  'import',
  'import projects FILE|URL [--dry-run]',
  'Takes projects over: an OC4IDS package, or CSV like city/projects.csv. --dry-run changes nothing.',
  withWholePath,
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
