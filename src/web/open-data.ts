/** What the city publishes for machines: files that anybody may fetch, made anew only when something changed. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { type Request, type Response, Router } from 'express';
import { exportLines, exportState, type Publisher } from '../civic/projects/export.ts';
import type { Tx } from '../database/database.ts';

/** So long a reader may use what it has without asking. */
const FRESH_SECONDS = 60;

/** A package that was made, kept small: compressed. */
type Made = { print: string; tag: string; changedAt: Date; gzip: Buffer };

/** @param publisher asked at each making: the port may only be known when the server listens */
export function openData(tx: Tx, publisher: () => Publisher): Router {
  const current = keepMade(tx, publisher);
  const routes = Router();
  routes.use((_request, response, next) => {
    response.set({ 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' });
    next();
  });
  // Express answers HEAD by it too.
  routes.get('/oc4ids.json', async (request, response) => {
    const made = await current();
    if (made) return send(made, request, response);
    response.status(404).set('Cache-Control', 'no-store').json({
      error: 'No project is published yet, and OC4IDS knows no empty package.',
    });
  });
  return routes;
}

/** One looks, and one makes; whoever comes meanwhile waits for the same. */
function keepMade(tx: Tx, publisher: () => Publisher): () => Promise<Made | undefined> {
  let kept: Made | undefined;
  let looking: Promise<Made | undefined> | undefined;
  const look = async (): Promise<Made | undefined> => {
    const { print, changedAt } = await exportState(tx);
    if (changedAt === null) kept = undefined;
    else if (kept?.print !== print) kept = { print, changedAt, ...(await make(tx, publisher())) };
    return kept;
  };
  return () => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  };
}

async function make(tx: Tx, publisher: Publisher): Promise<Pick<Made, 'tag' | 'gzip'>> {
  const hash = createHash('sha256');
  const pieces: Buffer[] = [];
  const lines = async function* () {
    for await (const line of exportLines(tx, publisher)) {
      hash.update(line);
      yield `${line}\n`;
    }
  };
  await pipeline(Readable.from(lines()), createGzip(), async (compressed) => {
    for await (const piece of compressed) pieces.push(piece as Buffer);
  });
  return { tag: `W/"${hash.digest('hex').slice(0, 32)}"`, gzip: Buffer.concat(pieces) };
}

async function send(made: Made, request: Request, response: Response): Promise<void> {
  response.set({
    'Cache-Control': `public, max-age=${FRESH_SECONDS}`,
    'Content-Type': 'application/json; charset=utf-8',
    ETag: made.tag,
    'Last-Modified': made.changedAt.toUTCString(),
    Vary: 'Accept-Encoding',
  });
  if (hasIt(request, made.tag)) return void response.status(304).end();
  if (request.acceptsEncodings('gzip', 'identity') === 'gzip') {
    response.set({ 'Content-Encoding': 'gzip', 'Content-Length': String(made.gzip.length) });
    return void response.end(made.gzip);
  }
  if (request.method === 'HEAD') return void response.end();
  // Who leaves in the middle has only what came till then.
  await pipeline(Readable.from([made.gzip]), createGunzip(), response).catch(() => response.destroy());
}

/** A tag that was sent decides, also when the reader asks caches on the way to keep out of it (`no-cache`). */
function hasIt(request: Request, tag: string): boolean {
  const tags = request.get('If-None-Match');
  if (tags === undefined) return request.fresh;
  const opaque = (one: string): string => one.trim().replace(/^W\//, '');
  return tags.split(',').some((one) => opaque(one) === '*' || opaque(one) === opaque(tag));
}
