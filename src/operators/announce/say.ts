/** How announcements speak at a desk. */
import { sql } from 'drizzle-orm';
import { post } from '../../delivery/post.ts';
import type { Content } from '../../engine/content.ts';
import type { Values } from '../../engine/flow.ts';
import type { AtDesk } from '../desk.ts';

/** Words of the desk's language. */
export const announceWords = ({ desks }: Pick<AtDesk, 'desks'>, key: string, values: Values = {}): string =>
  desks.voice.say(desks.language, `desk.announce.${key}`, values);

/** Says something at the desk that stands for the announcement from now on: to quote, and to show how far it is. */
export async function sayOn(at: AtDesk, id: number, content: Content): Promise<void> {
  const { tx, now } = at.around;
  const [letter] = await post(tx, [at.here(content)], now);
  await tx.execute(sql`update broadcasts set progress_message_id = ${letter ?? null} where id = ${id}`);
}
