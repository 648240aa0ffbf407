/**
 * HDF5, and MATLAB 7.3, which is HDF5 behind a user block with its axes reversed. The one file that knows h5wasm.
 * Promises arrays in the writer's own axis order, read in slabs from a private in-memory file: no link or external
 * file is followed. Does not write. Loads h5wasm (4 MB) only when the first HDF5 file is opened.
 */
import type { Dataset, File, Group, Metadata } from 'h5wasm';
import { asFileError, damaged, requireInflatedSize, requireMemory, unsupported } from './limits.js';
import { isMatlab73 } from './sniff.js';
import type { ElementType } from './tensor.js';
import { arrayOf, chooseVariable, columnMajorToRowMajor, elementCount } from './tensor.js';
import type { Tensor, VariableSummary } from './types.js';

type Library = typeof import('h5wasm');
type Runtime = Awaited<Library['ready']>;

const maximumObjects = 4096;
const maximumDepth = 32;
/** Bytes moved through the library's own memory at once; it never gives memory back. */
const slabBytes = 2 ** 26;
/** Groups in which MATLAB 7.3 keeps the contents of cells and objects. */
const matlabInternal = new Set(['#refs#', '#subsystem#']);

interface Variable extends VariableSummary {
  readonly dataset: Dataset;
  readonly metadata: Metadata;
}

/** What h5wasm's types leave out of Emscripten's file system. */
interface StreamTable {
  getStream(descriptor: number): {
    readonly tty: { ops: { put_char(): void; fsync(): void } };
  };
}

let loading: Promise<{ library: Library; runtime: Runtime }> | undefined;
let opened = 0;
/** Characters of error text printed so far by the library. */
let complaints = 0;

async function load(): Promise<{ library: Library; runtime: Runtime }> {
  loading ??= import('h5wasm').then(async (library) => {
    const runtime = await library.ready;
    listen(runtime);
    return { library, runtime };
  });
  try {
    return await loading;
  } catch (error) {
    loading = undefined;
    throw error;
  }
}

/**
 * The library prints its error stack on standard error and goes on. Its other mode, to throw, unwinds HDF5 in mid-call
 * and breaks every later call; so what it prints is counted instead, by `attempt`.
 */
function listen(runtime: Runtime): void {
  const standardError = 2;
  const { tty } = (runtime.FS as unknown as StreamTable).getStream(standardError);
  const putCharacter = () => {
    complaints++;
  };
  tty.ops = { put_char: putCharacter, fsync: () => undefined };
}

/** The result of `action`, which must not make the library complain. */
function attempt<T>(action: () => T, file: string, what: string): T {
  const before = complaints;
  const result = action();
  if (complaints > before) throw damaged(file, `HDF5 cannot read ${what}`);
  return result;
}

async function withFile<T>(
  bytes: Uint8Array,
  file: string,
  use: (root: Group, matlab: boolean, runtime: Runtime) => T,
): Promise<T> {
  const { library, runtime } = await load();
  const path = `/${++opened}.h5`;
  let handle: File | undefined;
  try {
    runtime.FS.writeFile(path, bytes);
    handle = attempt(() => new library.File(path, 'r'), file, 'its first block');
    return use(handle, isMatlab73(bytes), runtime);
  } catch (error) {
    throw asFileError(error, file, 'HDF5');
  } finally {
    release(() => handle?.close());
    release(() => runtime.FS.unlink(path));
  }
}

/** A damaged file may not close; the error that led here says more. */
function release(action: () => void): void {
  try {
    action();
  } catch {}
}

export function listHdf5(bytes: Uint8Array, file: string): Promise<VariableSummary[]> {
  return withFile(bytes, file, (root, matlab) =>
    variables(root, matlab, file).map(({ name, shape, type }) => ({ name, shape, type })),
  );
}

/** `variable` is a path without its first slash: `stim_frz`, `group/spikes`. */
export function readHdf5(bytes: Uint8Array, file: string, variable?: string): Promise<Tensor> {
  return withFile(bytes, file, (root, matlab, runtime) => {
    const wanted = variable?.replace(/^\/+/, '');
    const chosen = chooseVariable(variables(root, matlab, file), wanted, file);
    return read(runtime, chosen, matlab, file, bytes.length);
  });
}

function variables(root: Group, matlab: boolean, file: string): Variable[] {
  const found: Variable[] = [];
  let seen = 0;
  const visit = (group: Group, prefix: string, depth: number) => {
    const keys = attempt(() => group.keys(), file, `the group "${prefix}"`);
    for (const key of keys) {
      if (matlab && matlabInternal.has(key)) continue;
      if (++seen > maximumObjects || depth > maximumDepth) {
        throw unsupported(
          file,
          'has too many or too deep groups',
          `At most ${maximumObjects} objects in ${maximumDepth} levels are read.`,
        );
      }
      const entity = group.get(key);
      const name = prefix + key;
      if (entity && 'keys' in entity) visit(entity, `${name}/`, depth + 1);
      else if (entity && 'metadata' in entity && 'slice' in entity) {
        found.push(attempt(() => describe(entity, name, matlab), file, `"${name}"`));
      }
    }
  };
  visit(root, '', 0);
  return found;
}

