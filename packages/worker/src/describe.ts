/** What a dataset is, in a message small enough to be shown. */
import type { Dataset } from '@retinoscope/models';
import type { DatasetSummary } from './protocol.js';

/** Reads one square of the first block, to know whether the stimulus is binary. */
export async function describeDataset(dataset: Dataset): Promise<DatasetSummary> {
  const { name, frameRate, squareSize, cellNames, training, test, truth } = dataset;
  const { height, width, blocks, blockFrames } = training.stimulus;
  const corner = await training.stimulus.read(
    { first: 0, last: 0 },
    { x: 0, y: 0, width: 1, height: 1 },
  );
  return {
    name,
    frameRate,
    squareSize,
    height,
    width,
    blocks,
    blockFrames,
    binary: corner.kind === 'binary',
    cells: training.counts.map((counts, cell) => {
      const spikes = counts.reduce((sum, count) => sum + count, 0);
      return { name: cellNames[cell], spikes, spikesPerFrame: spikes / counts.length };
    }),
    test: test && {
      frames: test.stimulus.blocks * test.stimulus.blockFrames,
      repeats: test.repeats,
    },
    truth: truth?.map(({ subunits, temporalKernel }) => ({ subunits, temporalKernel })),
  };
}
