/**
 * Named axes over arrays: which axis has which size and stride, and which order would fit.
 * Promises errors that say the sizes found. Reads no values.
 */
import { RetinoscopeError } from '../errors.js';

/** Size and stride (in elements, row-major) of each axis; an axis that is not there is `undefined`. */
export interface AxisLayout {
  readonly axes: readonly string[];
  readonly sizes: readonly number[];
  size(axis: string): number;
  stride(axis: string): number;
}

/**
 * Names the axes of a row-major array of `shape`.
 * Axes of size 1 that have no name are left out, and MATLAB's dropped last axes of size 1 are put back.
 */
export function layOutAxes(
  shape: readonly number[],
  axes: readonly string[],
  what: string,
): AxisLayout {
  const sizes = [...shape];
  for (let i = sizes.length - 1; i >= 0 && sizes.length > axes.length; i--) {
    if (sizes[i] === 1) sizes.splice(i, 1);
  }
  while (sizes.length < axes.length && shape.length >= 2) sizes.push(1);
  if (sizes.length !== axes.length) {
    throw new RetinoscopeError(
      'data',
      `${what} has the shape [${shape.join(', ')}], and the manifest names ${axes.length} axes: ${axes.join(', ')}. Name one axis for each size.`,
      { what, shape, axes },
    );
  }
  const strides = sizes.map((_, i) => sizes.slice(i + 1).reduce((product, n) => product * n, 1));
  const at = (axis: string) => axes.indexOf(axis);
  return {
    axes,
    sizes,
    size: (axis) => (at(axis) < 0 ? 1 : sizes[at(axis)]),
    stride: (axis) => (at(axis) < 0 ? 0 : strides[at(axis)]),
  };
}

/** `x 200, y 150, time 300`. */
export function describeAxes({ axes, sizes }: AxisLayout): string {
  return axes.map((axis, i) => `${axis} ${sizes[i]}`).join(', ');
}

/** The position of element `index` in words: `x 3, y 0, time 17`, 0-based. */
export function describePosition({ axes, sizes }: AxisLayout, index: number): string {
  const words: string[] = [];
  let rest = index;
  for (let i = sizes.length - 1; i >= 0; i--) {
    words.unshift(`${axes[i]} ${rest % sizes[i]}`);
    rest = Math.floor(rest / sizes[i]);
  }
  return words.join(', ');
}

/** The first other order of the axes names under which `fits` holds for the same sizes. */
export function fittingOrder(
  { axes, sizes }: AxisLayout,
  fits: (size: (axis: string) => number) => boolean,
): readonly string[] | undefined {
  return permutations(axes).find((order) =>
    fits((axis) => (order.includes(axis) ? sizes[order.indexOf(axis)] : 1)),
  );
}

function permutations(items: readonly string[]): string[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}
