/**
 * Builds `dist/embed/single.html`: a page that is one file, with the elements, the worker, its kernels and ONNX Runtime
 * packed inside. What is shown is put in place of the marker by whoever saves the page: `elements/retino-embed/single-file.ts`.
 * And `THIRD-PARTY-LICENSES.txt`, of all that is bundled: the single page has it inside, the script has it beside.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const folder = import.meta.dirname;

/** What was bundled from other packages: by name and version. */
const licences = new Map();
const licenceFile = 'licenses.json';

/** `input` with all that it imports, now or later, as one module. */
async function bundled(input) {
  const { output } = await build({
    configFile: false,
    root: folder,
    logLevel: 'error',
    base: './',
    build: {
      write: false,
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: false,
      license: { fileName: licenceFile },
      rollupOptions: {
        input,
        preserveEntrySignatures: 'strict',
        output: { format: 'es', codeSplitting: false },
      },
    },
    worker: { format: 'es' },
  });
  const [entry] = output.filter((part) => part.type === 'chunk' && part.isEntry);
  const [list] = output.filter((part) => part.fileName === licenceFile);
  for (const each of JSON.parse(list.source)) licences.set(`${each.name} ${each.version}`, each);
  return entry.code;
}

function licenceText() {
  const own = /^@retinoscope\//;
  const parts = [...licences].sort(([a], [b]) => (a < b ? -1 : 1));
  const texts = parts
    .filter(([, { name }]) => !own.test(name))
    .map(([title, { name, identifier = '', text = missingText(name) }]) => {
      const said = identifier.replace(/^\((.*)\)$/, '$1');
      return `${title} (${said})\n\n${text.trim()}\n`;
    });
  return `Retinoscope is MIT-licensed. These of its files hold other software, under the licences below.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

/** Of packages that come without the text of their licence. Throws for one that is not known. */
function missingText(name) {
  return readFileSync(join(folder, 'licences', `${name.replace('/', '-')}.txt`), 'utf8');
}

/**
 * The worker as a classic script: a page that was opened from disk has no origin, and may not make module workers. An
 * address in a blob is no base for others, so the script is given one; nothing is fetched from it.
 */
async function classicWorker() {
  const code = await bundled(resolved('@retinoscope/worker/service.worker'));
  if (/^\s*(import|export)\b/m.test(code)) throw new Error('The worker is more than one module.');
  const own = code.replaceAll('import.meta', 'scriptMeta');
  // The bundler tells the `window` of imports that fail.
  return `(async (scriptMeta, window) => {${own}\n})({ url: 'https://nowhere.invalid/worker.js' }, self);`;
}

const packed = (content) => gzipSync(content, { level: 9 }).toString('base64');
const resolved = (name) => fileURLToPath(import.meta.resolve(name));

const parts = {
  app: await bundled(join(folder, 'single-page.ts')),
  worker: await classicWorker(),
  runtime: readFileSync(resolved('onnxruntime-web/ort-wasm-simd-threaded.wasm')),
};

const boot = `
const part = (name) => document.getElementById('retinoscope-' + name).textContent;
const unpack = (name) => {
  const text = atob(part(name));
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')));
};
const script = async (name) => new Blob([await unpack(name).arrayBuffer()], { type: 'text/javascript' });
const app = URL.createObjectURL(await script('app'));
const { start } = await import(app);
await start({ worker: await script('worker'), unpackRuntime: () => unpack('runtime').arrayBuffer() });
`;

const notices = licenceText();
writeFileSync(join(folder, '..', 'dist', 'embed', 'THIRD-PARTY-LICENSES.txt'), notices);

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<title>Retinoscope</title>
<style>
  :root { color-scheme: light dark; }
  body { margin: 0 auto; max-width: 68rem; padding: 1rem; background: var(--retino-ground); color: var(--retino-text); font: 1rem / 1.5 system-ui, sans-serif; }
</style>
</head>
<body>
<main>
<!--retinoscope-element-->
<noscript><p>This page computes in the browser and needs JavaScript.</p></noscript>
</main>
${Object.entries(parts)
  .map(
    ([name, content]) =>
      `<script type="application/gzip;base64" id="retinoscope-${name}">${packed(content)}</script>`,
  )
  .join('\n')}
<script type="text/plain" id="retinoscope-licences">${notices.replaceAll('</', '<\\/')}</script>
<script type="module">${boot}</script>
</body>
</html>
`;
writeFileSync(join(folder, '..', 'dist', 'embed', 'single.html'), html);
console.log(`single.html: ${(html.length / 1e6).toFixed(1)} MB`);
