/** One photo, voice note or file of a letter: downloaded and checked. It must not know the queue. */
import { type Channel, isMediaChannel, SendError } from '../channels/channel.ts';
import type { Media } from '../engine/content.ts';
import { errorFacts, type Log } from '../log.ts';
import { bytesMax, checkMedia, isKeepable } from '../media/check.ts';
import type { World } from '../world.ts';
import type { Fetched } from './fetch-claims.ts';

/** Rejects only when the world does. */
export async function fetchPiece(
  channel: Channel | undefined,
  media: Media,
  world: World,
  log: Log,
): Promise<Fetched> {
  if (!channel || !isMediaChannel(channel) || !isKeepable(media.kind)) return { trouble: 'unsupported' };
  const most = bytesMax(media.kind);
  if (media.bytes !== undefined && media.bytes > most) return { trouble: 'tooLarge' };
  let bytes: Uint8Array;
  try {
    bytes = await channel.download(media, most);
  } catch (error) {
    const reason = error instanceof SendError ? error.kind : undefined;
    log.warn('download failed', { channel: channel.name, reason, ...errorFacts(error) });
    return afterError(error, media);
  }
  await world.crashPoint('fetch: downloaded');
  const checked = await checkMedia(bytes, media.kind);
  await world.crashPoint('fetch: checked');
  return checked;
}

/**
 * A channel rejects what is larger than it was told to load, and what its network does not have any more; when the
 * network said how large it is, it was the second. Everything else may be better in a moment.
 */
function afterError(error: unknown, media: Media): Fetched {
  if (!(error instanceof SendError)) return { again: true };
  if (error.kind !== 'rejected') return { again: true, retryAfterSeconds: error.retryAfterSeconds };
  return { trouble: media.bytes === undefined ? 'tooLarge' : 'unreachable' };
}
