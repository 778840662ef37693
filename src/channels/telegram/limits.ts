import type { Limits } from '../channel.ts';

/**
 * What Telegram bears. Lengths: core.telegram.org/bots/api (sendMessage, sendPhoto). Rates: core.telegram.org/bots/faq
 * and grammy.dev/advanced/flood: about 30 letters a second, 1 a second in a chat, 20 a minute in a group with edits
 * counted. A button bears more than 40 characters, a small phone does not.
 */
export const TELEGRAM_LIMITS: Limits = {
  textMax: 4096,
  captionMax: 1024,
  choicesMax: 10,
  choiceLabelMax: 40,
  photosPerLetterMax: 10,
  inFlightMax: 3,
  perSecondMax: 30,
  perAddressPerSecondMax: 1,
  perRoomPerMinuteMax: 20,
};

/** With paid broadcasts switched on in @BotFather: core.telegram.org/bots/api (allow_paid_broadcast). */
export const PAID_BROADCASTS: NonNullable<Limits['broadcasts']> = { perSecondMax: 1000, inFlightMax: 100 };

export const TOPIC_TITLE_MAX = 128;
export const COMMANDS_MAX = 100;
export const COMMAND_DESCRIPTION_MAX = 256;
