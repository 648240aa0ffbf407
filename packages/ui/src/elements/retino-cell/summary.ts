/** What a recording holds, in words and numbers, and whether its units look right. Pure. */
import type { DatasetSummary } from '@retinoscope/worker';
import { duration, plural } from '../../controllers/text.js';
import { formatCount, formatNumber } from '../../plots/numbers.js';
import type { Fact } from '../shared/fact-list.js';

export function summaryFacts(summary: DatasetSummary, cell: number): readonly Fact[] {
  const { blocks, blockFrames, frameRate, width, height, squareSize, test } = summary;
  const frames = blocks * blockFrames;
  const { spikes, spikesPerFrame } = summary.cells[cell];
  const size = squareSize === undefined ? '' : `, ${formatNumber(squareSize)} µm each`;
  return [
    ['Cells', formatCount(summary.cells.length)],
    [
      'Stimulus',
      `${width} × ${height} squares${size}, ${summary.binary ? 'binary' : 'real-valued'}`,
    ],
    [
      'Training',
      `${plural(frames, 'frame')}${blocks > 1 ? ` in ${plural(blocks, 'block')}` : ''}, ${duration(frames / frameRate)}`,
    ],
    ['Test', test ? `${plural(test.frames, 'frame')}, shown ${times(test.repeats)}` : 'none'],
    ['Frame rate', `${formatNumber(frameRate)} Hz`],
    ['Spikes of this cell', formatCount(spikes)],
    ['Spikes per frame', formatNumber(spikesPerFrame)],
    ['Mean rate', `${formatNumber(spikesPerFrame * frameRate)} Hz`],
  ];
}

/** Mean rate above which counts are taken for a mistake of units, Hz. */
const highestRate = 300;
/** Mean rate below which a cell is as good as silent, Hz. */
const lowestRate = 0.02;

/** What looks wrong with the units of a cell's responses; undefined when nothing does. */
export function unitWarning(summary: DatasetSummary, cell: number): string | undefined {
  const { spikes, spikesPerFrame } = summary.cells[cell];
  const rate = spikesPerFrame * summary.frameRate;
  if (rate > highestRate) {
    return (
      `A mean rate of ${formatNumber(rate)} Hz is more than a neuron fires. ` +
      'Spike counts per frame are expected; these may be rates in Hz, or the frame rate may be too high.'
    );
  }
  if (spikes === 0) return 'This cell has no spikes, so nothing can be learned of it.';
  if (rate < lowestRate) {
    return (
      `A mean rate of ${formatNumber(rate)} Hz is next to silence. ` +
      'Spike counts per frame are expected; these may be in other units.'
    );
  }
  if (!Number.isInteger(Math.round(spikes * 1e3) / 1e3)) {
    return 'The responses are not whole numbers, so they are not spike counts. They are used as they are.';
  }
  return undefined;
}

export interface Bin {
  /** Hz, from `low` to below `high`. */
  readonly low: number;
  readonly high: number;
  readonly cells: number;
}

/** Mean rates of all cells, Hz, in `bins` equal bins from 0. */
export function rateHistogram(summary: DatasetSummary, bins = 8): Bin[] {
  const rates = summary.cells.map(({ spikesPerFrame }) => spikesPerFrame * summary.frameRate);
  const most = Math.max(...rates) || 1;
  const width = most / bins;
  const counts = new Array<number>(bins).fill(0);
  for (const rate of rates) counts[Math.min(bins - 1, Math.floor(rate / width))]++;
  return counts.map((cells, bin) => ({ low: bin * width, high: (bin + 1) * width, cells }));
}

function times(repeats: number): string {
  return repeats === 1 ? 'once' : `${formatCount(repeats)} times`;
}
