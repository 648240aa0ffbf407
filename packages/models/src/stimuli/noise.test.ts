import { describe, expect, test } from 'vitest';
import { generateStimulus } from './index.js';
import type { StimulusGrid, StimulusKind, StimulusMovie } from './types.js';

function drawn(
  kind: StimulusKind,
  values: Record<string, number>,
  grid: Partial<StimulusGrid> = {},
): StimulusMovie {
  const usual = { height: 16, width: 16, squareSize: 50, frameRate: 30 };
  return generateStimulus({ kind, values }, { ...usual, ...grid });
}

function frames({ shape: [count, height, width], data }: StimulusMovie): Float32Array[] {
  const squares = height * width;
  return Array.from({ length: count }, (_, t) => data.slice(t * squares, (t + 1) * squares));
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

function rms(values: Float32Array): number {
  return Math.sqrt(mean(values.map((value) => value * value)));
}

test('white noise: two values, half of squares each ± .02, uncorrelated beside and after ± .03', () => {
  const { shape, data } = drawn('white-noise', { contrast: 80, duration: 2000, seed: 3 });
  expect(shape).toEqual([60, 16, 16]);
  expect(new Set(data)).toEqual(new Set([Math.fround(0.8), -Math.fround(0.8)]));
  expect(Math.abs(mean(data.map((value) => Number(value > 0))) - 0.5)).toBeLessThan(0.02);
  for (const step of [1, 16, 256]) {
    const products = data.slice(step).map((value, i) => (value * data[i]) / 0.64);
    expect(Math.abs(mean(products))).toBeLessThan(0.03);
  }
});

test('white noise on squares of any size is binary', () => {
  for (const squareSize of [0.1, 1 / 3, 26.7, 99.99]) {
    const grid = { squareSize, height: 7, width: 50 };
    expect(new Set(drawn('white-noise', { duration: 200 }, grid).data)).toEqual(new Set([1, -1]));
  }
});

test('checks of two squares are 2 × 2 squares from the upper left corner, new every third frame at 10 Hz', () => {
  const movie = drawn(
    'checkerboard',
    { check: 100, refresh: 10, contrast: 100, duration: 1000, seed: 2 },
    { height: 7, width: 9 },
  );
  const all = frames(movie);
  const patterns = new Set<string>();
  all.forEach((frame, t) => {
    frame.forEach((value, i) => {
      const [y, x] = [Math.floor(i / 9), i % 9];
      expect(Math.abs(value)).toBe(1);
      expect(value).toBe(frame[(y - (y % 2)) * 9 + x - (x % 2)]);
    });
    expect(frame).toEqual(all[t - (t % 3)]);
    patterns.add(String(frame));
  });
  expect(patterns.size).toBe(10);
});

test('a square over several checks is their mean (1e-6)', () => {
  // Checks of 20 µm: two and a half along a side of a square.
  const values = { check: 20, refresh: 10, contrast: 100, duration: 100, seed: 5 };
  const [coarse] = frames(drawn('checkerboard', values, { height: 4, width: 4 }));
  const [fine] = frames(drawn('checkerboard', values, { height: 20, width: 20, squareSize: 10 }));
  coarse.forEach((value, i) => {
    const [top, left] = [Math.floor(i / 4) * 5, (i % 4) * 5];
    const under = Array.from(
      { length: 25 },
      (_, p) => fine[(top + Math.floor(p / 5)) * 20 + left + (p % 5)],
    );
    expect(Math.abs(value - mean(under))).toBeLessThan(1e-6);
  });
});

test.each(['checkerboard', 'white-noise', 'natural-noise'] as const)(
  '%s follows from its seed',
  (kind) => {
    const { data } = drawn(kind, { seed: 7, duration: 300 });
    expect(drawn(kind, { seed: 7, duration: 300 }).data).toEqual(data);
    expect(drawn(kind, { seed: 8, duration: 300 }).data).not.toEqual(data);
  },
);

/** Slope of log amplitude over log frequency of rows under a Hann window, 3 cycles a row to a quarter of a cycle a square. */
function slopeOf(rows: readonly Float32Array[]): number {
  const n = rows[0].length;
  const points = Array.from({ length: n / 4 - 2 }, (_, i) => {
    const k = i + 3;
    const power = rows.map((row) => {
      let [re, im] = [0, 0];
      row.forEach((value, x) => {
        const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * (x + 0.5)) / n);
        re += hann * value * Math.cos((2 * Math.PI * k * x) / n);
        im += hann * value * Math.sin((2 * Math.PI * k * x) / n);
      });
      return re * re + im * im;
    });
    return [Math.log(k), Math.log(mean(power)) / 2];
  });
  const [mx, my] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const xy = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0);
  return xy / points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
}

