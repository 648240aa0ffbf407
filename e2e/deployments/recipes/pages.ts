/** The workflows of deploy/recipes/pages: what they do in a checkout, and a server like the ones they publish to. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { siteFolder } from '../support/site.js';

/**
 * Runs the workflow's commands in `folder`, where the site that they build is already there to be taken.
 * Returns what npm was told to do.
 */
export async function runWorkflow(
  commands: readonly string[],
  folder: string,
): Promise<readonly string[]> {
  const log = join(folder, 'npm.log');
  const bin = join(folder, 'bin');
  await mkdir(bin);
  const npm = `#!/bin/sh
echo "$*" >> '${log}'
if [ "$1" = run ]; then mkdir -p public && cp -r '${siteFolder}/.' public/; fi
`;
  await writeFile(join(bin, 'npm'), npm, { mode: 0o755 });
  for (const command of commands) {
    await promisify(execFile)('/bin/sh', ['-e', '-c', command], {
      cwd: folder,
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}` },
    });
  }
  return (await readFile(log, 'utf8')).trimEnd().split('\n');
}

/** As GitHub Pages names them; it compresses none of what is tested here by itself. */
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'application/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

export interface PagesHost {
  /** With `/` at its end. */
  readonly address: string;
  stop(): Promise<void>;
}

/** Serves `folder` below `/repo/`, with the types and the two headers that such hosts send. */
export async function startPagesHost(folder: string): Promise<PagesHost> {
  const base = '/repo/';
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = normalize(decodeURIComponent(pathname));
    const file = join(folder, path.slice(base.length), path.endsWith('/') ? 'index.html' : '');
    const read = path.startsWith(base) ? readFile(file) : Promise.reject(new Error('elsewhere'));
    read.then(
      (content) => {
        response.writeHead(200, {
          'Content-Type': types[extname(file)] ?? 'application/octet-stream',
          'Access-Control-Allow-Origin': '*',
          'Cache-Control': 'max-age=600',
        });
        response.end(content);
      },
      () => response.writeHead(404, { 'Content-Type': 'text/html; charset=utf-8' }).end('404'),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}${base}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
