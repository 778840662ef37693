/** What an official wrote becomes a draft, and is shown as it will read; or they hear what is not understood. */
import { sql } from 'drizzle-orm';
import { type Announcement, languagesOf } from '../../broadcasts/announcement.ts';
import type { Audience } from '../../broadcasts/audience.ts';
import type { Broadcast } from '../../broadcasts/broadcast.ts';
import type { AtDesk } from '../desk.ts';
import { type AudienceFault, readAudience } from './audience.ts';
import { preview } from './preview.ts';
import { ANNOUNCEMENT_LETTERS_MAX, readAnnouncement, type Written } from './read.ts';
import { announceWords, sayOn } from './say.ts';

/** A pin that quotes the draft means this far around it, unless a distance was written before. */
const PIN_KM = 2;

export async function takeWords(at: AtDesk, broadcast: Broadcast, words: string): Promise<void> {
  const { tx, voice, settings } = at.around;
  const codes = voice.languages.map(({ code }) => code);
  const written = readAnnouncement(words, codes, settings.deskLanguage);
  const announcement = merge(broadcast.content as unknown as Announcement, written, at);
  const before = broadcast.audience as Audience;
  const faults: AudienceFault[] = [...written.faults, ...faultsOf(announcement, codes)];
  const audience = await readAudience(at, written.wanted, before, faults);
  const { location } = at.letter.content;
  if (location) {
    const km = before.near?.km ?? PIN_KM;
    audience.near = {
      latitude: location.latitude,
      longitude: location.longitude,
      km,
      name: location.name || announceWords(at, 'yourPin'),
    };
  }
  await tx.execute(
    sql`update broadcasts set content = ${JSON.stringify(announcement)}::jsonb,
          audience = ${JSON.stringify(audience)}::jsonb, author = ${at.letter.name} where id = ${broadcast.id}`,
  );
  if (faults.length > 0) {
    const lines = faults.map(({ key, line }) => announceWords(at, key, { line }));
    return sayOn(at, broadcast.id, { text: [...lines, announceWords(at, 'again')].join('\n') });
  }
  if (languagesOf(announcement).length === 0) {
    return sayOn(at, broadcast.id, { text: announceWords(at, 'noWords') });
  }
  await sayOn(at, broadcast.id, await preview(at, broadcast.id, announcement, audience));
}

/** New words stand in for all the old ones; what was not written again stays. */
function merge(before: Announcement, { words, button, watch }: Written, at: AtDesk): Announcement {
  const photo = at.letter.content.media?.find(
    ({ kind, file }) => kind === 'photo' && file !== undefined,
  )?.file;
  const kept = Object.keys(words).length > 0 ? words : before.words;
  const wordings = Object.keys(kept).flatMap((key) => key.split(':')[1] ?? []);
  const [first] = Object.keys(kept);
  const original = at.around.settings.deskLanguage;
  return {
    ...before,
    words: kept,
    variants: [...new Set(wordings)].sort(),
    original:
      first === undefined || languagesOf({ ...before, words: kept }).includes(original)
        ? original
        : (first.split(':')[0] ?? original),
    ...(photo !== undefined && { photo }),
    ...(button !== undefined && { button }),
    ...(watch !== undefined && { watch }),
  };
}

/** A language has all the wordings or none of them; nobody gets more than they will read. */
function faultsOf(announcement: Announcement, codes: readonly string[]): AudienceFault[] {
  const { words, variants } = announcement;
  const faults: AudienceFault[] = [];
  for (const code of codes.filter((one) => languagesOf(announcement).includes(one))) {
    const wanted = variants.length === 0 ? [code] : variants.map((variant) => `${code}:${variant}`);
    const whole = wanted.every((key) => key in words) && !(variants.length > 0 && code in words);
    if (!whole || variants.length === 1) faults.push({ key: 'wordingsMissing', line: code });
  }
  for (const [key, said] of Object.entries(words)) {
    if (said.length > ANNOUNCEMENT_LETTERS_MAX) faults.push({ key: 'tooLong', line: key });
  }
  return faults;
}
