import fc from 'fast-check';
import { expect, test } from 'vitest';
import { generateStimulus, stimulusKinds, validStimulusSpec } from './index.js';
import type { StimulusKindInfo, StimulusSpec } from './types.js';

const kinds = stimulusKinds.map((info) => [info.kind, info] as const);

function initialSpec({ kind, parameters }: StimulusKindInfo): StimulusSpec {
  return { kind, values: Object.fromEntries(parameters.map((p) => [p.name, p.initial])) };
}

/** Any specification that is valid, in steps or between them. */
function validSpecs(): fc.Arbitrary<StimulusSpec> {
  return fc.oneof(
    ...stimulusKinds.map(({ kind, parameters }) =>
      fc
        .record(
          Object.fromEntries(
            parameters.map(({ name, minimum, maximum }) => [
              name,
              fc.double({ min: minimum, max: maximum, noNaN: true }),
            ]),
          ),
        )
        .map((values) => ({ kind, values })),
    ),
  );
}

function expectValid(spec: StimulusSpec): void {
  const info = stimulusKinds.find(({ kind }) => kind === spec.kind);
  expect(Object.keys(spec.values)).toEqual(info?.parameters.map(({ name }) => name));
  for (const { name, minimum, maximum } of info?.parameters ?? []) {
    expect(spec.values[name]).toBeGreaterThanOrEqual(minimum);
    expect(spec.values[name]).toBeLessThanOrEqual(maximum);
  }
}

test.each(kinds)('%s: initial values lie in their ranges, on their steps', (_, info) => {
  expectValid(initialSpec(info));
  expect(new Set(info.parameters.map(({ name }) => name)).size).toBe(info.parameters.length);
  for (const { minimum, maximum, step, initial } of info.parameters) {
    for (const value of [initial, maximum]) {
      const steps = (value - minimum) / step;
      expect(Math.abs(steps - Math.round(steps))).toBeLessThan(1e-9);
    }
  }
});

test.each(kinds)('%s: the initial stimulus is seen on grids of usual cells', (_, info) => {
  const sides = [8, 24];
  for (const squareSize of [30, 100]) {
    for (const side of sides) {
      const grid = { height: side, width: side, squareSize, frameRate: 30 };
      const { data } = generateStimulus(initialSpec(info), grid);
      expect(data.reduce((most, value) => Math.max(most, Math.abs(value)), 0)).toBeGreaterThan(0.3);
    }
  }
});

test('what is valid stays as it is', () => {
  fc.assert(
    fc.property(validSpecs(), (spec) => {
      expect(validStimulusSpec(spec)).toEqual(spec);
      expect(validStimulusSpec(JSON.parse(JSON.stringify(spec)))?.kind).toBe(spec.kind);
    }),
  );
});

test('anything becomes a valid specification or none', () => {
  const named = fc.record({
    kind: fc.oneof(fc.constantFrom(...stimulusKinds.map(({ kind }) => kind)), fc.anything()),
    values: fc.oneof(
      fc.anything(),
      fc.dictionary(
        fc.constantFrom(
          ...stimulusKinds.flatMap((info) => info.parameters.map((p) => p.name)),
          '__proto__',
          'other',
        ),
        fc.oneof(fc.double(), fc.anything()),
      ),
    ),
  });
  let valid = 0;
  fc.assert(
    fc.property(fc.oneof(named, fc.anything()), (value) => {
      const spec = validStimulusSpec(value);
      if (spec === undefined) return;
      valid++;
      expectValid(spec);
    }),
    { numRuns: 1000 },
  );
  expect(valid).toBeGreaterThan(100);
});

test('missing, unusable and outlying numbers, and what is not of the kind', () => {
  const values = { diameter: 1e9, contrast: -1e9, x: Number.NaN, y: '20', seed: 4 };
  expect(validStimulusSpec({ kind: 'spot', values, more: 1 })).toEqual({
    kind: 'spot',
    values: { diameter: 3000, x: 0, y: 0, contrast: -100, before: 500, on: 500, after: 1000 },
  });
  expect(validStimulusSpec({ kind: 'flash' })?.values).toEqual({
    contrast: 100,
    before: 500,
    on: 500,
    after: 1000,
  });
  for (const kind of ['toString', 'Spot', undefined, 3]) {
    expect(validStimulusSpec({ kind, values: {} })).toBeUndefined();
  }
});

test('every valid specification gives finite values from −1 to 1, of the shape, and the same again', () => {
  fc.assert(
    fc.property(
      validSpecs(),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 12 }),
      fc.double({ min: 20, max: 120, noNaN: true }),
      fc.constantFrom(10, 30, 59.94),
      (spec, height, width, squareSize, frameRate) => {
        const grid = { height, width, squareSize, frameRate };
        const { shape, data } = generateStimulus(spec, grid);
        expect(shape[0]).toBeGreaterThanOrEqual(1);
        expect(shape).toEqual([shape[0], height, width]);
        expect(data).toHaveLength(shape[0] * height * width);
        expect(data.every((value) => Math.abs(value) <= 1)).toBe(true);
        expect(generateStimulus(spec, grid).data).toEqual(data);
      },
    ),
    { numRuns: 200 },
  );
});
