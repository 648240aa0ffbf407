/**
 * Σ counts[t]·bit[t − lag, y, x] over packed movies: exact, by carry-save adders (assembly/sta.ts).
 */
import type { Core } from './load.js';
import { type BinaryMovie, frameBytes } from './movie.js';
import { parts, type SpikeTrain } from './spike-train.js';

/** Bytes of a movie in the arena at a time: few enough to stay in a second-level cache beside the counts. */
const bufferBytes = 1 << 18;
/** Windows that the kernel adds at once. */
const batch = 8;
/** Binary digits of a count that those make; each further one takes three rows. */
const firstDigits = 3;

/**
 * Counts of the set bits in the windows of `lags` frames that end with each spike of a train, given to `each`
 * in the kernel's order `[16-byte column of the window][bit of byte][byte]`; valid during the call.
 */
export function countSetBits(
  core: Core,
  movie: BinaryMovie,
  trains: readonly SpikeTrain[],
  lags: number,
  each: (ones: Uint32Array, train: number) => void,
): void {
  const { arena } = core;
  const bytes = frameBytes(movie.height, movie.width);
  const columns = Math.ceil((lags * bytes) / 16);
  const atOnce = Math.max(lags, Math.floor(bufferBytes / bytes));
  const buffer = arena.allocate((atOnce + lags - 1) * bytes);
  const zeros = arena.allocate(columns * 16);
  arena.u8(zeros, columns * 16).fill(0);
  const most = Math.ceil(movie.frames / atOnce) * batch;
  const counters = trains.map(({ spikes }) => new Counter(core, columns, spikes + most));
  for (const { first, end, spiking } of parts(trains, lags, atOnce)) {
    arena.u8(buffer, (end - first) * bytes).set(movie.bits.subarray(first * bytes, end * bytes));
    trains.forEach(({ counts }, i) => {
      const windows: number[] = [];
      for (const t of spiking[i]) {
        const window = buffer + (t - lags + 1 - first) * bytes;
        for (let spike = counts[t]; spike > 0; spike--) windows.push(window);
      }
      while (windows.length % batch) windows.push(zeros);
      counters[i].add(windows);
    });
  }
  const ones = arena.allocate(columns * 512);
  counters.forEach((counter, i) => {
    counter.read(ones);
    each(arena.u32(ones, columns * 128), i);
  });
}

/** Binary digits of the counts of one train; layout of `digits`: assembly/sta.ts. */
class Counter {
  private readonly digits: number;
  private readonly pointer: number;
  private done = 0;

  /** Counts up to `most`. */
  constructor(
    private readonly core: Core,
    private readonly columns: number,
    most: number,
  ) {
    this.digits = Math.max(firstDigits, Math.ceil(Math.log2(most + 1))) + 1;
    const rows = firstDigits + 3 * (this.digits - firstDigits);
    this.pointer = core.arena.allocate(rows * columns * 16);
    core.arena.u8(this.pointer, rows * columns * 16).fill(0);
  }

  add(windows: readonly number[]): void {
    if (windows.length === 0) return;
    const { arena, kernels } = this.core;
    const mark = arena.mark();
    const list = arena.place(Uint32Array.from(windows));
    const groups = windows.length / batch;
    kernels.countBits(list, groups, this.columns, this.done, this.pointer);
    this.done += groups;
    arena.release(mark);
  }

  /** The counts, u32, to `out`. */
  read(out: number): void {
    const { core, columns, digits, done } = this;
    core.arena.u32(out, columns * 128).fill(0);
    for (let k = 0; k < firstDigits; k++) {
      core.kernels.addBits(this.pointer + 16 * k, 16 * firstDigits, columns, 2 ** k, out);
    }
    const row = columns * 16;
    let at = this.pointer + firstDigits * row;
    for (let k = firstDigits; k < digits; k++, at += 3 * row) {
      core.kernels.addBits(at, 16, columns, 2 ** k, out);
      // What was carried once, and waits for the second.
      const waits = (done >> (k - firstDigits)) & 1;
      if (waits) core.kernels.addBits(at + row, 16, columns, 2 ** k, out);
    }
  }
}
