/** Announcements at a desk, as transcripts: the same form as test/flows, and `UPDATE=1` rewrites them. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasWordDesk, playTranscript, readTranscript } from '../../src/cli/transcript.ts';
import { loadEditorial } from '../../src/content.ts';
import type { Database } from '../../src/database/database.ts';
import { openTalk } from '../../src/talk.ts';
import { openTestDatabase, truncate } from '../database/given.ts';

const FOLDER = fileURLToPath(new URL('./desk/', import.meta.url));
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.chat'));
const editorial = loadEditorial('Africa/Accra');
let database: Database;

beforeAll(async () => {
  database = await openTestDatabase();
}, 30_000);
afterAll(() => database.close());

test('there are transcripts', () => expect(files.length).toBeGreaterThan(0));

test.each(files.sort())('%s', async (name) => {
  await truncate(database);
  const before = readFileSync(`${FOLDER}${name}`, 'utf8');
  const lines = readTranscript(before);
  const language = lines.flatMap((line) =>
    line.kind === 'setting' && line.name === 'language' ? [line.value] : [],
  )[0];
  const faults: string[] = [];
  const fault = (event: string, facts?: object) => faults.push(`${event} ${JSON.stringify(facts)}`);
  const talk = await openTalk({
    database,
    editorial,
    log: { info: () => {}, warn: fault, error: fault },
    language: language ?? 'en',
    wordDesks: hasWordDesk(lines),
  });
  const played = await playTranscript(lines, talk);
  if (process.env.UPDATE === '1') writeFileSync(`${FOLDER}${name}`, played);
  else expect(played).toBe(before);
  expect(faults).toEqual([]);
});
