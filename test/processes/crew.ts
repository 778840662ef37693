/** Three processes of the house that are killed and come again, behind a proxy that cuts their lines. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { InboundMessage } from '../../src/channels/message.ts';

const RUNNER = fileURLToPath(new URL('./runner.ts', import.meta.url));
const HAND_SECONDS_MAX = 5;

type Member = { child: ChildProcess; port: number | undefined };

export type Crew = {
  /** Resolves when all of them listen. */
  ready(): Promise<void>;
  /** kill -9, and another one in its place. */
  kill(place: number): void;
  kills(): number;
  /** True when that process said that it has them. */
  hand(place: number, messages: InboundMessage[]): Promise<boolean>;
  end(): Promise<void>;
};

export function openCrew(size: number, args: string[]): Crew {
  let kills = 0;
  const members = Array.from({ length: size }, () => begin(args));
  return {
    kills: () => kills,
    async ready() {
      for (const place of members.keys()) {
        while (members[place]?.port === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    kill(place) {
      kills += 1;
      members[place]?.child.kill('SIGKILL');
      members[place] = begin(args);
    },
    async hand(place, messages) {
      const port = members[place]?.port;
      if (port === undefined) return false;
      try {
        const body = JSON.stringify(messages);
        const signal = AbortSignal.timeout(HAND_SECONDS_MAX * 1000);
        return (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body, signal })).ok;
      } catch {
        return false;
      }
    },
    async end() {
      for (const { child } of members) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    },
  };
}

function begin(args: string[]): Member {
  const child = spawn(process.execPath, ['--import', 'tsx', RUNNER, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const member: Member = { child, port: undefined };
  createInterface({ input: child.stdout }).on('line', (line) => {
    const port = /^port (\d+)$/.exec(line)?.[1];
    if (port) member.port = Number(port);
  });
  return member;
}
