/**
 * `npm run size`: what the built kernels and the trainer's worker weigh, gzipped, against their limits. Exits with 1,
 * naming the number, when one is above its limit. What the worker loads on demand counts too, unless it is listed
 * here with the reason why a training does without it.
 */
import './lib/require-node.mjs';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { fail, root, turbo } from './lib/workspace.mjs';

/** Bytes, gzipped. */
const limits = { kernels: 12_000, trainer: 60_000 };

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

async function importsOf() {
  const vite = createRequire(join(lab, 'package.json')).resolve('vite');
  const { parseAst } = await import(pathToFileURL(vite).href);
  /** Chunks that `chunk` imports: with it, and on demand. */
  return (chunk) => {
    const found = { with: [], onDemand: [] };
    const visit = (node) => {
      if (typeof node !== 'object' || node === null) return;
      const { type, source } = node;
      const address = source?.value ?? source?.quasis?.[0]?.value?.cooked;
      if (typeof address === 'string' && address.startsWith('./')) {
        const list = type === 'ImportExpression' ? found.onDemand : found.with;
        list.push(address.slice(2));
      }
      for (const child of Object.values(node)) visit(child);
    };
    visit(parseAst(readFileSync(join(assets, chunk), 'utf8')));
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

function table(title, chunks) {
  console.log(`\n${title}`);
  const rows = [...chunks].map(([file, why]) => [gzipped(join(assets, file)), file, why]);
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
table('Not counted: loaded on demand, and not to train', left);
if (over.length > 0) fail(`\nToo large: ${over.join('; ')}`);
