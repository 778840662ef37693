/**
 * What Meta posts to a webhook, as far as we look at it. Everything may be missing: a person without a number, a kind of
 * letter that was invented yesterday. Source: developers.facebook.com/documentation/business-messaging/whatsapp/webhooks.
 */

export type Payload = { object?: string; entry?: { changes?: Change[] }[] };

export type Change = { field?: string; value?: Value };

export type Value = {
  metadata?: { phone_number_id?: string };
  contacts?: Contact[];
  messages?: Message[];
  statuses?: Status[];
  errors?: Fault[];
  user_preferences?: Preference[];
  /** What happened to a template or to the account. */
  event?: string;
};

export type Contact = { profile?: { name?: string }; wa_id?: string; user_id?: string };

export type Fault = { code?: number };

export type Attachment = { id?: string; mime_type?: string; caption?: string; filename?: string };

export type Message = {
  /** A phone number in digits; missing where the person hides it. */
  from?: string;
  /** The person's id with this business. */
  from_user_id?: string;
  id?: string;
  /** Seconds since 1970, as words. */
  timestamp?: string;
  type?: string;
  context?: { id?: string; forwarded?: boolean; frequently_forwarded?: boolean };
  text?: { body?: string };
  image?: Attachment;
  document?: Attachment;
  video?: Attachment;
  audio?: Attachment;
  voice?: Attachment;
  sticker?: Attachment;
  location?: { latitude?: number; longitude?: number; name?: string; address?: string };
  interactive?: { type?: string; button_reply?: { id?: string }; list_reply?: { id?: string } };
  button?: { payload?: string; text?: string };
  system?: { type?: string; wa_id?: string; new_wa_id?: string; user_id?: string };
};

export type Status = {
  id?: string;
  status?: string;
  biz_opaque_callback_data?: string;
  pricing?: { billable?: boolean; category?: string };
  errors?: Fault[];
};

export type Preference = {
  wa_id?: string;
  user_id?: string;
  category?: string;
  value?: string;
  timestamp?: string | number;
};

/** Throws when a name is missing without which the rest is of no use. */
export function wanted(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw new Error('a name is missing');
  return value;
}
