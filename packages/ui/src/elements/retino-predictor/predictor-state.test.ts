import fc from 'fast-check';
import { expect, test } from 'vitest';
import { settingRanges } from '../../controllers/fit-settings.js';
import { readPermalink, writePermalink } from '../../controllers/permalink.js';
import { unitRanges } from './model-units.js';
import { type PredictorState, readPredictorState, writePredictorState } from './predictor-state.js';
import { Drawing } from './stimulus/drawing.js';
import { initialState } from './stimulus/stimulus-state.js';

/** Time that one call may take on any text: a limit for safety, far above what it takes. */
const safetyLimit = 2000;
/** `RETINOSCOPE_FUZZ=50` changes every link fifty times as often. */
const { process } = globalThis as { process?: { env: Readonly<Record<string, string>> } };
const factor = Number(process?.env.RETINOSCOPE_FUZZ ?? 1);
const numRuns = Math.ceil(1000 * factor);
const testTime = Math.max(30_000, 10 * numRuns);

test('a state that was written is read again', () => {
  const state: PredictorState = {
    stimulus: initialState(),
    units: { squareSize: 30, dark: -0.5, bright: 0.5 },
    choices: { channel: 'lag', lagOrder: 'newest-first' },
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
        choices: fc.dictionary(fc.constantFrom('channel', 'lagOrder', 'toString'), fc.anything()),
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
      const { units, choices, output } = readPredictorState(text);
      for (const [name, value] of Object.entries(units)) {
        const [low, high] = unitRanges[name as keyof typeof unitRanges];
        expect(value).toBeGreaterThanOrEqual(low);
        expect(value).toBeLessThanOrEqual(high);
      }
      const { channel = 'lag', lagOrder = 'oldest-first', ...others } = choices;
      expect(['lag', 'colour']).toContain(channel);
      expect(['oldest-first', 'newest-first']).toContain(lagOrder);
      expect(others).toEqual({});
      expect(Number.isInteger(output) && output >= 0).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('a text that is too long is not read', () => {
  const state = { units: { squareSize: 30 }, choices: {}, output: 1 };
  const long = writePredictorState(state).padEnd(70_000, 'A');
  expect(readPredictorState(long)).toEqual({ units: {}, choices: {}, output: 0 });
});

const hostile = [
  ...['', '-', '&', '=', '%', '#', '"', '{', '[', '}', '\\', '\0', '\ud800', '%00', '%E0%A4'],
  ...['-1', '1e999', '-0', '1e9', '4294967296', '0.1', 'NaN', 'null', 'true', '[]', '{}', '[[[['],
  ...['__proto__', 'constructor', 'toString', '<img src=x onerror=alert(1)>', 'A'.repeat(5000)],
];

/** Between one and four pieces of `text` replaced: by nothing, by what does harm elsewhere, or by other pieces. */
function damaged(text: string): fc.Arbitrary<string> {
  const place = fc.nat(text.length);
  const edit = fc.record({
    at: place,
    removed: fc.nat(12),
    piece: fc.oneof(
      fc.constantFrom(...hostile),
      fc.string({ maxLength: 6 }),
      fc.tuple(place, place).map(([from, to]) => text.slice(from, to)),
    ),
  });
  return fc
    .array(edit, { minLength: 1, maxLength: 4 })
    .map((edits) =>
      edits.reduce(
        (whole, { at, removed, piece }) => whole.slice(0, at) + piece + whole.slice(at + removed),
        text,
      ),
    );
}

/** The text of a state whose JSON is `json`, sound or not. */
function encoded(json: string): string {
  const bytes = new TextEncoder().encode(json);
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(letters).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** The longest of the times that `read` took, in ms. */
function timed<Value>(read: (text: string) => Value): {
  readonly read: (text: string) => Value;
  readonly longest: () => number;
} {
  let longest = 0;
  return {
    longest: () => longest,
    read: (text) => {
      const start = performance.now();
      const value = read(text);
      longest = Math.max(longest, performance.now() - start);
      return value;
    },
  };
}

test(
  `a predictor's link, damaged ${2 * numRuns} times, is read within 2 s as what can be written and read again`,
  () => {
    const json = JSON.stringify({
      stimulus: {
        ...initialState(),
        source: 'drawing',
        placement: { x: 1, y: -2, pixelSize: 3, contrast: 1, polarity: -1, meanGrey: 0.5 },
        drawing: new Drawing(4, 6).encode(),
      },
      units: { squareSize: 30, frameRate: 30, dark: -0.5, bright: 0.5 },
      output: 3,
    });
    const { read, longest } = timed(readPredictorState);
    for (const texts of [damaged(json).map(encoded), damaged(encoded(json))]) {
      fc.assert(
        fc.property(texts, (text) => {
          const written = writePredictorState(read(text));
          expect(writePredictorState(read(written))).toBe(written);
        }),
        { numRuns },
      );
    }
    expect(longest()).toBeLessThan(safetyLimit);
  },
  testTime,
);

test(
  `the lab's link, damaged ${numRuns} times, is read within 2 s as settings within their ranges`,
  () => {
    const link = writePermalink({
      cell: 'code',
      settings: {
        ...{ preset: 'published', version: 2, rank: 1, head: 'exponential', loss: 'squared-error' },
        ...{ filters: 8, layers: 2, filterSize: 7, seed: 7, steps: 400, restarts: 1 },
        blocks: { first: 0, last: 3 },
      },
    });
    const { read, longest } = timed(readPermalink);
    fc.assert(
      fc.property(damaged(link), (hash) => {
        const found = read(hash);
        expect(readPermalink(writePermalink(found))).toEqual(
          found.cell === 'paper' ? { ...found, cell: undefined } : found,
        );
        for (const [name, [low, high]] of Object.entries(settingRanges)) {
          const value = found.settings[name as keyof typeof settingRanges] ?? low;
          expect(value >= low && value <= high).toBe(true);
        }
      }),
      { numRuns },
    );
    expect(longest()).toBeLessThan(safetyLimit);
  },
  testTime,
);
