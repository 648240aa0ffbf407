/**
 * A stimulus stored in a file, held in memory as one movie.
 * Promises that a two-valued stimulus becomes bits and any other one floats, and that no value is NaN or infinite.
 */

import type { Crop, Movie } from '@retinoscope/core-wasm';
import { cropMovie, frameBytes, rowBytes } from '@retinoscope/core-wasm';
import { RetinoscopeError } from '../errors.js';
import { readArray } from '../files/inspect.js';
import { requireMemory } from '../files/limits.js';
import type { Tensor, TensorData } from '../files/types.js';
import type { AxisLayout } from './axes.js';
import { describePosition, layOutAxes } from './axes.js';
import type { FileStimulusManifest } from './manifest.js';
import type { BlockRange, FileRef, StimulusSource } from './types.js';

/** The values of a binary stimulus unless the manifest gives others (Yan et al. 2020). */
export const defaultValues = { low: -0.5, high: 0.5 } as const;

/** A stimulus and how its file names its axes. */
export interface StoredStimulus {
  readonly movie: Movie;
  readonly layout: AxisLayout;
  readonly region?: Crop;
}

export async function readStoredStimulus(
  file: FileRef,
  manifest: FileStimulusManifest,
): Promise<StoredStimulus> {
  const { axes, packed, region } = manifest;
  const what = manifest.variable ? `"${manifest.variable}" of ${file.name}` : file.name;
  let tensor = await readArray(file, manifest.variable);
  if (packed) tensor = unpack(tensor, manifest, what);
  const layout = layOutAxes(tensor.shape, axes, what);
  requireRegion(layout, region, what);
  if (tensor.data.length === 0) {
    throw new RetinoscopeError('data', `${what} is empty. A stimulus has at least one frame.`, {});
  }
  const levels = findLevels(tensor.data, layout, what);
  if (levels) return { movie: pack(tensor.data, layout, levels, manifest), layout, region };
  if (manifest.values) {
    throw new RetinoscopeError(
      'data',
      `The manifest gives two values for ${what}, which does not have two. Leave "values" out for a stimulus of many values.`,
      { what },
    );
  }
  return { movie: toFloats(tensor.data, layout, what), layout, region };
}

/** The movie as `blocks` runs of frames. */
export function storedSource(stimulus: StoredStimulus, blocks: number): StimulusSource {
  const { movie, region } = stimulus;
  const { height, width } = movie;
  const blockFrames = movie.frames / blocks;
  return {
    height,
    width,
    blocks,
    blockFrames,
    region,
    read: async (range, crop) => {
      const part = frameRange(movie, range, blockFrames);
      return crop ? cropMovie(part, crop) : part;
    },
  };
}

function frameRange(movie: Movie, { first, last }: BlockRange, blockFrames: number): Movie {
  const start = first * blockFrames;
  const frames = (last - first + 1) * blockFrames;
  if (frames === movie.frames) return movie;
  if (movie.kind === 'float') {
    const size = movie.height * movie.width;
    return { ...movie, frames, data: movie.data.slice(start * size, (start + frames) * size) };
  }
  const size = frameBytes(movie.height, movie.width);
  return { ...movie, frames, bits: movie.bits.slice(start * size, (start + frames) * size) };
}

function requireRegion(layout: AxisLayout, region: Crop | undefined, what: string): void {
  if (!region) return;
  const width = layout.size('x');
  const height = layout.size('y');
  if (region.width === width && region.height === height) return;
  throw new RetinoscopeError(
    'data',
    `The manifest says that ${what} covers x ${region.width}, y ${region.height} squares; it has x ${width}, y ${height}. Change the region or the order of the axes.`,
    { what, region, width, height },
  );
}

/** The two values of a two-valued array, lower first; `undefined` for other arrays. Refuses NaN and infinity. */
function findLevels(
  data: TensorData,
  layout: AxisLayout,
  what: string,
): readonly [number, number] | undefined {
  const a = Number(data[0]);
  let b = a;
  let more = false;
  const floats = data instanceof Float32Array || data instanceof Float64Array;
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i]);
    if (value === a || value === b) {
      if (Number.isFinite(value)) continue;
    }
    if (!Number.isFinite(value)) {
      throw new RetinoscopeError(
        'data',
        `${what} is ${value} at ${describePosition(layout, i)} (0-based). A stimulus has finite values only.`,
        { what, index: i },
      );
    }
    if (b === a) b = value;
    else more = true;
    if (more && !floats) return undefined;
  }
  return more || a === b ? undefined : [Math.min(a, b), Math.max(a, b)];
}

