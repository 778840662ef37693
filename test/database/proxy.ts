/** A line-cutting TCP proxy on loopback: between us and a server it does what networks do. */

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export type CuttingProxy = {
  port: number;
  /** How many lines run through it. */
  lines(): number;
  /** Resets every line; new ones are let through. */
  cut(): void;
  /** Nothing passes in either direction, nothing is closed, and new lines are taken but lead nowhere. */
  blackHole(): void;
  /** Takes no new lines; those that are there go on. */
  refuse(): Promise<void>;
  /** Lets everything through again; what was swallowed stays lost, so swallowed lines are reset. */
  restore(): Promise<void>;
  close(): Promise<void>;
};

export async function openProxy(target: { host: string; port: number }): Promise<CuttingProxy> {
  const pairs = new Set<[Socket, Socket | undefined]>();
  let swallowing = false;
  const server = createServer((near) => {
    near.on('error', () => {});
    const far = swallowing ? undefined : connect(target);
    const pair: [Socket, Socket | undefined] = [near, far];
    pairs.add(pair);
    near.on('close', () => {
      pairs.delete(pair);
      if (!swallowing) far?.destroy();
    });
    near.on('data', (data) => swallowing || far?.write(data));
    near.on('end', () => swallowing || far?.end());
    far?.on('error', () => near.resetAndDestroy());
    far?.on('data', (data) => swallowing || near.write(data));
    far?.on('end', () => swallowing || near.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = (server.address() as { port: number }).port;
  const cut = () => {
    for (const [near, far] of pairs) {
      near.resetAndDestroy();
      far?.destroy();
    }
    pairs.clear();
  };
  return {
    port,
    lines: () => pairs.size,
    cut,
    blackHole: () => {
      swallowing = true;
    },
    refuse: async () => {
      server.close();
    },
    restore: async () => {
      if (swallowing) cut();
      swallowing = false;
      if (!server.listening) {
        server.listen(port, '127.0.0.1');
        await once(server, 'listening');
      }
    },
    close: async () => {
      cut();
      server.close();
    },
  };
}
