import type { InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup } from 'grammy/types';
import type { Choice, Content } from '../../engine/content.ts';
import { shorten } from '../split.ts';
import { TELEGRAM_LIMITS } from './limits.ts';
import type { TelegramRequest } from './request.ts';

/** Says that a place has arrived. */
const HEARD = '👍';
const SHORT_LABEL_MAX = 12;
const BUTTONS_PER_ROW_MAX = 3;

/** The numbers stand on the buttons too, since a person may as well write one. */
export function inlineKeyboard(
  { choices = [], numbered = true }: Pick<Content, 'choices' | 'numbered'>,
  links: InlineKeyboardButton.UrlButton[] = [],
): InlineKeyboardMarkup {
  const buttons = choices.map(({ id, label }, place) => ({
    text: `${numbered ? `${place + 1} ` : ''}${shorten(label, TELEGRAM_LIMITS.choiceLabelMax)}`,
    callback_data: id,
  }));
  const short = choices.every((choice) => choice.label.length <= SHORT_LABEL_MAX);
  const rows: InlineKeyboardButton[][] = inRows(buttons, short ? BUTTONS_PER_ROW_MAX : 1);
  return { inline_keyboard: [...rows, ...links.map((link) => [link])] };
}

/** Opens a private chat with us and says there what to start. Source: core.telegram.org/bots/features#deep-linking */
export const linkButton = (
  { start, label }: NonNullable<Content['inPrivate']>,
  username: string,
): InlineKeyboardButton.UrlButton => ({
  text: shorten(label, TELEGRAM_LIMITS.choiceLabelMax),
  url: `https://t.me/${username}?start=${encodeURIComponent(start)}`,
});

/** The text, and under it the choices when their buttons cannot say all of them. */
export function withChoices(text: string, choices: Choice[]): string {
  const told = choices.every(
    ({ label, detail }) => !detail && label.length <= TELEGRAM_LIMITS.choiceLabelMax,
  );
  if (told && text.trim()) return text;
  const lines = choices.map(
    ({ label, detail }, place) => `${place + 1} ${label}${detail ? `\n    ${detail}` : ''}`,
  );
  return [...(text.trim() ? [text, ''] : []), ...lines].join('\n');
}

/** Telegram shares a place by a button of the keyboard, in private chats only; it goes away once used. */
export function locationKeyboard(content: Content): ReplyKeyboardMarkup | undefined {
  if (content.wants !== 'location' || !content.wantsLabel) return undefined;
  return {
    keyboard: [[{ text: content.wantsLabel, request_location: true }]],
    resize_keyboard: true,
    one_time_keyboard: true,
  };
}

/**
 * The same requests, taking the keyboard away that shares a place. A message cannot do that and carry buttons too, so
 * what was understood goes before the question, or a lone sign where nothing was said.
 */
export function hideKeyboard(requests: TelegramRequest[]): TelegramRequest[] {
  const at = requests.findIndex((request) => request.main);
  const main = requests[at];
  if (!main?.method.startsWith('send') || showsKeyboard(main)) return requests;
  const { reply_markup: buttons, text, ...frame } = main.payload;
  const hidden = { remove_keyboard: true };
  if (!buttons) return requests.with(at, { ...main, payload: { ...main.payload, reply_markup: hidden } });
  const [first = '', ...rest] = String(text ?? '').split('\n\n');
  const before = (said: string): TelegramRequest => ({
    method: 'sendMessage',
    payload: { chat_id: frame.chat_id, text: said, reply_markup: hidden },
  });
  if (rest.length === 0) return requests.toSpliced(at, 0, before(HEARD));
  const question = { ...main, payload: { ...main.payload, text: rest.join('\n\n') } };
  return requests.toSpliced(at, 1, before(first), question);
}

export function showsKeyboard({ payload: { reply_markup: markup } }: TelegramRequest): boolean {
  return typeof markup === 'object' && markup !== null && 'keyboard' in markup;
}

/** Rows as even as they can be: four in rows of three are two and two. */
function inRows<T>(all: T[], perRowMax: number): T[][] {
  if (all.length === 0) return [];
  const rows = Math.ceil(all.length / perRowMax);
  const perRow = Math.ceil(all.length / rows);
  return Array.from({ length: Math.ceil(all.length / perRow) }, (_, row) =>
    all.slice(row * perRow, (row + 1) * perRow),
  );
}
