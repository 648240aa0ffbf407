/**
 * The biophysical subunit model of Yan et al. 2020, section "Biophysical model", over random or given stimuli:
 * subunit drive = causal temporal convolution of a spatial sum; cell = thresholded weighted sum of the subunits'
 * outputs; a spike in a frame with the probability of the rate per frame, at most 1.
 * Promises the same stimulus, rates and spikes for one seed in both builds, in browsers and under Node.
 */
import { allocateArray } from './allocate.js';
import { RetinoscopeError, throwIfCancelled } from './errors.js';
import { type Core, loadCore } from './load.js';
import { type FloatMovie, frameBytes, type Movie, rowBytes } from './movie.js';
import { placeRandom } from './random.js';
import { checkFinite, checkFrames, checkMovie, checkSpec } from './simulation-check.js';
import type { CellSpec, SimulationSpec, SubunitSpec } from './simulation-spec.js';

interface AnySimulationOptions {
  readonly seed: number;
  /** Seed of the spikes alone: the same stimulus with fresh spikes. `seed` when absent. */
  readonly spikeSeed?: number;
  /** Independent sequences of one seed, 0-based: training and test, say. */
  readonly stream?: number;
  /** An earlier simulation of the same size, to be written over: many in a row then take the memory of one. */
  readonly into?: Simulation;
  readonly signal?: AbortSignal;
  /** Share done, in [0, 1]. */
  readonly onProgress?: (done: number) => void;
}

/** A random stimulus of so many frames, or a movie of the caller's. */
export type SimulationOptions = AnySimulationOptions &
  (
    | { readonly frames: number; readonly movie?: undefined }
    | {
        /** Shown instead of a random stimulus; as high and wide as the specification says. Not written to. */
        readonly movie: FloatMovie;
        readonly frames?: undefined;
      }
  );

export interface Simulation {
  readonly stimulus: Movie;
  /** Spikes in each frame, 0 or 1, of each cell. */
  readonly counts: readonly Uint8Array[];
  /** Expected spikes per frame, of each cell. */
  readonly rates: readonly Float32Array[];
}

/** Streams of one simulation: the stimulus, then the spikes of each cell. */
const streamsEach = 2 ** 16;
/** Bytes of stimulus made at a time. */
const bufferBytes = 1 << 20;
/** Bytes of a frame up to which a quartet's tables are by whole bytes, 4 kB each. */
const mostWholeBytes = 16;
/** Milliseconds of work before other events of the thread have their turn. */
const turn = 50;

/**
 * Simulates `frames` frames of random stimulus, or the responses to `movie`, which is then the result's stimulus;
 * the history before the first frame is zero. A `settings` error says what does not fit.
 */
export async function simulate(
  spec: SimulationSpec,
  options: SimulationOptions,
  core?: Core,
): Promise<Simulation> {
  const { movie, seed, stream = 0, into, signal, onProgress } = options;
  const frames = movie ? movie.frames : options.frames;
  checkSpec(spec);
  if (movie) checkMovie(movie, spec);
  else checkFrames(frames);
  const packed = !movie && spec.stimulus === 'binary';
  if (into) requireSameSize(into, spec, frames, packed);
  const own = core ?? (await loadCore());
  const mark = own.arena.mark();
  try {
    const random = { seed, stream: stream * streamsEach };
    const stimulus = movie
      ? new MovieReader(own, movie)
      : new StimulusMaker(own, spec, frames, random, into?.stimulus);
    const cells = spec.cells.map(
      (cell, i) =>
        new CellSimulator(own, spec, cell, {
          atOnce: stimulus.atOnce,
          packed,
          seed: options.spikeSeed ?? seed,
          stream: stream * streamsEach + 1 + i,
          counts: into?.counts[i] ?? allocateArray(frames, () => new Uint8Array(frames)),
          rates: into?.rates[i] ?? allocateArray(frames * 4, () => new Float32Array(frames)),
        }),
    );
    let resumed = performance.now();
    for (let first = 0; first < frames; first += stimulus.atOnce) {
      const count = Math.min(stimulus.atOnce, frames - first);
      stimulus.make(first, count);
      for (const cell of cells) cell.run(stimulus.pointer, first, count);
      if (performance.now() - resumed > turn && (signal || onProgress)) {
        onProgress?.((first + count) / frames);
        await new Promise((resolve) => setTimeout(resolve));
        throwIfCancelled(signal);
        resumed = performance.now();
      }
    }
    return {
      stimulus: stimulus.movie,
      counts: cells.map((cell) => cell.counts),
      rates: cells.map((cell) => cell.rates),
    };
  } finally {
    own.arena.release(mark);
  }
}

