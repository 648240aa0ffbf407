/**
 * docs/deployment.md, followed word by word: the fenced blocks of the guide are run on a machine as Debian makes it,
 * whose folders, addresses and commands are those of `mapped` and `commands` below. `sh` is run, `nginx` is written to
 * the file that its first line names, and each line of `http` has to be in what the `sh` before it printed. Blocks of
 * other languages are for another machine or a real address, and are not run.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { launch, missing } from './support/browsers.js';
import { modelFolders, predictorTag } from './support/embedding.js';
import { moduleTag } from './support/hosts.js';
import { documentedConfig, type Nginx, nginxMissing, startNginx } from './support/nginx.js';
import type { Browser } from './support/page.js';
import { press, Reference } from './support/predicting.js';
import { freePort, type Program, start } from './support/processes.js';
import { olderVersion, ownModel, readRelease, siteFolder } from './support/site.js';

interface Block {
  readonly section: string;
  readonly language: string;
  readonly text: string;
}

const guide = fileURLToPath(new URL('../../docs/deployment.md', import.meta.url));
const nginxProgram = '/usr/sbin/nginx';
const run = promisify(execFile);

let folder: string;
let port: number;
let blocks: readonly Block[];
let nginx: Program;
let browser: Browser;
let reference: Reference;

const reason = nginxMissing() ?? missing('chromium');
test.skip(reason !== undefined, reason);
// Each test goes on where the one before it ended, as a reader does.
test.describe.configure({ mode: 'serial' });

/** Where the guide's machine is in this one; all else in the blocks stays as it is written. */
function mapped(text: string): string {
  return ['/srv/', '/etc/nginx/', '/var/www/']
    .reduce(
      (done, path) =>
        done.replace(new RegExp(`(?<![\\w/.-])${path}`, 'g'), () => join(folder, path)),
      text,
    )
    .replace(/\blisten 80\b/g, () => `listen 127.0.0.1:${port}`)
    .replaceAll('http://localhost/', () => `http://127.0.0.1:${port}/`);
}

/** Of the commands of the guide, those that would reach the real machine. */
const commands: Readonly<Record<string, () => string>> = {
  nginx: () => `exec ${nginxProgram} -c '${config()}' -e stderr "$@"`,
  // Returns once no process of before the reload answers any more: a script is faster than a reader.
  systemctl: () => `[ "$*" = "reload nginx" ] || exit 1
    main=$(cat '${pidFile()}')
    old=$(cat /proc/$main/task/$main/children)
    nginx -s reload || exit 1
    for each in $old; do while kill -0 $each 2>/dev/null; do sleep 0.05; done; done`,
};

/** What Debian installs, as far as it matters: one site, in a folder of sites. */
const freshConfig = () => `
${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
pid ${pidFile()};
events {}
http {
${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  .map((name) => `  ${name}_temp_path ${join(folder, 'temporary', name)};`)
  .join('\n')}
  sendfile on;
  tcp_nopush on;
  types { text/html html; text/css css; application/javascript js; }
  default_type application/octet-stream;
  access_log off;
  gzip on;
  include ${join(folder, 'etc/nginx/sites-enabled')}/*;
}
`;

const welcome = '<!doctype html><title>Welcome to nginx!</title>';

const pidFile = () => join(folder, 'nginx.pid');
const config = () => join(folder, 'etc/nginx/nginx.conf');
const address = (path = '') => `http://127.0.0.1:${port}/${path}`;

async function put(path: string, text: string, mode = 0o644): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text, { mode });
}

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retinoscope-guide-'));
  port = await freePort();
  blocks = blocksOf(await readFile(guide, 'utf8'));
  for (const [name, script] of Object.entries(commands)) {
    await put(join('bin', name), `#!/bin/sh\n${script()}\n`, 0o755);
  }
  await put('etc/nginx/nginx.conf', freshConfig());
  await put(
    'etc/nginx/sites-enabled/default',
    `server { listen 127.0.0.1:${port} default_server; root ${join(folder, 'var/www/html')}; }`,
  );
  await mkdir(join(folder, 'etc/nginx/sites-available'));
  await mkdir(join(folder, 'temporary'));
  await put('var/www/html/index.html', welcome);
  // What scp brought.
  await cp(siteFolder, join(folder, 'home/site'), { recursive: true });
  await cp(documentedConfig, join(folder, 'home/nginx.conf'));
  nginx = start(join(folder, 'bin/nginx'), []);
  await nginx.until(async () =>
    (await text(address()).catch(() => undefined)) === welcome ? true : undefined,
  );
  browser = await launch('chromium');
  reference = new Reference();
});