function describe(dataset: Dataset, name: string, matlab: boolean): Variable {
  const { metadata } = dataset;
  const stored = metadata.shape ?? [];
  const matlabClass = matlab ? attribute(dataset, 'MATLAB_class') : undefined;
  let type = metadata.shape ? typeOf(metadata) : 'empty';
  if (matlabClass === 'logical' && type === 'uint8') type = 'bool';
  if (matlabClass === 'char' && type === 'uint16') type = 'char';
  if (matlab && type === 'reference') type = 'cell';
  if (matlab && dataset.attrs.MATLAB_empty) type = 'empty';
  return { name, shape: matlab ? [...stored].reverse() : stored, type, dataset, metadata };
}

function attribute(dataset: Dataset, name: string): unknown {
  return dataset.attrs[name]?.value;
}

/** HDF5 class numbers (H5T_class_t). */
const integerClass = 0;
const floatClass = 1;
const typeClasses = [
  'integer',
  'float',
  'time',
  'string',
  'bitfield',
  'opaque',
  'compound',
  'reference',
  'enumeration',
  'variable length',
  'array',
];

function typeOf(metadata: Metadata): string {
  const { type, size, signed, enum_type: enumeration } = metadata;
  if (enumeration) {
    const { members } = enumeration;
    const boolean = size === 1 && enumeration.nmembers === 2 && members.TRUE === 1;
    return boolean && members.FALSE === 0 ? 'bool' : 'enumeration';
  }
  if (type === integerClass && [1, 2, 4, 8].includes(size)) {
    return `${signed ? '' : 'u'}int${8 * size}`;
  }
  if (type === floatClass && (size === 4 || size === 8)) return `float${8 * size}`;
  return typeClasses[type] ?? 'unknown';
}

/** Little-endian bytes of `count` values of each axis from row `row`. */
function readSlab(
  runtime: Runtime,
  dataset: Dataset,
  row: number,
  count: readonly number[],
  size: number,
  file: string,
): Uint8Array {
  const bytes = count.reduce((product, n) => product * n, size);
  const pointer = runtime._malloc(bytes);
  if (pointer === 0) requireMemory(Number.POSITIVE_INFINITY, `A part of ${file}`);
  try {
    const readInto = () =>
      runtime.get_dataset_data(
        dataset.file_id,
        dataset.path,
        count.map(BigInt),
        count.map((_, axis) => BigInt(axis === 0 ? row : 0)),
        count.map(() => 1n),
        BigInt(pointer),
      );
    const status = attempt(readInto, file, `"${dataset.path}"`);
    if (status < 0) throw damaged(file, `HDF5 cannot read "${dataset.path}"`);
    return runtime.HEAPU8.slice(pointer, pointer + bytes);
  } finally {
    runtime._free(pointer);
  }
}

function read(
  runtime: Runtime,
  variable: Variable,
  matlab: boolean,
  file: string,
  fileBytes: number,
): Tensor {
  const { dataset, metadata, type, name, shape } = variable;
  const stored = metadata.shape ?? [];
  const element = (
    type === 'bool' ? (metadata.signed ? 'int8' : 'uint8') : type === 'char' ? 'uint16' : type
  ) as ElementType;
  const count = elementCount(stored, file);
  const bytes = count * metadata.size;
  requireInflatedSize(fileBytes, bytes, file);
  requireMemory(2 * bytes, `"${name}" of ${file}`);
  const chunkBytes = (metadata.chunks ?? []).reduce((product, n) => product * n, metadata.size);
  if (metadata.chunks) requireInflatedSize(fileBytes, chunkBytes, file);
  if (metadata.virtual_sources?.length) {
    throw unsupported(file, `keeps "${name}" in other files`, 'Copy the data into one file.');
  }
  const data = new arrayOf[element](count);
  if (count === 0) return { shape, data };
  if (stored.length === 0) {
    const value = attempt(() => dataset.value, file, `"${name}"`);
    if (typeof value !== 'number' && typeof value !== 'bigint') throw damaged(file, `"${name}"`);
    data.fill(value as never);
    return { shape, data };
  }
  const rowBytes = bytes / stored[0];
  const chunkRows = metadata.chunks?.[0] ?? 1;
  const rows = Math.max(1, Math.floor(slabBytes / rowBytes / chunkRows)) * chunkRows;
  const out = new Uint8Array(data.buffer);
  for (let row = 0; row < stored[0]; row += rows) {
    const count = [Math.min(rows, stored[0] - row), ...stored.slice(1)];
    out.set(readSlab(runtime, dataset, row, count, metadata.size, file), row * rowBytes);
  }
  return { shape, data: matlab ? columnMajorToRowMajor(data, shape) : data };
}
