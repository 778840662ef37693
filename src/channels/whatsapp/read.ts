/**
 * What Meta posts → our letters, and how ours fared. Pure, and blind to what a letter means: it must not know flows,
 * people or desks. One post holds up to a thousand things; an odd one never costs the others.
 */
import type { Outcome } from '../channel.ts';
import type { InboundMessage } from '../message.ts';
import { readMessage, readPreference } from './letter.ts';
import type { Change, Payload, Value } from './shapes.ts';
import { readStatus } from './status.ts';

/** What reading must know of us: the id of our number. */
export type Reader = { phoneId: string };

/** Something for the log: names of Meta's and numbers of theirs, never what a person wrote. */
export type Note = {
  about: 'unreadable' | 'elsewhere' | 'account' | 'error';
  type: string;
  event?: string;
  code?: number;
};

export type Reading = { messages: InboundMessage[]; outcomes: Outcome[]; notes: Note[] };

export function read(payload: unknown, reader: Reader): Reading {
  const reading: Reading = { messages: [], outcomes: [], notes: [] };
  const entries = list((payload as Payload | null)?.entry);
  if (entries.length === 0) reading.notes.push({ about: 'unreadable', type: 'payload' });
  for (const entry of entries) {
    for (const change of list(entry?.changes)) readChange(change, reader, reading);
  }
  return reading;
}

function readChange(change: Change, { phoneId }: Reader, reading: Reading): void {
  const field = nameOf(change?.field);
  const value = change?.value ?? {};
  if (field !== 'messages' && field !== 'user_preferences') {
    noteAccount(field, value, reading);
    return;
  }
  if (value.metadata?.phone_number_id !== phoneId) {
    reading.notes.push({ about: 'elsewhere', type: field });
    return;
  }
  const contacts = list(value.contacts);
  each(
    value.messages,
    reading,
    ({ type }) => nameOf(type),
    (message) => {
      const letter = readMessage(message, contacts);
      if (letter) reading.messages.push(letter);
    },
  );
  each(
    value.user_preferences,
    reading,
    () => 'user_preferences',
    (preference) => {
      const letter = readPreference(preference);
      if (letter) reading.messages.push(letter);
    },
  );
  each(
    value.statuses,
    reading,
    ({ status }) => nameOf(status),
    (status) => {
      const outcome = readStatus(status);
      if (outcome) reading.outcomes.push(outcome);
    },
  );
  for (const { code } of list(value.errors)) {
    reading.notes.push({ about: 'error', type: field, ...(typeof code === 'number' && { code }) });
  }
}

/** What happened to templates, quality or the account is for whoever looks after the machine. */
function noteAccount(field: string, { event }: Value, reading: Reading): void {
  const named = typeof event === 'string' && /^[A-Z_]{1,60}$/.test(event) ? event : undefined;
  reading.notes.push({ about: 'account', type: field, ...(named !== undefined && { event: named }) });
}

function each<T>(
  given: T[] | undefined,
  reading: Reading,
  typeOf: (one: T) => string,
  take: (one: T) => void,
): void {
  for (const one of list(given)) {
    try {
      take(one);
    } catch {
      reading.notes.push({ about: 'unreadable', type: one ? typeOf(one) : 'empty' });
    }
  }
}

/** A name of Meta's, for the log; anything else might be what a person wrote. */
const nameOf = (value: unknown): string =>
  typeof value === 'string' && /^[a-z_]{1,60}$/.test(value) ? value : 'unknown';

const list = <T>(value: T[] | undefined): T[] => (Array.isArray(value) ? value : []);