test.afterAll(async () => {
  await reference?.end();
  await browser?.close();
  await nginx?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Does what a section says. */
async function follow(section: string): Promise<void> {
  const own = blocks.filter((block) => block.section === section);
  expect(own.map(({ language }) => language)).toContain('sh');
  let printed = '';
  for (const { language, text } of own) {
    if (language === 'sh') {
      const { stdout } = await run('/bin/sh', ['-e', '-c', mapped(text)], {
        cwd: join(folder, 'home'),
        env: { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}` },
      });
      printed = stdout;
    } else if (language === 'nginx') {
      const file = /^# (\/etc\/nginx\/\S+)\n/.exec(text)?.[1];
      if (file === undefined) throw new Error(`This block names no file:\n${text}`);
      await writeFile(mapped(file), mapped(text));
    } else if (language === 'http') {
      const lines = printed.split(/\r?\n/);
      for (const line of text.trimEnd().split('\n')) expect(lines).toContain(line);
    }
  }
}

/** The page at `path` of the guide's machine is the lab, and a page of another origin embeds from there. */
async function expectServed(path: string): Promise<void> {
  const lab = await browser.newPage();
  await lab.goto(address(`${path}#steps=20&restarts=1`));
  await lab.waitFor(
    `return document.querySelector('[data-testid="built-in-result"]') !== null`,
    60_000,
  );
  const difference = await lab.evaluate<string>(
    `return document.querySelector('[data-testid="built-in-result"]').dataset.onnxDifference`,
  );
  expect(Number(difference)).toBeLessThanOrEqual(1e-4);
  expect((lab.said() ?? []).filter(({ url }) => !url.endsWith('/favicon.ico'))).toEqual([]);
  await lab.close();

  const { script, integrity } = await readRelease();
  const embedding = await startPage(
    `<!doctype html><title>A page</title>
    ${moduleTag(address(path + script), integrity)}
    ${predictorTag(`/models/${ownModel}`)}`,
  );
  try {
    const page = await browser.newPage();
    await page.goto(embedding.address);
    expect(await reference.difference(ownModel, await press(page))).toBeLessThanOrEqual(1e-4);
    expect(await page.requests()).toContain(address(path + script));
    await page.close();
  } finally {
    await embedding.nginx.stop();
  }
}

async function startPage(body: string): Promise<{ nginx: Nginx; address: string }> {
  const own = await freePort();
  const started = await startNginx({
    servers: [
      {
        port: own,
        root: folder,
        documents: { '/page.html': { body } },
        folders: modelFolders,
      },
    ],
  });
  return { nginx: started, address: `http://localhost:${own}/page.html` };
}

test('the guide names commands, files and anchors that are there', async () => {
  const written = await readFile(guide, 'utf8');
  const { scripts } = JSON.parse(
    await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as { readonly scripts: Readonly<Record<string, string>> };
  const named = [...written.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name);
  expect(named).not.toEqual([]);
  for (const name of named) expect(scripts).toHaveProperty([name]);
  const links = [...written.matchAll(/\]\((?!https?:)([^)#]*)(#[^)]*)?\)/g)];
  expect(links).not.toEqual([]);
  for (const [, path, anchor] of links) {
    const file = new URL(path || 'deployment.md', new URL('../../docs/', import.meta.url));
    if (anchor === undefined) {
      await run('/usr/bin/test', ['-e', fileURLToPath(file)]);
      continue;
    }
    const anchors = (await readFile(file, 'utf8'))
      .split('\n')
      .filter((line) => line.startsWith('#'))
      .map((line) => `#${line.replace(/^#+ /, '').toLowerCase().replaceAll(' ', '-')}`);
    expect(anchors).toContain(anchor);
  }
});

test('a fresh machine: every command of the guide works and prints what it says, the lab does its job, and a predictor on another origin is within 1e-4 of Node', async () => {
  await follow('A fresh machine');
  await expectServed('');
  expect(nginx.output()).not.toContain('[warn]');
});

test('in a folder of a site: the same at the address of the guide, and the site beside it is as it was', async () => {
  await follow('In a folder of a site');
  await expectServed('tools/retinoscope/');
  const { headers } = await fetch(address('index.html'));
  expect(await text(address('index.html'))).toBe(welcome);
  expect(headers.get('Access-Control-Allow-Origin')).toBeNull();
  const redirected = await fetch(address('tools/retinoscope'));
  expect(redirected.url).toBe(address('tools/retinoscope/'));
  expect(redirected.status).toBe(200);
});

test('a new version: it shows at once, and embeds of the version before keep working', async () => {
  const older = `tools/retinoscope/embed/${olderVersion}/retinoscope.js`;
  const before = await text(address(older));
  const site = join(folder, 'home/site');
  await rm(join(site, 'embed', olderVersion), { recursive: true });
  const page = (await readFile(join(site, 'index.html'), 'utf8')).replace(
    '<title>',
    '<title>New: ',
  );
  await writeFile(join(site, 'index.html'), page);
  await writeFile(join(site, 'index.html.gz'), gzipSync(page));
  await follow('A new version');
  const shown = await text(address('tools/retinoscope/'));
  expect(shown).toContain('<title>New: ');
  expect(await text(address(older))).toBe(before);
  expect(before).toContain(olderVersion);
});

async function text(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.text();
}

/** The fenced blocks in their order, each with the heading above it. */
function blocksOf(markdown: string): readonly Block[] {
  const found: Block[] = [];
  let section = '';
  for (const [, heading, language, text] of markdown.matchAll(
    /^## (.+)$|^```(\w*)\n([\s\S]*?)^```$/gm,
  )) {
    if (heading !== undefined) section = heading;
    else found.push({ section, language, text });
  }
  return found;
}
