/**
 * A chart of how far the promises are. Figures are drawn as lines, so that it can be read on a machine without any font;
 * what the numbers stand for is said in the words beside it.
 */
import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import sharp from 'sharp';
import { rows, type Tx } from '../../database/database.ts';
import { storeFile } from '../../media/store.ts';
import { type Canvas, type Colour, drawFigures, fillBox, openCanvas } from './paint.ts';
import type { Standing } from './week.ts';

/** Changes when the drawing does, so that an old one is not shown for a new one. */
const DRAWING = 1;
const WIDTH = 720;
const ROW = 52;
const MARGIN = 24;
const BAR = { x: 110, width: 470, height: 26 };
const INK: Colour = [27, 36, 48];
const PAPER: Colour = [255, 253, 247];
const TRACK: Colour = [228, 223, 209];
const FILL: Colour = [11, 110, 79];
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
  const { data: pixels, width, height } = drawChart(shown);
  const data = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .png({ palette: true })
    .toBuffer();
  const file = await storeFile(tx, { kind: 'photo', mime: 'image/png', data }, now);
  await tx.execute(sql`
    insert into digest_pictures (key, file_id) values (${key}, ${file}) on conflict (key) do nothing`);
  return file;
}

/** Pixels of the chart: a row a promise, with its number, its bar, and how far it is. */
export function drawChart(standings: Standing[]): Canvas {
  const canvas = openCanvas(WIDTH, 2 * MARGIN + standings.length * ROW, PAPER);
  for (const [at, standing] of standings.entries()) drawRow(canvas, standing, MARGIN + at * ROW);
  return canvas;
}

/** Steps of a promise whose percentage nobody gave: none, some, most, all. */
const STEPS: Record<string, number> = { notStarted: 0, limited: 1, substantial: 2, completed: 3 };
const STEPS_MAX = 3;
const FIGURES_HIGH = 22;
const DASH = 6;

function drawRow(canvas: Canvas, { ordinal, state, percent }: Standing, top: number): void {
  const y = top + (ROW - BAR.height) / 2;
  const figures = (text: string, x: number): void =>
    drawFigures(canvas, text, x, y + (BAR.height - FIGURES_HIGH) / 2, FIGURES_HIGH, INK);
  const right = BAR.x + BAR.width + 18;
  figures(String(ordinal), MARGIN);
  if (percent !== null) {
    const part = Math.round(Math.min(100, Math.max(0, percent)));
    fillBox(canvas, BAR.x, y, BAR.width, BAR.height, TRACK);
    fillBox(canvas, BAR.x, y, (BAR.width * part) / 100, BAR.height, FILL);
    figures(`${part}%`, right);
    return;
  }
  const steps = state === null ? undefined : STEPS[state];
  if (steps === undefined) {
    drawDashes(canvas, y);
    figures('?', right);
    return;
  }
  const step = BAR.width / STEPS_MAX;
  for (let at = 0; at < STEPS_MAX; at++)
    fillBox(canvas, BAR.x + at * step, y, step - 6, BAR.height, at < steps ? FILL : TRACK);
  figures(`${steps}/${STEPS_MAX}`, right);
}

/** Nobody said: an empty frame of dashes. */
function drawDashes(canvas: Canvas, y: number): void {
  for (let x = BAR.x; x < BAR.x + BAR.width; x += 2 * DASH) {
    fillBox(canvas, x, y, DASH, 2, INK);
    fillBox(canvas, x, y + BAR.height - 2, DASH, 2, INK);
  }
}
