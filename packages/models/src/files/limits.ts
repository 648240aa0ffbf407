/**
 * What may be read: bounds on file sizes and on memory, checked before anything is allocated.
 * Promises a refusal that names the size found and the size accepted. Does not measure free memory.
 */
import { RetinoscopeError } from '../errors.js';

/** Largest MAT, HDF5 or npz file read, bytes. */
export const maximumFileBytes = 2 ** 30;

/** Largest npy, ONNX or JSON file read, bytes. */
export const maximumPlainBytes = 2 ** 31;

/** Most memory that one recording may take, bytes. */
export const memoryBudget = 3 * 2 ** 30;

/** DEFLATE cannot expand further than this (RFC 1951: 258 bytes from two bits). */
const deflateRatio = 1032;

/** Bytes as a person reads them. */
export function formatBytes(bytes: number): string {
  if (bytes >= 2 ** 30) return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  if (bytes >= 2 ** 20) return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  if (bytes >= 2 ** 10) return `${(bytes / 2 ** 10).toFixed(1)} KiB`;
  return `${bytes} bytes`;
}

/** Refuses to make `what` when it takes more than `budget` bytes. */
export function requireMemory(bytes: number, what: string, budget = memoryBudget): void {
  if (bytes <= budget) return;
  throw new RetinoscopeError(
    'memory',
    `${what} would take ${formatBytes(bytes)} of memory; at most ${formatBytes(budget)} is used. Choose fewer blocks or a smaller crop, or cut the file.`,
    { bytes, budget, what },
  );
}

/** Refuses a file above `limit` bytes. */
export function requireFileSize(bytes: number, file: string, limit = maximumFileBytes): void {
  if (bytes <= limit) return;
  throw new RetinoscopeError(
    'file',
    `${file} is ${formatBytes(bytes)}; files of this kind up to ${formatBytes(limit)} are read. Cut it into shorter files, or save the stimulus as a generator in the manifest.`,
    { file, bytes, limit },
  );
}

/**
 * Refuses an inflated size that `stored` bytes cannot hold, or that is above the memory budget,
 * before that many bytes are allocated.
 */
export function requireInflatedSize(stored: number, declared: number, file: string): void {
  if (declared > stored * deflateRatio + 1024) {
    throw damaged(file, `it declares ${declared} bytes, which ${stored} stored bytes cannot hold`);
  }
  requireMemory(declared, `The uncompressed content of ${file}`);
}

/** The error for a file whose content does not hold together. */
export function damaged(file: string, why: string, cause?: unknown): RetinoscopeError {
  return new RetinoscopeError(
    'file',
    `${file} is damaged or cut short: ${why}. Save or download it again.`,
    { file },
    { cause },
  );
}

/** The error for something that is whole but is not read. */
export function unsupported(file: string, what: string, accepted: string): RetinoscopeError {
  return new RetinoscopeError('file', `${file} ${what}, which is not read. ${accepted}`, {
    file,
    unsupported: true,
  });
}

/** Whether `error` was made by `unsupported`. */
export function isUnsupported(error: unknown): boolean {
  return error instanceof RetinoscopeError && error.detail.unsupported === true;
}

/** Turns whatever a decoder throws into one `RetinoscopeError`. */
export function asFileError(error: unknown, file: string, format: string): RetinoscopeError {
  if (error instanceof RetinoscopeError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof RangeError && /allocation|array length|array buffer/i.test(text)) {
    return new RetinoscopeError(
      'memory',
      `${file} needs more memory than the system gives. Close other programs, or cut the file.`,
      { file },
      { cause: error },
    );
  }
  return damaged(file, `it cannot be decoded as ${format}`, error);
}
