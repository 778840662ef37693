/** The commands of the terminal, as somebody types them: each a process of its own. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SECONDS = 1000;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(`${tmpdir()}/kasa-`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function kasa(words: string[], typed = ''): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const { DATABASE_URL: _server, ...env } = {
      ...process.env,
      DATA_DIR: `${folder}/data`,
      NO_COLOR: '1',
    } as NodeJS.ProcessEnv;
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', 'src/cli.ts', ...words],
      { cwd: ROOT, env },
      (error, out, err) => {
        resolve({ code: error ? Number(error.code) : 0, out, err });
      },
    );
    child.stdin?.end(typed);
  });
}

test(
  'the help lists every command',
  async () => {
    const { code, out } = await kasa([]);
    expect(code).toBe(0);
    for (const name of ['chat', 'check', 'draw', 'export', 'import', 'operator', 'status'])
      expect(out).toContain(`\n  ${name}`);
  },
  60 * SECONDS,
);

test(
  'a command that does not exist',
  async () => {
    expect(await kasa(['dance'])).toMatchObject({ code: 2 });
  },
  60 * SECONDS,
);

test(
  'a wrong option says how it is meant',
  async () => {
    const { code, err } = await kasa(['draw', 'report', '--colour', 'red']);
    expect(code).toBe(2);
    expect(err).toContain('kasa draw <flow>');
  },
  60 * SECONDS,
);

test(
  'an invitation to a desk, and the state of the letters',
  async () => {
    const wrong = await kasa(['operator', 'invite', '--department', 'nothing']);
    expect(wrong).toMatchObject({ code: 2 });
    expect(wrong.err).toContain('works');
    const { code, out } = await kasa(['operator', 'invite', '--department', 'works']);
    expect(code).toBe(0);
    expect(out).toMatch(/^\/desk [2-9A-Z]{5}-[2-9A-Z]{5}$/m);
    expect(await kasa(['status'])).toMatchObject({ code: 0, out: 'No letter has come or gone yet.\n' });
  },
  120 * SECONDS,
);

test(
  'a talk',
  async () => {
    const { code, out } = await kasa(
      ['chat', '--desk', 'works'],
      'the drain at Ketan is choked\n1\n2\nskip\n1\n[desk] /take\n/quit\n',
    );
    expect(code).toBe(0);
    expect(out).toContain('    A choked drain');
    expect(out).toContain('    desk │ KS-2P9T');
    expect(out).toContain('    KS-2P9T: Works has taken it up.');
  },
  60 * SECONDS,
);
