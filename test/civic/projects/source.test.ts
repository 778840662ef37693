/** Files and web addresses that mean no good: cut, refused, never followed into our own network. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CannotImport } from '../../../src/civic/projects/cannot.ts';
import { isOpenAddress } from '../../../src/civic/projects/reach.ts';
import { type Reach, readSource } from '../../../src/civic/projects/source.ts';

const bounds = { bytesMax: 1000, secondsMax: 5 };
let folder: string;
let server: Server | undefined;
let asked: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(`${tmpdir()}/kasa-`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
  asked = [];
});

/** A publisher that listens on this machine; the seam lets it be reached under the name town.example. */
async function publisher(answer: RequestListener): Promise<string> {
  const made = createServer((request, response) => {
    asked.push(`${request.headers.host?.split(':')[0]}${request.url}`);
    answer(request, response);
  });
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return `:${(made.address() as AddressInfo).port}`;
}

/** town.example may be reached; every other name and address goes by the real rule. */
const town: Reach = {
  resolve: async (host) => (host === 'town.example' ? ['127.0.0.1'] : ['10.0.0.7']),
  mayReach: (address) => address === '127.0.0.1' || isOpenAddress(address),
};
const strict: Reach = { resolve: async () => ['127.0.0.1'], mayReach: isOpenAddress };

const refusal = async (from: string, reach?: Reach, given = bounds): Promise<string> => {
  const error: unknown = await readSource(from, given, reach).then(
    () => 'it was read',
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CannotImport);
  return (error as Error).message;
};

describe('a web address', () => {
  it('is read, over redirects, by the address that was looked at', async () => {
    const port = await publisher((request, response) =>
      request.url === '/old'
        ? response.writeHead(302, { location: '/new' }).end()
        : response.end(`{"encoding":"${request.headers['accept-encoding']}"}`),
    );
    let resolved = 0;
    // A name that would lead elsewhere if it were looked up a second time for the same request.
    const turning: Reach = {
      ...town,
      resolve: async () => (resolved++ < 2 ? ['127.0.0.1'] : ['10.0.0.7']),
    };
    const bytes = await readSource(`http://town.example${port}/old`, bounds, turning);
    expect(bytes.toString()).toBe('{"encoding":"identity"}');
    expect(asked).toEqual(['town.example/old', 'town.example/new']);
    expect(resolved).toBe(2);
  });

  it('of this machine is not asked, by name or by number', async () => {
    const port = await publisher((_, response) => response.end('secret'));
    for (const host of ['town.example', '127.0.0.1', '2130706433', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]'])
      expect(await refusal(`http://${host}${port}/`, strict)).toContain('not on the open internet');
    expect(await refusal(`http://localhost${port}/`)).toContain('not on the open internet');
    expect(asked).toEqual([]);
  });

  it('that passes on to a closed one is refused, and the closed one is not asked', async () => {
    let to = '';
    const port = await publisher((_, response) => response.writeHead(302, { location: to }).end());
    for (to of [`http://[::1]${port}/inner`, `http://inner.example${port}/`, 'http://169.254.169.254/latest'])
      expect(await refusal(`http://town.example${port}/`, town)).toContain('not on the open internet');
    for (to of ['file:///etc/hostname', 'ftp://town.example/x', 'data:text/plain,x'])
      expect(await refusal(`http://town.example${port}/`, town)).toContain('must begin with http://');
    expect(asked).toHaveLength(6);
    expect(new Set(asked)).toEqual(new Set(['town.example/']));
  });

  it('with one closed address among open ones is refused', async () => {
    const mixed = { ...strict, resolve: async () => ['93.184.215.14', '192.168.1.1'] };
    expect(await refusal('http://town.example/', mixed)).toContain('not on the open internet');
  });

  it('that passes on for ever is given up', async () => {
    const port = await publisher((_, response) => response.writeHead(301, { location: '/again' }).end());
    expect(await refusal(`http://town.example${port}/`, town)).toContain('more than 5 times');
    expect(asked).toHaveLength(6);
  });

  it('that never ends is cut by bytes', async () => {
    const port = await publisher((_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(500)));
      };
      response.on('drain', more);
      more();
    });
    expect(await refusal(`http://town.example${port}/`, town)).toContain('larger than 1,000 bytes');
  });

  it.each(['answers', 'is silent'])('that %s but never ends is cut by seconds', async (kind) => {
    const port = await publisher((_, response) => void (kind === 'answers' && response.write('[')));
    const hurried = { ...bounds, secondsMax: 0.2 };
    expect(await refusal(`http://town.example${port}/`, town, hurried)).toContain('IMPORT_SECONDS_MAX');
  });

  it('whose name is never found is cut by seconds', async () => {
    const lost: Reach = { ...town, resolve: () => new Promise(() => {}) };
    expect(await refusal('http://lost.example/', lost, { ...bounds, secondsMax: 0.1 })).toContain(
      'did not end',
    );
  });

  it('that says it is too large, sends it compressed, or has none of it is refused', async () => {
    const port = await publisher((request, response) => {
      if (request.url === '/large') response.writeHead(200, { 'content-length': '1001' }).flushHeaders();
      else if (request.url === '/gzip')
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('0'.repeat(9999)));
      else if (request.url === '/empty') response.end();
      else response.writeHead(404).end('no');
    });
    const at = (path: string) => refusal(`http://town.example${port}${path}`, town);
    expect(await at('/large')).toContain('IMPORT_BYTES_MAX');
    expect(await at('/gzip')).toContain('unpack it');
    expect(await at('/empty')).toContain('nothing in it');
    expect(await at('/gone')).toContain('answers 404');
  });

  it('whose publisher hangs up in the middle is not taken for whole', async () => {
    const port = await publisher((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('[', () => response.destroy());
    });
    expect(await refusal(`http://town.example${port}/`, town)).toContain('cannot be reached');
  });
});

describe('a file', () => {
  it('is read up to the bound and refused beyond it', async () => {
    await writeFile(`${folder}/fits`, 'x'.repeat(1000));
    await writeFile(`${folder}/large`, 'x'.repeat(1001));
    expect((await readSource(`${folder}/fits`, bounds)).length).toBe(1000);
    expect(await refusal(`${folder}/large`)).toContain('IMPORT_BYTES_MAX');
  });

  it('that is missing, empty, or no file is refused with a reason', async () => {
    await writeFile(`${folder}/empty`, '');
    expect(await refusal(`${folder}/missing`)).toContain('ENOENT');
    expect(await refusal(`${folder}/empty`)).toContain('nothing in it');
    expect(await refusal(folder)).toContain('is no file');
    expect(await refusal('/dev/zero')).toContain('is no file');
    expect(await refusal('file:///etc/hostname')).toContain('must begin with http://');
  });
});

describe('the open internet', () => {
  it.each(['8.8.8.8', '93.184.215.14', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1'])(
    'has %s',
    (address) => expect(isOpenAddress(address)).toBe(true),
  );
  it.each([
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.9.9.9', '169.254.169.254', '172.16.0.1'],
    ...['172.31.255.255', '192.168.0.1', '198.18.0.1', '224.0.0.1', '239.1.1.1', '255.255.255.255'],
    ...['::', '::1', '::ffff:8.8.8.8', '::8.8.8.8', 'fe80::1', 'fc00::1', 'fd12::1', 'ff02::1'],
    ...['64:ff9b::7f00:1', '2002:7f00:1::', '2001:0:1::1', '2001:db8::1', '', 'localhost', '1.2.3'],
  ])('has no %s', (address) => expect(isOpenAddress(address)).toBe(false));
});
