/** The networks that are timed, by the names of the table. */
import type { NetworkShape } from '@retinoscope/core-wasm';

const plain = { head: 'softplus' } as const;
const layer = (filters: number, side: number) => ({ filters, height: side, width: side });

/** Model cell of Yan et al. 2020, the current frame alone; Version I sees the same shape. */
export const modelCell: NetworkShape = {
  ...plain,
  lags: 1,
  height: 8,
  width: 8,
  layers: [layer(4, 7)],
};

/** The same over the last 20 frames (Version II). */
export const modelCellLags: NetworkShape = { ...modelCell, lags: 20 };

/** Recorded cell of Yan et al. 2020. */
export const recordedCell: NetworkShape = {
  ...plain,
  lags: 1,
  height: 30,
  width: 30,
  layers: [layer(32, 15), layer(32, 3)],
};

/** One convolution of a recorded cell's size. */
export function oneLayer(filters: number): NetworkShape {
  return { ...recordedCell, layers: [layer(filters, 15)] };
}
