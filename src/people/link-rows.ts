/** What stands in somebody's name, when it goes over to another one who has the same of their own. */
import { sql } from 'drizzle-orm';
import type { Tx } from '../database/database.ts';

/** Numbers of people. */
export type Merger = { from: number; into: number };

/** A report that one made and the other one joined has one voice less. */
export async function moveReports(tx: Tx, { from, into }: Merger): Promise<void> {
  await tx.execute(sql`update reports set person_id = ${into} where person_id = ${from}`);
  await tx.execute(sql`
    delete from voices v where v.person_id = ${from}
      and exists (select 1 from voices o where o.report_id = v.report_id and o.person_id = ${into})`);
  await tx.execute(sql`update voices set person_id = ${into} where person_id = ${from}`);
  await tx.execute(sql`
    delete from voices v using reports r
    where v.person_id = ${into} and r.id = v.report_id and r.person_id = ${into}`);
}

/** More places than one person may follow stay: nothing is taken from anybody, and none is added to them. */
export async function moveFollows(tx: Tx, { from, into }: Merger): Promise<void> {
  await tx.execute(sql`
    delete from follows f where f.person_id = ${from} and exists (
      select 1 from follows o where o.person_id = ${into} and o.topic = f.topic and o.subject_id = f.subject_id
        and (f.topic <> 'place' or o.name is not distinct from f.name))`);
  await tx.execute(sql`update follows set person_id = ${into} where person_id = ${from}`);
  await tx.execute(sql`
    delete from digest_endings e where e.person_id = ${from} and exists (
      select 1 from digest_endings o where o.person_id = ${into} and o.topic = e.topic
        and o.subject_id = e.subject_id and o.name = e.name)`);
  await tx.execute(sql`update digest_endings set person_id = ${into} where person_id = ${from}`);
}

/**
 * One weekly letter: the one that goes on. Where both do, the older one's rhythm; this week's edition counts as written
 * when either had it (nobody gets two), and the next one tells from the earlier moment (nothing is left out, though some
 * of it may be told again).
 */
export async function moveDigest(tx: Tx, { from, into }: Merger): Promise<void> {
  await tx.execute(sql`update digests set chosen_by = ${into} where chosen_by = ${from}`);
  await tx.execute(sql`
    delete from digests a where a.person_id = ${from} and a.ended_at is not null
      and exists (select 1 from digests b where b.person_id = ${into})`);
  await tx.execute(sql`
    delete from digests b where b.person_id = ${into} and b.ended_at is not null
      and exists (select 1 from digests a where a.person_id = ${from})`);
  await tx.execute(sql`
    update digests b set
      cadence = case when a.began_at < b.began_at then a.cadence else b.cadence end,
      hour = case when a.began_at < b.began_at then a.hour else b.hour end,
      places_agreed_at = least(a.places_agreed_at, b.places_agreed_at),
      began_at = least(a.began_at, b.began_at),
      told_at = least(a.told_at, b.told_at),
      told_from = case when coalesce(a.waiting_since, b.waiting_since) is not null then least(a.told_from, b.told_from)
        when coalesce(a.edition, '') > coalesce(b.edition, '') then a.told_from else b.told_from end,
      edition = greatest(a.edition, b.edition),
      written_at = greatest(a.written_at, b.written_at),
      waiting_since = least(a.waiting_since, b.waiting_since)
    from digests a where a.person_id = ${from} and b.person_id = ${into}`);
  await tx.execute(sql`
    delete from digests a where a.person_id = ${from}
      and exists (select 1 from digests b where b.person_id = ${into})`);
  await tx.execute(sql`update digests set person_id = ${into} where person_id = ${from}`);
}

/** Of two answers to the same question the last one counts, as everywhere. */
export async function moveJudgements(tx: Tx, { from, into }: Merger): Promise<void> {
  await tx.execute(sql`update observations set person_id = ${into} where person_id = ${from}`);
  await tx.execute(sql`
    with earlier as (
      select case when a.at > b.at then b.id else a.id end as id
      from answers a join answers b on b.person_id = ${into} and b.commitment_id = a.commitment_id
        and b.change_id = a.change_id
      where a.person_id = ${from}),
    bare as (delete from attachments where subject = 'answer' and subject_id in (select id from earlier))
    delete from answers where id in (select id from earlier)`);
  await tx.execute(sql`update answers set person_id = ${into} where person_id = ${from}`);
}
