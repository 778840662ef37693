/** What will be said and to how many, before anybody hears it. */
import { type Announcement, languagesOf, renderAnnouncement } from '../../broadcasts/announcement.ts';
import { type Audience, countAudience } from '../../broadcasts/audience.ts';
import type { Rendered } from '../../broadcasts/prepare.ts';
import { departmentName } from '../../civic/city.ts';
import { startChoice } from '../../engine/advance.ts';
import type { Content } from '../../engine/content.ts';
import type { Desks } from '../card.ts';
import type { AtDesk } from '../desk.ts';
import { audienceWords } from './audience.ts';
import { announceWords } from './say.ts';

/** Each wording as it goes out, signed by the department. */
export function rendered(announcement: Announcement, { voice, city }: Desks, department: string): Rendered[] {
  const { button } = announcement;
  return renderAnnouncement(
    announcement,
    (language) => voice.say(language, 'announcement.foot', { name: departmentName(city, department) }),
    (language) =>
      button === undefined
        ? undefined
        : { id: startChoice(button), label: voice.say(language, `announcement.button.${button}`) },
  );
}

export async function preview(
  at: AtDesk,
  id: number,
  announcement: Announcement,
  audience: Audience,
): Promise<Content> {
  const { tx, voice, settings } = at.around;
  const counts = await countAudience(tx, audience, settings.broadcastChannels);
  const people = counts.reduce((sum, { count }) => sum + count, 0);
  const nameOf = (code: string) => voice.languages.find((one) => one.code === code)?.name ?? code;
  const written = languagesOf(announcement);
  const shares = counts.map(({ language, count }) =>
    announceWords(at, written.includes(language) ? 'share' : 'shareInOther', {
      count,
      language: nameOf(language),
      other: nameOf(announcement.original),
    }),
  );
  const wordings = rendered(announcement, at.desks, at.letter.department).map(({ key, content }) => {
    const [code = '', variant = ''] = key.split(':');
    const buttons = (content.choices ?? []).map(({ label }) => `[${label}]`);
    return [`${nameOf(code)}${variant && ` (${variant})`}:`, content.text, ...buttons].join('\n');
  });
  const { watch, photo } = announcement;
  const lines = [
    announceWords(at, 'preview', { number: id }),
    ...wordings,
    [
      announceWords(at, people === 0 ? 'toNobody' : 'toPeople', {
        to: audienceWords(at, audience),
        count: people,
      }),
      ...(people > 0 ? [shares.join(', ')] : []),
      ...(watch ? [announceWords(at, `watch.${watch.outcome}`, { count: watch.days })] : []),
    ].join('\n'),
    announceWords(at, people === 0 ? 'change' : at.inWords ? 'confirmInWords' : 'confirm'),
  ];
  const choices = [...(people > 0 ? ['send'] : []), 'drop'].map((name) => ({
    id: `announce:${name}:${id}`,
    label: announceWords(at, `do.${name}`),
  }));
  return {
    text: lines.join('\n\n'),
    choices,
    numbered: false,
    ...(photo !== undefined && { media: [{ kind: 'photo', file: photo }] }),
  };
}
