import type { DatasetSummary } from '@retinoscope/worker';
import { expect, test } from 'vitest';
import { rateHistogram, summaryFacts, unitWarning } from './summary.js';

const of = (...spikes: number[]): DatasetSummary => ({
  name: 'test',
  frameRate: 30,
  squareSize: 50,
  height: 8,
  width: 10,
  blocks: 2,
  blockFrames: 900,
  binary: true,
  cells: spikes.map((count, i) => ({ name: `${i}`, spikes: count, spikesPerFrame: count / 1800 })),
  test: { frames: 300, repeats: 40 },
});

test('facts name the recording and the chosen cell', () => {
  const facts = Object.fromEntries(summaryFacts(of(90, 180), 1));
  expect(facts).toMatchObject({
    Cells: '2',
    Stimulus: '10 × 8 squares, 50 µm each, binary',
    Test: '300 frames, shown 40 times',
    'Spikes per frame': '0.1',
    'Mean rate': '3 Hz',
  });
});

test('units that cannot be spike counts are warned of, usual ones are not', () => {
  expect(unitWarning(of(90), 0)).toBeUndefined();
  expect(unitWarning(of(60 * 1800), 0)).toContain('rates in Hz');
  expect(unitWarning(of(0), 0)).toContain('no spikes');
  expect(unitWarning(of(1), 0)).toContain('silence');
  expect(unitWarning(of(90.25), 0)).toContain('not whole numbers');
});

test('every cell is in one bin of the histogram, the highest in the last', () => {
  const bins = rateHistogram(of(0, 60, 120, 600), 5);
  expect(bins.map(({ cells }) => cells)).toEqual([2, 1, 0, 0, 1]);
  expect(bins.at(-1)?.high).toBeCloseTo(10, 10);
  expect(rateHistogram(of(0), 4).reduce((sum, { cells }) => sum + cells, 0)).toBe(1);
});
