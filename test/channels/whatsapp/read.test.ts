/** Each file of `webhooks/` holds posts as Meta sends them, each with what is to be read in it. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { read } from '../../../src/channels/whatsapp/read.ts';

const FOLDER = new URL('webhooks/', import.meta.url);
const reader = { phoneId: '106540352242922' };

type Case = { label: string; post: object; messages: object[]; outcomes: object[]; notes: object[] };

const casesOf = (file: string) => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Case[];
const files = readdirSync(FOLDER);
const all = files.flatMap(casesOf);
const json = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

for (const file of files) {
  describe(`read: ${file.replace('.json', '')}`, () => {
    it.each(casesOf(file))('$label', ({ post, messages, outcomes, notes }) => {
      const reading = read(post, reader);
      expect(json(reading.messages)).toEqual(messages);
      expect(
        reading.outcomes.map(({ error, ...one }) => (error ? { ...one, error: error.kind } : one)),
      ).toEqual(outcomes);
      expect(reading.notes).toEqual(notes);
    });
  });
}

describe('read', () => {
  it('gives every letter of the tables an id of its own', () => {
    const ids = all.flatMap(({ post }) => read(post, reader).messages.map(({ externalId }) => externalId));
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  });

  it('reads the same post twice as the same', () => {
    for (const { post } of all) expect(read(structuredClone(post), reader)).toEqual(read(post, reader));
  });

  it('puts nobody’s number, name or words into what is logged or into an error', () => {
    for (const { post } of all) {
      const { notes, outcomes } = read(post, reader);
      const told = `${JSON.stringify(notes)} ${outcomes.map(({ error }) => `${error?.stack}`).join(' ')}`;
      for (const secret of ['2332000000', 'Ama', 'GH.']) expect(told).not.toContain(secret);
    }
  });

  it('never reads a number from a contact card', () => {
    for (const { post } of all) expect(JSON.stringify(read(post, reader))).not.toContain('233000000000');
  });

  it('passes any text through unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (body) => {
        const message = { from: '233200000001', id: 'wamid.1', timestamp: '1', type: 'text', text: { body } };
        const value = { metadata: { phone_number_id: reader.phoneId }, messages: [message] };
        const post = { entry: [{ changes: [{ field: 'messages', value }] }] };
        expect(read(post, reader).messages[0]?.text).toBe(body);
      }),
    );
  });

  it('bears any JSON', () => {
    const shape = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(null, 'messages', 'text', '1', 1, true, reader.phoneId),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom(
            'entry',
            'changes',
            'field',
            'value',
            'messages',
            'statuses',
            'contacts',
            'metadata',
            'id',
            'phone_number_id',
            'type',
            'text',
            'body',
            'from',
            'timestamp',
            'errors',
            'interactive',
            'image',
            'system',
          ),
          tie('any'),
          { maxKeys: 5 },
        ),
      ),
    })).any;
    fc.assert(
      fc.property(shape, (post) => void read(post, reader)),
      { numRuns: 500 },
    );
  });
});
