import { stimulusKinds } from '@retinoscope/worker';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Drawing } from './drawing.js';
import {
  initialSpec,
  initialState,
  readStimulusState,
  type StimulusState,
} from './stimulus-state.js';

const part = fc.integer({ min: 10, max: 5000 });
const states: fc.Arbitrary<StimulusState> = fc.record(
  {
    source: fc.constantFrom('generated', 'picture', 'film', 'drawing'),
    spec: fc.constantFrom(...stimulusKinds.map(({ kind }) => initialSpec(kind))),
    presentation: fc.record({ before: part, on: part, after: part }),
    placement: fc.record({
      x: fc.double({ min: -1e4, max: 1e4, noNaN: true }),
      y: fc.double({ min: -1e4, max: 1e4, noNaN: true }),
      pixelSize: fc.double({ min: 0.01, max: 1e3, noNaN: true }),
      contrast: fc.double({ min: 0, max: 4, noNaN: true }),
      polarity: fc.constantFrom(1, -1),
      meanGrey: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    drawing: fc.constant(new Drawing(5, 7).encode()),
  },
  { requiredKeys: ['source', 'spec', 'presentation'] },
);

/** JSON has no negative zero. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('a state comes back whole from its text', () => {
  fc.assert(
    fc.property(states, (state) => {
      expect(plain(readStimulusState(plain(state)))).toEqual(plain(state));
    }),
  );
});

const nearly = fc.record(
  {
    source: fc.constantFrom('generated', 'picture', 'film', 'drawing', 'other'),
    spec: fc.anything(),
    presentation: fc.anything(),
    placement: fc.record({
      x: fc.oneof(fc.double(), fc.string()),
      y: fc.double(),
      pixelSize: fc.double(),
      contrast: fc.anything(),
      polarity: fc.anything(),
      meanGrey: fc.anything(),
    }),
    drawing: fc.anything(),
  },
  { requiredKeys: [] },
);

test('whatever is read, a valid state or undefined comes out', () => {
  fc.assert(
    fc.property(fc.oneof(nearly, fc.anything()), (given) => {
      const state = readStimulusState(given);
      if (!state) return;
      const { presentation, placement, spec } = state;
      const numbers = [...Object.values(presentation), ...Object.values(spec.values)];
      expect(numbers.every(Number.isFinite)).toBe(true);
      expect(presentation.on).toBeGreaterThanOrEqual(10);
      expect(Object.values(placement ?? {}).every(Number.isFinite)).toBe(true);
      if (placement) expect(placement.pixelSize).toBeGreaterThan(0);
      // What is valid is left as it is.
      expect(readStimulusState(state)).toEqual(state);
    }),
    { numRuns: 500 },
  );
});

test('numbers are brought within their ranges, and no source is no state', () => {
  const state = readStimulusState({
    source: 'film',
    presentation: { before: -5, on: 0, after: 1e9 },
    placement: { x: 1, y: 2, pixelSize: 3, contrast: 99, polarity: 7, meanGrey: -1 },
  });
  expect(state?.presentation).toEqual({ before: 0, on: 10, after: 5000 });
  expect(state?.placement).toMatchObject({ contrast: 4, polarity: 1, meanGrey: 0 });
  expect(state?.spec).toEqual(initialState().spec);
  expect(readStimulusState({ ...initialState(), source: 'camera' })).toBeUndefined();
  expect(readStimulusState(null)).toBeUndefined();
});
