import type { ChatState, Chats, Heard } from './chats.ts';
import { bad, Complaint, type Params } from './request.ts';

/** The allowed reactions, as far as anybody here would use them (core.telegram.org/bots/api#reactiontypeemoji). */
const REACTIONS = new Set([
  '👍',
  '👎',
  '❤',
  '🔥',
  '👏',
  '🤔',
  '😢',
  '🎉',
  '🙏',
  '👌',
  '💔',
  '👀',
  '🤝',
  '✍',
  '🫡',
]);

/** What the real server does to words before it counts them: control characters, some invisible ones, outer blanks. */
export const clean = (text: string): string =>
  [...text.replaceAll('\r', '')]
    .filter((sign) => sign < '\u2028' || sign > '\u202e')
    .map((sign) => (sign < ' ' && sign !== '\n' ? ' ' : sign))
    .join('')
    .trim();

export function textOf(params: Params): string {
  const text = clean(String(params.text ?? ''));
  if (!text) throw bad('message text is empty');
  if (text.length > 4096) throw bad('message is too long');
  return text;
}

export function captionOf(params: Params): string {
  const caption = clean(String(params.caption ?? ''));
  if (caption.length > 1024) throw bad('message caption is too long');
  return caption;
}

/** The chat in which the bot may write, or why it may not. */
export function chatFor(chats: Chats, params: Params): ChatState {
  const state = chats.all.get(Number(params.chat_id));
  if (params.chat_id === undefined) throw bad('chat_id is empty');
  if (!state) throw bad('chat not found');
  if (state.movedTo !== undefined) {
    throw bad('group chat was upgraded to a supergroup chat', { migrate_to_chat_id: state.movedTo });
  }
  if (state.chat.type === 'private') {
    if (!state.started) throw new Complaint(403, "Forbidden: bot can't initiate conversation with a user");
    if (!state.open) throw new Complaint(403, 'Forbidden: bot was blocked by the user');
  }
  const kind = state.chat.type === 'group' ? 'group' : 'supergroup';
  if (!state.open) throw new Complaint(403, `Forbidden: bot was kicked from the ${kind} chat`);
  return state;
}

export function topicOf(state: ChatState, params: Params): number | undefined {
  if (params.message_thread_id === undefined) return undefined;
  const topic = Number(params.message_thread_id);
  const known = state.topics.get(topic);
  if (!known) throw bad('message thread not found');
  if (known.closed) throw bad('TOPIC_CLOSED');
  return topic;
}

export function replyOf(state: ChatState, params: Params): number | undefined {
  const reply = params.reply_parameters as
    | { message_id?: number; allow_sending_without_reply?: boolean }
    | undefined;
  if (!reply) return undefined;
  if (state.messages.has(Number(reply.message_id))) return Number(reply.message_id);
  if (!reply.allow_sending_without_reply) throw bad('message to be replied not found');
  return undefined;
}

type Markup = {
  inline_keyboard?: { text?: string; callback_data?: string; url?: string }[][];
  keyboard?: { text?: string; request_location?: boolean }[][];
};

export function buttonsOf(params: Params): Heard['buttons'] {
  const rows = (params.reply_markup as Markup | undefined)?.inline_keyboard ?? [];
  if (rows.flat().length > 100 || rows.some((row) => row.length > 8)) throw bad('reply markup is too long');
  return rows.map((row) =>
    row.map(({ text, callback_data: data, url }) => {
      if (!text?.trim()) throw bad("can't parse inline keyboard button: text must be non-empty");
      if (url !== undefined) {
        if (!/^https:\/\/\S+$/.test(url)) throw bad('BUTTON_URL_INVALID');
        return { text, data: '', url };
      }
      if (data === undefined) throw bad('Text buttons are unallowed in the inline keyboard');
      const bytes = Buffer.byteLength(data);
      if (bytes < 1 || bytes > 64) throw bad('BUTTON_DATA_INVALID');
      return { text, data };
    }),
  );
}

export function locationLabelOf(state: ChatState, params: Params): string | undefined {
  const button = (params.reply_markup as Markup | undefined)?.keyboard
    ?.flat()
    .find((b) => b.request_location);
  if (!button) return undefined;
  if (state.chat.type !== 'private') throw bad('location can be requested in private chats only');
  if (!button.text?.trim()) throw bad("can't parse keyboard button: text must be non-empty");
  return button.text;
}

export function pointOf(params: Params): { latitude: number; longitude: number } {
  const latitude = Number(params.latitude);
  const longitude = Number(params.longitude);
  if (params.latitude === undefined || Number.isNaN(latitude)) throw bad('latitude is empty');
  if (params.longitude === undefined || Number.isNaN(longitude)) throw bad('longitude is empty');
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) throw bad('wrong coordinates');
  return { latitude, longitude };
}

const PICTURE = [
  [0xff, 0xd8, 0xff],
  [0x89, 0x50, 0x4e, 0x47],
  [0x52, 0x49, 0x46, 0x46],
  [0x47, 0x49, 0x46, 0x38],
];

export function bytesOf(chats: Chats, value: unknown, sort: 'photo' | 'other'): Uint8Array {
  const data = typeof value === 'string' ? chats.files.get(value) : value;
  if (!(data instanceof Uint8Array))
    throw bad(`there is no ${sort === 'photo' ? 'photo' : 'file'} in the request`);
  if (data.length === 0) throw bad('file must be non-empty');
  if (data.length > (sort === 'photo' ? 10e6 : 50e6)) throw new Complaint(413, 'Request Entity Too Large');
  const looksRight = PICTURE.some((start) => start.every((byte, at) => data[at] === byte));
  if (sort === 'photo' && !looksRight) throw bad('IMAGE_PROCESS_FAILED');
  return data;
}

export function reactionOf(params: Params): string | undefined {
  const [reaction, more] = (params.reaction ?? []) as { type?: string; emoji?: string }[];
  if (more) throw bad('REACTIONS_TOO_MANY');
  if (reaction && (reaction.type !== 'emoji' || !REACTIONS.has(reaction.emoji ?? '')))
    throw bad('REACTION_INVALID');
  return reaction?.emoji;
}
