/** Each file of `updates/` holds updates as Telegram sends them, each with the letter that it is (null: none). */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Update } from 'grammy/types';
import { describe, expect, it } from 'vitest';
import { kindOf, read } from '../../../src/channels/telegram/read.ts';

const FOLDER = new URL('updates/', import.meta.url);
const reader = { id: 7300000001, username: 'KasaBot', now: new Date('2026-11-23T15:00:00Z') };

type Case = { label: string; update: Update; letter: object | null };

const casesOf = (file: string) => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Case[];
const files = readdirSync(FOLDER);

for (const file of files) {
  describe(`read: ${file.replace('.json', '')}`, () => {
    it.each(casesOf(file))('$label', ({ update, letter }) => {
      const message = read(update, reader);
      expect(message ? JSON.parse(JSON.stringify(message)) : null).toEqual(letter);
    });
  });
}

describe('read', () => {
  it('gives every letter of the tables an id of its own', () => {
    const inPrivate = files.flatMap(casesOf).flatMap(({ update }, n) => {
      // The tables reuse one message id; here each update gets its own, as on the network.
      const message = update.message && { ...update.message, message_id: 1000 + n };
      return read(message ? { ...update, message } : update, reader)?.externalId ?? [];
    });
    const repeated = inPrivate.filter((id, at) => inPrivate.indexOf(id) !== at);
    // Two corrections of one message within one second are the only ones that share an id.
    expect(repeated).toEqual(['e:6100000001:41:1795444260']);
  });

  it('reads the same update twice as the same letter', () => {
    for (const { update } of files.flatMap(casesOf)) {
      expect(read(structuredClone(update), reader)).toEqual(read(update, reader));
    }
  });

  it('never puts a phone number into a letter', () => {
    for (const { update } of files.flatMap(casesOf)) {
      expect(JSON.stringify(read(update, reader) ?? null)).not.toContain('+233000000000');
    }
  });

  it('passes any text through unchanged', () => {
    const chat = { id: 6100000001, type: 'private' as const, first_name: 'Ama' };
    const from = { id: 6100000001, is_bot: false, first_name: 'Ama' };
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!/^\/\w+@/.test(text));
        const message = { message_id: 1, chat, from, date: 1, text } as Update['message'];
        expect(read({ update_id: 1, message } as Update, reader)?.text).toBe(text);
      }),
    );
  });

  it('names the kind of an update without a word of what is in it', () => {
    expect(kindOf({ update_id: 1, message: { text: 'secret' } })).toBe('message');
    expect(kindOf({ update_id: 1 })).toBe('empty');
    expect(kindOf({ 'Ama Mensah': 1 })).toBe('empty');
    expect(kindOf(null)).toBe('object');
    expect(kindOf('Ama')).toBe('string');
  });
});
