/**
 * `npm run build:site [-- --out FOLDER] [--replace]`: the whole site as a static folder (`site` when absent), for any server and
 * any base path. Into a folder that holds an earlier site it is merged: embeds of other versions are kept, so that
 * pages which name one keep working, what open pages may still load is kept for a month, and files that are not the
 * site's are left alone. Another build of a version that is there is refused, for pages name it with the hash of its
 * script; `--replace` is for versions that nobody names. Every file that shrinks has a `.gz` beside it, for servers that send those.
 */
import './lib/require-node.mjs';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { fail, install, root, turbo } from './lib/workspace.mjs';

/** Bytes of a file that is not kept for offline use before it was used, unless a page begins with it. */
const largeBytes = 500_000;
/** Milliseconds that assets are kept once another build has replaced theirs. */
const month = 30 * 24 * 3600 * 1000;
/** Milliseconds in which the files of one build are written. */
const buildTime = 3600 * 1000;

const pages = ['index.html', 'elements.html'];
const usage = 'Usage: npm run build:site -- [--out FOLDER] [--replace]';
const values = options();
const out = resolve(root, values.out);
const lab = join(root, 'apps', 'lab');

await install();
if ((await turbo(['run', 'build', '--output-logs=errors-only'])) !== 0) fail('The build failed.');
if (!values.replace) requireNewVersion();
clear();
cpSync(join(lab, 'dist'), out, { recursive: true });
await addServiceWorker();
const { files, bytes } = compress();
const { version, integrity } = JSON.parse(readFileSync(join(out, 'retinoscope.json'), 'utf8'));
console.log(`${relative(root, out)}: ${files} files, ${(bytes / 1e6).toFixed(1)} MB.
Script of one line, this version: embed/${version}/retinoscope.js
Its integrity: ${integrity}`);

function options() {
  try {
    const known = {
      out: { type: 'string', default: 'site' },
      replace: { type: 'boolean', default: false },
    };
    return parseArgs({ options: known }).values;
  } catch (error) {
    return fail(`${error.message.split('\n')[0]}\n${usage}`);
  }
}

/** Ends where the earlier site has the version that was built, of other files. */
function requireNewVersion() {
  const { version, script } = JSON.parse(readFileSync(join(lab, 'dist', 'retinoscope.json')));
  const earlier = join(out, script);
  if (!existsSync(earlier)) return;
  if (readFileSync(earlier).equals(readFileSync(join(lab, 'dist', script)))) return;
  fail(
    `${relative(root, out)} has version ${version} of other files, and pages that name it would refuse these. Raise the version (CONTRIBUTING.md), or give --replace where nobody names it.`,
  );
}

/** The pages and the current version of an earlier site, and its old assets. */
function clear() {
  mkdirSync(out, { recursive: true });
  const isSite = existsSync(join(out, 'retinoscope.json'));
  if (!isSite && readdirSync(out).length > 0) {
    fail(
      `${relative(root, out)} holds other files. An empty folder, or one with an earlier site, is accepted.`,
    );
  }
  const told = join(out, 'retinoscope.json');
  const last = isSite ? statSync(told).mtimeMs : 0;
  const own = [...readdirSync(join(lab, 'dist'), { withFileTypes: true })].filter((entry) =>
    entry.isFile(),
  );
  for (const name of [...own.map((entry) => entry.name), 'sw.js']) {
    for (const each of [name, `${name}.gz`]) rmSync(join(out, each), { force: true });
  }
  const assets = join(out, 'assets');
  for (const name of existsSync(assets) ? readdirSync(assets) : []) {
    const file = join(assets, name);
    const { mtimeMs } = statSync(file);
    // What was part of the earlier site is replaced now, however old it is.
    if (mtimeMs > last - buildTime) utimesSync(file, new Date(), new Date());
    else if (Date.now() - mtimeMs > month) rmSync(file);
  }
}

/** Paths of all files below `folder`, relative to it, with forward slashes. */
function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/** The files that a page names. */
function namedBy(page) {
  const html = readFileSync(join(out, page), 'utf8');
  const names = html.matchAll(/<(?:script|link)[^>]* (?:src|href)="\.\/([^"?#]+)"/g);
  return [...names].map(([, name]) => name);
}

async function addServiceWorker() {
  for (const page of pages) {
    const file = join(out, page);
    const html = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      html.replace('<head>', '<head>\n    <meta name="retinoscope-offline" content="sw.js" />'),
    );
  }
  const { version } = JSON.parse(readFileSync(join(out, 'retinoscope.json'), 'utf8'));
  const own = filesBelow(join(lab, 'dist')).filter(
    (file) => !file.startsWith('embed/') || file.startsWith(`embed/${version}/`),
  );
  const hash = createHash('sha256');
  for (const file of own) hash.update(`${file}\0`).update(readFileSync(join(out, file)));
  const first = new Set(pages.flatMap(namedBy));
  const isCore = (file) =>
    first.has(file) ||
    (!/^embed\/|\.txt$/.test(file) && readFileSync(join(out, file)).length < largeBytes);
  const integrity = (file) =>
    `sha256-${createHash('sha256')
      .update(readFileSync(join(out, file)))
      .digest('base64')}`;
  const site = {
    build: hash.digest('hex').slice(0, 16),
    core: own.filter(isCore).map((file) => [file, integrity(file)]),
    onUse: own.filter((file) => !isCore(file)),
  };
  const vite = createRequire(join(lab, 'package.json')).resolve('vite');
  const { build } = await import(pathToFileURL(vite).href);
  await build({
    configFile: false,
    root: join(lab, 'offline'),
    logLevel: 'warn',
    define: { __SITE_FILES__: JSON.stringify(site) },
    build: {
      outDir: out,
      emptyOutDir: false,
      copyPublicDir: false,
      target: 'es2022',
      rollupOptions: {
        input: join(lab, 'offline', 'service-worker.ts'),
        output: { format: 'iife', entryFileNames: 'sw.js' },
      },
    },
  });
}

function compress() {
  let bytes = 0;
  const files = [...filesBelow(join(lab, 'dist')), 'sw.js'];
  for (const file of files) {
    const content = readFileSync(join(out, file));
    bytes += content.length;
    const small = gzipSync(content, { level: 9 });
    if (content.length > 1000 && small.length < 0.95 * content.length) {
      writeFileSync(join(out, `${file}.gz`), small);
    }
  }
  return { files: files.length, bytes };
}
