/** What must be true of every world in the end, whatever went wrong in it. */
import { sql } from 'drizzle-orm';
import { rows } from '../../src/database/database.ts';
import { DESK, type Resident } from './city.ts';
import type { Scene } from './play.ts';

export type Rule =
  | 'nothing broke'
  | 'stored once'
  | 'handled'
  | 'one report'
  | 'one answer'
  | 'one conversation'
  | 'nothing stuck'
  | 'all sent'
  | 'no needless repeat'
  | 'in order'
  | 'no downgrade'
  | 'one card'
  | 'one mark'
  | 'one taker'
  | 'news once'
  | 'photo awaited';

export type Violation = { rule: Rule; detail: string };

export type Row = {
  id: number;
  conversation: number | null;
  direction: string;
  channel: string;
  external: string | null;
  address: string;
  status: string;
  priority: number;
  created: number;
  done: number | null;
  about: number | null;
  edits: number | null;
  text: string | null;
  trouble: boolean;
  start: string | null;
  reaction: { on: string; mark: string } | null;
  choice: string | null;
  album: string | null;
};

export type Report = {
  id: number;
  address: string;
  category: string;
  description: string;
  state: string;
  taker: string | null;
  files: number;
  cards: number;
  taken: number;
};

export type Seen = { scene: Scene; letters: Row[]; reports: Report[]; excused: Set<string> };

type Checker = (seen: Seen) => (Violation | false | undefined)[];

export async function check(scene: Scene): Promise<Violation[]> {
  const seen = await see(scene);
  return [
    ...scene.faults.map((detail): Violation => ({ rule: 'nothing broke', detail })),
    ...scene.network.needless.map((detail): Violation => ({ rule: 'no needless repeat', detail })),
    ...(await conversations(scene)),
    ...CHECKS.flatMap((checker) => checker(seen)).filter((found): found is Violation => !!found),
  ];
}

async function see(scene: Scene): Promise<Seen> {
  const tx = scene.ground.prepared.tx(undefined);
  const letters = await rows<Row>(
    tx,
    sql`select id::float8 as id, conversation_id::float8 as conversation, direction, channel, external_id as external,
          address, status, priority, (extract(epoch from created_at) * 1000)::float8 as created,
          (extract(epoch from done_at) * 1000)::float8 as done, about::float8 as about, edits_id::float8 as edits,
          content ->> 'text' as text, content #>> '{start,flow}' as start, content -> 'reaction' as reaction,
          jsonb_path_exists(content, '$.media[*] ? (exists (@.trouble) || !exists (@.file))') as trouble,
          content #>> '{choices,0,id}' as choice, content ->> 'album' as album
        from messages order by id`,
  );
  const reports = await rows<Report>(
    tx,
    sql`select r.id::float8 as id, a.address, r.category, r.description, r.state, r.taken_by as taker,
          (select count(*)::int from report_files f where f.report_id = r.id) as files,
          (select count(*)::int from cards c where c.report_id = r.id) as cards,
          (select count(*)::int from report_events e
            where e.report_id = r.id and e.kind = 'state' and e.to_value = 'taken') as taken
        from reports r join addresses a on a.person_id = r.person_id order by r.id`,
  );
  // A voice note that could not be fetched in time: its person was told, and the talk went another way from there.
  const excused = new Set(
    letters.filter((row) => row.direction === 'inbound' && row.trouble).map((row) => row.address),
  );
  for (const resident of scene.residents) if (isTorn(scene, resident, letters)) excused.add(resident.address);
  return { scene, letters, reports, excused };
}

const ALBUM_MS = 1500;

/** An album whose parts were stored too far apart, or one of them only after the others were taken, is honestly two. */
function isTorn({ feed }: Scene, { album, address }: Resident, letters: Row[]): boolean {
  if (album === undefined) return false;
  const parts = letters.filter((row) => row.album === album && row.address === address);
  // The wait counts from the moment at which the storing began: a database that takes longer than that tears it.
  const confirmedMs = (part: Row) => feed.confirmed.get(part.external ?? '') ?? 0;
  if (parts.some((part) => confirmedMs(part) - part.created >= ALBUM_MS)) return true;
  return parts.some((part, at) => {
    const before = parts[at - 1];
    return before !== undefined && Math.abs(part.created - before.created) >= ALBUM_MS;
  });
}

async function conversations(scene: Scene): Promise<Violation[]> {
  const [found] = await rows<{ people: number; alone: number; addresses: number }>(
    scene.ground.prepared.tx(undefined),
    sql`select (select count(*)::int from people) as people, (select count(*)::int from addresses) as addresses,
          (select count(*)::int from conversations where room = '') as alone`,
  );
  if (!found || (found.people === found.addresses && found.alone <= found.people)) return [];
  return [{ rule: 'one conversation', detail: JSON.stringify(found) }];
}

