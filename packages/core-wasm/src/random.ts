/**
 * Random numbers: xoshiro128++ in four interleaved lanes, seeded by SplitMix64.
 * Promises the same sequence for a (seed, stream) in both builds, in browsers and under Node.
 * Not for cryptography.
 */
import { RetinoscopeError } from './errors.js';
import { type Core, loadCore } from './load.js';

/** Bytes of a generator's state in the arena. */
const randomStateBytes = 64;

const gamma = 0x9e3779b97f4a7c15n;

/** Finaliser of SplitMix64 (Steele, Lea & Flood 2014). */
function mix(value: bigint): bigint {
  let z = BigInt.asUintN(64, value);
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}

/** Initial state, 16 words: s0 of the four lanes, then s1, s2, s3. Streams of one seed are independent. */
export function seedState(seed: number, stream = 0): Uint32Array {
  for (const [name, value] of Object.entries({ seed, stream })) {
    if (!Number.isSafeInteger(value)) {
      throw new RetinoscopeError(
        'settings',
        `The ${name} of a random sequence is ${value}; a whole number is needed.`,
        { field: name, found: value },
      );
    }
  }
  let z = mix(mix(BigInt(seed) + gamma) ^ BigInt.asUintN(64, BigInt(stream)));
  const words = new Uint32Array(16);
  for (let i = 0; i < 16; i += 2) {
    z += gamma;
    const word = mix(z);
    words[i] = Number(word & 0xffffffffn);
    words[i + 1] = Number(word >> 32n);
  }
  return words;
}

/** Seeds the generator whose state is the 64-byte block at `state`. */
export function seedRandom(core: Core, state: number, seed: number, stream = 0): void {
  core.arena.u32(state, 16).set(seedState(seed, stream));
}

/** A seeded generator in the arena of `core`; pointer to its state. */
export function placeRandom(core: Core, seed: number, stream = 0): number {
  const state = core.arena.allocate(randomStateBytes);
  seedRandom(core, state, seed, stream);
  return state;
}

/** Numbers made at a time; a multiple of 8, so that no draw is dropped between parts. */
const part = 1 << 14;

/**
 * A generator with kernels of its own.
 * Each call begins with a fresh draw of four words (`normals`: eight numbers from two draws).
 */
export class Random {
  private readonly buffer: number;

  private constructor(
    private readonly core: Core,
    private readonly state: number,
  ) {
    this.buffer = core.arena.allocate(part * 4);
  }

  /** Stays in the arena of `core`, or in one of its own. */
  static async create(seed: number, stream = 0, core?: Core): Promise<Random> {
    const own = core ?? (await loadCore());
    return new Random(own, placeRandom(own, seed, stream));
  }

  /** n words of 32 random bits. */
  u32(n: number): Uint32Array {
    const { arena, kernels } = this.core;
    const out = new Uint32Array(n);
    for (let first = 0; first < n; first += part) {
      const count = Math.min(part, n - first);
      kernels.fillBits(this.state, this.buffer, count);
      out.set(arena.u32(this.buffer, count), first);
    }
    return out;
  }

  /** n numbers uniform in [0, 1), multiples of 2⁻²⁴. */
  uniforms(n: number): Float32Array {
    return this.floats(n, this.core.kernels.fillUniform);
  }

  /** n numbers from N(0, 1), by Box–Muller. */
  normals(n: number): Float32Array {
    return this.floats(n, this.core.kernels.fillNormal);
  }

  private floats(n: number, fill: (state: number, out: number, n: number) => void): Float32Array {
    const out = new Float32Array(n);
    for (let first = 0; first < n; first += part) {
      const count = Math.min(part, n - first);
      fill(this.state, this.buffer, count);
      out.set(this.core.arena.f32(this.buffer, count), first);
    }
    return out;
  }
}
