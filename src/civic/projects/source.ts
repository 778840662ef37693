/**
 * Reads a file, or what stands behind a web address, into memory: bounded in bytes, seconds and redirects. An address is
 * asked only after it was looked at, and exactly the address that was looked at.
 */
import { lookup } from 'node:dns/promises';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { CannotImport, tooLarge } from './cannot.ts';
import { isOpenAddress } from './reach.ts';

export type SourceBounds = {
  bytesMax: number;
  /** For a web address, over all its redirects. */
  secondsMax: number;
};

/** What a test puts in place of the real network. */
export type Reach = {
  mayReach(address: string): boolean;
  resolve(host: string): Promise<string[]>;
};

const REDIRECTS_MAX = 5;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

const openInternet: Reach = {
  mayReach: isOpenAddress,
  resolve: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
};

export const isWebAddress = (given: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(given);

/** @param from a path, or an address with http or https. @throws CannotImport */
export async function readSource(from: string, bounds: SourceBounds, reach = openInternet): Promise<Buffer> {
  const bytes = isWebAddress(from)
    ? await readWeb(from, bounds, reach)
    : await readFile(from, bounds.bytesMax);
  if (bytes.length === 0) throw new CannotImport('There is nothing in it: ask its publisher.');
  return bytes;
}

async function readFile(path: string, bytesMax: number): Promise<Buffer> {
  try {
    // Looked at before it is opened: a pipe would keep the opening waiting for ever.
    const found = await stat(path);
    if (!found.isFile()) throw new CannotImport(`${path} is no file.`);
    if (found.size > bytesMax) throw tooLarge(bytesMax);
    return await gather(createReadStream(path), bytesMax);
  } catch (error) {
    if (error instanceof CannotImport) throw error;
    throw new CannotImport(`${path} cannot be read (${codeOf(error)}): check its name and rights.`);
  }
}

async function readWeb(from: string, { bytesMax, secondsMax }: SourceBounds, reach: Reach): Promise<Buffer> {
  const signal = AbortSignal.timeout(secondsMax * 1000);
  const late = new CannotImport(
    `It did not end within ${secondsMax} seconds: try again, or raise IMPORT_SECONDS_MAX.`,
  );
  try {
    return await Promise.race([
      follow(from, bytesMax, reach, signal),
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(late))),
    ]);
  } catch (error) {
    if (error instanceof CannotImport) throw error;
    throw signal.aborted
      ? late
      : new CannotImport(`It cannot be reached (${codeOf(error)}): try again later.`);
  }
}

async function follow(from: string, bytesMax: number, reach: Reach, signal: AbortSignal): Promise<Buffer> {
  let url = readUrl(from);
  for (let hops = 0; hops <= REDIRECTS_MAX; hops++) {
    const response = await ask(url, await addressOf(url, reach), signal);
    const { statusCode = 0, headers } = response;
    if (REDIRECTS.includes(statusCode) && headers.location !== undefined) {
      response.destroy();
      url = readUrl(headers.location, url);
      continue;
    }
    try {
      if (statusCode !== 200)
        throw new CannotImport(`${url.host} answers ${statusCode}: check the address with its publisher.`);
      if (![undefined, 'identity'].includes(headers['content-encoding']))
        throw new CannotImport(`${url.host} sends it compressed: save it as a file, unpack it, import that.`);
      if (Number(headers['content-length'] ?? 0) > bytesMax) throw tooLarge(bytesMax);
      return await gather(response, bytesMax);
    } finally {
      response.destroy();
    }
  }
  throw new CannotImport(
    `It was passed on more than ${REDIRECTS_MAX} times: ask its publisher for the address.`,
  );
}

function readUrl(given: string, base?: URL): URL {
  if (!URL.canParse(given, base?.href)) throw new CannotImport('The address cannot be read: check it.');
  const url = new URL(given, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new CannotImport(`An address must begin with http:// or https://, not with ${url.protocol}//`);
  return url;
}

/** The address that is then asked; every one that the name has must be open. */
async function addressOf(url: URL, { mayReach, resolve }: Reach): Promise<string> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) ? [host] : await resolve(host);
  const [first] = addresses;
  if (first === undefined) throw new CannotImport(`${url.host} has no address: check it.`);
  if (!addresses.every(mayReach))
    throw new CannotImport(
      `${url.host} is not on the open internet and is not asked: save it as a file and import that.`,
    );
  return first;
}

function ask(url: URL, address: string, signal: AbortSignal): Promise<IncomingMessage> {
  const pinned: LookupFunction = (_host, { all }, found) => {
    const family = isIP(address);
    if (all) found(null, [{ address, family }]);
    else found(null, address, family);
  };
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const headers = {
    'accept-encoding': 'identity',
    accept: 'application/json, text/csv, */*',
    'user-agent': 'Kasa',
  };
  return new Promise((resolve, reject) => {
    const asked = send(url, { lookup: pinned, agent: false, signal, headers });
    asked.once('response', resolve);
    asked.on('error', reject);
    asked.end();
  });
}

/** Never holds more than one piece beyond the bound. */
async function gather(stream: AsyncIterable<Buffer>, bytesMax: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of stream) {
    bytes += piece.length;
    if (bytes > bytesMax) throw tooLarge(bytesMax);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
