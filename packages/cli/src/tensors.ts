/** Arrays given to a model and compared with what it gives. */
import {
  type ModelCard,
  type OnnxRunResult,
  RetinoscopeError,
  type Tensor,
} from '@retinoscope/worker';

/**
 * The frames a sample of the model holds, when `input` is a movie `[time, y, x]` and the model takes windows
 * `[batch, lags, y, x]`, oldest frame first; else undefined.
 */
export function takesWindowsOf({ inputs }: ModelCard, input: Tensor): number | undefined {
  const shape = inputs[0]?.shape ?? [];
  if (inputs.length !== 1 || shape.length !== 4 || input.shape.length !== 3) return undefined;
  const lags = shape[1];
  return typeof lags === 'number' ? lags : undefined;
}

/** Values of windows held at once. */
const mostWindowValues = 2 ** 26;

/** One output for each frame that has a whole history: `time − lags + 1` of them, the first for frame `lags − 1`. */
export async function predictMovie(
  movie: Tensor,
  lags: number,
  run: (windows: Tensor) => Promise<OnnxRunResult>,
): Promise<OnnxRunResult> {
  const [frames, height, width] = movie.shape;
  const count = frames - lags + 1;
  if (count < 1) {
    throw new RetinoscopeError(
      'data',
      `The movie has ${frames} frames and the model takes ${lags} at a time; at least ${lags} frames are accepted.`,
      { expected: lags, found: frames },
    );
  }
  const size = height * width;
  const step = Math.max(1, Math.floor(mostWindowValues / Math.max(1, lags * size)));
  const values = Float32Array.from(movie.data as ArrayLike<number | bigint>, Number);
  const parts: OnnxRunResult[] = [];
  for (let first = 0; first < count; first += step) {
    const windows = Math.min(step, count - first);
    const data = new Float32Array(windows * lags * size);
    for (let i = 0; i < windows; i++) {
      const start = (first + i) * size;
      data.set(values.subarray(start, start + lags * size), i * lags * size);
    }
    parts.push(await run({ shape: [windows, lags, height, width], data }));
  }
  return join(parts);
}

/** Outputs one after the other along their first axis. */
function join(parts: readonly OnnxRunResult[]): OnnxRunResult {
  const [{ output, outputName, provider }] = parts;
  const seconds = parts.reduce((sum, part) => sum + part.seconds, 0);
  if (parts.length === 1) return { output, outputName, seconds, provider };
  const length = parts.reduce((sum, part) => sum + part.output.shape[0], 0);
  const data = Float32Array.from(
    parts.flatMap((part) => Array.from(part.output.data as ArrayLike<number | bigint>, Number)),
  );
  const all = { shape: [length, ...output.shape.slice(1)], data };
  return { output: all, outputName, seconds, provider };
}

/** Largest absolute difference. Error `data` when the shapes differ, or only one of two values is a number. */
export function largestDifference(output: Tensor, expected: Tensor): number {
  const found = output.data.length;
  if (expected.data.length !== found || squeezed(output) !== squeezed(expected)) {
    throw new RetinoscopeError(
      'data',
      `The model gives [${output.shape.join(', ')}] and the array "output" is [${expected.shape.join(', ')}]; the same shape is accepted.`,
      { expected: output.shape, found: expected.shape },
    );
  }
  let largest = 0;
  for (let i = 0; i < found; i++) {
    const a = Number(output.data[i]);
    const b = Number(expected.data[i]);
    if (Object.is(a, b)) continue;
    const difference = Math.abs(a - b);
    if (!Number.isFinite(difference)) {
      throw new RetinoscopeError(
        'data',
        `Value ${i} is ${a} from the model and ${b} in the array "output"; finite numbers are compared.`,
        { index: i },
      );
    }
    largest = Math.max(largest, difference);
  }
  return largest;
}

/** A shape without its axes of length 1. */
function squeezed({ shape }: Tensor): string {
  return shape.filter((length) => length !== 1).join();
}

/** Smallest, largest and mean value; 0 of no values. */
export function range({ data }: Tensor): { least: number; most: number; mean: number } {
  if (data.length === 0) return { least: 0, most: 0, mean: 0 };
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i]);
    least = Math.min(least, value);
    most = Math.max(most, value);
    sum += value;
  }
  return { least, most, mean: sum / data.length };
}
