/**
 * What is in a file, and one array of it, whatever its format.
 * Promises that any file gives a result or one `RetinoscopeError`. Gives no meaning to what it reads.
 */
import { RetinoscopeError } from '../errors.js';
import { readModelCard } from '../onnx/read.js';
import type { FileRef } from '../recording/types.js';
import { openBlob, readBytes } from './blob.js';
import { listHdf5, readHdf5 } from './hdf5.js';
import { asFileError, maximumFileBytes, maximumPlainBytes } from './limits.js';
import { listMat5, readMat5 } from './mat5.js';
import { describeNpy, npyHeaderBytes, readNpy } from './npy.js';
import { listNpz, readNpz } from './npz.js';
import { sniffBytes, sniffFormat } from './sniff.js';
import type { FileFormat, FileSummary, ModelCard, Tensor, VariableSummary } from './types.js';

const plain: ReadonlySet<FileFormat> = new Set(['npy', 'onnx', 'json']);

interface OpenFile {
  readonly name: string;
  readonly blob: Blob;
  readonly format: FileFormat;
}

async function open(file: FileRef): Promise<OpenFile> {
  const blob = await openBlob(file);
  const head = await readBytes(blob.slice(0, sniffBytes), file.name, sniffBytes);
  return { name: file.name, blob, format: sniffFormat(head, file.name) };
}

function bytesOf({ name, blob, format }: OpenFile): Promise<Uint8Array> {
  return readBytes(blob, name, plain.has(format) ? maximumPlainBytes : maximumFileBytes);
}

/** Enough for the header of an npy file. */
function headOf({ name, blob }: OpenFile): Promise<Uint8Array> {
  return readBytes(blob.slice(0, npyHeaderBytes), name, npyHeaderBytes);
}

/** A file's format, variables, shapes and types; an ONNX model's card. */
export async function inspectFile(file: FileRef): Promise<FileSummary> {
  const opened = await open(file);
  const { name, format } = opened;
  const summary = { name, format, bytes: opened.blob.size };
  if (format === 'onnx') {
    return { ...summary, variables: [], model: await modelCard(await bytesOf(opened), name) };
  }
  return { ...summary, variables: await listVariables(opened) };
}

async function listVariables(file: OpenFile): Promise<VariableSummary[]> {
  const { name, format } = file;
  switch (format) {
    case 'mat5':
      return listMat5(await bytesOf(file), name);
    case 'hdf5':
      return listHdf5(await bytesOf(file), name);
    case 'npz':
      return listNpz(await bytesOf(file), name);
    case 'npy':
      return [describeNpy(await headOf(file), name, name.replace(/\.npy$/i, ''))];
    default:
      return [];
  }
}

async function modelCard(bytes: Uint8Array, name: string): Promise<ModelCard> {
  try {
    return readModelCard(bytes);
  } catch (error) {
    throw asFileError(error, name, 'ONNX');
  }
}

/** One array of a MAT, HDF5, npy or npz file; `variable` may be left out when there is only one. */
export async function readArray(file: FileRef, variable?: string): Promise<Tensor> {
  const opened = await open(file);
  const { name, format } = opened;
  switch (format) {
    case 'mat5':
      return readMat5(await bytesOf(opened), name, variable);
    case 'hdf5':
      return readHdf5(await bytesOf(opened), name, variable);
    case 'npz':
      return readNpz(await bytesOf(opened), name, variable);
    case 'npy':
      return readNpy(await bytesOf(opened), name);
    default:
      throw new RetinoscopeError(
        'file',
        `${name} is ${format === 'onnx' ? 'an ONNX model' : 'a JSON text'} and holds no array. Choose a MATLAB, HDF5, npy or npz file.`,
        { file: name, format },
      );
  }
}
