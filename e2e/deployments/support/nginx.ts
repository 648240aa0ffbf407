/**
 * nginx as a site would run it: unprivileged, in a folder of its own, with the configuration that the project
 * documents. Promises a log of every request that was answered, those of workers and frames too.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Program, start } from './processes.js';

export type Headers = Readonly<Record<string, string>>;

/** A page or another text file that no folder holds. */
export interface Document {
  readonly body: string;
  readonly headers?: Headers;
}

export interface ServerBlock {
  /** Listens on 127.0.0.1. One name of the machine more is another origin: `http://localhost:<port>`. */
  readonly port: number;
  readonly root: string;
  /** Headers of every response, beside those of `include`. */
  readonly headers?: Headers;
  /** A configuration file to include in the block. */
  readonly include?: string;
  /**
   * By path (`/page.html`): documents that come before files of `root`. One with headers has those, and those
   * above, in place of those of `include`.
   */
  readonly documents?: Readonly<Record<string, Document>>;
  /** By path (`/models/`): folders beside `root`. One with headers has those in place of all others. */
  readonly folders?: Readonly<Record<string, Folder>>;
}

export interface Folder {
  readonly path: string;
  readonly headers?: Headers;
}

export interface LogEntry {
  readonly method: string;
  /** As asked for: `http://127.0.0.1:8080/index.html?query`. */
  readonly url: string;
  readonly port: number;
  readonly status: number;
  /** Sent, with the headers of the response. */
  readonly bytes: number;
}

export interface Nginx {
  stop(): Promise<void>;
  /** Requests since the start, in the order of their ends. */
  accessLog(): Promise<readonly LogEntry[]>;
}

/** The configuration file for sites that host the files. */
export const documentedConfig = fileURLToPath(
  new URL('../../../deploy/nginx.conf', import.meta.url),
);

const program = ['/usr/sbin/nginx', '/usr/bin/nginx'].find((path) => existsSync(path));

/** Why nginx cannot be started here; `undefined` when it can. */
export function nginxMissing(): string | undefined {
  return program ? undefined : 'nginx is not installed (Debian: nginx-light)';
}

/** Resolves once every port answers. Rejects with what nginx says where it cannot start. */
export async function startNginx({
  servers,
}: {
  readonly servers: readonly ServerBlock[];
}): Promise<Nginx> {
  if (!program) throw new Error(nginxMissing());
  const folder = await mkdtemp(join(tmpdir(), 'retinoscope-nginx-'));
  const log = join(folder, 'access.log');
  let nginx: Program | undefined;
  const stop = async () => {
    await nginx?.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const blocks = await Promise.all(servers.map((server) => writeBlock(server, folder)));
    const file = join(folder, 'nginx.conf');
    await writeFile(file, mainConfig(folder, log, blocks));
    nginx = start(program, ['-p', folder, '-c', file, '-e', 'stderr']);
    for (const { port } of servers) await nginx.until(() => answers(port));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    stop,
    async accessLog() {
      const text = await readFile(log, 'utf8');
      // The last line may be half written.
      return text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as LogEntry);
    },
  };
}

function mainConfig(folder: string, log: string, blocks: readonly string[]): string {
  // Workers of a master that root started are nobody, who may not read a checkout.
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `  ${name}_temp_path ${quoted(join(folder, name))};`)
    .join('\n');
  return `${user}
daemon off;
worker_processes 1;
pid ${quoted(join(folder, 'nginx.pid'))};
error_log stderr warn;
events {}
http {
${temporary}
  log_format entries escape=json
    '{"method":"$request_method","url":"$scheme://$http_host$request_uri","port":$server_port,"status":$status,"bytes":$bytes_sent}';
  access_log ${quoted(log)} entries;
  types { text/html html; text/css css; text/javascript js mjs; }
${blocks.join('\n')}
}
`;
}

async function writeBlock(server: ServerBlock, folder: string): Promise<string> {
  const { port, root, headers = {}, include, documents = {}, folders = {} } = server;
  const written = join(folder, `documents-${port}`);
  const locations: string[] = [];
  for (const [path, document] of Object.entries(documents)) {
    const file = join(written, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, document.body);
    const own = document.headers ? headerLines({ ...headers, ...document.headers }) : '';
    locations.push(`location = ${quoted(path)} { root ${quoted(written)}; ${own} }`);
  }
  for (const [path, folder] of Object.entries(folders)) {
    const own = folder.headers ? headerLines(folder.headers) : '';
    locations.push(`location ${quoted(path)} { alias ${quoted(`${folder.path}/`)}; ${own} }`);
  }
  return `  server {
    listen 127.0.0.1:${port};
    root ${quoted(root)};
    ${include === undefined ? '' : `include ${quoted(include)};`}
    ${headerLines(headers)}
    ${locations.join('\n    ')}
  }`;
}

function headerLines(headers: Headers): string {
  return Object.entries(headers)
    .map(([name, value]) => `add_header ${quoted(name)} ${quoted(value)} always;`)
    .join(' ');
}

function quoted(text: string): string {
  // A dollar sign names a variable in nginx, and nothing escapes it.
  if (/[$\n]/.test(text)) throw new Error(`nginx takes no "$" and no line break in "${text}".`);
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function answers(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(undefined));
    socket.once('connect', () => socket.destroy());
  });
}
