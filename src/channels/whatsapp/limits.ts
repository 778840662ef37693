import type { Limits, TemplateLimits } from '../channel.ts';

/**
 * What the Cloud API bears. Lengths: developers.facebook.com/documentation/business-messaging/whatsapp/messages
 * (text, media, interactive reply buttons, interactive lists). Rates: …/whatsapp/throughput and …/about-the-platform:
 * one letter in six seconds to one person, with some borrowed in advance.
 */
/** Of a plain text, and of the words above a list. */
export const TEXT_MAX = 4096;
export const CAPTION_MAX = 1024;
export const BUTTONS_MAX = 3;
export const BUTTON_TITLE_MAX = 20;
/** Words above buttons, and above the request for a place. */
export const BUTTONS_BODY_MAX = 1024;
/** In all sections of a list together. */
export const ROWS_MAX = 10;
export const ROW_TITLE_MAX = 24;
export const ROW_DETAIL_MAX = 72;
/** A row bears 200, a button 256. */
export const CHOICE_ID_MAX = 200;
/** Ours: a template's words and what fills its gaps may be 1,024 letters together. */
export const TEMPLATE_VALUE_MAX = 300;
export const PLACE_NAME_MAX = 256;

/** What one file may weigh (…/whatsapp/business-phone-numbers/media), by the beginning of its kind. */
export const IMAGE_BYTES_MAX = 5 * 1024 * 1024;
export const SOUND_BYTES_MAX = 16 * 1024 * 1024;
export const DOCUMENT_BYTES_MAX = 100 * 1024 * 1024;

/** So long a status is waited for that tells whether a letter went whose sending was cut. Most come within seconds. */
const UNKNOWN_WAIT_SECONDS = 120;
const FREE_REPLY_HOURS = 24;
const IN_FLIGHT_MAX = 10;
/** Each call takes a few hundred milliseconds, so that the pace needs some of them beside each other. */
const IN_FLIGHT_TO_MANY_MAX = 20;

/**
 * @param perSecondMax letters a second that this number bears, those that come in counted. A reply answers a letter that
 *   counted, so letters to many get half: in the rare second in which all is full Meta says so, and we wait a moment.
 * @param templates absent where none is known: then nothing goes outside the 24 hours
 */
export function limitsOf(perSecondMax: number, templates?: TemplateLimits): Limits {
  return {
    textMax: TEXT_MAX,
    captionMax: CAPTION_MAX,
    choicesMax: ROWS_MAX,
    choiceLabelMax: ROW_TITLE_MAX,
    // There are no albums: each photo is a bubble of its own, and is charged.
    photosPerLetterMax: 1,
    inFlightMax: IN_FLIGHT_MAX,
    perSecondMax,
    perAddressPerSecondMax: 1 / 6,
    // There are no groups.
    perRoomPerMinuteMax: 60,
    broadcasts: {
      perSecondMax: Math.max(1, Math.floor(perSecondMax / 2)),
      inFlightMax: IN_FLIGHT_TO_MANY_MAX,
    },
    freeReplyHours: FREE_REPLY_HOURS,
    ...(templates && { templates }),
    unknownWaitSeconds: UNKNOWN_WAIT_SECONDS,
  };
}