const CHECKS: Checker[] = [
  function stored({ scene, letters }) {
    const count = new Map<string, number>();
    for (const row of letters) {
      if (row.direction === 'inbound' && row.external !== null)
        count.set(row.external, (count.get(row.external) ?? 0) + 1);
    }
    return [...scene.feed.confirmed.keys()].map(
      (name) =>
        count.get(name) !== 1 && { rule: 'stored once', detail: `${name}: ${count.get(name) ?? 0} times` },
    );
  },

  function handled({ letters }) {
    return letters.map(
      (row) =>
        row.direction === 'inbound' &&
        row.status !== 'handled' && { rule: 'handled', detail: `${row.external} is ${row.status}` },
    );
  },

  function stuck({ letters }) {
    return letters.map(
      (row) =>
        ['received', 'queued', 'sending'].includes(row.status) && {
          rule: 'nothing stuck',
          detail: `letter ${row.id} is ${row.status}`,
        },
    );
  },

  function oneReport({ scene, reports, excused }) {
    return scene.residents.map(({ name, address, submission }) => {
      if (excused.has(address)) return undefined;
      const made = reports.filter((report) => report.address === address);
      const as = made.map(({ category, description, files }) =>
        JSON.stringify({ category, words: description, files }),
      );
      const meant = submission ? [JSON.stringify(submission)] : [];
      return (
        as.join() !== meant.join() && { rule: 'one report', detail: `${name} meant ${meant}, there is ${as}` }
      );
    });
  },

  function oneAnswer({ scene, letters, excused }) {
    return scene.residents.map(({ name, address, answers }) => {
      if (excused.has(address)) return undefined;
      const extra = scene.feed.confirmed.has(`${name}-answer`) ? 1 : 0;
      const said = letters.filter(
        (row) => row.direction === 'outbound' && row.address === address && row.priority === 0,
      );
      return (
        said.length !== answers + extra && {
          rule: 'one answer',
          detail: `${name} has ${said.length} answers to ${answers + extra} letters`,
        }
      );
    });
  },

  function photoAwaited({ scene, letters }) {
    return scene.residents.map(({ name, address, voice }) => {
      if (voice === undefined || scene.jumps > 0 || scene.network.late.has(voice) || scene.disturbed)
        return undefined;
      const lost = letters.some(
        (row) => row.direction === 'inbound' && row.address === address && row.trouble,
      );
      return lost && { rule: 'photo awaited', detail: `what ${name} sent was not waited for` };
    });
  },

  function allSent({ scene, letters }) {
    const arrived = new Set(scene.network.deliveries.map((delivery) => delivery.id));
    return letters.map((row) => {
      if (row.direction !== 'outbound') return undefined;
      if (scene.wasBlocked.has(row.address)) return undefined;
      if (row.status === 'cancelled' && row.edits !== null) return undefined;
      if (['sent', 'arrived', 'read'].includes(row.status) && arrived.has(row.id)) return undefined;
      return {
        rule: 'all sent',
        detail: `letter ${row.id} is ${row.status}, arrived: ${arrived.has(row.id)}`,
      };
    });
  },

  function inOrder({ scene, letters }) {
    const byId = new Map(letters.map((row) => [row.id, row]));
    const newest = new Map<string, number>();
    const seen = new Set<number>();
    return scene.network.deliveries.map(({ id, to }) => {
      const row = byId.get(id);
      if (!row || row.edits !== null || seen.has(id)) return undefined;
      seen.add(id);
      const lane = `${to} ${row.priority}`;
      const before = newest.get(lane) ?? 0;
      newest.set(lane, Math.max(before, id));
      return id < before && { rule: 'in order', detail: `letter ${id} came to ${to} after ${before}` };
    });
  },

  function noDowngrade({ scene, letters }) {
    const ranks = ['sent', 'arrived', 'read'];
    return scene.told.map(({ externalId, status, changed }) => {
      if (!changed) return undefined;
      const row = letters.find((one) => one.direction === 'outbound' && one.external === externalId);
      return (
        row !== undefined &&
        ranks.indexOf(row.status) < ranks.indexOf(status) && {
          rule: 'no downgrade',
          detail: `letter ${row.id} was ${status}, is ${row.status}`,
        }
      );
    });
  },

  function oneCard({ letters, reports }) {
    return reports.map(({ id, cards }) => {
      const posted = letters.filter(
        (row) =>
          row.address === DESK &&
          row.about === id &&
          row.edits === null &&
          row.priority === 1 &&
          row.choice?.startsWith('desk:'),
      );
      return (
        (cards !== 1 || posted.length !== 1) && {
          rule: 'one card',
          detail: `report ${id}: ${cards} cards, ${posted.length} posted`,
        }
      );
    });
  },

  function oneTaker({ scene, letters, reports }) {
    return scene.officials.dealt.map(({ report, takes }) => {
      const found = reports.find((one) => one.id === report);
      const told = letters.filter(
        (row) => row.address === DESK && row.about === report && row.priority === 0,
      ).length;
      const wrong = !found || found.taker === null || found.taken !== 1 || told !== takes - 1;
      return (
        wrong && {
          rule: 'one taker',
          detail: `report ${report}: ${found?.taken} takers of ${takes}, ${told} told`,
        }
      );
    });
  },

  function newsOnce({ scene, letters }) {
    return scene.officials.dealt.flatMap(({ report, relay, done }) =>
      (['change', 'word', 'fixed'] as const).map((flow) => {
        const meant = flow === 'change' ? 1 : flow === 'word' ? (relay ? 1 : 0) : done ? 1 : 0;
        const told = letters.filter((row) => row.start === flow && row.about === report).length;
        return (
          told !== meant && {
            rule: 'news once' as const,
            detail: `report ${report}: ${flow} ${told} times, not ${meant}`,
          }
        );
      }),
    );
  },

  function oneMark({ scene, letters }) {
    return scene.officials.dealt.map(({ relay }) => {
      if (relay === undefined) return undefined;
      const marks = letters.filter((row) => row.reaction?.on === relay).map((row) => row.reaction?.mark);
      const inTurn = ['sent', 'arrived', 'sent,arrived', 'failed'].includes(marks.join());
      return !inTurn && { rule: 'one mark', detail: `${relay} is marked ${marks.join() || 'not at all'}` };
    });
  },
];
