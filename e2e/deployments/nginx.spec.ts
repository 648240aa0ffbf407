/** What deploy/nginx.conf promises, asked of nginx. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { documentedConfig, type Nginx, nginxMissing, startNginx } from './support/nginx.js';
import { freePort } from './support/processes.js';

const long = 'x'.repeat(4000);
const forever = 'public, max-age=31536000, immutable';

/** path, contents, type, whether it is compressed, how it is cached */
const files: readonly (readonly [string, string, string, boolean, string])[] = [
  ['/index.html', long, 'text/html; charset=utf-8', true, 'no-cache'],
  ['/retinoscope.js', long, 'text/javascript; charset=utf-8', true, 'no-cache'],
  ['/sw.js', long, 'text/javascript; charset=utf-8', true, 'no-cache'],
  ['/short.mjs', 'x', 'text/javascript; charset=utf-8', false, 'no-cache'],
  ['/app.webmanifest', long, 'application/manifest+json; charset=utf-8', true, 'no-cache'],
  ['/assets/index-CF0ve7Ty.js', long, 'text/javascript; charset=utf-8', true, forever],
  ['/assets/ort-simd-threaded-DcHr_r-l.wasm', long, 'application/wasm', true, forever],
  ['/assets/plain.json', long, 'application/json; charset=utf-8', true, 'no-cache'],
  ['/embed/1.2.3/retinoscope.js', long, 'text/javascript; charset=utf-8', true, forever],
  ['/embed/v0.3.0-beta.1/worker.js', long, 'text/javascript; charset=utf-8', true, forever],
  ['/embed/latest/retinoscope.js', long, 'text/javascript; charset=utf-8', true, 'no-cache'],
  ['/embed/1/retinoscope.js', long, 'text/javascript; charset=utf-8', true, 'no-cache'],
  ['/models/cell.onnx', long, 'application/octet-stream', false, 'no-cache'],
  ['/icon.svg', long, 'image/svg+xml', true, 'no-cache'],
  ['/icon.png', long, 'image/png', false, 'no-cache'],
];

test.describe('deploy/nginx.conf', () => {
  const reason = nginxMissing();
  test.skip(reason !== undefined, reason);

  let root: string;
  let nginx: Nginx;
  let address: string;

  test.beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'retinoscope-root-'));
    for (const [path, contents] of files) await put(path, contents);
    await put('/ready.js', 'not compressed before');
    await put('/ready.js.gz', gzipSync('compressed before'));
    const port = await freePort();
    nginx = await startNginx({ servers: [{ port, root, include: documentedConfig }] });
    address = `http://127.0.0.1:${port}`;
  });

  test.afterAll(async () => {
    await nginx?.stop();
    await rm(root, { recursive: true, force: true });
  });

  async function put(path: string, contents: string | Uint8Array): Promise<void> {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, contents);
  }

  for (const [path, contents, type, compressed, cache] of files) {
    test(`${path}: ${type}, ${compressed ? 'compressed' : 'as it is'}, ${cache}, for any page`, async () => {
      const response = await fetch(address + path, { headers: { 'Accept-Encoding': 'gzip' } });
      expect(await response.text()).toBe(contents);
      expect(response.status).toBe(200);
      expect(facts(response)).toEqual({
        type,
        cache,
        encoding: compressed ? 'gzip' : null,
        origin: '*',
        policy: 'cross-origin',
        embedder: 'require-corp',
        sniffing: 'nosniff',
      });
    });
  }

  test('a file compressed before is sent in the place of the other', async () => {
    const response = await fetch(`${address}/ready.js`, { headers: { 'Accept-Encoding': 'gzip' } });
    expect(await response.text()).toBe('compressed before');
    const plain = await fetch(`${address}/ready.js`, {
      headers: { 'Accept-Encoding': 'identity' },
    });
    expect(await plain.text()).toBe('not compressed before');
  });

  test('the folder shows its index.html', async () => {
    const response = await fetch(`${address}/`);
    expect(await response.text()).toBe(long);
    expect(facts(response).cache).toBe('no-cache');
  });

  for (const [path, status] of [
    ['/assets/', 403],
    ['/embed/1.2.3/missing.js', 404],
  ] as const) {
    test(`${path}: ${status}, told to any page, and not kept`, async () => {
      const response = await fetch(address + path);
      expect(response.status).toBe(status);
      expect(facts(response)).toMatchObject({ cache: null, origin: '*', sniffing: 'nosniff' });
      const told = (await nginx.accessLog()).filter(({ url }) => url === address + path);
      const { port } = new URL(address);
      expect(told).toEqual([
        {
          method: 'GET',
          url: address + path,
          port: Number(port),
          status,
          bytes: expect.any(Number),
        },
      ]);
      expect(told[0].bytes).toBeGreaterThan(Number(response.headers.get('Content-Length')));
    });
  }

  test('in a location of a site, the files have the same headers, and the rest of the site has none', async () => {
    const site = await mkdtemp(join(tmpdir(), 'retinoscope-site-'));
    const config = join(site, 'site.conf');
    await cp(root, join(site, 'files'), { recursive: true });
    await writeFile(join(site, 'own.html'), 'own');
    await writeFile(config, `location /files/ { include "${documentedConfig}"; }`);
    const port = await freePort();
    const other = await startNginx({ servers: [{ port, root: site, include: config }] });
    try {
      for (const [path] of files) {
        const there = await fetch(`http://127.0.0.1:${port}/files${path}`);
        const here = await fetch(address + path);
        expect(await there.text()).toBe(await here.text());
        expect(facts(there)).toEqual(facts(here));
      }
      const own = await fetch(`http://127.0.0.1:${port}/own.html`);
      expect(await own.text()).toBe('own');
      expect(facts(own)).toMatchObject({ cache: null, origin: null, embedder: null });
    } finally {
      await other.stop();
      await rm(site, { recursive: true, force: true });
    }
  });

  test('a file that has not changed is not sent again', async () => {
    const first = await fetch(`${address}/retinoscope.js`);
    const tag = first.headers.get('ETag') ?? '';
    expect(tag).not.toBe('');
    const again = await fetch(`${address}/retinoscope.js`, { headers: { 'If-None-Match': tag } });
    expect(again.status).toBe(304);
  });
});

function facts({ headers }: Response) {
  return {
    type: headers.get('Content-Type'),
    cache: headers.get('Cache-Control'),
    encoding: headers.get('Content-Encoding'),
    origin: headers.get('Access-Control-Allow-Origin'),
    policy: headers.get('Cross-Origin-Resource-Policy'),
    embedder: headers.get('Cross-Origin-Embedder-Policy'),
    sniffing: headers.get('X-Content-Type-Options'),
  };
}
