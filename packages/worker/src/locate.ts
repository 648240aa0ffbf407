/** Where the cells of a recording see, for experiments over many of them. */
import {
  type BlockRange,
  cropAround,
  defaultCropSide,
  locatingBlocks,
  type RecordedCells,
  type RecordedSource,
  RetinoscopeError,
  throwIfCancelled,
  type WorkProgress,
} from '@retinoscope/models';
import type { RetinoscopeService, ServiceCall } from './protocol.js';

export interface LocateOptions {
  /** 0-based; all when absent. */
  readonly cells?: readonly number[];
  /** Blocks of the training part that experiments use; all when absent. */
  readonly blocks?: BlockRange;
  /** The cell of the figures of a single one; that of the clearest receptive field when absent. */
  readonly single?: number;
}

/** Opens `source` and puts a crop of the default side on the peak of each cell's receptive field. */
export async function locateCells(
  service: Pick<RetinoscopeService, 'describe' | 'receptiveField'>,
  source: RecordedSource,
  options: LocateOptions = {},
  { signal, onProgress }: ServiceCall<WorkProgress> = {},
): Promise<RecordedCells> {
  const summary = await service.describe(source, { signal });
  if (!summary.test) {
    throw new RetinoscopeError(
      'data',
      `${summary.name} has no test part, which models are compared with; a manifest with "test" is accepted.`,
      { field: 'test' },
    );
  }
  const all = summary.cells.map((_, cell) => cell);
  const cells = options.cells ?? all;
  const single = options.single;
  for (const cell of single === undefined ? cells : [...cells, single]) {
    if (all.includes(cell)) continue;
    throw new RetinoscopeError(
      'settings',
      `There is no cell ${cell}; cells 0 to ${all.length - 1} are accepted.`,
      { field: 'cell', expected: [0, all.length - 1], found: cell },
    );
  }
  const blocks = options.blocks ?? { first: 0, last: summary.blocks - 1 };
  if (blocks.last >= summary.blocks) {
    throw new RetinoscopeError(
      'settings',
      `There is no trial ${blocks.last}; trials 0 to ${summary.blocks - 1} are accepted.`,
      { field: 'trials', expected: [0, summary.blocks - 1], found: blocks.last },
    );
  }
  const count = blocks.last - blocks.first + 1;
  const enough = locatingBlocks({ ...summary, blocks: count });
  const seen = enough ? { first: blocks.first, last: blocks.first + enough.last } : blocks;
  const wanted = [...new Set(single === undefined ? cells : [...cells, single])];
  let done = 0;
  const whole = { x: 0, y: 0, width: summary.width, height: summary.height };
  const located = await Promise.all(
    wanted.map(async (cell) => {
      const { peak, peakZ } = await service.receptiveField(
        { source, cell, blocks: seen },
        { signal },
      );
      done++;
      onProgress?.({ kind: 'work', done: done / wanted.length, what: 'Receptive fields' });
      return { cell, crop: cropAround(peak, summary, defaultCropSide) ?? whole, peakZ };
    }),
  );
  throwIfCancelled(signal);
  const clearest = located.reduce((a, b) => (b.peakZ > a.peakZ ? b : a));
  const place = ({ cell, crop }: (typeof located)[number]) => ({ cell, crop });
  const { name, frameRate, squareSize } = summary;
  return {
    name,
    source,
    blocks,
    frameRate,
    squareSize,
    cells: located.filter(({ cell }) => cells.includes(cell)).map(place),
    single: place(located.find(({ cell }) => cell === single) ?? clearest),
  };
}
