/**
 * Training images that are not what the cell saw (Yan et al. 2020, Fig. 6 B): replaced by unrelated ones, or with
 * their pixels shuffled, as the published code does. Spikes and the test part stay as they are.
 * Promises the same frames for the same seed, however the stimulus is read.
 */
import {
  type BinaryMovie,
  type FloatMovie,
  frameBytes,
  type Movie,
  rowBytes,
} from '@retinoscope/core-wasm';
import { RetinoscopeError } from '../errors.js';
import type { Dataset } from '../recording/index.js';

export interface Corruption {
  /** `replaced`: by another image of the same block, drawn at random; `shuffled`: its own pixels in another order. */
  readonly kind: 'replaced' | 'shuffled';
  /** Share of the images, 0 … 1. */
  readonly fraction: number;
  readonly seed: number;
}

/** `dataset` with the corrupted training stimulus. */
export function corrupted(dataset: Dataset, corruption: Corruption): Dataset {
  const { fraction, kind } = corruption;
  if (!(fraction >= 0 && fraction <= 1) || !(kind === 'replaced' || kind === 'shuffled')) {
    throw new RetinoscopeError(
      'settings',
      `A share of ${fraction} of the training images was to be ${kind}; 0 to 1, "replaced" or "shuffled" is accepted.`,
      { field: 'corruption', found: corruption },
    );
  }
  const { stimulus } = dataset.training;
  return {
    ...dataset,
    training: {
      ...dataset.training,
      stimulus: {
        ...stimulus,
        async read(range, crop, call) {
          const movie = await stimulus.read(range, crop, call);
          return corruptMovie(movie, { ...corruption, first: range.first, ...stimulus });
        },
      },
    },
  };
}

interface CorruptedPart extends Corruption {
  /** Block of the first frame. */
  readonly first: number;
  readonly blockFrames: number;
}

function corruptMovie(movie: Movie, part: CorruptedPart): Movie {
  const data = movie.kind === 'binary' ? movie.bits : movie.data;
  const out = data.slice();
  const frame =
    movie.kind === 'binary' ? frameBytes(movie.height, movie.width) : movie.height * movie.width;
  const { blockFrames, first, fraction, seed, kind } = part;
  for (let t = 0; t < movie.frames; t++) {
    const block = Math.floor(t / blockFrames);
    const random = sequence(seed, first + block, t % blockFrames);
    if (random() >= fraction) continue;
    if (kind === 'replaced') {
      const other = block * blockFrames + Math.floor(random() * blockFrames);
      out.set(data.subarray(other * frame, (other + 1) * frame), t * frame);
    } else if (movie.kind === 'binary') shuffleBits(movie, out as Uint8Array, t, random);
    else shuffleValues(movie, out as Float32Array, t, random);
  }
  return movie.kind === 'binary'
    ? { ...movie, bits: out as Uint8Array }
    : { ...movie, data: out as Float32Array<ArrayBuffer> };
}

function shuffleValues(
  { height, width }: FloatMovie,
  data: Float32Array,
  t: number,
  random: () => number,
): void {
  const start = t * height * width;
  for (let i = height * width - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [data[start + i], data[start + j]] = [data[start + j], data[start + i]];
  }
}

function shuffleBits(
  { height, width }: BinaryMovie,
  bits: Uint8Array,
  t: number,
  random: () => number,
): void {
  const stride = rowBytes(width);
  const start = t * height * stride;
  const at = (i: number) => start + Math.floor(i / width) * stride + ((i % width) >> 3);
  const mask = (i: number) => 1 << ((i % width) & 7);
  for (let i = height * width - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const a = bits[at(i)] & mask(i);
    const b = bits[at(j)] & mask(j);
    if (!a === !b) continue;
    bits[at(i)] ^= mask(i);
    bits[at(j)] ^= mask(j);
  }
}

/** Uniform numbers in [0, 1) for one frame: SplitMix32 from a mix of its place. */
function sequence(seed: number, block: number, t: number): () => number {
  let state = mix(mix(mix(seed) ^ block) ^ t);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    return (mix(state) >>> 0) / 2 ** 32;
  };
}

function mix(value: number): number {
  let z = (value + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}
