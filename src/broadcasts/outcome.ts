/** What became of an announcement: how its letters fared, and what people did after it. */
import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { rows, type Tx } from '../database/database.ts';
import type { Announcement, Watch } from './announcement.ts';

/** Letters that failed by kind, such as `blocked`, and people who said stop after theirs. */
export async function troubles(
  tx: Tx,
  broadcastId: number,
): Promise<{ failed: { kind: string; count: number }[]; stopped: number }> {
  const failed = await rows<{ kind: string; count: number }>(
    tx,
    sql`select coalesce(nullif(split_part(error, ':', 1), ''), 'unknown') as kind, count(*)::int as count
        from messages where broadcast_id = ${broadcastId} and status = 'failed' group by 1 order by 2 desc, 1`,
  );
  const [found] = await rows<{ stopped: number }>(
    tx,
    sql`select count(*)::int as stopped from messages m
        join conversations c on c.id = m.conversation_id join people p on p.id = c.person_id
        where m.broadcast_id = ${broadcastId} and m.status in ('sent', 'arrived', 'read')
          and p.stopped_at >= m.done_at`,
  );
  return { failed, stopped: found?.stopped ?? 0 };
}

/** One person of an announcement, as an evaluator may see them. */
export type Assignment = {
  token: string;
  variant: string;
  sent: boolean;
  outcome: boolean | null;
  stopped: boolean;
};

const DAY_MS = 86_400_000;

/**
 * Who got which wording and did what was watched for. Nobody can be recognised: tokens are made of a secret salt, and
 * rows stand in the order of the tokens, which is none. `outcome` is null where the days are not over.
 */
export async function assignments(
  tx: Tx,
  broadcastId: number,
  { watch, salt }: Pick<Announcement, 'watch' | 'salt'>,
  now: Date,
): Promise<Assignment[]> {
  const days = watch?.days ?? 0;
  const until = sql`m.done_at + ${days} * interval '1 day'`;
  const found = await rows<Omit<Assignment, 'token'> & { person: number; doneMs: number | null }>(
    tx,
    sql`select c.person_id::float8 as person, coalesce(nullif(split_part(b.key, ':', 2), ''), '-') as variant,
          m.status in ('sent', 'arrived', 'read') as sent, (extract(epoch from m.done_at) * 1000)::float8 as "doneMs",
          ${did(watch, until)} as outcome, coalesce(p.stopped_at >= m.done_at, false) as stopped
        from messages m join broadcast_contents b on b.id = m.content_id
        join conversations c on c.id = m.conversation_id join people p on p.id = c.person_id
        where m.broadcast_id = ${broadcastId}`,
  );
  return found
    .map(({ person, doneMs, ...row }) => {
      const isOver = doneMs !== null && doneMs + days * DAY_MS <= now.getTime();
      const outcome = row.sent && (row.outcome || isOver) ? row.outcome : null;
      const token = createHash('sha256').update(`${salt}:${person}`).digest('hex').slice(0, 16);
      return { ...row, outcome, token };
    })
    .sort((a, b) => (a.token < b.token ? -1 : 1));
}

function did(watch: Watch | undefined, until: ReturnType<typeof sql>) {
  if (watch === undefined) return sql`null::boolean`;
  if (watch.outcome === 'report') {
    return sql`exists (select 1 from reports r where r.person_id = p.id and r.sent_at > m.done_at and r.sent_at <= ${until})`;
  }
  const tapped = sql`i.content ->> 'choice' is not null and i.content ->> 'replyTo' = m.external_id`;
  return sql`exists (select 1 from messages i where i.conversation_id = m.conversation_id and i.direction = 'inbound'
    and i.channel = m.channel and i.content -> 'news' is null and i.created_at > m.done_at and i.created_at <= ${until}
    and ${watch.outcome === 'tap' ? tapped : sql`true`})`;
}

/** For a spreadsheet or a statistician's program: every field is a plain word or number. */
export function assignmentsCsv(found: Assignment[]): string[] {
  const number = (yes: boolean | null) => (yes === null ? '' : yes ? '1' : '0');
  return [
    'token,variant,sent,outcome,stopped',
    ...found.map(({ token, variant, sent, outcome, stopped }) =>
      [token, variant, number(sent), number(outcome), number(stopped)].join(','),
    ),
  ];
}
