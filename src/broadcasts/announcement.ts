/** An announcement: what an official wrote in some languages, and what each person gets of it. */
import { type SQL, sql } from 'drizzle-orm';
import type { Choice, Content } from '../engine/content.ts';
import { type Audience, audienceQuery } from './audience.ts';
import type { Rendered } from './prepare.ts';

export const OUTCOMES = ['tap', 'report', 'reply'] as const;
/** What is watched for afterwards, in the days after each letter. */
export type Watch = { outcome: (typeof OUTCOMES)[number]; days: number };

export type Announcement = {
  /** Words by language, or by language and wording: `en`, or `en:a` and `en:b`. */
  words: Record<string, string>;
  /** The language that stands in where there is no translation. */
  original: string;
  /** Wordings that are tried against each other, such as a and b; empty when there is one. */
  variants: string[];
  /** A picture: its id in `files`. */
  photo?: string;
  /** The flow that a button under it starts. */
  button?: string;
  watch?: Watch;
  /** Makes tokens of people that nobody can take back, in what an evaluator gets. */
  salt: string;
};

export const languagesOf = (announcement: Announcement): string[] => [
  ...new Set(Object.keys(announcement.words).map((key) => key.split(':')[0] ?? '')),
];

/** Each wording as it goes out. `foot` says in a language from whom it comes; `label` what its button says. */
export function renderAnnouncement(
  announcement: Announcement,
  foot: (language: string) => string,
  button: (language: string) => Choice | undefined,
): Rendered[] {
  return Object.entries(announcement.words).map(([key, words]) => {
    const language = key.split(':')[0] ?? '';
    const choice = button(language);
    const content: Content = {
      text: `${words}\n\n${foot(language)}`,
      ...(choice && { choices: [choice], numbered: false }),
      ...(announcement.photo !== undefined && { media: [{ kind: 'photo', file: announcement.photo }] }),
    };
    return { key, content };
  });
}

/**
 * Who gets which: their language where it was written, else the original; of several wordings the one that a hash of
 * person and announcement gives, so that nobody chooses and it is always the same.
 */
export function announcementRecipients(
  announcement: Announcement,
  audience: Audience,
  broadcastId: number,
): SQL {
  const written = JSON.stringify(languagesOf(announcement));
  const language = sql`case when a.language in (select jsonb_array_elements_text(${written}::jsonb))
    then a.language else ${announcement.original}::text end`;
  const { variants } = announcement;
  const key =
    variants.length === 0
      ? language
      : sql`${language} || ':' || (${JSON.stringify(variants)}::jsonb ->> ${variantOf(broadcastId, variants.length)})`;
  return sql`select a.conversation_id, ${key} as content_key from (${audienceQuery(audience)}) a`;
}

const variantOf = (broadcastId: number, count: number): SQL =>
  sql`((hashtextextended(a.person_id || ':' || ${broadcastId}::bigint, 0) & 9223372036854775807) % ${count}::int)::int`;
