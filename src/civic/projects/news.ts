/** Tells those who follow a project what changed about it: one letter a project, however much changed. */
import { sql } from 'drizzle-orm';
import { idSet, rows, type Tx } from '../../database/database.ts';
import type { Voice } from '../../engine/conversation.ts';
import { wake } from '../../people/wake.ts';

/** Changes that a follower is told of; others are in the history. */
export const TOLD = ['state', 'progress', 'contractor', 'cost', 'plannedEnd'] as const;

type News = { what: string; from: string | null; to: string | null };
type Follower = { person_id: number; language: string; project_id: number; title: string; news: News[] };

/** `changeIds`: as writeChanges gave them. The same changes tell the same person once. */
export async function tellFollowers(
  tx: Tx,
  changeIds: readonly number[],
  voice: Pick<Voice, 'say'>,
  now: Date,
): Promise<void> {
  if (changeIds.length === 0) return;
  const followers = await rows<Follower & { newest: number }>(
    tx,
    sql`select f.person_id::float8 as person_id, pe.language, p.id::float8 as project_id, p.title,
          max(c.id)::float8 as newest,
          jsonb_agg(jsonb_build_object('what', c.what, 'from', c.from_value, 'to', c.to_value) order by c.id) as news
        from changes c
        join projects p on p.id = c.subject_id
        join follows f on f.topic = 'project' and f.subject_id = p.id
        join people pe on pe.id = f.person_id
        where c.id = any(${idSet(changeIds)}) and c.subject = 'project'
          and c.what in (select value from jsonb_array_elements_text(${JSON.stringify(TOLD)}::jsonb) value)
        group by f.person_id, pe.language, p.id, p.title`,
  );
  await wake(
    tx,
    followers.map(({ person_id, language, project_id, title, newest, news }) => ({
      personId: person_id,
      flow: 'projectnews',
      values: { title, lines: linesOf(news, language, voice).join('\n') },
      cause: `project:${project_id}:${newest}`,
    })),
    now,
  );
}

const linesOf = (news: News[], language: string, voice: Pick<Voice, 'say'>): string[] =>
  news.map(({ what, from, to }) => {
    const silent = voice.say(language, 'projects.card.silent');
    return voice.say(language, `projectnews.line.${what}`, { from: from ?? silent, to: to ?? silent });
  });
