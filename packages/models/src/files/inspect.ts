/**
 * What is in a file, and one array of it, whatever its format.
 * Promises that any file gives a result or one `RetinoscopeError`, and that a reader is loaded with the first file
 * of its format. Gives no meaning to what it reads.
 */
import { RetinoscopeError } from '../errors.js';
import type { FileRef } from '../recording/types.js';
import { openBlob, readBytes } from './blob.js';
import { asFileError, maximumFileBytes, maximumPlainBytes } from './limits.js';
import { sniffBytes, sniffFormat } from './sniff.js';
import type { FileFormat, FileSummary, ModelCard, Tensor, VariableSummary } from './types.js';

const readers = {
  mat5: () => import('./mat5.js'),
  hdf5: () => import('./hdf5.js'),
  npz: () => import('./npz.js'),
  npy: () => import('./npy.js'),
  onnx: () => import('../onnx/read.js'),
};

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
      return (await readers.mat5()).listMat5(await bytesOf(file), name);
    case 'hdf5':
      return (await readers.hdf5()).listHdf5(await bytesOf(file), name);
    case 'npz':
      return (await readers.npz()).listNpz(await bytesOf(file), name);
    case 'npy': {
      const { describeNpy, npyHeaderBytes } = await readers.npy();
      const head = await readBytes(file.blob.slice(0, npyHeaderBytes), name, npyHeaderBytes);
      return [describeNpy(head, name, name.replace(/\.npy$/i, ''))];
    }
    default:
      return [];
  }
}

async function modelCard(bytes: Uint8Array, name: string): Promise<ModelCard> {
  const { readModelCard } = await readers.onnx();
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
      return (await readers.mat5()).readMat5(await bytesOf(opened), name, variable);
    case 'hdf5':
      return (await readers.hdf5()).readHdf5(await bytesOf(opened), name, variable);
    case 'npz':
      return (await readers.npz()).readNpz(await bytesOf(opened), name, variable);
    case 'npy':
      return (await readers.npy()).readNpy(await bytesOf(opened), name);
    default:
      throw new RetinoscopeError(
        'file',
        `${name} is ${format === 'onnx' ? 'an ONNX model' : 'a JSON text'} and holds no array. Choose a MATLAB, HDF5, npy or npz file.`,
        { file: name, format },
      );
  }
}
