/**
 * A chart of how far the promises are. Figures are drawn as lines, so that it can be read on a machine without any font;
 * what the numbers stand for is said in the words beside it.
 */
import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import sharp from 'sharp';
import { rows, type Tx } from '../../database/database.ts';
import { storeFile } from '../../media/store.ts';
import type { Standing } from './week.ts';

/** Changes when the drawing does, so that an old one is not shown for a new one. */
const DRAWING = 1;
const WIDTH = 720;
const ROW = 52;
const MARGIN = 24;
const BAR = { x: 110, width: 470, height: 26 };
const INK = '#1b2430';
const PAPER = '#fffdf7';
const TRACK = '#e4dfd1';
const FILL = '#0b6e4f';
/** Promises that one chart shows. */
export const SHOWN_PROMISES_MAX = 20;

/** The file with the chart of these standings; drawn when nobody asked for the same before. */
export async function pictureOf(tx: Tx, standings: Standing[], now: Date): Promise<string> {
  const shown = standings.slice(0, SHOWN_PROMISES_MAX);
  const key = createHash('sha256')
    .update(JSON.stringify([DRAWING, shown]))
    .digest('hex');
  const [known] = await rows<{ file: string }>(
    tx,
    sql`select file_id as file from digest_pictures where key = ${key}`,
  );
  if (known) return known.file;
  const data = await sharp(Buffer.from(drawChart(shown)))
    .png({ palette: true })
    .toBuffer();
  const file = await storeFile(tx, { kind: 'photo', mime: 'image/png', data }, now);
  await tx.execute(sql`
    insert into digest_pictures (key, file_id) values (${key}, ${file}) on conflict (key) do nothing`);
  return file;
}

/** SVG without a single letter of text. */
export function drawChart(standings: Standing[]): string {
  const height = 2 * MARGIN + standings.length * ROW;
  const rowsDrawn = standings.map((standing, at) => drawRow(standing, MARGIN + at * ROW));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}">
<rect width="${WIDTH}" height="${height}" fill="${PAPER}"/>
${rowsDrawn.join('\n')}
</svg>`;
}

/** Steps of a promise whose percentage nobody gave: none, some, most, all. */
const STEPS: Record<string, number> = { notStarted: 0, limited: 1, substantial: 2, completed: 3 };
const STEPS_MAX = 3;

function drawRow({ ordinal, state, percent }: Standing, top: number): string {
  const y = top + (ROW - BAR.height) / 2;
  const number = drawText(String(ordinal), MARGIN, y, 22);
  const track = `<rect x="${BAR.x}" y="${y}" width="${BAR.width}" height="${BAR.height}" fill="${TRACK}"/>`;
  const right = BAR.x + BAR.width + 18;
  if (percent !== null) {
    const part = Math.round(Math.min(100, Math.max(0, percent)));
    const width = (BAR.width * part) / 100;
    return [number, track, full(BAR.x, y, width), drawText(`${part}%`, right, y, 22)].join('');
  }
  const steps = state === null ? undefined : STEPS[state];
  if (steps === undefined) {
    // Nobody said: an empty frame of dashes, and a question mark.
    const frame = `<rect x="${BAR.x + 1}" y="${y + 1}" width="${BAR.width - 2}" height="${BAR.height - 2}" fill="none" stroke="${INK}" stroke-width="2" stroke-dasharray="6 6"/>`;
    return [number, frame, drawText('?', right, y, 22)].join('');
  }
  const step = BAR.width / STEPS_MAX;
  const parts = Array.from({ length: STEPS_MAX }, (_, at) => {
    const x = BAR.x + at * step;
    return at < steps
      ? full(x, y, step - 6)
      : `<rect x="${x}" y="${y}" width="${step - 6}" height="${BAR.height}" fill="${TRACK}"/>`;
  });
  return [number, ...parts, drawText(`${steps}/${STEPS_MAX}`, right, y, 22)].join('');
}

const full = (x: number, y: number, width: number): string =>
  `<rect x="${x}" y="${y}" width="${Math.round(width)}" height="${BAR.height}" fill="${FILL}"/>`;

/** Lines of each sign on a field two wide and four high, as SVG paths. */
const SIGNS: Record<string, string> = {
  0: 'M0 0H2V4H0Z',
  1: 'M0.4 0.8L1.2 0V4',
  2: 'M0 0H2V2H0V4H2',
  3: 'M0 0H2V4H0M0.4 2H2',
  4: 'M0 0V2H2M2 0V4',
  5: 'M2 0H0V2H2V4H0',
  6: 'M2 0H0V4H2V2H0',
  7: 'M0 0H2L0.8 4',
  8: 'M0 0H2V4H0ZM0 2H2',
  9: 'M2 2H0V0H2V4H0',
  '/': 'M2 0L0 4',
  '?': 'M0 0.6V0H2V2H1V2.8M1 3.7V4',
  '%': 'M2 0L0 4M0 0H0.7V0.9H0ZM1.3 3.1H2V4H1.3Z',
};
const SIGN_STEP = 3.1;

function drawText(text: string, x: number, y: number, height: number): string {
  const scale = height / 4;
  const top = y + (BAR.height - height) / 2;
  return [...text]
    .map((sign, at) => {
      const left = x + at * SIGN_STEP * scale;
      return `<path d="${SIGNS[sign] ?? ''}" transform="translate(${left} ${top}) scale(${scale})" fill="none" stroke="${INK}" stroke-width="0.5" stroke-linejoin="round" stroke-linecap="round"/>`;
    })
    .join('');
}
