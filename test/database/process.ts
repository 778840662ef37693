/** Processes of their own for tests: to hold a lock, to write, to be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));

export type Process = {
  pid: number;
  /** What it printed so far. */
  lines: string[];
  /** The first line that starts so; rejects with what it said when the process ends without it. */
  says(start: string): Promise<string>;
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Resolves with the exit code, null after a signal. */
  ended: Promise<number | null>;
};

export function start(role: 'write' | 'lock' | 'hold', ...rest: string[]): Process {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, role, ...rest], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  const closed = once(reader, 'close');
  const ended = Promise.all([once(child, 'exit'), closed]).then(([[code]]) => code as number | null);
  return {
    pid: child.pid as number,
    lines,
    says: async (start) => {
      for (;;) {
        const found = lines.find((line) => line.startsWith(start));
        if (found !== undefined) return found;
        await Promise.race([once(reader, 'line'), ended]);
        if (isOver(child) && !lines.some((line) => line.startsWith(start))) {
          throw new Error(`it ended without saying ${start}: ${lines.slice(-3).join(' | ')}`);
        }
      }
    },
    kill: async (signal) => {
      child.kill(signal);
      await ended;
    },
    ended,
  };
}

function isOver(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
