/** Sends bytes, compressed where the browser takes that: small bundles pay for each. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Request, Response } from 'express';

const zip = promisify(gzip);
/** Below this the envelope of gzip eats what it saves. */
const ZIP_BYTES_MIN = 600;

export async function answer(
  request: Request,
  response: Response,
  type: string,
  text: string,
): Promise<void> {
  const plain = Buffer.from(text);
  const zipped = plain.length >= ZIP_BYTES_MIN && takesGzip(request) ? await zip(plain) : undefined;
  reply(request, response, type, { plain, zipped });
}

export function reply(
  request: Request,
  response: Response,
  type: string,
  { plain, zipped }: { plain: Buffer; zipped?: Buffer | undefined },
): void {
  response.set('Content-Type', type).vary('Accept-Encoding');
  if (zipped === undefined || !takesGzip(request)) return void response.send(plain);
  response.set('Content-Encoding', 'gzip').send(zipped);
}

const takesGzip = (request: Request) => request.acceptsEncodings('gzip') === 'gzip';
