/** Random networks, movies and batches for tests: sizes odd and even, one to three layers, any head. */
import fc from 'fast-check';
import {
  type Head,
  headLosses,
  type Loss,
  layerOutputs,
  type NetworkParameters,
  type NetworkShape,
} from '../network.js';

export interface Case {
  readonly shape: NetworkShape;
  /** One that goes with the head. */
  readonly loss: Loss;
  readonly parameters: NetworkParameters;
  readonly frames: number;
  /** `[time, y, x]`. */
  readonly movie: Float32Array;
  readonly counts: Float32Array;
  /** Current frame of each sample. */
  readonly batch: Uint32Array;
}

/** Uniform in [0, 1), the same sequence for the same seed (mulberry32). */
function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const layer = fc.record({
  filters: fc.integer({ min: 1, max: 11 }),
  height: fc.integer({ min: 1, max: 4 }),
  width: fc.integer({ min: 1, max: 4 }),
});

const shapes = (heads: readonly Head[]) =>
  fc
    .record({
      lags: fc.integer({ min: 1, max: 4 }),
      height: fc.integer({ min: 5, max: 12 }),
      width: fc.integer({ min: 5, max: 12 }),
      layers: fc.array(layer, { minLength: 1, maxLength: 3 }),
      head: fc.constantFrom(...heads),
    })
    .filter((shape) => layerOutputs(shape).every(({ height, width }) => height > 0 && width > 0));

/** What a case is made from; small enough to read when a property fails. */
export interface CaseSpec {
  readonly shape: NetworkShape;
  readonly seed: number;
  readonly samples: number;
}

/** Cases of up to `samples` samples, and of these heads. */
export function cases(
  samples: number,
  heads: readonly Head[] = Object.keys(headLosses) as Head[],
): fc.Arbitrary<CaseSpec> {
  return fc.record({
    shape: shapes(heads),
    seed: fc.integer({ min: 1, max: 1e9 }),
    samples: fc.integer({ min: 1, max: samples }),
  });
}

export function makeCase({ shape, seed, samples }: CaseSpec): Case {
  const random = uniform(seed);
  const values = (count: number, scale: number) =>
    Float32Array.from({ length: count }, () => (random() - 0.5) * 2 * scale);
  const frames = shape.lags + 20;
  let channels = shape.lags;
  const layers = shape.layers.map(({ filters, height, width }) => {
    const weights = values(filters * channels * height * width, 0.5);
    channels = filters;
    return { weights, bias: values(filters, 0.3) };
  });
  const last = layerOutputs(shape)[shape.layers.length - 1];
  const parametric = shape.head === 'parametric-softplus';
  const losses = headLosses[shape.head];
  const loss = losses[seed % losses.length];
  return {
    shape,
    loss,
    parameters: {
      layers,
      readout: values(last.channels * last.height * last.width, 0.3),
      readoutBias: random() - 0.5,
      alpha: parametric ? 0.2 + random() : 1,
      beta: parametric ? 0.5 + 2 * random() : 1,
    },
    frames,
    movie: values(frames * shape.height * shape.width, 1),
    counts: Float32Array.from({ length: frames }, () =>
      random() < 0.3 ? Math.ceil(random() * (loss === 'binomial' ? 1 : 3)) : 0,
    ),
    batch: Uint32Array.from(
      { length: samples },
      () => shape.lags - 1 + Math.floor(random() * (frames - shape.lags + 1)),
    ),
  };
}

/** All parameters, or a gradient, in one list. */
export function flatten(parameters: {
  readonly layers: readonly {
    readonly weights: ArrayLike<number>;
    readonly bias: ArrayLike<number>;
  }[];
  readonly readout: ArrayLike<number>;
  readonly readoutBias: number;
  readonly alpha: number;
  readonly beta: number;
}): number[] {
  return [
    ...parameters.layers.flatMap(({ weights, bias }) => [
      ...Array.from(weights),
      ...Array.from(bias),
    ]),
    ...Array.from(parameters.readout),
    parameters.readoutBias,
    parameters.alpha,
    parameters.beta,
  ];
}
