import type { IncomingMessage } from 'node:http';
import busboy from 'busboy';

/** What the bot asked for: its parameters, with uploaded files in place of their `attach://` names. */
export type Params = { [name: string]: unknown };

/** An "ok: false" of the Bot API. */
export class Complaint extends Error {
  readonly code: number;
  readonly parameters: object | undefined;
  constructor(code: number, description: string, parameters?: object) {
    super(description);
    this.code = code;
    this.parameters = parameters;
  }
}

export const bad = (description: string, parameters?: object) =>
  new Complaint(400, `Bad Request: ${description}`, parameters);

const JSON_FIELDS =
  /^(reply_markup|reply_parameters|link_preview_options|media|reaction|allowed_updates|commands|entities)$/;

/** Reads JSON or multipart, as the real server takes both. */
export async function readParams(request: IncomingMessage): Promise<Params> {
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('multipart/form-data')) return readMultipart(request);
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString('utf8');
  if (!text) return {};
  try {
    return wellFormed(JSON.parse(text)) as Params;
  } catch (error) {
    throw error instanceof Complaint ? error : bad("can't parse JSON object");
  }
}

function readMultipart(request: IncomingMessage): Promise<Params> {
  return new Promise((resolve, reject) => {
    const fields: Params = {};
    const files = new Map<string, Uint8Array>();
    const form = busboy({ headers: request.headers });
    form.on('field', (name, value) => {
      fields[name] = JSON_FIELDS.test(name) ? JSON.parse(value) : value;
    });
    form.on('file', (name, stream) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => files.set(name, new Uint8Array(Buffer.concat(parts))));
    });
    form.on('error', reject);
    form.on('close', () => resolve(attach(fields, files) as Params));
    request.pipe(form);
  });
}

function attach(value: unknown, files: Map<string, Uint8Array>): unknown {
  if (typeof value === 'string' && value.startsWith('attach://')) {
    const file = files.get(value.slice('attach://'.length));
    if (!file) throw bad('file was not uploaded');
    return file;
  }
  if (Array.isArray(value)) return value.map((part) => attach(part, files));
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, attach(part, files)]));
}

function wellFormed(value: unknown): unknown {
  const lone = JSON.stringify(value).match(/\\u[dD][89a-fA-F][0-9a-fA-F]{2}/);
  if (lone) throw bad('strings must be encoded in UTF-8');
  return value;
}