/** A stimulus that comes to the arena part by part. */
interface StimulusParts {
  readonly movie: Movie;
  /** Frames of a part; a multiple of 16, so that parts do not show in the random sequence. */
  readonly atOnce: number;
  /** The part's frames in the arena: packed bits or float32. */
  readonly pointer: number;
  /** Brings the `count` frames from `first` on; parts come in their order. */
  make(first: number, count: number): void;
}

/** Frames of a part whose frames take `bytes` each. */
function framesAtOnce(bytes: number): number {
  return Math.min(4096, 16 * Math.max(1, Math.floor(bufferBytes / (16 * bytes))));
}

/** Copies a movie to the arena part by part. */
class MovieReader implements StimulusParts {
  readonly atOnce: number;
  readonly pointer: number;

  constructor(
    private readonly core: Core,
    readonly movie: FloatMovie,
  ) {
    const bytes = movie.height * movie.width * 4;
    this.atOnce = framesAtOnce(bytes);
    this.pointer = core.arena.allocate(this.atOnce * bytes);
  }

  make(first: number, count: number): void {
    const { height, width, data } = this.movie;
    const squares = height * width;
    const part = data.subarray(first * squares, (first + count) * squares);
    checkFinite('movie', part);
    this.core.arena.f32(this.pointer, part.length).set(part);
  }
}

/** Makes the stimulus part by part: in the arena for the cells, and kept as a movie. */
class StimulusMaker implements StimulusParts {
  readonly movie: Movie;
  readonly atOnce: number;
  readonly pointer: number;
  private readonly state: number;

  constructor(
    private readonly core: Core,
    private readonly spec: SimulationSpec,
    frames: number,
    random: { seed: number; stream: number },
    into?: Movie,
  ) {
    const { height, width } = spec;
    const binary = spec.stimulus === 'binary';
    const bytes = binary ? frameBytes(height, width) : height * width * 4;
    this.atOnce = framesAtOnce(bytes);
    this.state = placeRandom(core, random.seed, random.stream);
    this.pointer = core.arena.allocate(this.atOnce * bytes);
    this.movie = into ? relabelled(into, spec) : emptyMovie(spec, frames, bytes);
  }

  make(first: number, count: number): void {
    const { core, movie, pointer, state } = this;
    const { height, width, contrast } = this.spec;
    const { arena, kernels } = core;
    if (movie.kind === 'binary') {
      const bytes = frameBytes(height, width);
      kernels.fillBits(state, pointer, Math.ceil((count * bytes) / 4));
      if (width % 8) {
        kernels.maskRows(pointer, count * height, rowBytes(width), (1 << (width % 8)) - 1);
      }
      movie.bits.set(arena.u8(pointer, count * bytes), first * bytes);
      return;
    }
    const values = count * height * width;
    kernels.fillNormal(state, pointer, values);
    kernels.scale(pointer, values, contrast);
    movie.data.set(arena.f32(pointer, values), first * height * width);
  }
}

function emptyMovie(spec: SimulationSpec, frames: number, frameSize: number): Movie {
  const { height, width, contrast } = spec;
  const shape = { frames, height, width };
  const bytes = frames * frameSize;
  if (spec.stimulus !== 'binary') {
    const data = allocateArray(bytes, () => new Float32Array(bytes / 4));
    return { kind: 'float', ...shape, data };
  }
  const bits = allocateArray(bytes, () => new Uint8Array(bytes));
  return { kind: 'binary', ...shape, bits, low: -contrast, high: contrast };
}

/** The same arrays with the values that the bits of `spec` stand for. */
function relabelled(movie: Movie, { contrast }: SimulationSpec): Movie {
  return movie.kind === 'binary' ? { ...movie, low: -contrast, high: contrast } : movie;
}

/** Refuses to write over a simulation of another kind or size. */
function requireSameSize(
  { stimulus, counts }: Simulation,
  { height, width, cells }: SimulationSpec,
  frames: number,
  packed: boolean,
): void {
  const kind = packed ? 'binary' : 'float';
  const wanted = [kind, frames, height, width, cells.length];
  const found = [stimulus.kind, stimulus.frames, stimulus.height, stimulus.width, counts.length];
  if (wanted.every((value, i) => value === found[i])) return;
  const say = ([of, time, y, x, n]: readonly (string | number)[]) =>
    `${time} ${of} frames of ${x} × ${y} squares with ${n} cells`;
  throw new RetinoscopeError(
    'settings',
    `A simulation of ${say(wanted)} cannot be written over one of ${say(found)}; they must be the same.`,
    { field: 'into', wanted, found },
  );
}

