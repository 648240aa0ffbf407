/**
 * Spike counts from a file: one array a cell, checked.
 * Promises finite, whole, non-negative counts. Does not know the stimulus.
 */
import { RetinoscopeError } from '../errors.js';
import { readArray } from '../files/inspect.js';
import { requireMemory } from '../files/limits.js';
import type { TensorData } from '../files/types.js';
import type { AxisLayout } from './axes.js';
import { describePosition, layOutAxes } from './axes.js';
import type { ResponsesManifest } from './manifest.js';
import type { BlockRange, FileRef } from './types.js';

export interface TimeSize {
  readonly blocks: number;
  readonly blockFrames: number;
}

export interface Responses {
  /** How an error calls them: `"spk1" of cells.mat`. */
  readonly what: string;
  readonly layout: AxisLayout;
  readonly cells: number;
  readonly repeats: number;
  readonly time: TimeSize;
  /** `time` if the axes had these sizes; `undefined` when the blocks selected would not be there. */
  timeWith(size: (axis: string) => number): TimeSize | undefined;
  /** Counts of each cell, `[repeat, block, time]`. */
  counts(): Float32Array[];
}

export async function readResponses(
  file: FileRef,
  manifest: ResponsesManifest,
): Promise<Responses> {
  const what = manifest.variable ? `"${manifest.variable}" of ${file.name}` : file.name;
  const { shape, data } = await readArray(file, manifest.variable);
  const layout = layOutAxes(shape, manifest.axes, what);
  if (data.length === 0) {
    throw new RetinoscopeError('data', `${what} is empty. Responses have at least one frame.`, {});
  }
  const blocks = selectBlocks(layout.size('block'), manifest.blocks, what);
  return {
    what,
    layout,
    cells: layout.size('cell'),
    repeats: layout.size('repeat'),
    time: { blocks: blocks.last - blocks.first + 1, blockFrames: layout.size('time') },
    timeWith: (size) => {
      const { first, last } = manifest.blocks ?? { first: 0, last: size('block') - 1 };
      return last < size('block')
        ? { blocks: last - first + 1, blockFrames: size('time') }
        : undefined;
    },
    counts: () => {
      requireCounts(data, layout, what);
      return gather(data, layout, blocks, what);
    },
  };
}

function selectBlocks(count: number, range: BlockRange | undefined, what: string): BlockRange {
  if (!range) return { first: 0, last: count - 1 };
  if (range.last < count) return range;
  throw new RetinoscopeError(
    'data',
    `The manifest asks for blocks ${range.first} to ${range.last} of ${what}, which has the blocks 0 to ${count - 1}.`,
    { what, range, blocks: count },
  );
}

function requireCounts(data: TensorData, layout: AxisLayout, what: string): void {
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i]);
    if (value >= 0 && Number.isInteger(value)) continue;
    throw new RetinoscopeError(
      'data',
      `${what} is ${value} at ${describePosition(layout, i)} (0-based). Spike counts per frame are whole numbers from 0; rates are not read.`,
      { what, index: i, value },
    );
  }
}

function gather(
  data: TensorData,
  layout: AxisLayout,
  blocks: BlockRange,
  what: string,
): Float32Array[] {
  requireMemory(4 * data.length, `The spike counts of ${what}`);
  const repeats = layout.size('repeat');
  const frames = layout.size('time');
  const [cell, repeat, block, time] = ['cell', 'repeat', 'block', 'time'].map(layout.stride);
  const length = repeats * (blocks.last - blocks.first + 1) * frames;
  return Array.from({ length: layout.size('cell') }, (_, c) => {
    const counts = new Float32Array(length);
    let out = 0;
    for (let r = 0; r < repeats; r++) {
      for (let b = blocks.first; b <= blocks.last; b++) {
        let at = c * cell + r * repeat + b * block;
        for (let t = 0; t < frames; t++, at += time) counts[out++] = Number(data[at]);
      }
    }
    return counts;
  });
}
