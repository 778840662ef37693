/**
 * Asks those whose network lets nothing else through, by a template, whether what waits for them may come: news of their
 * own report, a letter to many, the week's digest. At most once until they write; not before it has waited for as long
 * as the channel says, since most people write by themselves and each template costs; and no more people in a day than
 * the network allows.
 */
import { sql } from 'drizzle-orm';
import type { Channel, TemplateLimits } from '../channels/channel.ts';
import type { Address } from '../channels/message.ts';
import { referenceOf } from '../civic/reference.ts';
import { rows, type Tx } from '../database/database.ts';
import { post } from '../delivery/post.ts';
import { type Content, OPEN_CHOICE, type TemplateKind } from '../engine/content.ts';
import type { Voice } from '../engine/conversation.ts';

/** People who are asked at one look. */
export const KNOCKS_PER_LOOK_MAX = 200;
const DAY_HOURS = 24;

export type Knocking = { voice: Voice; assembly: string };

type Waiting = {
  address: Address;
  conversationId: number;
  language: string;
  kind: TemplateKind;
  about: number | null;
};

/** Asks whoever is due; resolves with how many were asked. Safe to repeat, and to be done by two processes at once. */
export async function knock(
  tx: Tx,
  { name, limits: { templates } }: Pick<Channel, 'name' | 'limits'>,
  knocking: Knocking,
  now: Date,
): Promise<number> {
  if (!templates) return 0;
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`knock:${name}`}))`);
  const free = Math.min(KNOCKS_PER_LOOK_MAX, templates.peoplePerDayMax - (await askedInADay(tx, name, now)));
  if (free <= 0) return 0;
  const waiting = await whoWaits(tx, name, templates, free, now);
  if (waiting.length === 0) return 0;
  await tx.execute(sql`
    insert into knocks (address, channel, kind, asked_at)
    select address, ${name}, kind, ${now.toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(waiting)}::jsonb) as g(address text, kind text)
    on conflict (address) do update set channel = excluded.channel, kind = excluded.kind, asked_at = excluded.asked_at`);
  await post(
    tx,
    waiting.map(({ address, conversationId, about, ...one }) => ({
      channel: name,
      to: address,
      conversationId,
      about: about ?? undefined,
      content: composeKnock(one.kind, languageFor(one.language, templates), about, knocking),
      priority: one.kind === 'news' ? ('notice' as const) : ('broadcast' as const),
    })),
    now,
  );
  return waiting.length;
}

async function askedInADay(tx: Tx, channel: string, now: Date): Promise<number> {
  const [found] = await rows<{ count: number }>(
    tx,
    sql`select count(*)::int as count from knocks
        where channel = ${channel} and asked_at > ${now.toISOString()}::timestamptz - ${DAY_HOURS} * interval '1 hour'`,
  );
  return found?.count ?? 0;
}

/** News before announcements before digests, and of each the one that has waited longest. */
function whoWaits(
  tx: Tx,
  channel: string,
  { kinds, waitHours }: TemplateLimits,
  most: number,
  now: Date,
): Promise<Waiting[]> {
  const before = sql`${new Date(now.getTime() - waitHours * 3_600_000).toISOString()}::timestamptz`;
  return rows<Waiting>(
    tx,
    sql`with waiting as (
          select m.conversation_id, m.address, m.about, m.created_at as since,
            case when m.broadcast_id is null then 'news' else 'announcement' end as kind
          from messages m where m.status = 'waiting' and m.channel = ${channel} and m.created_at <= ${before}
          union all
          select c.id, c.address, null, d.waiting_since, 'week'
          from digests d join conversations c on c.person_id = d.person_id and c.room = ''
          join people p on p.id = d.person_id
          where d.waiting_since <= ${before} and d.ended_at is null and p.stopped_at is null and c.channel = ${channel}),
        first as (
          select distinct on (w.address) w.*, c.state ->> 'language' as language,
            case w.kind when 'news' then 0 when 'announcement' then 1 else 2 end as turn
          from waiting w join conversations c on c.id = w.conversation_id
          left join addresses a on a.address = w.address
          where a.blocked_at is null and (w.kind = 'news' or a.opted_out_at is null)
            and w.kind in (select jsonb_array_elements_text(${JSON.stringify(kinds)}::jsonb))
            and not exists (select 1 from knocks k where k.address = w.address
              and k.asked_at > coalesce(c.heard_at, '-infinity'::timestamptz))
          order by w.address, turn, w.since)
        select address, conversation_id::float8 as "conversationId", coalesce(language, 'en') as language, kind,
          about::float8 as about
        from first order by turn, since, address limit ${most}`,
  );
}

const languageFor = (language: string, { languages }: TemplateLimits): string =>
  languages.includes(language) ? language : languages[0];

/** The letter: its words for networks that have no templates of ours, and what a template of the kind needs. */
export function composeKnock(
  kind: TemplateKind,
  language: string,
  about: number | null,
  { voice, assembly }: Knocking,
): Content {
  const what = about === null ? voice.say(language, 'template.news.other') : referenceOf(about);
  const value = kind === 'news' ? what : assembly;
  const choice = {
    // The digest is not written before it is asked for; everything else lies ready.
    id: kind === 'week' ? '>week' : OPEN_CHOICE,
    label: voice.say(language, `template.${kind}.button`),
  };
  return {
    text: templateWords(kind, language, value, voice),
    choices: [choice],
    numbered: false,
    template: { kind, language, values: [value], choice },
  };
}

/** What is submitted to the network, and what its reader sees: with `{{1}}` or the value in its one gap. */
export const templateWords = (kind: TemplateKind, language: string, value: string, voice: Voice): string =>
  voice.say(language, `template.${kind}.text`, { value });
