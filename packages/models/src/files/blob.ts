/**
 * A file's bytes, from a `Blob` or, under Node, from a path.
 * Promises a size check before reading. Does not decode.
 */
import { RetinoscopeError } from '../errors.js';
import type { FileRef } from '../recording/types.js';
import { asFileError, requireFileSize } from './limits.js';

/** The file as a `Blob`; nothing is read yet. */
export async function openBlob(file: FileRef): Promise<Blob> {
  if ('blob' in file) return file.blob;
  try {
    const { openAsBlob } = await import('node:fs');
    return await openAsBlob(file.path);
  } catch (cause) {
    throw new RetinoscopeError(
      'file',
      `${file.name} cannot be opened. Check that the file exists and may be read.`,
      { file: file.name },
      { cause },
    );
  }
}

/** All bytes of a file of at most `limit` bytes. */
export async function readBytes(blob: Blob, file: string, limit: number): Promise<Uint8Array> {
  requireFileSize(blob.size, file, limit);
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (error) {
    if (error instanceof RangeError) throw asFileError(error, file, 'bytes');
    throw new RetinoscopeError(
      'file',
      `${file} could not be read to its end. It may have been moved or changed: choose it again.`,
      { file },
      { cause: error },
    );
  }
}
