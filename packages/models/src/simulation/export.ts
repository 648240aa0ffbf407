/**
 * A simulation as one npz file:
 *   counts           uint8 [cell, time], spikes
 *   rates            float32 [cell, time], expected spikes per frame
 *   subunits         float32 [subunit, y, x], weights; subunit_cell int32 [subunit], the cell of each
 *   stimulus         float32 [time, y, x], values; left out of a long binary one
 * and of a binary stimulus
 *   stimulus_packed  uint8 [time, bytes], squares of a frame by numpy.packbits(…, bitorder="little")
 *   stimulus_values  float32 [2], the values of 0 and 1
 */
import {
  type BinaryMovie,
  frameValues,
  type SimulationSpec,
  simulate,
} from '@retinoscope/core-wasm';
import { RetinoscopeError } from '../errors.js';
import type { Tensor } from '../files/index.js';
import type { LongCall, WorkProgress } from '../recording/types.js';

/** Values of a binary stimulus that are also written out one by one. */
const mostValues = 2 ** 20;
/** Bytes of one array; what holds more cannot be a file in memory. */
const mostBytes = 2 ** 31 - 2 ** 16;

export interface SimulatedFile {
  readonly frames: number;
  /** Spikes of each cell. */
  readonly spikes: readonly number[];
  readonly npz: Uint8Array;
}

export async function simulateNpz(
  spec: SimulationSpec,
  { frames, seed }: { readonly frames: number; readonly seed: number },
  { signal, onProgress }: LongCall<WorkProgress> = {},
): Promise<SimulatedFile> {
  const report = (done: number, what: string) => onProgress?.({ kind: 'work', done, what });
  const { stimulus, counts, rates } = await simulate(spec, {
    frames,
    seed,
    signal,
    onProgress: (done) => report(done / 2, 'Simulating'),
  });
  report(0.5, 'Writing the file');
  const { height, width } = spec;
  const squares = height * width;
  requireFile(frames * (stimulus.kind === 'binary' ? squares / 8 : squares * 4));
  requireFile(frames * counts.length * 4);
  const written: Record<string, Tensor> = {
    counts: { shape: [counts.length, frames], data: join(counts, Uint8Array) },
    rates: { shape: [rates.length, frames], data: join(rates, Float32Array) },
  };
  const subunits = spec.cells.flatMap((cell) => cell.subunits.map(({ spatial }) => spatial));
  const owners = spec.cells.flatMap((cell, i) => cell.subunits.map(() => i));
  written.subunits = {
    shape: [subunits.length, height, width],
    data: join(subunits, Float32Array),
  };
  written.subunit_cell = { shape: [owners.length], data: Int32Array.from(owners) };
  if (stimulus.kind === 'float' || frames * squares <= mostValues) {
    const data = stimulus.kind === 'float' ? stimulus.data : frameValues(stimulus, 0, frames);
    written.stimulus = { shape: [frames, height, width], data };
  }
  if (stimulus.kind === 'binary') {
    written.stimulus_packed = {
      shape: [frames, Math.ceil(squares / 8)],
      data: packedFrames(stimulus),
    };
    written.stimulus_values = {
      shape: [2],
      data: Float32Array.of(stimulus.low, stimulus.high),
    };
  }
  const { writeNpz } = await import('../files/npz.js');
  const npz = writeNpz(written);
  report(1, 'Writing the file');
  const spikes = counts.map((cell) => cell.reduce((sum, count) => sum + count, 0));
  return { frames, spikes, npz };
}

function requireFile(bytes: number): void {
  if (bytes <= mostBytes) return;
  throw new RetinoscopeError(
    'memory',
    `This simulation would make an array of ${Math.ceil(bytes / 1e6)} MB; at most ${Math.floor(mostBytes / 1e6)} MB fit a file. Fewer frames, squares or cells need less.`,
    { bytes },
  );
}

function join<A extends Uint8Array | Float32Array>(
  parts: readonly A[],
  make: new (length: number) => A,
): A {
  const length = parts[0].length;
  const out = new make(parts.length * length);
  parts.forEach((values, i) => {
    out.set(values, i * length);
  });
  return out;
}

/** Bits of each frame without the gaps at the ends of rows. */
function packedFrames(movie: BinaryMovie): Uint8Array {
  const { frames, height, width, bits } = movie;
  if (width % 8 === 0) return bits;
  const from = bits.length / (frames * height);
  const to = Math.ceil((height * width) / 8);
  const out = new Uint8Array(frames * to);
  for (let t = 0; t < frames; t++) {
    for (let i = 0; i < height * width; i++) {
      const x = i % width;
      const byte = bits[(t * height + Math.floor(i / width)) * from + (x >> 3)];
      out[t * to + (i >> 3)] |= ((byte >> (x & 7)) & 1) << (i & 7);
    }
  }
  return out;
}
