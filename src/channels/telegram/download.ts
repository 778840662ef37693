import type { Media } from '../../engine/content.ts';
import { SendError } from '../channel.ts';
import type { Call } from './api.ts';
import { toSendError } from './errors.ts';

const DOWNLOAD_TIMEOUT_SECONDS = 60;

/**
 * The bytes that a person sent. Throws SendError: 'rejected' when there are too many of them or the file is gone,
 * 'unreachable' when it may be tried again.
 */
export async function download(
  media: Media,
  bytesMax: number,
  { call, filesRoot }: { call: Call; filesRoot: string },
): Promise<Uint8Array> {
  if ((media.bytes ?? 0) > bytesMax) throw tooLarge();
  const file = await call<{ file_path?: string; file_size?: number }>('getFile', {
    file_id: media.source,
  }).catch((error) => {
    const complaint = toSendError(error, 'getFile');
    // Nothing was sent, so a cut line leaves nothing in doubt.
    throw complaint.kind === 'unknown' ? new SendError('unreachable', complaint.message) : complaint;
  });
  if ((file.file_size ?? 0) > bytesMax) throw tooLarge();
  if (!file.file_path) throw new SendError('rejected', 'Telegram: the file has no path');
  try {
    return await fetchBytes(`${filesRoot}/${file.file_path}`, bytesMax);
  } catch (error) {
    // The address holds the token, so the original is not passed on.
    throw error instanceof SendError
      ? error
      : new SendError('unreachable', 'Telegram: the file did not come whole');
  }
}

async function fetchBytes(url: string, bytesMax: number): Promise<Uint8Array> {
  const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_SECONDS * 1000) });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    const away = response.status >= 500 || response.status === 429;
    throw new SendError(away ? 'unreachable' : 'rejected', `Telegram: no file (${response.status})`);
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

const tooLarge = () => new SendError('rejected', 'Telegram: the file is too large');
