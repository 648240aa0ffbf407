/**
 * Where a build put what workers are made of. Said once, before the first worker is made, by an entry whose files
 * are of another origin than the page, or are no files at all. What a caller gives itself comes before it.
 */
import type { OnnxRuntimeOptions } from '@retinoscope/models';

export interface SpawnOptions {
  /** The worker's script, where it is not beside this module; another origin must allow CORS. */
  readonly workerUrl?: string | URL;
  /** Makes the worker, for builds that inline its script; browsers only. */
  readonly createWorker?: () => Worker;
}

export interface Placement extends SpawnOptions {
  /** Or a function that gets it ready, called once for each worker. */
  readonly onnx?: OnnxRuntimeOptions | (() => Promise<OnnxRuntimeOptions>);
}

let placement: Placement = {};

export function placeFiles(given: Placement): void {
  placement = given;
}

export function placed<Options extends Placement>(options: Options): Options {
  return { ...placement, ...options };
}
