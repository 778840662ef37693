/** An announcement at a desk: written, shown as it will read, confirmed by name, paused, stopped. */
import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Announcement } from '../../broadcasts/announcement.ts';
import { type Broadcast, createBroadcast, ENDED, lockBroadcast } from '../../broadcasts/broadcast.ts';
import { halt, pause, resume } from '../../broadcasts/control.ts';
import { rows } from '../../database/database.ts';
import { type AtDesk, causeOf, deskWords } from '../desk.ts';
import { choiceSaid } from '../quoted.ts';
import { showProgress, titleOf } from './progress.ts';
import { announceWords, sayOn } from './say.ts';
import { takeWords } from './take.ts';

/** `/announce`, alone or with the words behind it. */
export async function announce(at: AtDesk, words: string): Promise<void> {
  const { tx, now, settings } = at.around;
  const content: Announcement = {
    words: {},
    original: settings.deskLanguage,
    variants: [],
    salt: randomBytes(16).toString('hex'),
  };
  const draft = {
    kind: 'announcement' as const,
    key: `announcement:${causeOf(at)}`,
    content,
    audience: {},
    state: 'draft' as const,
    desk: at.letter.desk,
    author: at.letter.name,
  };
  const broadcast = await createBroadcast(tx, draft, now);
  if (words.trim() === '' && (at.letter.content.media ?? []).length === 0) {
    await sayOn(at, broadcast.id, { text: announceWords(at, 'howTo') });
  } else await takeWords(at, broadcast, words);
}

/** Words, a photo or a pin that quote the newest letter about a draft. False when they quote something else. */
export async function announceQuoted(at: AtDesk, words: string): Promise<boolean> {
  const { replyTo } = at.letter.content;
  if (replyTo === undefined) return false;
  const [found] = await rows<{ id: number }>(
    at.around.tx,
    sql`select b.id::float8 as id from broadcasts b join messages m on m.id = b.progress_message_id
        where b.kind = 'announcement' and b.desk = ${at.letter.desk} and b.state = 'draft'
          and m.channel = ${at.letter.channel} and m.external_id = ${replyTo}`,
  );
  if (!found) return at.inWords && steer(at, words, replyTo);
  const broadcast = await lockBroadcast(at.around.tx, found.id);
  if (broadcast?.state !== 'draft') return false;
  await takeWords(at, broadcast, words);
  return true;
}

const BUTTON = /^announce:(send|drop|pause|resume|stop):(\d{1,15})$/;

/** A button of an announcement; false when it is none. */
export async function announceButton(at: AtDesk, choice: string): Promise<boolean> {
  const [, name = '', id = ''] = BUTTON.exec(choice) ?? [];
  if (name === '') return false;
  const broadcast = await lockBroadcast(at.around.tx, Number(id));
  if (!broadcast || broadcast.desk !== at.letter.desk) {
    at.answer({ text: announceWords(at, 'notHere') });
    return true;
  }
  await buttons[name]?.(at, broadcast);
  return true;
}

/**
 * "Stop", quoting the letter that shows how far it is; or any other of ours, while one announcement of this desk goes out.
 * The newest state decides, not what the letter said when it was written.
 */
async function steer(at: AtDesk, words: string, quoted: string): Promise<boolean> {
  const choices = ['pause', 'resume', 'stop'].map((id) => ({ id, label: announceWords(at, `do.${id}`) }));
  const chosen = choiceSaid(choices, words);
  if (!chosen) return false;
  const underWay = await rows<{ id: number; shown: boolean }>(
    at.around.tx,
    sql`select b.id::float8 as id, m.external_id is not distinct from ${quoted} as shown
        from broadcasts b left join messages m on m.id = b.progress_message_id
        where b.kind = 'announcement' and b.desk = ${at.letter.desk} and b.state in ('waiting', 'sending', 'paused')`,
  );
  const [meant] = underWay.length === 1 ? underWay : underWay.filter(({ shown }) => shown);
  const broadcast = meant && (await lockBroadcast(at.around.tx, meant.id));
  if (!broadcast) return false;
  await buttons[chosen.id]?.(at, broadcast);
  return true;
}

const buttons: Record<string, (at: AtDesk, broadcast: Broadcast) => Promise<void>> = {
  async send(at, broadcast) {
    const { id, state } = broadcast;
    if (state !== 'draft') return tellState(at, broadcast);
    // A name stands for it, and "an official" is none.
    if (at.letter.name === deskWords(at, 'someone')) return at.answer({ text: announceWords(at, 'noName') });
    await at.around.tx.execute(
      sql`update broadcasts set state = 'waiting', confirmed_by = ${at.letter.name} where id = ${id}`,
    );
    await sayOn(at, id, { text: announceWords(at, 'confirmed', { number: id, name: at.letter.name }) });
  },
  async drop(at, broadcast) {
    if (broadcast.state !== 'draft') return tellState(at, broadcast);
    await halt(at.around.tx, broadcast.id, at.around.now);
    // Nothing went out, so there is nothing to report either.
    await at.around.tx.execute(sql`update broadcasts set shown_state = 'stopped' where id = ${broadcast.id}`);
    at.answer({ text: announceWords(at, 'dropped', { number: broadcast.id }) });
  },
  pause: async (at, broadcast) => redraw(at, broadcast, await pause(at.around.tx, broadcast.id)),
  resume: async (at, broadcast) => redraw(at, broadcast, await resume(at.around.tx, broadcast.id)),
  async stop(at, broadcast) {
    if (ENDED.includes(broadcast.state)) return tellState(at, broadcast);
    await halt(at.around.tx, broadcast.id, at.around.now);
    at.answer({ text: announceWords(at, 'stopping', { number: broadcast.id, name: at.letter.name }) });
  },
};

async function redraw(at: AtDesk, broadcast: Broadcast, changed: boolean): Promise<void> {
  if (!changed) return tellState(at, broadcast);
  const { tx, now } = at.around;
  const fresh = await lockBroadcast(tx, broadcast.id);
  if (!fresh) return;
  await showProgress(tx, fresh, at.letter.channel, at.desks, now);
  if (at.inWords) at.answer({ text: titleOf(fresh, at.desks) });
}

function tellState(at: AtDesk, { id, state, confirmedBy }: Broadcast): void {
  at.answer({ text: announceWords(at, `state.${state}`, { number: id, name: confirmedBy ?? '' }) });
}
