import type { Media } from '../../engine/content.ts';
import { SendError } from '../channel.ts';
import type { Graph } from './api.ts';
import { toSendError } from './errors.ts';

const DOWNLOAD_SECONDS_MAX = 60;
/** Hosts of Meta's on which files lie. The token goes there, and nowhere else that an answer might name. */
const FILE_HOSTS = /^(lookaside\.fbsbx\.com|([a-z0-9-]+\.)+(fbcdn\.net|whatsapp\.net))$/;

type Outside = { graph: Graph; token: string; apiRoot: string };

/**
 * The bytes that a person sent. The address of a file lives for five minutes, so it is asked for each time. Throws
 * SendError: 'rejected' when there are too many bytes, 'unreachable' otherwise: a letter does not say how large its file
 * is, so "gone" could not be told from "too large", and after some tries it is said to be out of reach.
 */
export async function download(media: Media, bytesMax: number, outside: Outside): Promise<Uint8Array> {
  const source = encodeURIComponent(media.source ?? '');
  const answer = await outside.graph(source).catch((error: unknown) => {
    throw away(toSendError(error, 'media').message);
  });
  const { url, file_size: bytes } = answer as { url?: unknown; file_size?: unknown };
  if (Number(bytes ?? 0) > bytesMax) throw tooLarge();
  if (typeof url !== 'string' || !isFileAddress(url, outside.apiRoot)) {
    throw new SendError('unreachable', 'WhatsApp media: an address that is none of Meta’s');
  }
  try {
    return await fetchBytes(url, bytesMax, outside.token);
  } catch (error) {
    // What the line says may hold the address, which is a secret while it lives.
    throw error instanceof SendError ? error : away('WhatsApp media: the file did not come whole');
  }
}

/** Meta's own hosts, or the server that stands in for Meta. */
export function isFileAddress(url: string, apiRoot: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, origin, port, username } = new URL(url);
  if (username !== '') return false;
  if (origin === new URL(apiRoot).origin) return true;
  return protocol === 'https:' && port === '' && FILE_HOSTS.test(hostname);
}

async function fetchBytes(url: string, bytesMax: number, token: string): Promise<Uint8Array> {
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${token}` },
    redirect: 'error',
    signal: AbortSignal.timeout(DOWNLOAD_SECONDS_MAX * 1000),
  });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw away(`WhatsApp media: no file (${response.status})`);
  }
  const parts: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop early cancels the stream.
  for await (const part of response.body) {
    bytes += part.length;
    if (bytes > bytesMax) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const tooLarge = () => new SendError('rejected', 'WhatsApp media: the file is too large');
const away = (words: string) => new SendError('unreachable', words);
