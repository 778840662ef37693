/** How far something is, to be seen at a glance in plain text. */
const CELLS = 10;

/** ■■■■■■□□□□ for 60 percent. Only what is whole is full, and only what has begun is not empty. */
export function bar(percent: number): string {
  const full =
    percent <= 0 ? 0 : percent >= 100 ? CELLS : Math.min(CELLS - 1, Math.max(1, Math.round(percent / CELLS)));
  return '■'.repeat(full) + '□'.repeat(CELLS - full);
}
