/** A person changes what they sent. */
import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../database/database.ts';
import type { KeptLetter } from './letter.ts';
import type { Talk, WaitingLetter } from './take.ts';

/**
 * A change to a letter that still waits replaces its words. One to a letter that was handled becomes a letter of its
 * own kind, unless nothing changed: networks also tell of changes that nobody sees.
 */
export async function correctWaiting(tx: Tx, talks: Talk[]): Promise<void> {
  for (const talk of talks) {
    if (!talk.letters.some((letter) => letter.content.edits !== undefined)) continue;
    for (const edit of talk.letters.filter((letter) => letter.content.edits !== undefined)) {
      const original = talk.letters.find(
        (letter) => letter.externalId === edit.content.edits && letter.channel === edit.channel,
      );
      if (original) Object.assign(original.content, textOf(edit.content));
      const { edits } = edit.content;
      edit.content =
        original || edits === undefined || (await isUnchanged(tx, edit))
          ? {}
          : { unsupported: 'edited', edits };
    }
    // What is left of an edit without news is handled with its talk, and not answered.
    const idle = talk.letters.filter((letter) => Object.keys(letter.content).length === 0);
    const kept = talk.letters.filter((letter) => !idle.includes(letter));
    const [first] = kept;
    if (first) first.ids.push(...idle.flatMap((letter) => letter.ids));
    talk.letters = first
      ? kept
      : idle.map((letter) => ({ ...letter, content: { news: { kind: 'unchanged' } } }));
  }
}

const textOf = (content: KeptLetter): KeptLetter =>
  content.text === undefined ? {} : { text: content.text };

async function isUnchanged(tx: Tx, edit: WaitingLetter): Promise<boolean> {
  const [before] = await rows<{ content: KeptLetter }>(
    tx,
    sql`select content from messages
        where direction = 'inbound' and channel = ${edit.channel} and external_id = ${edit.content.edits ?? ''}`,
  );
  return before === undefined || (before.content.text ?? '') === (edit.content.text ?? '');
}
