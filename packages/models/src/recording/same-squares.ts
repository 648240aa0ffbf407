/**
 * A test stimulus cut to the squares that the training stimulus covers.
 * Promises both over the same squares, or a refusal. Moves no data before it is read.
 */
import type { Crop } from '@retinoscope/core-wasm';
import { RetinoscopeError } from '../errors.js';
import type { StimulusSource } from './types.js';

export function overSameSquares(test: StimulusSource, training: StimulusSource): StimulusSource {
  const { width, height } = training;
  const from = test.region ?? { x: 0, y: 0 };
  const to = training.region ?? { x: 0, y: 0 };
  const [x, y] = [to.x - from.x, to.y - from.y];
  const same = test.width === width && test.height === height && x === 0 && y === 0;
  if (same) return test;
  const inside = x >= 0 && y >= 0 && x + width <= test.width && y + height <= test.height;
  if (!training.region || !inside) throw differentSquares(test, training);
  const shift = (crop: Crop): Crop => ({ ...crop, x: crop.x + x, y: crop.y + y });
  return {
    ...test,
    width,
    height,
    region: training.region,
    read: (range, crop, call) =>
      test.read(range, shift(crop ?? { x: 0, y: 0, width, height }), call),
  };
}

function differentSquares(test: StimulusSource, training: StimulusSource): RetinoscopeError {
  const describe = ({ width, height, region }: StimulusSource) =>
    `x ${width}, y ${height} squares${region ? ` from x ${region.x}, y ${region.y}` : ''}`;
  return new RetinoscopeError(
    'data',
    `The test stimulus covers ${describe(test)} and the training stimulus ${describe(training)}. Give both over the same squares, or name the training region inside the test stimulus; check the order of the axes too.`,
    {
      training: { width: training.width, height: training.height, region: training.region },
      test: { width: test.width, height: test.height, region: test.region },
    },
  );
}