/** A temporal kernel as the filter reads it. */
interface PlacedKernel {
  /** Pointer to the taps from the longest lag on. */
  readonly reversed: number;
  readonly taps: number;
  /** Frames of history that the kernel reaches back. */
  readonly history: number;
}

/** Four subunits of a cell with one temporal kernel, one vector. */
interface Quartet {
  readonly kernel: PlacedKernel;
  /** Places in a frame with weights: bytes, or squares × 4. */
  readonly places: number;
  readonly n: number;
  /** Sums by byte or half byte, or weights. */
  readonly tables: number;
  /** True when the sums are by byte. */
  readonly whole: boolean;
  readonly units: number;
  /** Spatial sums `[time][4]`, with history. */
  readonly sums: number;
}

type SpatialPart = Pick<Quartet, 'places' | 'n' | 'tables' | 'whole'>;

interface CellRun {
  readonly atOnce: number;
  /** Whether the stimulus comes as bits. */
  readonly packed: boolean;
  readonly seed: number;
  readonly stream: number;
  readonly counts: Uint8Array;
  readonly rates: Float32Array;
}

class CellSimulator {
  readonly counts: Uint8Array;
  readonly rates: Float32Array;
  private readonly packed: boolean;
  private readonly quartets: readonly Quartet[];
  private readonly state: number;
  private readonly sum: number;
  private readonly drives: number;
  private readonly spikes: number;

  constructor(
    private readonly core: Core,
    private readonly spec: SimulationSpec,
    private readonly cell: CellSpec,
    run: CellRun,
  ) {
    const { arena } = core;
    this.counts = run.counts;
    this.rates = run.rates;
    this.packed = run.packed;
    this.state = placeRandom(core, run.seed, run.stream);
    this.sum = arena.allocate(run.atOnce * 4);
    this.drives = arena.allocate(run.atOnce * 16);
    this.spikes = arena.allocate(run.atOnce);
    const quartets: Quartet[] = [];
    for (const { temporalKernel, subunits } of byKernel(cell)) {
      const { taps, history } = reversedTaps(temporalKernel);
      const kernel = { reversed: arena.place(taps), taps: taps.length, history };
      for (let i = 0; i < subunits.length; i += 4) {
        const four = subunits.slice(i, i + 4);
        const sums = arena.allocate((history + run.atOnce) * 16);
        arena.f32(sums, history * 4).fill(0);
        const spatial = run.packed ? this.placeTables(four) : this.placeWeights(four);
        quartets.push({ ...spatial, kernel, sums, units: arena.place(unitBlock(four)) });
      }
    }
    this.quartets = quartets;
  }

  /** Sums of ±contrast·weight over the squares of each byte that has weights, whole or by halves. */
  private placeTables(subunits: readonly SubunitSpec[]): SpatialPart {
    const { height, width, contrast } = this.spec;
    const stride = rowBytes(width);
    const places: number[] = [];
    const weights: number[][][] = [];
    for (let byte = 0; byte < height * stride; byte++) {
      const x = (byte % stride) * 8;
      const start = Math.floor(byte / stride) * width + x;
      const eights = subunits.map(({ spatial }) =>
        Array.from({ length: 8 }, (_, bit) => (x + bit < width ? spatial[start + bit] : 0)),
      );
      if (eights.every((eight) => eight.every((weight) => weight === 0))) continue;
      places.push(byte);
      weights.push(eights);
    }
    const whole = places.length <= mostWholeBytes;
    const bits = whole ? 8 : 4;
    const sizes = whole ? [0] : [0, 4];
    const n = whole ? Math.ceil(places.length / 4) * 4 : places.length;
    const tables = new Float32Array(n * sizes.length * 2 ** bits * 4);
    let at = 0;
    for (const eights of weights) {
      for (const from of sizes) {
        const signed = (lane: number, bit: number) => contrast * (eights[lane]?.[from + bit] ?? 0);
        for (let pattern = 0; pattern < 2 ** bits; pattern++) {
          for (let lane = 0; lane < 4; lane++) {
            let sum = 0;
            for (let bit = 0; bit < bits; bit++) {
              sum += (pattern >> bit) & 1 ? signed(lane, bit) : -signed(lane, bit);
            }
            tables[at++] = sum;
          }
        }
      }
    }
    const { arena } = this.core;
    const placed = new Uint32Array(n);
    placed.set(places);
    return { places: arena.place(placed), n, tables: arena.place(tables), whole };
  }

