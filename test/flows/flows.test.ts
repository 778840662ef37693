/**
 * Plays every transcript under test/flows/<flow>/*.chat through the whole house and compares what is said with what
 * stands there. `UPDATE=1 npx vitest run test/flows` writes down what is said now; read it aloud before you commit it.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OutboundMessage } from '../../src/channels/message.ts';
import { hasWordDesk, playTranscript, readTranscript } from '../../src/cli/transcript.ts';
import { loadEditorial } from '../../src/content.ts';
import type { Database } from '../../src/database/database.ts';
import { openTalk } from '../../src/talk.ts';
import { faultsEverywhere } from '../channels/everywhere.ts';
import { openTestDatabase, truncate } from '../database/given.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const UPDATE = process.env.UPDATE === '1';

const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.chat'),
);
const editorial = loadEditorial('Africa/Accra');
let database: Database;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test('there are transcripts', () => expect(files.length).toBeGreaterThan(0));

test.each(files.sort())('%s', async (name) => {
  await truncate(database);
  const before = readFileSync(`${FOLDER}${name}`, 'utf8');
  const lines = readTranscript(before);
  const setting = (key: string) =>
    lines.flatMap((line) => (line.kind === 'setting' && line.name === key ? [line.value] : []))[0];
  const start = setting('start');
  const faults: string[] = [];
  const fault = (event: string, facts?: object) => faults.push(`${event} ${JSON.stringify(facts)}`);
  const sent: OutboundMessage[] = [];
  const talk = await openTalk({
    database,
    editorial,
    log: { info: () => {}, warn: fault, error: fault },
    language: setting('language') ?? 'en',
    ...(start && { start: new Date(start) }),
    sent: (message) => sent.push(message),
    wordDesks: hasWordDesk(lines),
  });
  const played = await playTranscript(lines, talk);
  if (UPDATE) writeFileSync(`${FOLDER}${name}`, played);
  else expect(played).toBe(before);
  expect(faults).toEqual([]);
  // Every letter of it, on every network: within the limits, and nothing lost.
  expect(sent.flatMap(faultsEverywhere)).toEqual([]);
});
