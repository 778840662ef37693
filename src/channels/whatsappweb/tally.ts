/** The file in which the number's age and its letters of the day are remembered, beside the session. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorFacts, type Log } from '../../log.ts';
import { NO_TALLY, readTally, type Tally } from './care.ts';

export type TallyFile = { read(): Tally; write(tally: Tally): void };

/** Written beside and renamed, so that it is never half. Where it cannot be written it is remembered until the end. */
export function openTallyFile(folder: string, log: Log): TallyFile {
  const path = join(folder, 'tally.json');
  let kept = readKept(path);
  return {
    read: () => kept,
    write(tally) {
      if (JSON.stringify(tally) === JSON.stringify(kept)) return;
      kept = tally;
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        writeFileSync(`${path}.new`, `${JSON.stringify(tally)}\n`);
        renameSync(`${path}.new`, path);
      } catch (error) {
        log.warn('whatsappweb: how many letters went today cannot be written down', errorFacts(error));
      }
    },
  };
}

function readKept(path: string): Tally {
  try {
    return readTally(readFileSync(path, 'utf8'));
  } catch {
    return NO_TALLY;
  }
}
