import type { Content } from '../../engine/content.ts';
import type { ReceiptMark } from '../message.ts';
import { shorten } from '../split.ts';
import { inlineKeyboard, withChoices } from './keyboard.ts';
import { TELEGRAM_LIMITS } from './limits.ts';
import { type Spot, spotOf, type TelegramRequest } from './request.ts';

const { textMax, captionMax } = TELEGRAM_LIMITS;

/** Of the emojis that Telegram allows as reactions (core.telegram.org/bots/api#reactiontypeemoji). */
const MARKS: Record<ReceiptMark, string> = { sent: '👍', arrived: '❤', failed: '👎' };

/**
 * Buttons that are not named again go away. Whether the letter stands under a photo is told by the content; where the
 * photo's words once were too long for a caption, Telegram says so and the other method is tried (see `otherEdit`).
 */
export function writeEdit(edited: Spot, content: Content): TelegramRequest[] {
  const choices = content.choices ?? [];
  const frame = {
    chat_id: edited.chat,
    message_id: edited.id,
    reply_markup: choices.length > 0 ? inlineKeyboard(content) : { inline_keyboard: [] },
  };
  const text = content.text.trim() || choices.length === 0 ? withChoices(content.text, choices) : '';
  if (!text.trim()) return [{ method: 'editMessageReplyMarkup', payload: frame, main: true }];
  const underPhoto =
    content.media?.[0]?.kind === 'photo' && content.media.length === 1 && text.length <= captionMax;
  if (underPhoto) return [{ method: 'editMessageCaption', payload: { ...frame, caption: text }, main: true }];
  const payload = { ...frame, text: shorten(text, textMax), link_preview_options: { is_disabled: true } };
  return [{ method: 'editMessageText', payload, main: true }];
}

/** The same edit for a letter of the other kind. */
export function otherEdit({ method, payload, main }: TelegramRequest): TelegramRequest | undefined {
  const { text, caption, link_preview_options: _, ...frame } = payload;
  if (method === 'editMessageText') {
    return {
      method: 'editMessageCaption',
      payload: { ...frame, caption: shorten(String(text), captionMax) },
      main,
    };
  }
  if (method !== 'editMessageCaption') return undefined;
  return {
    method: 'editMessageText',
    payload: { ...frame, text: caption, link_preview_options: { is_disabled: true } },
    main,
  };
}

export function writeMark({ on, mark }: { on: string; mark: ReceiptMark }): TelegramRequest[] {
  const { chat, id } = spotOf(on);
  const reaction = [{ type: 'emoji', emoji: MARKS[mark] }];
  return [{ method: 'setMessageReaction', payload: { chat_id: chat, message_id: id, reaction }, main: true }];
}
