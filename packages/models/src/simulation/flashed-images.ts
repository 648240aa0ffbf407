/**
 * Flashed images as the test part of a simulated recording: the movie, the rates and trials of spikes.
 * Promises that the images alone are kept: frames are put together when they are read, within the crop.
 */
import {
  type Core,
  type Crop,
  type FloatMovie,
  Random,
  type SimulationSpec,
  simulate,
} from '@retinoscope/core-wasm';
import { RetinoscopeError, throwIfCancelled } from '../errors.js';
import type { FlashedImages } from '../recording/source.js';
import type { LongCall, WorkProgress } from '../recording/types.js';
import { naturalImages } from './natural-images.js';
import { oneBlock, type SimulatedTest, within } from './one-block.js';

const most = { count: 2000, onFrames: 600, offFrames: 600, repeats: 200 } as const;
const brightest = 0.5;
/** Values of a movie that the cells are shown at a time. */
const valuesAtOnce = 2 ** 20;
const mostBytes = 2 ** 30;
/** Share of the work that drawing the images is. */
const drawing = 0.3;
/** The generator's sequences from here on are spikes of trials: those below are noise and its spikes. */
const firstStream = 2 ** 32;
const cellStreams = 2 ** 16;
/** Milliseconds of work before other events of the thread have their turn. */
const turn = 50;

/** Throws a `settings` error that names the first field that does not fit, a `memory` error for too many trials. */
export function checkFlashed(images: FlashedImages, spec: SimulationSpec): void {
  const { kind, values, count, onFrames, offFrames, repeats } = images;
  for (const field of Object.keys(most) as (keyof typeof most)[]) {
    const found = images[field];
    if (!Number.isInteger(found) || found < 1 || found > most[field]) {
      refuse(field, found, `a whole number from 1 to ${most[field]}`);
    }
  }
  if (!['dead-leaves', 'one-over-f', 'given'].includes(kind)) {
    refuse('kind', kind, '"dead-leaves", "one-over-f" or "given"');
  }
  const size = `${count} images of ${spec.width} × ${spec.height} squares`;
  if (kind === 'given') {
    const wanted = count * spec.height * spec.width;
    if (values?.length !== wanted) {
      refuse('values', `${values?.length ?? 'no'} values`, `${wanted}, those of ${size}`);
    }
    const wrong = values.find((value) => !(Math.abs(value) <= brightest));
    if (wrong !== undefined) refuse('values', wrong, `values from −${brightest} to ${brightest}`);
  }
  const bytes = spec.cells.length * (repeats + 1) * count * (onFrames + offFrames) * 4;
  if (bytes <= mostBytes) return;
  throw new RetinoscopeError(
    'memory',
    `${repeats} trials of ${spec.cells.length} cells with ${size} would take ${Math.ceil(bytes / 1e6)} MB; at most ${Math.floor(mostBytes / 1e6)} MB are used. Fewer trials, images or frames need less.`,
    { bytes, budget: mostBytes },
  );
}

function refuse(field: string, found: unknown, accepted: string): never {
  throw new RetinoscopeError(
    'settings',
    `The ${field} of the flashed images: found ${found}; accepted: ${accepted}.`,
    { field: `images.${field}`, found },
  );
}

/** Shows the images, which have been checked, and draws the trials; `seed` is that of the spikes. */
export async function flashedTest(
  core: Core,
  spec: SimulationSpec,
  { images, seed }: { readonly images: FlashedImages; readonly seed: number },
  call: LongCall<WorkProgress>,
): Promise<SimulatedTest> {
  const values = await imageValues(images, spec, within(call, [0, drawing]));
  const shown = new FlashedMovie(images, spec, values);
  const rates = await ratesTo(shown, core, spec, within(call, [drawing, 1]));
  const counts = await drawTrials(core, rates, { repeats: images.repeats, seed }, call.signal);
  const stimulus = oneBlock(shown, (crop) => shown.part(0, shown.frames, crop));
  return { part: { stimulus, repeats: images.repeats, counts }, rates };
}

