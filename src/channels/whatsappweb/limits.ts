import type { Limits } from '../channel.ts';

/**
 * What a paired phone bears. Nobody publishes these: lengths are those of WhatsApp's own pages for businesses
 * (developers.facebook.com/documentation/business-messaging/whatsapp), and one letter at a time is care (see care.ts).
 * Buttons and lists of this library do not arrive, so there are none.
 */
export const WHATSAPP_WEB_LIMITS: Limits = {
  textMax: 4096,
  captionMax: 1024,
  choicesMax: 0,
  choiceLabelMax: 200,
  photosPerLetterMax: 1,
  inFlightMax: 1,
  perSecondMax: 1,
  perAddressPerSecondMax: 1,
  perRoomPerMinuteMax: 20,
};

export const POLL_OPTIONS_MIN = 2;
export const POLL_OPTIONS_MAX = 12;
export const POLL_OPTION_LENGTH_MAX = 100;
export const POLL_QUESTION_LENGTH_MAX = 255;
