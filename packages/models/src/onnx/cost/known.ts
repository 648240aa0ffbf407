/**
 * What is known of a graph's values before it runs: shapes, bounds on sizes, and small constants.
 * A shape is exact or not given at all: what is computed from a shape may decide how large another value is.
 * Sizes cannot overflow to NaN, whatever the file says.
 */
import { RetinoscopeError } from '../../errors.js';
import type { GraphNode, GraphTensor } from '../graph.js';
import { maximumRank } from '../read-tensor.js';

export interface Known {
  /** Undefined when even the number of axes is not known. */
  readonly shape: readonly number[] | undefined;
  /** Numbers that the value holds at the most. */
  readonly size: number;
  /** The values of a constant of at most {@link foldedNumbers} numbers; infinite where an integer has 32 bits or more. */
  readonly values?: readonly number[];
  /** Whether the constant is of an integer type. */
  readonly integer?: boolean;
}

/** What running one node gives, and the multiply-adds that it takes. */
export interface Outcome {
  /** Those not listed are at most as large as the first. */
  readonly outputs: readonly Known[];
  readonly work: number;
}

/** Numbers of a constant that is followed through the graph. */
export const foldedNumbers = 64;

export function productOf(lengths: readonly number[]): number {
  return lengths.includes(0) ? 0 : lengths.reduce((product, length) => product * length, 1);
}

/** A length from arithmetic on numbers of the file: a whole number from 0, or infinite. */
function lengthOf(value: number): number {
  return Number.isNaN(value) ? Number.POSITIVE_INFINITY : Math.max(0, Math.floor(value));
}

export function knownShape(shape: readonly number[]): Known {
  if (shape.length > maximumRank) {
    throw new RetinoscopeError(
      'model',
      `The model has a value of ${shape.length} axes; up to ${maximumRank} are accepted.`,
      { expected: maximumRank, found: shape.length },
    );
  }
  const lengths = shape.map(lengthOf);
  return { shape: lengths, size: productOf(lengths) };
}

/** A value of which only a bound on its size is known. */
export function knownSize(size: number): Known {
  return { shape: undefined, size };
}

/** Types whose arithmetic is that of {@link folded}. */
const foldedTypes: readonly string[] = ['float32', 'int32', 'int64', 'bool'];

/** A constant of the file. */
export function knownTensor(tensor: GraphTensor): Known {
  const known = knownShape(tensor.shape);
  if (known.size > foldedNumbers || !foldedTypes.includes(tensor.type)) return known;
  const integer = tensor.type !== 'float32';
  const values = Array.from(tensor.data, (value) =>
    integer && Math.abs(value) >= 2 ** 31 - 1 ? value * Number.POSITIVE_INFINITY : value,
  );
  return { ...known, values, integer };
}

/** An axis counted from the front; undefined where there is none. */
export function axisOf(axis: number, rank: number): number | undefined {
  const found = axis < 0 ? axis + rank : axis;
  return found >= 0 && found < rank ? found : undefined;
}

/** NumPy's broadcasting, the longer of two lengths where they do not fit. */
export function broadcast(values: readonly Known[]): Known {
  const [first = knownSize(0), ...rest] = values;
  return rest.reduce((a, b) => {
    if (!a.shape || !b.shape) return knownSize(a.size * b.size || 0);
    const rank = Math.max(a.shape.length, b.shape.length);
    const shape = Array.from({ length: rank }, (_, i) => {
      const left = a.shape?.[i - rank + a.shape.length] ?? 1;
      const right = b.shape?.[i - rank + b.shape.length] ?? 1;
      return left === 1 ? right : right === 1 ? left : Math.max(left, right);
    });
    return knownShape(shape);
  }, first);
}

/** A node about to run, with what is known of its inputs. */
export class Call {
  constructor(
    readonly node: GraphNode,
    private readonly inputs: readonly (Known | undefined)[],
    /** The node's attribute `value`. */
    readonly constant?: Known,
  ) {}

  get given(): readonly Known[] {
    return this.inputs.filter((input) => input !== undefined);
  }

  /** Nothing where the input is left out. */
  input(at: number): Known {
    return this.inputs[at] ?? knownSize(0);
  }

  has(at: number): boolean {
    return this.inputs[at] !== undefined;
  }

  int(name: string, initial: number): number {
    const value = this.node.attributes.get(name);
    return typeof value === 'number' && Number.isSafeInteger(value) ? value : initial;
  }

  text(name: string): string {
    const value = this.node.attributes.get(name);
    return typeof value === 'string' ? value : '';
  }

  /** Several ints or floats. */
  ints(name: string): readonly number[] | undefined {
    const value = this.node.attributes.get(name);
    return isNumbers(value) ? value : undefined;
  }

  /** An argument that older operators have as the attribute `name`, newer ones as input `at`, when it is constant. */
  argument(name: string, at: number): readonly number[] | undefined {
    return this.ints(name) ?? this.inputs[at]?.values;
  }

  /** Whether an input from `at` on has to be computed from what the model is given. */
  computed(from: number): boolean {
    return this.inputs.slice(from).some((input) => input && !input.values);
  }
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value);
}
