/** How it goes, as Prometheus text: letters by channel and state, reports by state. Numbers only, nobody's words. */
import { sql } from 'drizzle-orm';
import { type Database, rows } from '../database/database.ts';
import { letterCounts } from '../delivery/counts.ts';

export async function metricsOf(database: Database): Promise<string> {
  const letters = await letterCounts(database.tx);
  const reports = await rows<{ state: string; department: string; count: number }>(
    database.tx,
    sql`select state, department, count(*)::float8 as count from reports group by 1, 2 order by 1, 2`,
  );
  const memory = process.memoryUsage().rss;
  return [
    '# HELP kasa_letters Letters by channel, direction and status.',
    '# TYPE kasa_letters gauge',
    ...letters.map((row) =>
      line('kasa_letters', { channel: row.channel, direction: row.direction, status: row.status }, row.count),
    ),
    '# HELP kasa_reports Reports by state and department.',
    '# TYPE kasa_reports gauge',
    ...reports.map((row) =>
      line('kasa_reports', { state: row.state, department: row.department }, row.count),
    ),
    '# HELP kasa_memory_bytes Memory of this process.',
    '# TYPE kasa_memory_bytes gauge',
    line('kasa_memory_bytes', {}, memory),
    '',
  ].join('\n');
}

function line(name: string, labels: Record<string, string>, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text.replace(/["\\\n]/g, '_')}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`;
}