interface MovieSize {
  readonly frames: number;
  readonly height: number;
  readonly width: number;
}

function movieSize(layout: AxisLayout): MovieSize {
  const frames = layout.size('block') * layout.size('time');
  return { frames, height: layout.size('y'), width: layout.size('x') };
}

/** Calls `row` with the index of the first square of each row of each frame. */
function forEachRow(layout: AxisLayout, row: (start: number) => void): void {
  const [block, time, y] = ['block', 'time', 'y'].map((axis) => ({
    size: layout.size(axis),
    stride: layout.stride(axis),
  }));
  for (let b = 0; b < block.size; b++) {
    for (let t = 0; t < time.size; t++) {
      const frame = b * block.stride + t * time.stride;
      for (let r = 0; r < y.size; r++) row(frame + r * y.stride);
    }
  }
}

function pack(
  data: TensorData,
  layout: AxisLayout,
  [low, high]: readonly [number, number],
  manifest: FileStimulusManifest,
): Movie {
  const size = movieSize(layout);
  const { width } = size;
  const bytes = rowBytes(width);
  const step = layout.stride('x');
  const bits = new Uint8Array(size.frames * size.height * bytes);
  const middle = (low + high) / 2;
  let out = 0;
  forEachRow(layout, (start) => {
    for (let x = 0, at = start; x < width; x++, at += step) {
      if (data[at] > middle) bits[out + (x >> 3)] |= 1 << (x & 7);
    }
    out += bytes;
  });
  return { kind: 'binary', ...size, bits, ...(manifest.values ?? defaultValues) };
}

function toFloats(data: TensorData, layout: AxisLayout, what: string): Movie {
  const size = movieSize(layout);
  const { width } = size;
  const step = layout.stride('x');
  requireMemory(4 * data.length, `The stimulus of ${what}`);
  const out = new Float32Array(data.length);
  let next = 0;
  forEachRow(layout, (start) => {
    for (let x = 0, at = start; x < width; x++, at += step) out[next++] = Number(data[at]);
  });
  return { kind: 'float', ...size, data: out };
}

/** Undoes `numpy.packbits`: a byte a value, the packed axis replaced by those flattened into it. */
function unpack(tensor: Tensor, manifest: FileStimulusManifest, what: string): Tensor {
  const { axes, packed } = manifest;
  const { data, shape } = tensor;
  if (!packed) return tensor;
  const at = axes.indexOf(packed.axes[0]);
  const count = packed.sizes.reduce((product, n) => product * n, 1);
  const bytes = Math.ceil(count / 8);
  const stored = [...axes.slice(0, at), 'packed', ...axes.slice(at + packed.axes.length)];
  if (!(data instanceof Uint8Array) || shape.length !== stored.length || shape[at] !== bytes) {
    throw new RetinoscopeError(
      'data',
      `${what} has the shape [${shape.join(', ')}]; ${stored.join(', ')} of uint8 with ${bytes} bytes for ${packed.sizes.join(' × ')} bits is expected.`,
      { what, shape, expected: bytes },
    );
  }
  const inner = shape.slice(at + 1).reduce((product, n) => product * n, 1);
  const outer = data.length / (bytes * inner);
  requireMemory(outer * count * inner, `The unpacked stimulus of ${what}`);
  const out = new Uint8Array(outer * count * inner);
  for (let o = 0, next = 0; o < outer; o++) {
    for (let bit = 0; bit < count; bit++) {
      const from = (o * bytes + (bit >> 3)) * inner;
      const shift = packed.bitOrder === 'big' ? 7 - (bit & 7) : bit & 7;
      for (let i = 0; i < inner; i++) out[next++] = (data[from + i] >> shift) & 1;
    }
  }
  return { shape: [...shape.slice(0, at), ...packed.sizes, ...shape.slice(at + 1)], data: out };
}