describe('natural noise', () => {
  test.each([1, 1.5, 2])(
    'of exponent %f: along a line its amplitude falls as 1/f^(exponent − ½) ± .2',
    (exponent) => {
      // Along a line, power is that of the plane integrated over the other frequency: one power of f less.
      const rows = Array.from({ length: 40 }, (_, seed) => {
        const values = { exponent, change: 0, contrast: 5, duration: 100, seed };
        const [frame] = frames(drawn('natural-noise', values, { height: 64, width: 64 }));
        return [0, 20, 40, 60].map((y) => frame.slice(y * 64, (y + 1) * 64));
      }).flat();
      expect(Math.abs(slopeOf(rows) + exponent - 0.5)).toBeLessThan(0.2);
    },
  );

  test('has mean 0 and its contrast as root mean square (1e-6), and is nearly normal: kurtosis 3 ± .5', () => {
    const { data } = drawn('natural-noise', { contrast: 15, exponent: 0.5, duration: 20_000 });
    expect(Math.abs(mean(data))).toBeLessThan(1e-6);
    expect(Math.abs(rms(data) - 0.15)).toBeLessThan(1e-6);
    expect(Math.abs(mean(data.map((value) => (value / 0.15) ** 4)) - 3)).toBeLessThan(0.5);
  });

  test('is clipped to ±1 where its contrast is high', () => {
    const { data } = drawn('natural-noise', { contrast: 100, duration: 1000 });
    expect(data.some((value) => value === 1)).toBe(true);
    expect(data.some((value) => value === -1)).toBe(true);
  });

  test('correlates over time τ as exp(−(2π·change·τ)²/2) ± .15', () => {
    const movies = Array.from({ length: 30 }, (_, seed) =>
      frames(
        drawn('natural-noise', { change: 1, exponent: 0.5, contrast: 10, duration: 3000, seed }),
      ),
    );
    for (const lag of [1, 3, 6, 15]) {
      const found = mean(
        movies.flatMap((all) =>
          all.slice(lag).map((frame, t) => mean(frame.map((value, i) => value * all[t][i])) / 0.01),
        ),
      );
      const expected = Math.exp(-(((2 * Math.PI * lag) / 30) ** 2) / 2);
      expect(Math.abs(found - expected)).toBeLessThan(0.15);
    }
  });

  test('stands still at rate 0', () => {
    const [first, ...rest] = frames(drawn('natural-noise', { change: 0, duration: 500 }));
    expect(rms(first)).toBeGreaterThan(0.2);
    for (const frame of rest) expect(frame).toEqual(first);
  });

  test('of one grey alone is contrast 0', () => {
    const { data } = drawn('natural-noise', { change: 0 }, { height: 1, width: 1 });
    expect(data.every((value) => Math.abs(value) === 0)).toBe(true);
  });
});

test('noise that would stop the page for long is refused, and says what is accepted', () => {
  const refusal = (spec: Parameters<typeof generateStimulus>[0], on: StimulusGrid) => () =>
    generateStimulus(spec, on);
  const wide = { height: 32, width: 32, squareSize: 1250, frameRate: 30 };
  const checks = { check: 10, refresh: 60, contrast: 100, seed: 1, duration: 30_000 };
  expect(refusal({ kind: 'checkerboard', values: checks }, wide)).toThrow(
    /drawn 900 times take too long.* larger checks/,
  );
  const large = { height: 500, width: 500, squareSize: 10, frameRate: 60 };
  const natural = { exponent: 1, change: 1, contrast: 30, seed: 1, duration: 1000 };
  expect(refusal({ kind: 'natural-noise', values: natural }, large)).toThrow(/shorter duration is/);
  // A common model's: 50 × 50 squares for 30 s at 30 Hz.
  const common = { height: 50, width: 50, squareSize: 50, frameRate: 30 };
  expect(
    refusal({ kind: 'natural-noise', values: { ...natural, duration: 30_000 } }, common),
  ).not.toThrow();
});
