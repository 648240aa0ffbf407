/**
 * Grey images with the statistics of natural scenes, for cells to be shown.
 * Promises the same images for the same seed everywhere, and each image by itself: more of them, or fewer, change
 * none of the others.
 */
import { loadCore, Random } from '@retinoscope/core-wasm';
import { RetinoscopeError, throwIfCancelled } from '../errors.js';
import type { LongCall, WorkProgress } from '../recording/types.js';
import { deadLeaves } from './dead-leaves.js';
import { oneOverF } from './one-over-f.js';
import type { FieldSize } from './subunits.js';

/** `dead-leaves`: occlusions and edges; `one-over-f`: the spectrum of natural scenes alone. */
export type NaturalImageKind = 'dead-leaves' | 'one-over-f';

export interface NaturalImageOptions extends FieldSize {
  readonly count: number;
  readonly seed: number;
  readonly kind: NaturalImageKind;
}

const makers: Readonly<
  Record<NaturalImageKind, (random: Random, size: FieldSize) => Float64Array>
> = { 'dead-leaves': deadLeaves, 'one-over-f': oneOverF };

/** Root mean square of an image before it is clipped, in units of the stimulus, whose binary noise is ±½. */
const contrast = 0.2;
const brightest = 0.5;
/** An image that clipping leaves less of is drawn again: one leaf fills it but for a corner. */
const leastContrast = 0.18;
/** Draws of one image; a single square has no contrast however often it is drawn. */
const mostDraws = 20;
/** The generator's sequences from here on are images: those below are noise and spikes of simulations. */
const firstStream = 2 ** 33;
const mostSquares = 2 ** 20;
const mostBytes = 2 ** 30;
/** Milliseconds of work before other events of the thread have their turn. */
const turn = 50;

/**
 * Images `[image, y, x]` in units of the stimulus: each shifted and scaled to mean 0, which is grey, and a root mean
 * square of 0.2, then clipped to −½…½, which leaves 0.18 to 0.2 and moves the mean by less than 0.02.
 * Throws a `settings` error for what cannot be made and a `memory` error for more than 1 GiB.
 */
export async function naturalImages(
  options: NaturalImageOptions,
  { signal, onProgress }: LongCall<WorkProgress> = {},
): Promise<Float32Array> {
  const { count, height, width, seed, kind } = options;
  check(options);
  const core = await loadCore();
  const squares = height * width;
  const images = new Float32Array(count * squares);
  let resumed = performance.now();
  for (let i = 0; i < count; i++) {
    throwIfCancelled(signal);
    const mark = core.arena.mark();
    const random = await Random.create(seed, firstStream + i, core);
    for (let draw = 0; draw < mostDraws; draw++) {
      const image = standardised(makers[kind](random, { height, width }));
      images.set(image, i * squares);
      if (rootMeanSquare(image) >= leastContrast) break;
    }
    core.arena.release(mark);
    if (performance.now() - resumed > turn && (signal || onProgress)) {
      onProgress?.({ kind: 'work', done: (i + 1) / count, what: 'Drawing images' });
      await new Promise((resolve) => setTimeout(resolve));
      resumed = performance.now();
    }
  }
  return images;
}

function check({ count, height, width, kind }: NaturalImageOptions): void {
  const refuse = (field: string, found: unknown, accepted: string): never => {
    throw new RetinoscopeError(
      'settings',
      `The ${field} of the natural images is ${found}; accepted: ${accepted}.`,
      { field, found },
    );
  };
  for (const [field, value] of Object.entries({ count, height, width })) {
    if (!Number.isInteger(value) || value < 1) refuse(field, value, 'a whole number, at least 1');
  }
  if (height * width > mostSquares) {
    refuse('height × width', height * width, `at most ${mostSquares} squares`);
  }
  if (!Object.hasOwn(makers, kind)) {
    refuse(
      'kind',
      kind,
      Object.keys(makers)
        .map((known) => `"${known}"`)
        .join(' or '),
    );
  }
  const bytes = count * height * width * 4;
  if (bytes <= mostBytes) return;
  throw new RetinoscopeError(
    'memory',
    `${count} images of ${width} × ${height} squares would take ${Math.ceil(bytes / 1e6)} MB; at most ${Math.floor(mostBytes / 1e6)} MB are used. Fewer or smaller images need less.`,
    { bytes, budget: mostBytes },
  );
}

/** Mean 0, the contrast, then clipped; all 0 when `values` are all the same. */
function standardised(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const centred = values.map((value) => value - mean);
  const scale = contrast / rootMeanSquare(centred);
  if (!Number.isFinite(scale)) return centred.fill(0);
  return centred.map((value) => Math.min(brightest, Math.max(-brightest, scale * value)));
}

function rootMeanSquare(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}
