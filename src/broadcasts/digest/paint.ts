/**
 * A few rectangles and lines in a picture's own bytes. The process opens no SVG at all (media/photo.ts), so that nothing
 * which strangers send is ever read as one; what we draw ourselves is therefore painted here.
 */

export type Colour = readonly [red: number, green: number, blue: number];

/** `data`: three bytes a pixel, row by row. */
export type Canvas = { data: Uint8Array; width: number; height: number };

export function openCanvas(width: number, height: number, paper: Colour): Canvas {
  const canvas = { data: new Uint8Array(width * height * 3), width, height };
  fillBox(canvas, 0, 0, width, height, paper);
  return canvas;
}

export function fillBox(
  canvas: Canvas,
  x: number,
  y: number,
  wide: number,
  high: number,
  colour: Colour,
): void {
  const right = Math.min(canvas.width, Math.round(x + wide));
  const below = Math.min(canvas.height, Math.round(y + high));
  for (let row = Math.max(0, Math.round(y)); row < below; row++) {
    for (let column = Math.max(0, Math.round(x)); column < right; column++) put(canvas, column, row, colour);
  }
}

/** A line with round ends. */
export function drawLine(
  canvas: Canvas,
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
  thick: number,
  colour: Colour,
): void {
  const reach = thick / 2;
  const length2 = (x2 - x1) ** 2 + (y2 - y1) ** 2;
  for (let y = Math.floor(Math.min(y1, y2) - reach); y <= Math.max(y1, y2) + reach; y++) {
    for (let x = Math.floor(Math.min(x1, x2) - reach); x <= Math.max(x1, x2) + reach; x++) {
      const along = length2 === 0 ? 0 : ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length2;
      const part = Math.min(1, Math.max(0, along));
      const off = Math.hypot(x - x1 - part * (x2 - x1), y - y1 - part * (y2 - y1));
      if (off <= reach) put(canvas, x, y, colour);
    }
  }
}

function put({ data, width, height }: Canvas, x: number, y: number, colour: Colour): void {
  if (x < 0 || y < 0 || x >= width || y >= height) return;
  data.set(colour, (y * width + x) * 3);
}

/** Strokes of each sign on a field two wide and four high: points one after the other, "x y x y …". */
const SIGNS: Readonly<Record<string, readonly string[]>> = {
  0: ['0 0 2 0 2 4 0 4 0 0'],
  1: ['.4 .8 1.2 0 1.2 4'],
  2: ['0 0 2 0 2 2 0 2 0 4 2 4'],
  3: ['0 0 2 0 2 4 0 4', '.4 2 2 2'],
  4: ['0 0 0 2 2 2', '2 0 2 4'],
  5: ['2 0 0 0 0 2 2 2 2 4 0 4'],
  6: ['2 0 0 0 0 4 2 4 2 2 0 2'],
  7: ['0 0 2 0 .8 4'],
  8: ['0 0 2 0 2 4 0 4 0 0', '0 2 2 2'],
  9: ['2 2 0 2 0 0 2 0 2 4 0 4'],
  '/': ['2 0 0 4'],
  '?': ['0 .6 0 0 2 0 2 2 1 2 1 2.8', '1 3.8 1 4'],
  '%': ['2 0 0 4', '0 0 .7 0 .7 .9 0 .9 0 0', '1.3 3.1 2 3.1 2 4 1.3 4 1.3 3.1'],
};
const SIGN_STEP = 3.1;
const STROKE = 0.5;

/** Digits and few signs, drawn as lines: there may be no font on the machine. */
export function drawFigures(
  canvas: Canvas,
  text: string,
  x: number,
  y: number,
  high: number,
  colour: Colour,
): void {
  const scale = high / 4;
  for (const [at, sign] of [...text].entries()) {
    const left = x + at * SIGN_STEP * scale;
    for (const stroke of SIGNS[sign] ?? []) {
      const numbers = stroke.split(' ').map(Number);
      const place = (point: number): [number, number] => [
        left + (numbers[2 * point] ?? 0) * scale,
        y + (numbers[2 * point + 1] ?? 0) * scale,
      ];
      for (let point = 1; point < numbers.length / 2; point++)
        drawLine(canvas, place(point - 1), place(point), STROKE * scale, colour);
    }
  }
}
