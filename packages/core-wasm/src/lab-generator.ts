/**
 * The pseudo-random checkerboard that laboratories share as a seed instead of a file:
 * Park–Miller's s ← 16807·s mod (2³¹−1), shuffled through a table of 32 (Numerical Recipes' ran1).
 * Promises the squares of that generator bit for bit, from a seed or from any saved state.
 */
import { allocateArray } from './allocate.js';
import { RetinoscopeError } from './errors.js';
import { type Core, loadCore } from './load.js';
import { type BinaryMovie, type Crop, frameBytes } from './movie.js';

const modulus = 2 ** 31 - 1;
const tableLength = 32;
/** [s, out, tab[32]] */
const stateLength = 2 + tableLength;
/** Bytes of frames held in the arena at a time. */
const bufferBytes = 1 << 20;

export interface FrameSize {
  readonly height: number;
  readonly width: number;
}

/** Generator's state `[s, out, tab[32]]` after seeding: 8 steps dropped, 32 into the table from its end. */
export function seedLabState(seed: number): Int32Array {
  const s0 = Math.abs(seed);
  if (!Number.isInteger(s0) || s0 < 1 || s0 >= modulus) {
    throw new RetinoscopeError(
      'settings',
      `The seed of the laboratory generator is ${seed}; a whole number from 1 to ${modulus - 1}, or its negative, is needed.`,
      { field: 'seed', found: seed },
    );
  }
  const state = new Int32Array(stateLength);
  let s = s0;
  for (let step = 1; step <= 40; step++) {
    s = (s * 16_807) % modulus;
    if (step > 8) state[2 + 40 - step] = s;
  }
  state[0] = s;
  state[1] = state[2];
  return state;
}

export class LabGenerator {
  private readonly work: number;

  private constructor(
    private readonly core: Core,
    state: Int32Array,
  ) {
    this.work = core.arena.allocate(264);
    // Layout of the work block: assembly/laboratory.ts.
    const words = core.arena.u32(this.work, 66);
    for (let i = 0; i < tableLength; i++) {
      words[2 * i] = state[2 + i];
      words[2 * i + 1] = (state[2 + i] >>> 26) * 8;
    }
    words[64] = state[0];
    words[65] = state[1];
  }

  /** Stays in the arena of `core`, or in one of its own. */
  static async create(seed: number, core?: Core): Promise<LabGenerator> {
    return LabGenerator.fromState(seedLabState(seed), core);
  }

  /** From 34 words `[s, out, tab[32]]`, each in [1, 2³¹−2]. */
  static async fromState(state: Int32Array, core?: Core): Promise<LabGenerator> {
    if (state.length !== stateLength || state.some((word) => word < 1 || word >= modulus)) {
      throw new RetinoscopeError(
        'data',
        `A state of the laboratory generator is ${stateLength} numbers from 1 to ${modulus - 1}: s, out and the table of ${tableLength}; this is not one.`,
        { expected: stateLength, found: state.length },
      );
    }
    return new LabGenerator(core ?? (await loadCore()), state);
  }

  /** `[s, out, tab[32]]` before the next square. */
  state(): Int32Array {
    const words = this.core.arena.u32(this.work, 66);
    const state = new Int32Array(stateLength);
    state[0] = words[64];
    state[1] = words[65];
    for (let i = 0; i < tableLength; i++) state[2 + i] = words[2 * i];
    return state;
  }

  /**
   * The next `count` frames, cut to `crop`; ±½. Drawn frame by frame, column by column, y fastest.
   * Squares outside the crop advance the generator all the same.
   */
  frames(count: number, size: FrameSize, crop?: Crop): BinaryMovie {
    checkCount(count);
    checkSize(size);
    const { height, width } = size;
    const { x, y, width: columns, height: rows } = crop ?? { x: 0, y: 0, width, height };
    const inside =
      [x, y, columns, rows].every(Number.isInteger) &&
      Math.min(x, y) >= 0 &&
      Math.min(columns, rows) >= 1 &&
      x + columns <= width &&
      y + rows <= height;
    if (!inside) {
      throw new RetinoscopeError(
        'settings',
        `The crop ${columns} × ${rows} at (${x}, ${y}) does not lie inside the ${width} × ${height} squares of the stimulus.`,
        { crop: { x, y, width: columns, height: rows }, height, width },
      );
    }
    const { arena, kernels } = this.core;
    const bytes = frameBytes(rows, columns);
    const bits = allocateArray(count * bytes, () => new Uint8Array(count * bytes));
    const mark = arena.mark();
    try {
      const scratch = arena.allocate(16 + columns * height + 16);
      const atOnce = Math.max(1, Math.min(count, Math.floor(bufferBytes / bytes)));
      const buffer = arena.allocate(atOnce * bytes);
      for (let first = 0; first < count; first += atOnce) {
        const n = Math.min(atOnce, count - first);
        kernels.laboratoryFrames(this.work, n, height, width, x, y, columns, rows, scratch, buffer);
        bits.set(arena.u8(buffer, n * bytes), first * bytes);
      }
    } finally {
      arena.release(mark);
    }
    return {
      kind: 'binary',
      frames: count,
      height: rows,
      width: columns,
      bits,
      low: -0.5,
      high: 0.5,
    };
  }

  /** Passes over `frames` frames. */
  skip(frames: number, size: FrameSize): void {
    checkCount(frames);
    checkSize(size);
    this.core.kernels.laboratorySkip(this.work, frames, size.height * size.width);
  }
}

function checkCount(count: number): void {
  if (!Number.isInteger(count) || count < 0 || count > modulus) {
    throw new RetinoscopeError(
      'settings',
      `${count} frames were asked of the laboratory generator; a whole number from 0 to ${modulus} is needed.`,
      { field: 'frames', found: count },
    );
  }
}

/** 2²⁴ squares: far above any screen, and small enough for 32-bit sizes. */
const mostSquares = 2 ** 24;

function checkSize({ height, width }: FrameSize): void {
  const whole = [height, width].every((side) => Number.isInteger(side) && side >= 1);
  if (!whole || height * width > mostSquares) {
    throw new RetinoscopeError(
      'settings',
      `A stimulus of ${width} × ${height} squares cannot be drawn; both must be whole, at least 1, and their product at most ${mostSquares}.`,
      { height, width },
    );
  }
}