/** `[image, y, x]`. */
async function imageValues(
  { kind, count, seed, values }: FlashedImages,
  { height, width }: SimulationSpec,
  call: LongCall<WorkProgress>,
): Promise<Float32Array> {
  if (kind !== 'given') return naturalImages({ kind, count, height, width, seed }, call);
  // A copy, which the caller cannot change under the dataset.
  return new Float32Array(values ?? []);
}

/** True rate of each cell, spikes per frame, `[time]`; the movie is made part by part. */
async function ratesTo(
  shown: FlashedMovie,
  core: Core,
  spec: SimulationSpec,
  { signal, onProgress }: LongCall<WorkProgress>,
): Promise<Float32Array[]> {
  const lags = spec.cells.flatMap(({ temporalKernel, subunits }) => [
    temporalKernel.length,
    ...subunits.map((subunit) => subunit.temporalKernel?.length ?? 0),
  ]);
  const history = Math.max(...lags) - 1;
  const atOnce = Math.max(4 * history, Math.ceil(valuesAtOnce / (spec.height * spec.width)));
  const rates = spec.cells.map(() => new Float32Array(shown.frames));
  for (let first = 0; first < shown.frames; first += atOnce) {
    throwIfCancelled(signal);
    // Frames before the part's first whose rates are known, for the cells to remember.
    const before = Math.min(first, history);
    const count = Math.min(atOnce, shown.frames - first);
    const part = await simulate(
      spec,
      {
        movie: shown.part(first - before, before + count),
        seed: 0,
        signal,
        onProgress: (done) =>
          onProgress?.({
            kind: 'work',
            done: (first + done * count) / shown.frames,
            what: 'Showing the images',
          }),
      },
      core,
    );
    part.rates.forEach((known, i) => {
      rates[i].set(known.subarray(before), first);
    });
  }
  return rates;
}

/** Spikes in each frame, 0 or 1, of each cell, `[repeat, time]`; each trial of a cell from a sequence of its own. */
export async function drawTrials(
  core: Core,
  rates: readonly Float32Array[],
  { repeats, seed }: { readonly repeats: number; readonly seed: number },
  signal: AbortSignal | undefined,
): Promise<Float32Array[]> {
  let resumed = performance.now();
  const counts: Float32Array[] = [];
  for (const [i, rate] of rates.entries()) {
    const trials = new Float32Array(repeats * rate.length);
    for (let trial = 0; trial < repeats; trial++) {
      const mark = core.arena.mark();
      const random = await Random.create(seed, firstStream + trial * cellStreams + i, core);
      const drawn = random.uniforms(rate.length);
      core.arena.release(mark);
      trials.set(
        drawn.map((u, t) => (u < rate[t] ? 1 : 0)),
        trial * rate.length,
      );
      if (performance.now() - resumed > turn && signal) {
        await new Promise((resolve) => setTimeout(resolve));
        throwIfCancelled(signal);
        resumed = performance.now();
      }
    }
    counts.push(trials);
  }
  return counts;
}

/** The movie of the images, put together where it is looked at. */
class FlashedMovie {
  readonly frames: number;
  readonly height: number;
  readonly width: number;
  private readonly period: number;

  constructor(
    private readonly images: FlashedImages,
    { height, width }: SimulationSpec,
    /** `[image, y, x]`. */
    private readonly values: Float32Array,
  ) {
    this.height = height;
    this.width = width;
    this.period = images.onFrames + images.offFrames;
    this.frames = images.count * this.period;
  }

  /** `count` frames from `first` on, cut to `crop`. */
  part(first: number, count: number, crop?: Crop): FloatMovie {
    const { x, y, height, width } = crop ?? { ...this, x: 0, y: 0 };
    const squares = height * width;
    const data = new Float32Array(count * squares);
    for (let t = 0; t < count; t++) {
      const since = (first + t) % this.period;
      if (since >= this.images.onFrames) continue;
      if (t > 0 && since > 0) {
        data.copyWithin(t * squares, (t - 1) * squares, t * squares);
        continue;
      }
      const top = Math.floor((first + t) / this.period) * this.height + y;
      for (let row = 0; row < height; row++) {
        const start = (top + row) * this.width + x;
        data.set(this.values.subarray(start, start + width), t * squares + row * width);
      }
    }
    return { kind: 'float', frames: count, height, width, data };
  }
}
