import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unitRanges } from './model-units.js';
import { readPredictorState, writePredictorState } from './predictor-state.js';
import { initialState } from './stimulus/stimulus-state.js';

test('a state that was written is read again', () => {
  const state = {
    stimulus: initialState(),
    units: { squareSize: 30, dark: -0.5, bright: 0.5 },
    output: 3,
  };
  expect(readPredictorState(writePredictorState(state))).toEqual(state);
});

test('whatever a link holds, what is read is valid', () => {
  const junk = fc.oneof(
    fc.string(),
    fc.base64String(),
    fc.anything().map((value) => {
      try {
        return writePredictorState(value as never);
      } catch {
        return '';
      }
    }),
    fc
      .record({
        stimulus: fc.anything(),
        units: fc.dictionary(fc.constantFrom(...Object.keys(unitRanges)), fc.anything()),
        output: fc.anything(),
      })
      .map((value) => {
        try {
          return writePredictorState(value as never);
        } catch {
          return '';
        }
      }),
  );
  fc.assert(
    fc.property(junk, (text) => {
      const { units, output } = readPredictorState(text);
      for (const [name, value] of Object.entries(units)) {
        const [low, high] = unitRanges[name as keyof typeof unitRanges];
        expect(value).toBeGreaterThanOrEqual(low);
        expect(value).toBeLessThanOrEqual(high);
      }
      expect(Number.isInteger(output) && output >= 0).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('a text that is too long is not read', () => {
  const long = writePredictorState({ units: { squareSize: 30 }, output: 1 }).padEnd(70_000, 'A');
  expect(readPredictorState(long)).toEqual({ units: {}, output: 0 });
});
