/** One-time codes that open a desk. The code is shown once; only its hash is kept. */
import { createHash, randomInt } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../database/database.ts';

export const INVITATION_HOURS = 72;
const CODE_LETTERS = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const CODE_LENGTH = 10;

const hashOf = (code: string): string =>
  createHash('sha256')
    .update(code.toUpperCase().replace(/[^A-Z0-9]/g, ''))
    .digest('hex');

/** Makes a code for a department, e.g. `7KQ4M-2XWPA`. It works once, within INVITATION_HOURS. */
export async function invite(
  tx: Tx,
  department: string,
  now: Date,
): Promise<{ code: string; expiresAt: Date }> {
  const letters = Array.from(
    { length: CODE_LENGTH },
    () => CODE_LETTERS[randomInt(CODE_LETTERS.length)],
  ).join('');
  const code = `${letters.slice(0, 5)}-${letters.slice(5)}`;
  const expiresAt = new Date(now.getTime() + INVITATION_HOURS * 3_600_000);
  await tx.execute(sql`
    insert into invitations (code_hash, department, created_at, expires_at)
    values (${hashOf(code)}, ${department}, ${now.toISOString()}::timestamptz, ${expiresAt.toISOString()}::timestamptz)`);
  return { code, expiresAt };
}

/** Uses a code up; resolves with its department, or undefined when it is wrong, used or expired. */
export async function useInvitation(tx: Tx, code: string, now: Date): Promise<string | undefined> {
  const at = now.toISOString();
  const [used] = await rows<{ department: string }>(
    tx,
    sql`update invitations set used_at = ${at}::timestamptz
        where code_hash = ${hashOf(code)} and used_at is null and expires_at > ${at}::timestamptz
        returning department`,
  );
  return used?.department;
}
