/**
 * Scalar twins of the random generators, written from their definitions, for tests.
 * `ScalarRandom` gives the kernels' bits exactly: every operation is rounded to float32 as they round it.
 */
import { seedState } from '../random.js';

const round = Math.fround;

/** xoshiro128++ in four lanes; a call drops the rest of its last draw, as the kernels do. */
export class ScalarRandom {
  /** [s0…s3][lane] */
  private readonly state: Uint32Array;
  private readonly float = new Float32Array(1);
  private readonly int = new Int32Array(this.float.buffer);

  constructor(seed: number, stream = 0) {
    this.state = seedState(seed, stream);
  }

  u32(n: number): Uint32Array {
    const out: number[] = [];
    while (out.length < n) out.push(...this.draw());
    return Uint32Array.from(out.slice(0, n));
  }

  uniforms(n: number): Float32Array {
    return Float32Array.from(this.u32(n), (bits) => (bits >>> 8) * 2 ** -24);
  }

  normals(n: number): Float32Array {
    const out: number[] = [];
    while (out.length < n) {
      const radii = this.draw().map((bits) => this.radius(bits));
      const points = this.draw().map((bits) => this.pointOnCircle(bits));
      for (const axis of [0, 1]) {
        radii.forEach((radius, lane) => {
          out.push(radius * points[lane][axis]);
        });
      }
    }
    return Float32Array.from(out.slice(0, n));
  }

  private draw(): number[] {
    const { state } = this;
    return [0, 1, 2, 3].map((lane) => {
      let [s0, s1, s2, s3] = [0, 4, 8, 12].map((word) => state[word + lane]);
      const result = (rotate((s0 + s3) | 0, 7) + s0) >>> 0;
      const t = s1 << 9;
      s2 ^= s0;
      s3 ^= s1;
      s1 ^= s2;
      s0 ^= s3;
      s2 ^= t;
      s3 = rotate(s3, 11);
      [s0, s1, s2, s3].forEach((word, i) => {
        state[4 * i + lane] = word;
      });
      return result;
    });
  }

  private radius(bits: number): number {
    const u = ((bits >>> 8) + 1) * 2 ** -24;
    return round(Math.sqrt(round(this.ln(u) * -2)));
  }

  private ln(x: number): number {
    this.float[0] = x;
    const exponent = (this.int[0] - 0x3f3504f3) >> 23;
    this.int[0] -= exponent << 23;
    const m = round(this.float[0] - 1);
    const z = round(m * m);
    let p = polynomial(
      m,
      [
        7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1,
        -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
      ],
    );
    p = round(round(p * m) * z);
    p = round(p + round(exponent * round(-2.1219444e-4)));
    p = round(p - round(z * 0.5));
    return round(round(m + p) + round(exponent * 0.693359375));
  }

  private pointOnCircle(bits: number): [number, number] {
    const x = round(((bits << 2) >> 8) * round(9.362675707309822e-8));
    const z = round(x * x);
    const odd = polynomial(z, [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1]);
    const even = polynomial(z, [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2]);
    const sine = round(round(round(odd * z) * x) + x);
    const cosine = round(round(round(round(even * z) * z) - round(z * 0.5)) + 1);
    const sign = bits >>> 31 ? -1 : 1;
    const swapped = (bits >>> 30) & 1;
    return swapped ? [sign * sine, sign * cosine] : [sign * cosine, sign * sine];
  }
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/** Horner's rule in float32, highest power first. */
function polynomial(x: number, coefficients: readonly number[]): number {
  return coefficients.reduce((sum, c) => round(round(sum * x) + round(c)));
}

/** The laboratory generator, one draw at a time: whether the next square is on. */
export class ScalarLab {
  /** `state`: [s, out, tab[32]]; changed as it draws. */
  constructor(readonly state: Int32Array) {}

  next(): boolean {
    const { state } = this;
    state[0] = Number((16_807n * BigInt(state[0])) % 2_147_483_647n);
    const j = state[1] >> 26;
    state[1] = state[2 + j];
    state[2 + j] = state[0];
    return state[1] >= 2 ** 30;
  }
}
