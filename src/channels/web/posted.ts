/** Takes a POST apart: JSON or a form, streamed and bounded. Knows nothing of letters. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import busboy from 'busboy';
import { z } from 'zod';
import { FILE_BYTES_MAX, FILES_MAX, Refused, TEXT_CHARACTERS_MAX } from './words.ts';

/** UTF-8 takes up to 3 bytes for one of JavaScript's characters. */
const FIELD_BYTES_MAX = TEXT_CHARACTERS_MAX * 3;
const FIELDS_MAX = 12;
/** A form's file inputs that were left empty arrive as files without a name. */
const EMPTY_INPUTS_MAX = 3;
const JSON_BYTES_MAX = 100 * 1024;

export type Upload = { field: 'photo' | 'voice'; mime: string; data: Uint8Array };

export type Posted = z.infer<typeof letterSchema> & { uploads: Upload[] };

const tap = z.object({ choice: z.string().min(1).max(64), text: z.string().max(1000) });

const letterSchema = z.object({
  /** Drawn by the page: the same letter handed in again has the same one. */
  id: z.string().regex(/^[0-9a-f-]{36}(\.[\w-]{16})?$/),
  text: z.string().max(TEXT_CHARACTERS_MAX).default(''),
  choice: z.string().min(1).max(64).optional(),
  /** Id of our letter on which the tapped button stood. */
  letter: z
    .string()
    .regex(/^\d{1,16}$/)
    .optional(),
  location: z
    .object({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) })
    .optional(),
  /** Length of the voice note. */
  seconds: z.number().min(0).max(3600).optional(),
  proof: z.string().max(100).optional(),
});

/** Throws Refused with words for the person; after that the rest of the request is read to nowhere by Node itself. */
export async function readPosted(request: IncomingMessage): Promise<Posted> {
  const type = request.headers['content-type'] ?? '';
  if (/^application\/json\b/i.test(type)) return checked(await readJson(request), []);
  if (/^(multipart\/form-data|application\/x-www-form-urlencoded)\b/i.test(type)) {
    const { fields, uploads } = await readForm(request);
    return checked(fromForm(fields, uploads), uploads);
  }
  throw new Refused(415, 'unreadable');
}

function checked(given: unknown, uploads: Upload[]): Posted {
  const letter = letterSchema.safeParse(given);
  if (letter.success) return { ...letter.data, uploads };
  const tooLong = letter.error.issues.some((issue) => issue.code === 'too_big' && issue.path[0] === 'text');
  throw tooLong ? new Refused(413, 'tooLong') : new Refused(400, 'unreadable');
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes <= JSON_BYTES_MAX) parts.push(part);
  }
  if (bytes > JSON_BYTES_MAX) throw new Refused(413, 'tooLong');
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    throw new Refused(400, 'unreadable');
  }
}

type Fields = Map<string, string>;

function readForm(request: IncomingMessage): Promise<{ fields: Fields; uploads: Upload[] }> {
  const fields: Fields = new Map();
  const uploads: Upload[] = [];
  return new Promise((resolve, reject) => {
    const refuse = (reason: Refused) => {
      reason.draft = fields.get('text') ?? '';
      request.unpipe(form);
      reject(reason);
    };
    const form = openForm(request);
    form.on('field', (name, value, info) => {
      if (info.valueTruncated) refuse(new Refused(413, 'tooLong'));
      else fields.set(name, value);
    });
    form.on('file', (name, stream, info) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('limit', () => refuse(new Refused(413, 'tooLarge')));
      stream.on('error', () => {});
      stream.on('end', () => {
        const data = Buffer.concat(parts);
        if (data.length === 0 && !info.filename) return;
        if (uploads.length === FILES_MAX) refuse(new Refused(413, 'tooMany'));
        else uploads.push({ field: name === 'voice' ? 'voice' : 'photo', mime: info.mimeType, data });
      });
    });
    form.on('filesLimit', () => refuse(new Refused(413, 'tooMany')));
    form.on('partsLimit', () => refuse(new Refused(400, 'unreadable')));
    form.on('error', (error) => refuse(new Refused(400, 'unreadable', error)));
    form.on('close', () => resolve({ fields, uploads }));
    request.on('aborted', () => refuse(new Refused(400, 'unreadable')));
    request.pipe(form);
  });
}

function openForm(request: IncomingMessage): busboy.Busboy {
  const files = FILES_MAX + EMPTY_INPUTS_MAX;
  // The parser calls it a limit when exactly so many bytes came; that many are still allowed.
  const limits = { files, fileSize: FILE_BYTES_MAX + 1, fields: FIELDS_MAX, fieldSize: FIELD_BYTES_MAX };
  try {
    return busboy({ headers: request.headers, limits: { ...limits, parts: files + FIELDS_MAX + 1 } });
  } catch (error) {
    throw new Refused(400, 'unreadable', error);
  }
}

function fromForm(fields: Fields, uploads: Upload[]): unknown {
  const given = Object.fromEntries(fields);
  const tapped = given.tap === undefined ? undefined : tapOf(given.tap);
  const text = tapped?.text ?? given.text ?? '';
  return {
    ...given,
    ...tapped,
    // A browser sends line ends as CR LF in forms.
    text: text.replaceAll('\r\n', '\n'),
    // Someone who went back and changed the words sends the old id with a new letter: the content tells them apart.
    id:
      given.form === undefined
        ? given.id
        : `${given.id}.${fingerprint([text, given.tap, uploads.map((u) => u.data.length)])}`,
    seconds: numberOf(given.seconds),
    location:
      given.latitude === undefined
        ? undefined
        : { latitude: numberOf(given.latitude), longitude: numberOf(given.longitude) },
  };
}

function tapOf(json: string): z.infer<typeof tap> {
  try {
    return tap.parse(JSON.parse(json));
  } catch {
    throw new Refused(400, 'unreadable');
  }
}

/** Empty is nothing, not zero. */
const numberOf = (text: string | undefined) =>
  text === undefined || text.trim() === '' ? undefined : Number(text);

const fingerprint = (of: unknown) =>
  createHash('sha256').update(JSON.stringify(of)).digest('base64url').slice(0, 16);
