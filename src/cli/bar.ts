import type { WriteStream } from 'node:tty';

const CELLS = 30;

/** A bar that fills while something long is done; only on a terminal, and never among the results. */
export function openBar(out: Pick<WriteStream, 'isTTY' | 'write'>): {
  show(done: number, of: number): void;
  end(): void;
} {
  let shown = '';
  return {
    show(done, of) {
      const part = of === 0 ? 1 : done / of;
      const full = Math.round(part * CELLS);
      const numbers = `${done.toLocaleString('en')} of ${of.toLocaleString('en')}`;
      const bar = `[${'#'.repeat(full)}${'.'.repeat(CELLS - full)}] ${Math.floor(part * 100)} %  ${numbers}`;
      if (!out.isTTY || bar === shown) return;
      shown = bar;
      out.write(`\r${bar}`);
    },
    end() {
      if (shown !== '') out.write(`\r${' '.repeat(shown.length)}\r`);
      shown = '';
    },
  };
}
