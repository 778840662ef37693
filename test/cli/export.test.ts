/** `kasa export projects`, asked in this process and through the line to a house that runs. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { loadProjects, saveProjects } from '../../src/civic/projects/store.ts';
import { askControl, serveControl } from '../../src/cli/control.ts';
import { exportData, publisherOf, wholePaths } from '../../src/cli/export.ts';
import { tellCommand } from '../../src/cli/house-command.ts';
import { readConfig } from '../../src/config.ts';
import { loadEditorial } from '../../src/content.ts';
import type { Database } from '../../src/database/database.ts';
import { openTestDatabase, truncate } from '../database/given.ts';

const NOON = new Date('2026-11-20T12:00:00Z');
const editorial = loadEditorial('Africa/Accra');
let database: Database;
let folder: string;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await truncate(database);
  folder = await mkdtemp(`${tmpdir()}/kasa-`);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const ask = async (...words: string[]) => {
  const told = await exportData(words, { database, editorial });
  return Array.isArray(told) ? told : told.lines;
};
const read = (text: string) =>
  JSON.parse(text) as { publisher: { name: string }; projects: { id: string }[] };

test('it is printed, one project a line', async () => {
  await loadProjects(database.tx, editorial.city.projects, NOON);
  const lines = await ask('projects');
  expect(lines).toHaveLength(editorial.city.projects.length + 2);
  const given = read(lines.join('\n'));
  expect(given.publisher.name).toBe(editorial.city.assembly.name);
  expect(given.projects[0]?.id).toBe('oc4ids-000000-ST-001');
});

test('it is written to a file, whole or not at all', async () => {
  await loadProjects(database.tx, editorial.city.projects, NOON);
  const file = `${folder}/projects.json`;
  expect(await ask('projects', '--out', file)).toEqual([
    `${editorial.city.projects.length} projects are in ${file}.`,
  ]);
  expect(read(await readFile(file, 'utf8')).projects).toHaveLength(editorial.city.projects.length);
  await expect(ask('projects', '--out', `${folder}/nowhere/p.json`)).rejects.toThrow(
    'cannot be written (ENOENT)',
  );
  await expect(ask('projects', '--out', folder)).rejects.toThrow('cannot be written');
  expect(await readdir(folder)).toEqual(['projects.json']);
});

test('wrong words and nothing to write are told', async () => {
  await expect(ask('commitments')).rejects.toThrow('projects');
  await expect(ask('projects')).rejects.toThrow('No project is stored yet');
  await expect(ask('projects', '--out', `${folder}/p.json`)).rejects.toThrow('No project is stored yet');
  expect(await readdir(folder)).toEqual([]);
});

test('a house that runs tells it too, however long it is', async () => {
  const long = Array.from({ length: 300 }, (_, at) => ({
    key: `P${at}`,
    record: { id: `P${at}`, description: 'words '.repeat(500) },
  }));
  await saveProjects(database.tx, long, 'import', NOON);
  const line = await serveControl(`${folder}/kasa.sock`, (asked) =>
    tellCommand(asked, { database, editorial }),
  );
  const told = await askControl(`${folder}/kasa.sock`, { name: 'export', words: ['projects'] });
  await line.close();
  expect(read(told?.lines.join('\n') ?? '').projects).toHaveLength(300);
});

test('a file is meant where it was typed', () => {
  expect(wholePaths(['projects', '--out', 'p.json'])).toEqual([
    'projects',
    '--out',
    `${process.cwd()}/p.json`,
  ]);
  expect(wholePaths(['projects'])).toEqual(['projects']);
});

test('the settings say who publishes, and where', () => {
  const { city } = editorial;
  expect(publisherOf(readConfig({}), city)).toEqual({
    uri: 'http://localhost:3000/open-data/oc4ids.json',
    name: city.assembly.name,
    license: undefined,
    prefix: '000000',
  });
  const given = {
    PUBLIC_URL: 'https://kasa.example.org/',
    OC4IDS_PREFIX: 'abc123',
    OC4IDS_PUBLISHER: 'Works',
    OC4IDS_LICENSE: 'https://creativecommons.org/licenses/by/4.0/',
  };
  expect(publisherOf(readConfig(given), city)).toEqual({
    uri: 'https://kasa.example.org/open-data/oc4ids.json',
    name: 'Works',
    license: given.OC4IDS_LICENSE,
    prefix: 'abc123',
  });
  expect(() => readConfig({ OC4IDS_PREFIX: 'ABC' })).toThrow('OC4IDS_PREFIX');
  expect(() => readConfig({ OC4IDS_LICENSE: 'CC BY' })).toThrow('OC4IDS_LICENSE');
});
