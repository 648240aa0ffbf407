/**
 * A movie in contrast as the input of a model: in its values, cut into windows, its axes in the model's order.
 * Pure. Colour channels all get the grey of the movie.
 */
import { RetinoscopeError } from '../errors.js';
import type { Tensor } from '../files/types.js';
import { toModelValues, windowsOf } from '../stimuli/index.js';
import type { StimulusMovie } from '../stimuli/types.js';
import type { FactChoices, ModelFacts } from './facts.js';

/** A stimulus for a model. */
export interface StimulusInput {
  /** Contrast −1 … 1, `[time, y, x]`, of the model's grid. */
  readonly movie: StimulusMovie;
  /** What contrast −1 and 1 are for the model. */
  readonly values: readonly [dark: number, bright: number];
  /** What a reader knows better than the file. */
  readonly choices?: FactChoices;
}

/** Numbers of one part of a long movie: 16 MB of float32. */
const partValues = 4_000_000;

/** Windows that go in one part; a model without an axis for samples takes one. */
export function partWindows({ axes, grid }: ModelFacts): number {
  if (!axes.includes('sample')) return 1;
  const window = grid.lags * grid.colours * grid.height * grid.width;
  return Math.max(1, Math.floor(partValues / window));
}

/**
 * Windows `first` to `first + count` of a movie, one for each frame, in the axes of the model.
 * Error `model` for a movie of another grid.
 */
export function stimulusWindows(
  { movie, values }: StimulusInput,
  facts: ModelFacts,
  range: { readonly first: number; readonly count: number },
): Tensor {
  const { grid, temporalFilter, lagOrder } = facts;
  const [, height, width] = movie.shape;
  if (height !== grid.height || width !== grid.width) {
    throw new RetinoscopeError(
      'model',
      `The stimulus has ${width} × ${height} squares; this model sees ${grid.width} × ${grid.height}.`,
      { expected: [grid.height, grid.width], found: [height, width] },
    );
  }
  const windows = windowsOf(
    { shape: movie.shape, data: toModelValues(movie, values) },
    {
      lags: grid.lags,
      order: lagOrder,
      ...(temporalFilter ? { temporalFilter: Float32Array.from(temporalFilter) } : {}),
      pad: (values[0] + values[1]) / 2,
      ...range,
    },
  );
  return arranged(windows.data, range.count, facts);
}

/** What a model sees of mean grey: one window of it. */
export function greyWindow(values: StimulusInput['values'], facts: ModelFacts): Tensor {
  const { height, width } = facts.grid;
  const movie = { shape: [1, height, width] as const, data: new Float32Array(height * width) };
  return stimulusWindows({ movie, values }, facts, { first: 0, count: 1 });
}

/** Windows `[window, lag, y, x]` with the axes of the model. */
function arranged(data: Float32Array, count: number, { axes, grid }: ModelFacts): Tensor {
  const { lags, colours, height, width } = grid;
  const lengths = { sample: count, lag: lags, colour: colours, y: height, x: width };
  const shape = axes.map((role) => lengths[role]);
  if (isNatural(axes)) return { shape, data };
  const strides = { sample: lags * height * width, lag: height * width, colour: 0, y: width, x: 1 };
  const steps = axes.map((role) => strides[role]);
  const out = new Float32Array(shape.reduce((size, length) => size * length, 1));
  const at = new Array<number>(shape.length).fill(0);
  for (let i = 0, from = 0; i < out.length; i++) {
    out[i] = data[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += steps[axis];
      if (++at[axis] < shape[axis]) break;
      from -= steps[axis] * shape[axis];
      at[axis] = 0;
    }
  }
  return { shape, data: out };
}

/** Whether the axes are some of sample, lag, y, x, in this order: then the windows are the input as they are. */
function isNatural(axes: ModelFacts['axes']): boolean {
  const order = ['sample', 'lag', 'y', 'x'];
  const places = axes.map((role) => order.indexOf(role));
  return places.every((place, i) => place >= 0 && (i === 0 || place > places[i - 1]));
}

/** `[lag, y, x]`: an input of one window, its axes back in this order, summed over colours. */
export function inWindowOrder(data: Float32Array, { axes, grid }: ModelFacts): Float32Array {
  const { lags, colours, height, width } = grid;
  const lengths = { sample: 1, lag: lags, colour: colours, y: height, x: width };
  const shape = axes.map((role) => lengths[role]);
  const strides = { sample: 0, lag: height * width, colour: 0, y: width, x: 1 };
  const steps = axes.map((role) => strides[role]);
  const out = new Float32Array(lags * height * width);
  const at = new Array<number>(shape.length).fill(0);
  for (let i = 0, to = 0; i < data.length; i++) {
    out[to] += data[i];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      to += steps[axis];
      if (++at[axis] < shape[axis]) break;
      to -= steps[axis] * shape[axis];
      at[axis] = 0;
    }
  }
  return out;
}
