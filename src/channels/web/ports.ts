/** What the web chat needs of the house: handed in, since channels know neither the database nor the words. */
import type { Content } from '../../engine/content.ts';
import type { Address } from '../message.ts';
import type { Words } from './words.ts';

/** The newest letters of a talk that are shown; older ones are kept but not sent to the page. */
export const LETTERS_SHOWN_MAX = 100;

/** One letter as it stands in the store. */
export type MailboxLetter = {
  id: number;
  /** For a letter of the person: their words (a tap's label), what they attached, and their pin as `place`. */
  content: Content;
  /** ISO 8601, when the letter was stored. */
  at: string;
  /** True when the person wrote it. */
  mine: boolean;
  /** It corrects an earlier letter; it stands at its own place in the talk and says so. */
  edited?: boolean;
  /** The `externalId` under which the person's letter was received; the page then knows its own letter again. */
  externalId?: string;
};

export type Mailbox = {
  /**
   * The person's letters with an id above `afterId`, in both directions, oldest first; when there are more than
   * LETTERS_SHOWN_MAX, the newest of them. A letter of ours stands
   * here as soon as it is committed, whatever the pump does with it; failed and cancelled ones are left out.
   */
  after(address: Address, afterId: number): Promise<MailboxLetter[]>;
};

/** Where the bytes of an upload lie until they are checked: unlike other networks a browser cannot be asked again. */
export type Uploads = {
  /** Resolves with the `source` of the media when the bytes are stored. */
  put(bytes: Uint8Array, claimedMime: string): Promise<string>;
  get(source: string): Promise<Uint8Array | undefined>;
};

/** The page's own words; `languages` in order of preference, the first is the fallback. */
export type PageWords = {
  languages: readonly string[];
  words(language: string): Words;
};
