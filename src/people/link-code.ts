/**
 * The codes by which somebody shows that they are the same person on another network. A code is said once, in a letter
 * that never arrives twice; here only its hash is kept. The letter with it stays in `messages` like every letter: after
 * LINK_MINUTES it opens nothing.
 */
import { createHash, randomInt } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../database/database.ts';

export const LINK_MINUTES = 15;
/** The same as `code` in flows/link.yaml: by it a code is known for one wherever it is written. */
export const CODE_SIGN = 'KASA';
/** As in references (civic/reference.ts): nothing that is mistaken for something else when it is read or heard. */
const CODE_LETTERS = '2345679ACDEFGHJKMNPQRTWXYZ';
/** 26 to the ninth power: 42 bits, of which a code without a digit takes less than a tenth of one. */
const CODE_LENGTH = 9;
const GROUP_LENGTH = 3;
/** Wrong codes that one person may type within an hour. Codes live minutes, so that nobody comes near to guessing one. */
export const WRONG_CODES_PER_HOUR_MAX = 5;

/** Why a code opens nothing; the words are at `refused.<reason>`. */
export type CodeTrouble = 'codeWrong' | 'codeUsed' | 'codeExpired' | 'codeOwn' | 'codeTries';

const hashOf = (code: string): string =>
  createHash('sha256')
    .update(
      code
        .toUpperCase()
        .replace(/[^A-Z0-9]/g, '')
        .replace(new RegExp(`^${CODE_SIGN}`), ''),
    )
    .digest('hex');

const at = (now: Date) => sql`${now.toISOString()}::timestamptz`;

/** A new code for a person, such as `KASA-7Q2-MPX-4DH`; the codes that they had before open nothing any more. */
export async function offerCode(tx: Tx, personId: number, now: Date): Promise<string> {
  const letters = drawLetters();
  const groups = letters.match(new RegExp(`.{${GROUP_LENGTH}}`, 'g')) ?? [];
  const until = new Date(now.getTime() + LINK_MINUTES * 60_000);
  await tx.execute(sql`
    update link_codes set expires_at = ${at(now)}
    where person_id = ${personId} and used_at is null and expires_at > ${at(now)}`);
  await tx.execute(sql`
    insert into link_codes (code_hash, person_id, expires_at) values (${hashOf(letters)}, ${personId}, ${at(until)})`);
  return [CODE_SIGN, ...groups].join('-');
}

/** With at least one digit: by it a code is told from a sentence that begins with the same word. */
function drawLetters(): string {
  for (;;) {
    const letters = Array.from({ length: CODE_LENGTH }, () => CODE_LETTERS[randomInt(CODE_LETTERS.length)]);
    if (letters.some((letter) => /\d/.test(letter ?? ''))) return letters.join('');
  }
}

/** Whose code it is, without using it up. A wrong one is counted: `personId` is who typed it. */
export async function lookAtCode(
  tx: Tx,
  code: string,
  personId: number,
  now: Date,
): Promise<{ personId: number } | CodeTrouble> {
  if ((await wrongCodes(tx, personId, now)) >= WRONG_CODES_PER_HOUR_MAX) return 'codeTries';
  const [found] = await rows<{ person_id: number; used: boolean; expired: boolean }>(
    tx,
    sql`select person_id::float8 as person_id, used_at is not null as used, expires_at <= ${at(now)} as expired
        from link_codes where code_hash = ${hashOf(code)}`,
  );
  if (!found) {
    await countWrongCode(tx, personId, now);
    return 'codeWrong';
  }
  if (found.used) return 'codeUsed';
  if (found.expired) return 'codeExpired';
  return found.person_id === personId ? 'codeOwn' : { personId: found.person_id };
}

/** False when somebody else was faster, or its time was over meanwhile. */
export async function useCode(tx: Tx, code: string, now: Date): Promise<boolean> {
  const used = await rows(
    tx,
    sql`update link_codes set used_at = ${at(now)}
        where code_hash = ${hashOf(code)} and used_at is null and expires_at > ${at(now)} returning 1`,
  );
  return used.length > 0;
}

const HOUR = 3_600_000;

async function countWrongCode(tx: Tx, personId: number, now: Date): Promise<void> {
  await tx.execute(sql`insert into link_tries (person_id, tried_at) values (${personId}, ${at(now)})`);
}

async function wrongCodes(tx: Tx, personId: number, now: Date): Promise<number> {
  const [found] = await rows<{ count: number }>(
    tx,
    sql`select count(*)::int as count from link_tries
        where person_id = ${personId} and tried_at > ${at(new Date(now.getTime() - HOUR))}`,
  );
  return found?.count ?? 0;
}