  private placeWeights(subunits: readonly SubunitSpec[]): SpatialPart {
    const places: number[] = [];
    const weights: number[] = [];
    for (let square = 0; square < this.spec.height * this.spec.width; square++) {
      if (subunits.every(({ spatial }) => spatial[square] === 0)) continue;
      places.push(square * 4);
      for (let lane = 0; lane < 4; lane++) weights.push(subunits[lane]?.spatial[square] ?? 0);
    }
    const { arena } = this.core;
    return {
      places: arena.place(Uint32Array.from(places)),
      n: places.length,
      tables: arena.place(Float32Array.from(weights)),
      whole: false,
    };
  }

  /** Rates and spikes of `count` frames, of which the first is `first`. */
  run(stimulus: number, first: number, count: number): void {
    const { arena, kernels } = this.core;
    const { height, width, frameRate } = this.spec;
    const { sum } = this;
    arena.f32(sum, Math.ceil(count / 4) * 4).fill(0);
    for (const { places, n, tables, whole, units, sums, kernel } of this.quartets) {
      const { reversed, taps, history } = kernel;
      const now = sums + history * 16;
      if (this.packed) {
        const bytes = frameBytes(height, width);
        const spatialSums = whole ? kernels.spatialSumsOfBytes : kernels.spatialSumsOfBits;
        spatialSums(stimulus, count, bytes, places, n, tables, now);
      } else {
        kernels.spatialSums(stimulus, count, height * width, places, n, tables, now);
      }
      kernels.filterSums(sums, count, reversed, taps, this.drives);
      kernels.addResponses(this.drives, count, units, sum);
      arena.f32(sums, (history + count) * 4).copyWithin(0, count * 4);
    }
    const { threshold, gain } = this.cell;
    kernels.drawSpikes(this.state, sum, count, threshold, gain / frameRate, this.spikes);
    this.rates.set(arena.f32(sum, count), first);
    this.counts.set(arena.u8(this.spikes, count), first);
  }
}

/** The subunits of a cell by temporal kernel, kernels and subunits in the order in which they come. */
function byKernel(cell: CellSpec): { temporalKernel: Float32Array; subunits: SubunitSpec[] }[] {
  const groups: { temporalKernel: Float32Array; subunits: SubunitSpec[] }[] = [];
  for (const subunit of cell.subunits) {
    const { temporalKernel = cell.temporalKernel } = subunit;
    const group = groups.find((other) => areEqual(other.temporalKernel, temporalKernel));
    if (group) group.subunits.push(subunit);
    else groups.push({ temporalKernel, subunits: [subunit] });
  }
  return groups;
}

function areEqual(a: Float32Array, b: Float32Array): boolean {
  return a === b || (a.length === b.length && a.every((value, i) => value === b[i]));
}

/**
 * The kernel from its longest lag to its shortest without the zeros at both ends, which a delayed response begins
 * with: an even number of taps, the first 0 where it must be, and the longest lag.
 */
function reversedTaps(kernel: Float32Array): { taps: Float32Array; history: number } {
  const first = Math.max(
    0,
    kernel.findIndex((value) => value !== 0),
  );
  const last = Math.max(
    0,
    kernel.findLastIndex((value) => value !== 0),
  );
  const padding = (last - first + 1) % 2;
  const taps = new Float32Array(last - first + 1 + padding);
  taps.set(kernel.slice(first, last + 1).reverse(), padding);
  return { taps, history: last + padding };
}

/** Thresholds, weights, least drives and masks of four subunits, as assembly/simulate.ts reads them. */
function unitBlock(subunits: readonly SubunitSpec[]): Float32Array {
  const block = new Float32Array(16);
  const masks = new Int32Array(block.buffer);
  subunits.forEach((subunit, lane) => {
    block[lane] = subunit.threshold;
    block[4 + lane] = subunit.weight;
    block[8 + lane] = subunit.nonlinearity === 'linear' ? -Infinity : 0;
    masks[12 + lane] = subunit.nonlinearity === 'rectified-quadratic' ? -1 : 0;
  });
  return block;
}
