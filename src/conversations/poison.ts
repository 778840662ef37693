/** A letter that makes the code throw: it is kept, marked, and alone; its person is told once. */
import { sql } from 'drizzle-orm';
import type { Address } from '../channels/message.ts';
import { rows } from '../database/database.ts';
import { post } from '../delivery/post.ts';
import { errorFacts } from '../log.ts';
import { takeTalks } from './take.ts';
import type { Turning } from './turn.ts';

/** Sets the letter aside that would be taken next: the one on which the turn has just failed. */
export async function setAside(turning: Turning, error: unknown): Promise<void> {
  const { database, world, around } = turning;
  await database.inTransaction(async (tx) => {
    const now = world.now();
    const [talk] = await takeTalks(tx, 1, 1, now);
    const letter = talk?.letters[0];
    if (!talk || !letter) return;
    const { error: name, code, at } = errorFacts(error);
    const marked = await rows(
      tx,
      sql`update messages set status = 'failed', done_at = ${now.toISOString()}::timestamptz,
            error = ${[name, code, at].filter(Boolean).join(' ')}
          where id in (select value::bigint from jsonb_array_elements_text(${JSON.stringify(letter.ids)}::jsonb))
          returning id`,
    );
    if (marked.length === 0 || talk.room !== '' || letter.content.start !== undefined) return;
    const text = around.voice.say(talk.state.language, 'common.fault');
    const to: Address = letter.address;
    await post(
      tx,
      [{ channel: letter.channel, to, content: { text }, priority: 'reply', conversationId: talk.id }],
      now,
    );
  });
}
