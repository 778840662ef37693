/**
 * What can be said in one letter, on any network. The engine composes it, a channel translates it;
 * neither knows how the other works. Everything here is plain JSON and survives a trip through it.
 */

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** WGS84, decimal degrees. */
export type Point = { latitude: number; longitude: number };

/** A place that a person can find again: a point with a name. */
export type Place = Point & { name: string };

/**
 * One way to answer. `id` is what comes back on a tap: at most CHOICE_ID_MAX bytes of ASCII, so that it fits
 * Telegram's callback_data. `label` stands on the button or behind the number.
 */
export type Choice = { id: string; label: string; detail?: string };

export const CHOICE_ID_MAX_BYTES = 64;

export type MediaKind = 'photo' | 'voice' | 'video' | 'file' | 'sticker';

/** Why something a person sent cannot be used; the words for it are at `trouble.<reason>`. */
export type MediaTrouble = 'tooLarge' | 'notAPicture' | 'unreadable' | 'unreachable' | 'unsupported';

/**
 * A photo, a voice note or another file, on its way in or out.
 * Inbound it has a `source` (the channel's own handle) until it has been fetched, checked and stored;
 * then it has a `file` (id in table `files`) or a `trouble`.
 */
export type Media = {
  kind: MediaKind;
  source?: string;
  file?: string;
  mime?: string;
  bytes?: number;
  seconds?: number;
  trouble?: MediaTrouble;
  /** Where the picture itself says that it was taken (EXIF), before that was stripped. */
  taken?: Point;
};

/** One letter's content. `wants` lets a channel offer its native way to share a place or a photo. */
export type Content = {
  text: string;
  choices?: Choice[];
  /** False where the buttons stand for themselves and a number would answer nothing. */
  numbered?: boolean;
  media?: Media[];
  wants?: 'location' | 'photo';
  /** The words on the network's own button for it. */
  wantsLabel?: string;
  place?: Place;
  /** Goes on alone with the person: what to start there, and the words on the button. Where there is no such link the
   * words of the letter say it. */
  inPrivate?: { start: string; label: string };
  /** Words that a network lets through where it lets nothing else through; `text` says the same elsewhere. */
  template?: Template;
  /** A letter that must never arrive twice (a one-time code): it is given up when nobody knows whether it arrived. */
  once?: true;
};

/**
 * A letter whose words a network approved before: asks whether something that waits may come. `values` fill its gaps in
 * order; its one button is `choice`. What it is called on the network is that channel's setting.
 */
export type Template = { kind: TemplateKind; language: string; values: string[]; choice: Choice };

/** news: about one's own report · week: the digest is ready · announcement: a letter to many waits */
export type TemplateKind = (typeof TEMPLATE_KINDS)[number];

export const TEMPLATE_KINDS = ['news', 'week', 'announcement'] as const;

/** What the button of a template brings back when there is nothing to start: whatever waits now comes. */
export const OPEN_CHOICE = 'open';
