/** The words of the page itself. They live in `locales/` under `web.<word>`; here are only their names. */

export const FILES_MAX = 5;
export const FILE_BYTES_MAX = 10 * 1024 * 1024;
export const TEXT_CHARACTERS_MAX = 10_000;

export const WEB_WORDS = [
  'title',
  'about',
  'talk',
  'kasa',
  'you',
  'emptyTitle',
  'empty',
  'begin',
  'hello',
  'write',
  'send',
  'photo',
  'takePhoto',
  'photosChosen',
  'place',
  'sendPlace',
  'placeFailed',
  'placeWait',
  'voice',
  'voiceStop',
  'voiceFailed',
  'sending',
  'notSent',
  'notTaken',
  'offline',
  'aPhoto',
  'aVoice',
  'aFile',
  'aPlace',
  'checking',
  'cannotShow',
  'edited',
  'seeNew',
  'earlier',
  'lettersAway',
  'tooLarge',
  'tooMany',
  'tooLong',
  'nothing',
  'unreadable',
  'notStored',
  'busy',
  'foreign',
  'noCookie',
  'leave',
  'leaveSure',
  'left',
] as const;

export type WebWord = (typeof WEB_WORDS)[number];
export type Words = Record<WebWord, string>;

/** Values that the words may name: `{{filesMax}}`, `{{megabytesMax}}`, `{{charactersMax}}`. */
export const WEB_VALUES = {
  filesMax: FILES_MAX,
  megabytesMax: FILE_BYTES_MAX / 1024 / 1024,
  charactersMax: TEXT_CHARACTERS_MAX,
};

/** A request that is not taken, with the words that say why and what to do. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  readonly word: WebWord;
  /** What the person had written, so that a page without JavaScript can hand it back. */
  draft = '';

  constructor(status: number, word: WebWord, cause?: unknown) {
    super(`web chat: ${word}`, cause === undefined ? undefined : { cause });
    this.status = status;
    this.word = word;
  }
}
