import type { Log } from '../../log.ts';
import { SendError } from '../channel.ts';
import { fillFiles } from '../files.ts';
import type { OutboundMessage } from '../message.ts';
import { openPartly } from '../partly.ts';
import type { Graph } from './api.ts';
import { GraphError, isTemplateFault, toSendError } from './errors.ts';
import type { MessageRequest } from './request.ts';
import type { Templates } from './template.ts';
import type { Uploads } from './uploads.ts';
import { write } from './write.ts';

type Outside = { graph: Graph; phoneId: string; uploads: Uploads; templates: Templates; log: Log };

/**
 * Hands letters to Meta; resolves with Meta's name of the letter. One that takes several requests goes on where it
 * stopped when it is handed in again.
 */
export function openSender(outside: Outside): (message: OutboundMessage) => Promise<string> {
  const { graph, phoneId, uploads, templates, log } = outside;
  const partly = openPartly();

  return async (message) => {
    const requests = write(message, templates);
    const same = message.reaction?.on ?? message.edits;
    // A change that WhatsApp does not know, or a mark on what has no name there: nothing goes, and nothing is wrong.
    if (requests.length === 0 && same !== undefined) return same;
    if (requests.length === 0) throw new SendError('rejected', 'WhatsApp: the letter says nothing');
    const gone = partly.gone(message.id);
    for (const request of requests.slice(gone.length)) {
      try {
        gone.push(await hand(request));
      } catch (error) {
        const complaint = toSendError(error, 'messages');
        tellLog(error, complaint, message);
        partly.failed(message.id, gone, complaint);
        throw complaint;
      }
    }
    partly.done(message.id);
    return message.reaction?.on ?? gone[requests.findIndex(({ main }) => main)] ?? '';
  };

  async function hand({ payload }: MessageRequest): Promise<string> {
    const files: string[] = [];
    const filled = await fillFiles(payload, (file) => {
      files.push(file);
      return uploads.idOf(file);
    });
    const answer = await graph(`${phoneId}/messages`, filled as object).catch((error: unknown) => {
      // It may be that Meta lost a file which we thought it has.
      if (error instanceof GraphError) for (const file of files) uploads.forget(file);
      throw error;
    });
    const id = (answer as { messages?: { id?: unknown }[] }).messages?.[0]?.id;
    // Accepted, but without a name nobody could tell what becomes of it.
    if (typeof id !== 'string') throw new SendError('unknown', 'WhatsApp messages: an answer without an id');
    return id;
  }

  function tellLog(error: unknown, { kind }: SendError, { id, content }: OutboundMessage): void {
    if (!(error instanceof GraphError) || (kind !== 'rejected' && kind !== 'misconfigured')) return;
    const facts = { letter: id, code: error.code, subcode: error.subcode };
    if (error.code !== undefined && isTemplateFault(error.code)) {
      log.error('whatsapp: a template must be mended at Meta, its letters do not go', {
        ...facts,
        template: content.template?.kind,
      });
    } else log.warn('whatsapp: Meta refused a letter', facts);
  }
}
