/**
 * The one HTTP server: what channels want to be called at, health, metrics. It mounts and guards;
 * it must not know what a route does.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import type { WebhookChannel } from '../channels/channel.ts';
import { errorFacts, type Log } from '../log.ts';
import { bounded, headers } from './guards.ts';

/** Five photos of 10 MB over a slow line. */
const REQUEST_SECONDS_MAX = 600;
const HEADERS_SECONDS_MAX = 20;
const CLOSE_SECONDS_MAX = 5;
const HEALTH_SECONDS_MAX = 3;

export type ServerOptions = {
  /** 0 takes a free one. */
  port: number;
  /** All interfaces unless told. */
  host?: string;
  channels: readonly WebhookChannel[];
  /** Rejects when the database does not answer. */
  health(): Promise<unknown>;
  /** Prometheus text. */
  metrics(): Promise<string>;
  /** What is published for machines, under /open-data. */
  openData?: Router;
  publicUrl?: string | undefined;
  log: Log;
};

export type Server = { readonly port: number; close(): Promise<void> };

/** Resolves when it listens; rejects when the port is taken. */
export async function openServer(options: ServerOptions): Promise<Server> {
  const streams = new Set<ServerResponse>();
  const server = createServer(routesOf(options, streams));
  server.requestTimeout = REQUEST_SECONDS_MAX * 1000;
  server.headersTimeout = HEADERS_SECONDS_MAX * 1000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        const late = setTimeout(() => server.closeAllConnections(), CLOSE_SECONDS_MAX * 1000);
        server.close(() => {
          clearTimeout(late);
          resolve();
        });
        for (const stream of streams) stream.end();
        server.closeIdleConnections();
      }),
  };
}

function routesOf(options: ServerOptions, streams: Set<ServerResponse>): express.Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(headers(options.publicUrl), bounded);
  app.use((request, response, next) => {
    // Streams never end by themselves; the server ends them when it closes.
    if (!request.get('Accept')?.includes('text/event-stream')) return next();
    streams.add(response);
    response.on('close', () => streams.delete(response));
    next();
  });
  app.get('/', (_request, response) => response.redirect('/chat'));
  app.get('/health', async (_request, response) => {
    const well = await answersInTime(options.health);
    response
      .status(well ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({ database: well ? 'up' : 'down' });
  });
  app.get('/metrics', async (_request, response) => {
    response.type('text/plain; version=0.0.4').send(await options.metrics());
  });
  if (options.openData) app.use('/open-data', options.openData);
  for (const channel of options.channels) {
    app.use(channel.path ?? `/channels/${channel.name}`, channel.routes);
  }
  app.use((_request, response) => {
    response.status(404).type('text/plain').send('There is nothing at this address. The chat is at /chat.\n');
  });
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    explain(error, response, options.log);
  });
  return app;
}

async function answersInTime(health: () => Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), HEALTH_SECONDS_MAX * 1000);
  });
  const answered = health().then(
    () => true,
    () => false,
  );
  return Promise.race([answered, late]).finally(() => clearTimeout(timer));
}

/** A fault of the request keeps its status; ours is 503 when the database is away, and 500 otherwise. */
function explain(error: unknown, response: Response, log: Log): void {
  const status = statusOf(error);
  if (status >= 500) log.error('web: a request failed', { ...errorFacts(error), status });
  if (response.headersSent) return void response.end();
  if (status === 503) response.set('Retry-After', '5');
  const words =
    status < 500
      ? 'This request could not be understood.\n'
      : 'Something went wrong on our side. Please try again in a moment.\n';
  response.status(status).type('text/plain').send(words);
}

function statusOf(error: unknown): number {
  if (!(error instanceof Error)) return 500;
  if ('status' in error && typeof error.status === 'number' && error.status >= 400 && error.status < 600) {
    return error.status;
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return /^(08|57P|ECONN|EPIPE|ETIMEDOUT)/.test(code) ? 503 : 500;
}
