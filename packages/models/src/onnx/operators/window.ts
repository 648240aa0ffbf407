/** Where windows of convolutions and pooling lie: kernel, strides, dilations, padding. One to three axes, written as `[z, y, x]`. */
import { nodeError, numbersAttribute, textAttribute, type VersionedNode } from './types.js';

/** Three numbers along `[z, y, x]`; axes that a value does not have are of length 1. */
export type Triple = readonly [number, number, number];

export interface Window {
  readonly input: Triple;
  readonly kernel: Triple;
  readonly strides: Triple;
  readonly dilations: Triple;
  /** Padding before the first and after the last element. */
  readonly before: Triple;
  readonly after: Triple;
  readonly output: Triple;
  /** Lengths of the output along the axes that the value has. */
  readonly outputLengths: readonly number[];
}

/** `values` at the end of three, `filler` before them. */
export function triple(values: readonly number[], filler: number): Triple {
  const [z, y, x] = [...Array.from({ length: 3 - values.length }, () => filler), ...values];
  return [z, y, x];
}

export function volume([z, y, x]: Triple): number {
  return z * y * x;
}

interface Layout {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

/** The attributes that a window has with any operator, checked against the number of axes. */
export function windowLayout(node: VersionedNode, kernel: readonly number[]): Layout {
  const rank = kernel.length;
  const strides = numbersAttribute(node, 'strides') ?? kernel.map(() => 1);
  const dilations = numbersAttribute(node, 'dilations') ?? kernel.map(() => 1);
  const whole = [...kernel, ...strides, ...dilations].every((n) => Number.isInteger(n) && n > 0);
  if (rank < 1 || rank > 3 || strides.length !== rank || dilations.length !== rank || !whole) {
    throw nodeError(
      node,
      'does not give one kernel size, stride and dilation above 0 for each of one to three axes',
      { kernel, strides, dilations },
    );
  }
  return { kernel, strides, dilations };
}

/** Padding as the file gives it; undefined where `auto_pad` says how to find it. */
export function givenPads(node: VersionedNode, rank: number): readonly number[] | undefined {
  const auto = textAttribute(node, 'auto_pad', 'NOTSET');
  if (auto === 'SAME_UPPER' || auto === 'SAME_LOWER') return undefined;
  const none = Array.from({ length: 2 * rank }, () => 0);
  const pads = auto === 'VALID' ? none : (numbersAttribute(node, 'pads') ?? none);
  if (pads.length !== 2 * rank || pads.some((pad) => pad < 0)) {
    throw nodeError(node, `does not give two paddings of at least 0 for each of ${rank} axes`, {
      pads,
    });
  }
  return pads;
}

/**
 * The windows over `lengths` (the axes after sample and channel). `partial` keeps a last window that sticks out.
 * Throws `model` when attributes do not fit or not one window does.
 */
export function windowOver(
  lengths: readonly number[],
  kernel: readonly number[],
  node: VersionedNode,
  partial = false,
): Window {
  const rank = lengths.length;
  const { strides, dilations } = windowLayout(node, kernel);
  if (kernel.length !== rank) {
    throw nodeError(node, `has a kernel of ${kernel.length} axes over a value of ${rank}`, {
      kernel,
      lengths,
    });
  }
  const pads = givenPads(node, rank) ?? samePads(lengths, kernel, strides, dilations, node);
  const output = lengths.map((length, i) => {
    const reach = (kernel[i] - 1) * dilations[i] + 1;
    const spare = length + pads[i] + pads[rank + i] - reach;
    if (spare < 0) {
      throw nodeError(node, `has a kernel of ${reach} over ${spare + reach} elements`, {
        kernel,
        lengths,
      });
    }
    const full = Math.floor(spare / strides[i]) + 1;
    if (!partial) return full;
    const some = Math.ceil(spare / strides[i]) + 1;
    // A window must start inside the value or its leading padding.
    return (some - 1) * strides[i] >= length + pads[i] ? full : some;
  });
  return {
    input: triple(lengths, 1),
    kernel: triple(kernel, 1),
    strides: triple(strides, 1),
    dilations: triple(dilations, 1),
    before: triple(pads.slice(0, rank), 0),
    after: triple(pads.slice(rank), 0),
    output: triple(output, 1),
    outputLengths: output,
  };
}

/** Padding with which the output is as long as the input, divided by the stride. */
function samePads(
  lengths: readonly number[],
  kernel: readonly number[],
  strides: readonly number[],
  dilations: readonly number[],
  node: VersionedNode,
): number[] {
  const lower = textAttribute(node, 'auto_pad', '') === 'SAME_LOWER';
  const totals = lengths.map((length, i) => {
    const outputs = Math.ceil(length / strides[i]);
    const reach = (kernel[i] - 1) * dilations[i] + 1;
    return Math.max(0, (outputs - 1) * strides[i] + reach - length);
  });
  const less = totals.map((total) => Math.floor(total / 2));
  const more = totals.map((total) => Math.ceil(total / 2));
  return lower ? [...more, ...less] : [...less, ...more];
}
