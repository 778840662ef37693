import type { Log } from '../../log.ts';
import { SendError } from '../channel.ts';
import type { OutboundMessage } from '../message.ts';
import type { Graph } from './api.ts';
import { GraphError, isTemplateFault, toSendError } from './errors.ts';
import { isFilePlace, type MessageRequest } from './request.ts';
import type { Templates } from './template.ts';
import type { Uploads } from './uploads.ts';
import { write } from './write.ts';

/** Letters of several requests of which some went and one did not, remembered until the rest has gone. */
const PARTLY_SENT_MAX = 1000;

type Outside = { graph: Graph; phoneId: string; uploads: Uploads; templates: Templates; log: Log };

/**
 * Hands letters to Meta; resolves with Meta's name of the letter. One that takes several requests goes on where it
 * stopped when it is handed in again (in this process: after a crash its first part may be said twice).
 */
export function openSender(outside: Outside): (message: OutboundMessage) => Promise<string> {
  const { graph, phoneId, uploads, templates, log } = outside;
  const partly = new Map<string, string[]>();

  return async (message) => {
    const requests = write(message, templates);
    const same = message.reaction?.on ?? message.edits;
    // A change that WhatsApp does not know, or a mark on what has no name there: nothing goes, and nothing is wrong.
    if (requests.length === 0 && same !== undefined) return same;
    if (requests.length === 0) throw new SendError('rejected', 'WhatsApp: the letter says nothing');
    const gone = partly.get(message.id) ?? [];
    for (const request of requests.slice(gone.length)) {
      try {
        gone.push(await hand(request));
      } catch (error) {
        const complaint = toSendError(error, 'messages');
        tellLog(error, complaint, message);
        keep(message.id, gone, complaint);
        throw complaint;
      }
    }
    partly.delete(message.id);
    return message.reaction?.on ?? gone[requests.findIndex(({ main }) => main)] ?? '';
  };

  async function hand({ payload }: MessageRequest): Promise<string> {
    const files: string[] = [];
    const filled = await fill(payload, files);
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

  /** The payload with Meta's name of each file where its place was. */
  async function fill(value: unknown, files: string[]): Promise<unknown> {
    if (isFilePlace(value)) {
      files.push(value.$file);
      return uploads.idOf(value.$file);
    }
    if (Array.isArray(value)) return Promise.all(value.map((part) => fill(part, files)));
    if (typeof value !== 'object' || value === null) return value;
    const filled = Object.entries(value).map(
      async ([name, part]) => [name, await fill(part, files)] as const,
    );
    return Object.fromEntries(await Promise.all(filled));
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

  function keep(id: string, gone: string[], { kind }: SendError): void {
    partly.delete(id);
    if (gone.length === 0 || kind === 'blocked' || kind === 'rejected') return;
    const [oldest] = partly.keys();
    if (oldest !== undefined && partly.size >= PARTLY_SENT_MAX) partly.delete(oldest);
    partly.set(id, gone);
  }
}
