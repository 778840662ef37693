/** Files of ours that Meta has: handed over once, and named by Meta's id from then on. */
import type { World } from '../../world.ts';
import { SendError } from '../channel.ts';
import { type Files, readFile } from '../files.ts';
import type { Graph } from './api.ts';
import { toSendError } from './errors.ts';
import { DOCUMENT_BYTES_MAX, IMAGE_BYTES_MAX, SOUND_BYTES_MAX } from './limits.ts';

/** Meta keeps them for 30 days. */
const KEPT_DAYS = 29;
/** Names remembered; a picture to a whole city is handed over once. */
export const UPLOADS_MAX = 500;

export type Uploads = {
  /** Meta's id of the file. Rejects with SendError; never 'unknown', since nobody has got anything yet. */
  idOf(file: string): Promise<string>;
  /** Hands it over anew next time: Meta did not know it. */
  forget(file: string): void;
};

type Outside = { graph: Graph; phoneId: string; files: Files; world: Pick<World, 'now'> };

export function openUploads({ graph, phoneId, files, world }: Outside): Uploads {
  const known = new Map<string, { id: Promise<string>; untilMs: number }>();

  async function upload(file: string): Promise<string> {
    const { mime, data } = await readBearable(file, files);
    const form = new FormData();
    form.set('messaging_product', 'whatsapp');
    form.set('type', mime);
    form.set('file', new Blob([new Uint8Array(data)], { type: mime }), 'kasa');
    const answer = await graph(`${phoneId}/media`, form).catch((error: unknown) => {
      const complaint = toSendError(error, 'upload');
      throw complaint.kind === 'unknown' ? new SendError('unreachable', complaint.message) : complaint;
    });
    const { id } = answer as { id?: unknown };
    if (typeof id !== 'string') throw new SendError('unreachable', 'WhatsApp upload: no id came back');
    return id;
  }

  return {
    idOf(file) {
      const nowMs = world.now().getTime();
      const before = known.get(file);
      if (before && before.untilMs > nowMs) return before.id;
      const id = upload(file);
      known.delete(file);
      known.set(file, { id, untilMs: nowMs + KEPT_DAYS * 86_400_000 });
      const [oldest] = known.keys();
      if (oldest !== undefined && known.size > UPLOADS_MAX) known.delete(oldest);
      id.catch(() => {
        if (known.get(file)?.id === id) known.delete(file);
      });
      return id;
    },
    forget: (file) => void known.delete(file),
  };
}

async function readBearable(id: string, files: Files): Promise<{ mime: string; data: Uint8Array }> {
  const file = await readFile(id, files);
  const most = /^image\//.test(file.mime)
    ? IMAGE_BYTES_MAX
    : /^(audio|video)\//.test(file.mime)
      ? SOUND_BYTES_MAX
      : DOCUMENT_BYTES_MAX;
  if (file.data.length > most) throw new SendError('rejected', 'a file of the letter is too large');
  return file;
}
