/**
 * MATLAB Level 5 files (`save -v5`, `-v6`, `-v7`), by The MathWorks, "MAT-File Format".
 * Promises numeric, char (UTF-16 units as uint16) and logical (uint8) arrays, row-major, in MATLAB's own axis order
 * and class, from both byte orders, compressed or not. Lists cells, structs, sparse arrays and objects; does not read them.
 */
import { adler32, inflate } from './inflate.js';
import { asFileError, damaged, requireInflatedSize, requireMemory, unsupported } from './limits.js';
import type { MatrixHeader, Source } from './mat5-elements.js';
import { readMatrixHeader, readNumbers, readTag, source, storage } from './mat5-elements.js';
import type { ElementType } from './tensor.js';
import { arrayOf, chooseVariable, columnMajorToRowMajor, elementCount } from './tensor.js';
import type { Tensor, TensorData, VariableSummary } from './types.js';

const headerBytes = 128;
/** Enough of a compressed variable for its flags, dimensions and name. */
const prefixBytes = 2048;
const maximumVariables = 10_000;

interface Variable extends VariableSummary {
  readonly header: MatrixHeader;
  /** Opens the bytes that the header's offsets count in. */
  open(): { from: Source; end: number };
}

export function listMat5(bytes: Uint8Array, file: string): VariableSummary[] {
  try {
    return variables(bytes, file).map(({ name, shape, type }) => ({ name, shape, type }));
  } catch (error) {
    throw asFileError(error, file, 'MATLAB Level 5');
  }
}

export function readMat5(bytes: Uint8Array, file: string, variable?: string): Tensor {
  try {
    return decode(chooseVariable(variables(bytes, file), variable, file), file);
  } catch (error) {
    throw asFileError(error, file, 'MATLAB Level 5');
  }
}

function variables(bytes: Uint8Array, file: string): Variable[] {
  if (bytes.length < headerBytes) throw damaged(file, `it ends after ${bytes.length} bytes`);
  const from = source(bytes, bytes[126] === 0x49, file);
  const found: Variable[] = [];
  for (let at = headerBytes; at < bytes.length; ) {
    const element = readTag(from, at, bytes.length);
    let variable: Variable | undefined;
    if (element.type === storage.compressed) {
      variable = compressed(from, element.start, element.start + element.bytes);
    } else if (element.type === storage.matrix) {
      variable = matrix(from, element.start, element.start + element.bytes, () => from);
    } else {
      throw damaged(file, `byte ${at} starts an element of type ${element.type}, not a variable`);
    }
    // MATLAB keeps its object store in a variable without a name.
    if (variable.name !== '') found.push(variable);
    if (found.length > maximumVariables) {
      throw unsupported(file, 'holds too many variables', `At most ${maximumVariables} are read.`);
    }
    at = element.next;
  }
  return found;
}

function compressed(from: Source, start: number, end: number): Variable {
  const { file, little } = from;
  const stored = from.bytes.subarray(start, end);
  const prefix = source(inflate(stored, prefixBytes, 'zlib', file), little, file);
  if (prefix.bytes.length < 8) throw damaged(file, 'a compressed variable is empty');
  const size = 8 + prefix.view.getUint32(4, little);
  const { type } = readTag(prefix, 0, size);
  if (type !== storage.matrix) throw damaged(file, 'a compressed element is no variable');
  return matrix(prefix, 8, size, () => {
    requireInflatedSize(stored.length, size, file);
    const whole = inflate(stored, size, 'zlib', file, true);
    const checksum = new DataView(stored.buffer, stored.byteOffset + stored.length - 4);
    if (adler32(whole) !== checksum.getUint32(0)) {
      throw damaged(file, 'the checksum of a compressed variable does not fit');
    }
    return source(whole, little, file);
  });
}

function matrix(from: Source, start: number, end: number, open: () => Source): Variable {
  const header = readMatrixHeader(from, start, end);
  return {
    name: header.name,
    shape: header.shape,
    type: typeOf(header),
    header,
    open: () => ({ from: open(), end }),
  };
}

function typeOf({ className, complex, logical }: MatrixHeader): string {
  if (logical && className !== 'sparse') return 'bool';
  return complex ? `complex ${className}` : className;
}

function decode(variable: Variable, file: string): Tensor {
  const { header, shape } = variable;
  const type = (header.className === 'char' ? 'uint16' : header.className) as ElementType;
  if (!(type in arrayOf)) throw damaged(file, `"${variable.name}" is a logical ${type}`);
  const count = elementCount(shape, file);
  const { from, end } = variable.open();
  const element = readTag(from, header.content, end);
  const numbers =
    count === 0 && element.bytes === 0 ? new Uint8Array(0) : readNumbers(from, element);
  if (numbers.length !== count) {
    throw damaged(file, `"${variable.name}" has ${numbers.length} of ${count} values`);
  }
  requireMemory(2 * count * arrayOf[type].BYTES_PER_ELEMENT, `"${variable.name}" of ${file}`);
  return { shape, data: columnMajorToRowMajor(convert(numbers, type), shape) };
}

/** MATLAB stores values in the smallest type that holds them; the class says what they are. */
function convert(values: TensorData, type: ElementType): TensorData {
  const Target = arrayOf[type];
  if (values instanceof Target) return values;
  const out = new Target(values.length);
  if (out instanceof BigInt64Array || out instanceof BigUint64Array) {
    for (let i = 0; i < out.length; i++) out[i] = BigInt(values[i]);
  } else {
    for (let i = 0; i < out.length; i++) out[i] = Number(values[i]);
  }
  return out;
}
