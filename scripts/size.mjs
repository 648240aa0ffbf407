/**
 * `npm run size`: what the built kernels, the trainer's worker and the first paint of an embed weigh, gzipped, against
 * their limits. Exits with 1,
 * naming the number, when one is above its limit. What the worker loads on demand counts too, unless it is listed
 * here with the reason why a training does without it.
 */
import './lib/require-node.mjs';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { fail, root, turbo } from './lib/workspace.mjs';

/** Bytes, gzipped. */
const limits = { kernels: 12_000, trainer: 60_000, firstPaint: 25_000 };

const lab = join(root, 'apps', 'lab');
const assets = join(lab, 'dist', 'assets');
const kernels = join(root, 'packages', 'core-wasm', 'dist');

/** Modules that the worker imports on demand, by the name of their chunk, and why a training needs none of them. */
const onDemand = {
  'open-recording': 'opens a recording in place of a simulated cell',
  measuring: 'measures the runs of experiments',
  'flashed-images': 'tests of images, and of several trials',
  inspect: 'opens files of any format',
  mat5: 'reads MATLAB files',
  hdf5: 'reads HDF5 files',
  npy: 'reads npy files',
  npz: 'reads and writes npz files',
  read: 'reads what an ONNX file says of itself',
  import: 'reads fitted models from ONNX files',
  write: 'writes ONNX files',
  runtime: 'runs ONNX files',
  'stimulus-run': 'runs and explains new stimuli',
  'ort.wasm.bundle.min': 'ONNX Runtime',
  hdf5_hl: 'the HDF5 library',
  '__vite-browser-external': 'stands for what only Node has',
};

/** The kernels, in one of two builds: a browser loads one. */
const builds = ['simd', 'relaxed'];

const gzipped = (file) => gzipSync(readFileSync(file), { level: 9 }).length;
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

/** `name-hash.js`, as the bundler calls a chunk. */
const nameOf = (chunk) => chunk.replace(/-[\w-]{8}\.js$/, '');

/** `folder`: where the chunks are. */
async function importsOf(folder = assets) {
  const vite = createRequire(join(lab, 'package.json')).resolve('vite');
  const { parseAst } = await import(pathToFileURL(vite).href);
  /** Chunks that `chunk` imports: with it, and on demand. */
  return (chunk) => {
    const found = { with: [], onDemand: [] };
    const visit = (node) => {
      if (typeof node !== 'object' || node === null) return;
      const { type, source } = node;
      const address = source?.value ?? source?.quasis?.[0]?.value?.cooked;
      if (typeof address === 'string' && /^\.\.?\//.test(address)) {
        const list = type === 'ImportExpression' ? found.onDemand : found.with;
        list.push(join(dirname(chunk), address));
      }
      for (const child of Object.values(node)) visit(child);
    };
    visit(parseAst(readFileSync(join(folder, chunk), 'utf8')));
    return found;
  };
}

/** What the worker has when it trains, and what it leaves on the server, chunk by chunk. */
function trainer(imports) {
  const entry = readdirSync(assets).find((file) => /^service\.worker-.*\.js$/.test(file));
  if (!entry) fail('The lab has no worker in apps/lab/dist: run `npm run build`.');
  const counted = new Map([[entry, 'the worker']]);
  const left = new Map();
  const kernelChunks = [];
  const waiting = [entry];
  for (let chunk = waiting.pop(); chunk; chunk = waiting.pop()) {
    const found = imports(chunk);
    const add = (next, why) => {
      if (counted.has(next)) return;
      counted.set(next, why);
      waiting.push(next);
    };
    for (const next of found.with) add(next, `with ${nameOf(chunk)}`);
    for (const next of found.onDemand) {
      const name = nameOf(next);
      if (builds.includes(name)) kernelChunks.push(next);
      else if (name in onDemand) left.set(next, onDemand[name]);
      else add(next, `on demand, by ${nameOf(chunk)}`);
    }
  }
  const [larger, ...others] = [...new Set(kernelChunks)].sort(
    (a, b) => gzipped(join(assets, b)) - gzipped(join(assets, a)),
  );
  if (!larger) fail('The worker imports no kernels: scripts/size.mjs looks for simd and relaxed.');
  counted.set(larger, 'the kernels, the larger of two builds');
  for (const other of others) left.set(other, 'the other build of the kernels');
  // A chunk on demand brings others along.
  const along = [...left.keys()];
  for (let chunk = along.pop(); chunk; chunk = along.pop()) {
    const found = imports(chunk);
    for (const next of [...found.with, ...found.onDemand]) {
      if (counted.has(next) || left.has(next)) continue;
      left.set(next, `comes with ${nameOf(chunk)}`);
      along.push(next);
    }
  }
  return { counted, left };
}

/** What a page with a retino-predictor loads before it is used: the script, and the element with what it needs. */
function firstPaint(imports) {
  const found = new Map([['retinoscope.js', 'the script of one line']]);
  const element = imports('retinoscope.js').onDemand.find((chunk) =>
    /retino-predictor-/.test(chunk),
  );
  if (!element) fail('The script of one line does not load retino-predictor.');
  const waiting = [element];
  for (let chunk = waiting.pop(); chunk; chunk = waiting.pop()) {
    if (found.has(chunk)) continue;
    found.set(chunk, chunk === element ? 'the element' : 'with the element');
    waiting.push(...imports(chunk).with);
  }
  return found;
}

function table(title, chunks, folder = assets) {
  console.log(`\n${title}`);
  const rows = [...chunks].map(([file, why]) => [gzipped(join(folder, file)), file, why]);
  for (const [bytes, file, why] of rows.sort((a, b) => b[0] - a[0])) {
    console.log(`  ${kilobytes(bytes).padStart(10)}  ${file.padEnd(38)} ${why}`);
  }
  return rows.reduce((sum, [bytes]) => sum + bytes, 0);
}

if ((await turbo(['run', 'build', '--output-logs=errors-only'])) !== 0) fail('The build failed.');
const over = [];
const hold = (what, bytes, limit) => {
  console.log(`  ${kilobytes(bytes).padStart(10)}  ${what}, of ${kilobytes(limit)} at the most`);
  if (bytes > limit) over.push(`${what}: ${kilobytes(bytes)}, ${kilobytes(limit)} at the most`);
};
console.log('Gzipped (1 kB = 1000 bytes)');
for (const build of builds) {
  hold(`kernels, ${build}`, gzipped(join(kernels, `core.${build}.wasm`)), limits.kernels);
}
const { counted, left } = trainer(await importsOf());
const total = table('Trainer: the worker with all that it loads to train', counted);
hold('together', total, limits.trainer);
const embed = join(root, 'packages', 'ui', 'dist', 'embed');
const painted = firstPaint(await importsOf(embed));
hold(
  'first paint',
  table('First paint of an embedded predictor', painted, embed),
  limits.firstPaint,
);
table('Not counted: loaded on demand, and not to train', left);
if (over.length > 0) fail(`\nToo large: ${over.join('; ')}`);
