/** What the page shows of a letter, as JSON and as HTML without scripts. Pure; text stays text in both. */
import type { Content, Media } from '../../engine/content.ts';
import type { MailboxLetter } from './ports.ts';

export type LetterView = {
  id: number;
  mine: boolean;
  at: string;
  text: string;
  edited?: true;
  /** The id that the page drew for its own letter. */
  sent?: string;
  choices?: { id: string; number: number; label: string; detail?: string }[];
  media?: MediaView[];
  place?: { name: string; latitude: number; longitude: number };
  wants?: 'location' | 'photo';
  /** What stands on the button for it, in the language of the talk. */
  wantsLabel?: string;
};

/** `file` is missing while a photo is being checked. */
export type MediaView = { kind: 'photo' | 'voice' | 'file'; file?: string; trouble?: true };

export function write(letter: MailboxLetter): LetterView {
  const { content } = letter;
  return {
    id: letter.id,
    mine: letter.mine,
    at: letter.at,
    text: content.text ?? '',
    ...(letter.edited && { edited: true as const }),
    ...(letter.externalId !== undefined && {
      sent: letter.externalId.slice(letter.externalId.lastIndexOf(':') + 1),
    }),
    ...(content.choices?.length && { choices: choicesOf(content) }),
    ...(content.media?.length && { media: content.media.map(mediaOf) }),
    ...(content.place && { place: pick(content.place) }),
    ...(content.wants && { wants: content.wants }),
    ...(content.wants && content.wantsLabel && { wantsLabel: content.wantsLabel }),
  };
}

function choicesOf(content: Content): NonNullable<LetterView['choices']> {
  return (content.choices ?? []).map(({ id, label, detail }, place) => ({
    id,
    number: place + 1,
    label,
    ...(detail !== undefined && { detail }),
  }));
}

function mediaOf(media: Media): MediaView {
  const kind = media.kind === 'photo' || media.kind === 'voice' ? media.kind : 'file';
  return {
    kind,
    ...(media.file !== undefined && { file: media.file }),
    ...(media.trouble !== undefined && { trouble: true as const }),
  };
}

const pick = ({ name, latitude, longitude }: NonNullable<LetterView['place']>) => ({
  name,
  latitude,
  longitude,
});

/** Longer than any transaction that writes letters, and than a photo's check. */
const RECENT_SECONDS = 60;

/**
 * The id after which to look next time. Ids are drawn before their letters are committed, so a lower one may appear
 * after a higher one: whatever is recent is looked at again, and the page knows a letter that it has already.
 */
export function cursorAfter(letters: readonly MailboxLetter[], before: number, now: Date): number {
  let cursor = before;
  for (const letter of letters) {
    if (now.getTime() - Date.parse(letter.at) < RECENT_SECONDS * 1000) break;
    cursor = letter.id;
  }
  return cursor;
}
