/** The linear model that the tests of new stimuli ask, and what it gives by plain arithmetic. */
import {
  type LinearModel,
  linearOnnx,
  linearRates,
  type Movie,
  oneOutput,
  units,
  type Values,
} from './models.js';
import { largestDifference } from './page.js';
import { openPredictor, rateOf, type Told } from './predicting.js';
import { expect, type Page } from './test.js';

export const side = 8;
export const size = [side, side] as const;
export const grid = { lags: 3, height: side, width: side };
/** Mean grey is 0.5 for the model, so that nothing passes that takes it for 0. */
export const values: Values = [0, 1];
export const linear = oneOutput(grid, units(50, values));
export const [output] = linear.outputs;

/** Float32 sums of 192 products. */
export const rounding = 1e-5;

export const openLinear = (page: Page) =>
  openPredictor(page, { 'linear.onnx': linearOnnx(linear) });

export function expectLinear(told: Told, model: LinearModel = linear, of: Values = values): void {
  model.outputs.forEach((each, i) => {
    const expected = linearRates(each, told.movie, of);
    expect(largestDifference(rateOf(told.rates, i), expected), each.name).toBeLessThan(rounding);
  });
}

export function expectMovie({ movie }: Told, expected: Movie, bound = 1e-6): void {
  expect(movie.shape).toEqual(expected.shape);
  expect(largestDifference(movie.data, expected.data)).toBeLessThan(bound);
}
