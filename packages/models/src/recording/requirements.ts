/**
 * Checks of what is asked of an open dataset.
 * Promises refusals that say what the dataset has. Changes nothing.
 */
import type { Crop } from '@retinoscope/core-wasm';
import { RetinoscopeError } from '../errors.js';
import type { BlockRange, Dataset } from './types.js';

const isIndex = (value: number) => Number.isInteger(value) && value >= 0;

/** Refuses a cell, 0-based, that is not there. */
export function requireCell(dataset: Dataset, cell: number): void {
  const cells = dataset.cellNames.length;
  if (isIndex(cell) && cell < cells) return;
  throw new RetinoscopeError(
    'data',
    `${dataset.name} has no cell ${cell}; cells 0 to ${cells - 1} are there.`,
    { cell, cells },
  );
}

/** Refuses a range of training blocks, 0-based, that is not there. */
export function requireBlocks(dataset: Dataset, range: BlockRange): void {
  const { blocks } = dataset.training.stimulus;
  const { first, last } = range;
  if (isIndex(first) && isIndex(last) && first <= last && last < blocks) return;
  throw new RetinoscopeError(
    'data',
    `${dataset.name} has no blocks ${first} to ${last}; a range within 0 to ${blocks - 1} is accepted.`,
    { range, blocks },
  );
}

/** Refuses a crop that is not wholly inside the stimulus. */
export function requireCrop(dataset: Dataset, crop: Crop): void {
  const { width, height } = dataset.training.stimulus;
  const { x, y } = crop;
  const inside = x + crop.width <= width && y + crop.height <= height;
  const whole = isIndex(x) && isIndex(y) && isIndex(crop.width) && isIndex(crop.height);
  if (whole && inside && crop.width > 0 && crop.height > 0) return;
  throw new RetinoscopeError(
    'data',
    `The crop of ${crop.width} × ${crop.height} squares at x ${x}, y ${y} is not inside the stimulus, which has x 0 to ${width - 1} and y 0 to ${height - 1}.`,
    { crop, width, height },
  );
}

/** Refuses a cell without a single spike in the training blocks used. */
export function requireSpikes(dataset: Dataset, cell: number, range?: BlockRange): void {
  requireCell(dataset, cell);
  const { blocks, blockFrames } = dataset.training.stimulus;
  const { first, last } = range ?? { first: 0, last: blocks - 1 };
  requireBlocks(dataset, { first, last });
  const counts = dataset.training.counts[cell];
  if (counts.subarray(first * blockFrames, (last + 1) * blockFrames).some((n) => n > 0)) return;
  throw new RetinoscopeError(
    'data',
    `${dataset.cellNames[cell]} has no spike in blocks ${first} to ${last} of ${dataset.name}. Choose another cell or more blocks.`,
    { cell, first, last },
  );
}
