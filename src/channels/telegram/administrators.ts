/** Who administers a group, for what only its administrators may choose. Asked of Telegram when somebody speaks to us there. */
import type { World } from '../../world.ts';
import type { InboundMessage } from '../message.ts';
import type { Call } from './api.ts';

/** What Telegram said is believed for so long. */
const BELIEVED_MINUTES = 10;
/** Somebody waits for an answer: later than this they count as a member. */
const ASK_SECONDS_MAX = 3;
const KNOWN_MAX = 1000;

/** Marks letters of administrators. Never rejects: where Telegram does not answer, nobody is one. */
export type Administrators = { mark(messages: InboundMessage[]): Promise<InboundMessage[]> };

export function openAdministrators(call: Call, world: Pick<World, 'now'>): Administrators {
  const known = new Map<string, { is: boolean; untilMs: number }>();

  async function isOne(room: string, person: string): Promise<boolean> {
    // An anonymous administrator speaks as the group itself.
    if (room === person) return true;
    const key = `${room} ${person}`;
    const before = known.get(key);
    const nowMs = world.now().getTime();
    if (before && before.untilMs > nowMs) return before.is;
    const payload = { chat_id: numberOf(room), user_id: Number(numberOf(person)) };
    const signal = AbortSignal.timeout(ASK_SECONDS_MAX * 1000);
    const member = await call<{ status?: string }>('getChatMember', payload, signal).catch(() => undefined);
    if (!member) return false;
    const is = member.status === 'creator' || member.status === 'administrator';
    if (known.size >= KNOWN_MAX) known.clear();
    known.set(key, { is, untilMs: nowMs + BELIEVED_MINUTES * 60_000 });
    return is;
  }

  return {
    mark: (messages) =>
      Promise.all(
        messages.map(async (message) =>
          asks(message) && (await isOne(message.room ?? '', message.from))
            ? { ...message, administrator: true }
            : message,
        ),
      ),
  };
}

/** Words said to us in a group; a tap or a quote goes on with what was begun by such words. */
const asks = ({ room, addressed, choice, replyTo, news }: InboundMessage): boolean =>
  room !== undefined && addressed === true && choice === undefined && replyTo === undefined && !news;

const numberOf = (address: string): string => address.slice('telegram:'.length);
