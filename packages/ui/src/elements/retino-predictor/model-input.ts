/**
 * What a model takes, by its own card, and stimuli of that shape. Pure: knows nothing of how a model is run.
 */
import type { ModelCard, ModelValue, Tensor, VariableSummary } from '@retinoscope/worker';
import { inputTypes, isInputType, RetinoscopeError } from '@retinoscope/worker';

/** Numbers in one input, at the most: 64 MB of float32. */
export const mostValues = 16_000_000;

/** Windows predicted at once where the model leaves that free. */
export const defaultWindows = 1000;

export interface InputShape {
  readonly input: ModelValue;
  /** Windows (first axis) and the sizes of the rest. */
  readonly shape: readonly number[];
  /** True when the first axis is free. */
  readonly freeWindows: boolean;
}

/**
 * The shape that the first input takes with `windows` windows on a free first axis and 1 on other free axes.
 * Throws a model error for what cannot be given: no input, several inputs, an element type that is not accepted, too many numbers.
 */
export function inputShape(card: ModelCard, windows: number): InputShape {
  const [input] = card.inputs;
  if (!input) throw new RetinoscopeError('model', 'This model takes no input.', {});
  if (card.inputs.length > 1) {
    throw new RetinoscopeError(
      'model',
      `This model takes ${card.inputs.length} inputs. A model with one input is accepted.`,
      { inputs: card.inputs.map(({ name }) => name) },
    );
  }
  if (input.shape.length === 0) {
    throw new RetinoscopeError(
      'model',
      'The input of this model has no axes, so it is no stimulus.',
      {
        input: input.name,
      },
    );
  }
  if (!isInputType(input.type)) {
    throw new RetinoscopeError(
      'model',
      `The input of this model is ${input.type}. ${inputTypes.join(', ')} are accepted.`,
      { input: input.name, expected: inputTypes, found: input.type },
    );
  }
  const fixed = input.shape.map((size) =>
    typeof size === 'number' && size > 0 ? size : undefined,
  );
  const window = fixed.slice(1).reduce<number>((product, size) => product * (size ?? 1), 1);
  const [first] = fixed;
  if (window * (first ?? 1) > mostValues) {
    throw new RetinoscopeError(
      'memory',
      `One input of this model holds ${window * (first ?? 1)} numbers; at most ${mostValues} are accepted.`,
      { expected: mostValues, found: window * (first ?? 1) },
    );
  }
  const count = first ?? Math.max(1, Math.min(windows, Math.floor(mostValues / window)));
  return {
    input,
    shape: [count, ...fixed.slice(1).map((size) => size ?? 1)],
    freeWindows: first === undefined,
  };
}

/**
 * `tensor` in the shape that the model takes. A missing axis of length 1 is added; with a free first
 * axis any whole number of windows is taken. Throws a model error when it does not fit.
 */
export function fitToModel(tensor: Tensor, model: InputShape): Tensor {
  const { input, shape } = model;
  const given = tensor.shape;
  if (!isFitting(given, model)) throw misfit(given, input);
  const window = shape.slice(1);
  return {
    shape: [tensor.data.length / product(window), ...window],
    data: tensor.data,
  };
}

function misfit(given: readonly number[], { shape }: ModelValue): RetinoscopeError {
  return new RetinoscopeError(
    'model',
    `The stimulus has the shape ${given.join(' × ') || 'of a single number'}; this model takes ${shape.join(' × ')}.`,
    { expected: [...shape], found: [...given] },
  );
}

/** The first of the variables of a file that `fitToModel` would take; refused before a large one is unpacked. */
export function fittingVariable(
  variables: readonly VariableSummary[],
  model: InputShape,
): VariableSummary {
  const fitting = variables.find(({ shape }) => isFitting(shape, model));
  if (fitting) return fitting;
  if (variables.length === 1) throw misfit(variables[0].shape, model.input);
  const found = variables.map(({ name, shape }) => `${name} [${shape.join(', ')}]`);
  throw new RetinoscopeError(
    'model',
    `None of the arrays of this file fits: ${found.slice(0, 6).join(', ') || 'there are none'}. This model takes ${model.input.shape.join(' × ')}.`,
    { expected: [...model.input.shape], found },
  );
}

function isFitting(given: readonly number[], { shape, freeWindows }: InputShape): boolean {
  const windowShape = shape.slice(1);
  const window = product(windowShape);
  const windows = product(given) / window;
  const sameWindow = [given, given.slice(1)].some(
    (sizes) => squeezed(sizes) === squeezed(windowShape),
  );
  return (
    sameWindow && windows >= 1 && Number.isInteger(windows) && (freeWindows || windows === shape[0])
  );
}

function squeezed(sizes: readonly number[]): string {
  return sizes.filter((size) => size !== 1).join();
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}

/** Gaussian white noise N(0, 1) of `shape`, the same for the same seed. */
export function whiteNoise(
  shape: readonly number[],
  seed: number,
): { readonly shape: readonly number[]; readonly data: Float32Array } {
  const length = product(shape);
  const data = new Float32Array(length);
  const random = mulberry32(seed);
  for (let i = 0; i < length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    data[i] = radius * Math.cos(angle);
    if (i + 1 < length) data[i + 1] = radius * Math.sin(angle);
  }
  return { shape, data };
}

/** Uniform in [0, 1); Tommy Ettinger's mulberry32. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
