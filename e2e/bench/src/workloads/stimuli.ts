/** Movies, counts, parameters and frame indices for timing: random, from fixed seeds, made once for all rows. */
import {
  type BinaryMovie,
  type FloatMovie,
  frameBytes,
  layerOutputs,
  type NetworkParameters,
  type NetworkShape,
  Random,
  rowBytes,
} from '@retinoscope/core-wasm';

interface Size {
  readonly height: number;
  readonly width: number;
}

/** Remembers what `make` gave for each key. */
function once<Value>(make: (key: string) => Promise<Value>): (key: string) => Promise<Value> {
  const made = new Map<string, Promise<Value>>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

const numbers = (key: string) => key.split(' ').map(Number);

const binaryMovies = once(async (key): Promise<BinaryMovie> => {
  const [frames, height, width] = numbers(key);
  const bytes = frames * frameBytes(height, width);
  const bits = new Uint8Array((await Random.create(1)).u32(Math.ceil(bytes / 4)).buffer, 0, bytes);
  const stride = rowBytes(width);
  const mask = 255 >> (stride * 8 - width);
  for (let last = stride - 1; last < bytes; last += stride) bits[last] &= mask;
  return { kind: 'binary', frames, height, width, bits, low: -0.5, high: 0.5 };
});

/** Binary white noise `[time, y, x]`, ±½. */
export const binaryMovie = (frames: number, { height, width }: Size) =>
  binaryMovies(`${frames} ${height} ${width}`);

const floatMovies = once(async (key): Promise<FloatMovie> => {
  const [frames, height, width] = numbers(key);
  const data = (await Random.create(2)).normals(frames * height * width);
  return { kind: 'float', frames, height, width, data };
});

/** Gaussian white noise `[time, y, x]`, SD 1. */
export const floatMovie = (frames: number, { height, width }: Size) =>
  floatMovies(`${frames} ${height} ${width}`);

/** A spike in one frame of twenty, `[time]`. */
export async function spikeCounts(frames: number): Promise<Float32Array> {
  return (await Random.create(3)).uniforms(frames).map((u) => (u < 0.05 ? 1 : 0));
}

/** Small random parameters; the readout is not negative. */
export async function smallParameters(shape: NetworkShape): Promise<NetworkParameters> {
  const random = await Random.create(4);
  const small = (count: number) => random.normals(count).map((value) => value * 0.05);
  let channels = shape.rank ?? shape.lags;
  const layers = shape.layers.map(({ filters, height, width }) => {
    const weights = small(filters * channels * height * width);
    channels = filters;
    return { weights, bias: new Float32Array(filters) };
  });
  const outputs = layerOutputs(shape);
  const last = outputs[outputs.length - 1];
  const readout = small(last.channels * last.height * last.width).map(Math.abs);
  const temporal = shape.rank && small(shape.layers[0].filters * shape.rank * shape.lags);
  return {
    layers,
    ...(temporal ? { temporal } : {}),
    readout,
    readoutBias: 0,
    alpha: 1,
    beta: 1,
  };
}

/** A biphasic kernel of 20 lags, index = lag, unit L2 norm. */
export function temporalKernel(): Float32Array {
  const kernel = Float32Array.from(
    { length: 20 },
    (_, lag) => -Math.sin((lag - 2) / 3) * Math.exp(-lag / 6),
  );
  const length = Math.hypot(...kernel);
  return kernel.map((value) => value / length);
}

/** Frames of a run in a batch of contiguous frames. */
const runLength = 125;

/** Draws the current frames of a batch, into the same array every time. */
export class FrameDraw {
  private readonly batch: Uint32Array;
  private state = 0x9e3779b9;

  /** `first`: the first frame that has a whole history. */
  constructor(
    batch: number,
    private readonly first: number,
    private readonly frames: number,
  ) {
    this.batch = new Uint32Array(batch);
  }

  /** Single frames, each drawn by itself. */
  single(): Uint32Array {
    const { batch } = this;
    const count = this.frames - this.first;
    for (let i = 0; i < batch.length; i++) batch[i] = this.first + this.below(count);
    return batch;
  }

  /** Runs of `runLength` contiguous frames; the last is cut to fit. */
  runs(): Uint32Array {
    const { batch } = this;
    const count = this.frames - this.first - runLength;
    for (let i = 0; i < batch.length; ) {
      const start = this.first + this.below(count);
      for (let k = 0; k < runLength && i < batch.length; k++) batch[i++] = start + k;
    }
    return batch;
  }

  /** Uniform in [0, bound), by xorshift32. */
  private below(bound: number): number {
    let s = this.state;
    s ^= s << 13;
    s ^= s >>> 17;
    s ^= s << 5;
    this.state = s;
    return Math.floor((s >>> 0) * 2 ** -32 * bound);
  }
}
