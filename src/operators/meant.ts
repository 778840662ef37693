/** Which report an official's letter is about. */
import { sql } from 'drizzle-orm';
import { idOf } from '../civic/reference.ts';
import { rows } from '../database/database.ts';
import type { AtDesk } from './desk.ts';

/** What a quote, a topic or a reference in the words says that a letter is about. */
export type Meant = {
  report: number /** the quoted letter asked for a reason */;
  purpose?: string;
  quoted: boolean;
};

export async function meantReport(
  { around, letter, topicOf }: AtDesk,
  words: string,
): Promise<Meant | undefined> {
  const { tx } = around;
  const { replyTo } = letter.content;
  if (replyTo !== undefined) {
    const [found] = await rows<{ about: number; purpose: string | null }>(
      tx,
      sql`select about::float8 as about, content ->> 'purpose' as purpose from messages
          where channel = ${letter.channel} and external_id = ${replyTo} and direction = 'outbound'
            and about is not null and address = ${letter.desk}`,
    );
    if (found) return { report: found.about, quoted: true, ...(found.purpose && { purpose: found.purpose }) };
  }
  const named = /^\s*(ks[\s-]?[2-9a-z]{4,7})\b/i.exec(words)?.[1];
  const report = named === undefined ? undefined : idOf(named);
  if (report !== undefined) return { report, quoted: false };
  return topicOf === undefined ? undefined : { report: topicOf, quoted: false };
}
