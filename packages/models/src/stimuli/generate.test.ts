import { describe, expect, test } from 'vitest';
import { generateStimulus } from './index.js';
import type { StimulusGrid, StimulusKind, StimulusMovie } from './types.js';

function gridOf(side: number, squareSize: number, frameRate = 30): StimulusGrid {
  return { height: side, width: side, squareSize, frameRate };
}

function frameOf({ shape: [, height, width], data }: StimulusMovie, t: number): Float32Array {
  return data.subarray(t * height * width, (t + 1) * height * width);
}

/** Middles of squares from the grid's, µm, `[y, x]`. */
function middles({ height, width, squareSize }: StimulusGrid): { x: number; y: number }[] {
  return Array.from({ length: height * width }, (_, i) => ({
    x: ((i % width) + 0.5 - width / 2) * squareSize,
    y: (Math.floor(i / width) + 0.5 - height / 2) * squareSize,
  }));
}

/** Distances of a square's corners from a point. */
function corners(
  { x, y }: { x: number; y: number },
  squareSize: number,
  centre = { x: 0, y: 0 },
): number[] {
  const half = squareSize / 2;
  return [-half, half].flatMap((dx) =>
    [-half, half].map((dy) => Math.hypot(x + dx - centre.x, y + dy - centre.y)),
  );
}

function sum(values: ArrayLike<number>): number {
  return Array.from(values).reduce((total, value) => total + value, 0);
}

function spotFrame(grid: StimulusGrid, values: Record<string, number>): Float32Array {
  const pulse = { before: 0, on: 100, after: 0 };
  return frameOf(generateStimulus({ kind: 'spot', values: { ...values, ...pulse } }, grid), 0);
}

describe.each([
  { squareSize: 30, side: 20 },
  { squareSize: 30, side: 13 },
  { squareSize: 50, side: 12 },
  { squareSize: 50, side: 9 },
  { squareSize: 100, side: 8 },
  { squareSize: 100, side: 5 },
])('a 300 µm spot on $side × $side squares of $squareSize µm', ({ squareSize, side }) => {
  const grid = gridOf(side, squareSize);
  const frame = spotFrame(grid, { diameter: 300 });

  test('has the area π·150² within 1e-6 of it', () => {
    const area = sum(frame) * squareSize ** 2;
    expect(Math.abs(area / (Math.PI * 150 ** 2) - 1)).toBeLessThan(1e-6);
  });

  test('is full inside and nothing outside, exactly, and between the two on its edge', () => {
    const reach = (squareSize * Math.SQRT2) / 2;
    middles(grid).forEach((middle, i) => {
      const distances = corners(middle, squareSize);
      if (distances.every((distance) => distance <= 150)) expect(frame[i]).toBe(1);
      else if (Math.hypot(middle.x, middle.y) > 150 + reach) expect(frame[i]).toBe(0);
      else if (distances.some((distance) => distance < 150)) {
        expect(frame[i]).toBeGreaterThan(0);
        expect(frame[i]).toBeLessThan(1);
      }
    });
  });

  test('has the symmetries of the grid (1e-6)', () => {
    frame.forEach((value, i) => {
      const [y, x] = [Math.floor(i / side), i % side];
      const transposed = frame[x * side + y];
      const turned = frame[(side - 1 - x) * side + y];
      expect(Math.abs(value - transposed)).toBeLessThan(1e-6);
      expect(Math.abs(value - turned)).toBeLessThan(1e-6);
    });
  });
});

test('a spot anywhere agrees with 256 × 256 points a square within 1/256', () => {
  const grid = gridOf(7, 50);
  const fine = 256;
  for (const { x, y, diameter } of [
    { x: 0, y: 0, diameter: 300 },
    { x: 33, y: -61, diameter: 130 },
    { x: 12, y: 8, diameter: 20 },
    { x: 25, y: 25, diameter: 50 },
    { x: -160, y: 170, diameter: 90 },
  ]) {
    const frame = spotFrame(grid, { x, y, diameter, contrast: 100 });
    middles(grid).forEach((middle, i) => {
      let inside = 0;
      for (let p = 0; p < fine * fine; p++) {
        const dx = (((p % fine) + 0.5) / fine - 0.5) * 50 + middle.x - x;
        const dy = ((Math.floor(p / fine) + 0.5) / fine - 0.5) * 50 + middle.y - y;
        if (dx * dx + dy * dy < (diameter / 2) ** 2) inside++;
      }
      expect(Math.abs(frame[i] - inside / fine ** 2)).toBeLessThan(1 / 256);
    });
  }
});

test('a spot to the right and below is where x and y grow, with its contrast', () => {
  const grid = { height: 8, width: 12, squareSize: 50, frameRate: 30 };
  const frame = spotFrame(grid, { diameter: 100, x: 200, y: 100, contrast: -60 });
  const at = middles(grid);
  const mean = (axis: 'x' | 'y') => sum(frame.map((value, i) => value * at[i][axis])) / sum(frame);
  expect(mean('x')).toBeCloseTo(200, 3);
  expect(mean('y')).toBeCloseTo(100, 3);
  expect(sum(frame) * 2500).toBeCloseTo(-0.6 * Math.PI * 50 ** 2, 1);
});

test('an annulus is the larger disc less the smaller, whichever is given first (1e-6)', () => {
  const grid = gridOf(15, 50);
  const place = { x: 20, y: -30, contrast: 100 };
  const ring = (inner: number, outer: number) =>
    frameOf(
      generateStimulus({ kind: 'annulus', values: { ...place, inner, outer, before: 0 } }, grid),
      0,
    );
  const disc = spotFrame(grid, { ...place, diameter: 500 });
  const hole = spotFrame(grid, { ...place, diameter: 240 });
  ring(240, 500).forEach((value, i) => {
    expect(Math.abs(value - (disc[i] - hole[i]))).toBeLessThan(1e-6);
  });
  expect(ring(500, 240)).toEqual(ring(240, 500));
});

test.each(['spot', 'annulus', 'flash'] as const)(
  '%s: grey, on and grey for whole frames',
  (kind) => {
    const frames = (before: number, on: number, after: number, frameRate = 30) => {
      const values = { before, on, after, inner: 0, outer: 300, diameter: 300 };
      const movie = generateStimulus({ kind, values }, gridOf(6, 50, frameRate));
      const lit = Array.from({ length: movie.shape[0] }, (_, t) => sum(frameOf(movie, t)) > 0);
      return [
        lit.indexOf(true),
        lit.filter(Boolean).length,
        lit.length - lit.lastIndexOf(true) - 1,
      ];
    };
    expect(frames(500, 500, 1000)).toEqual([15, 15, 30]);
    // 3.03, 1.98 and 0.48 frames of 30 Hz.
    expect(frames(101, 66, 16)).toEqual([3, 2, 0]);
    expect(frames(0, 10, 0)).toEqual([0, 1, 0]);
    expect(frames(500, 500, 1000, 59.94)).toEqual([30, 30, 60]);
  },
);

test('a flash is one contrast over the whole field', () => {
  const movie = generateStimulus(
    { kind: 'flash', values: { before: 0, on: 100, after: 0, contrast: -50 } },
    gridOf(3, 50),
  );
  expect(movie).toEqual({ shape: [3, 3, 3], data: new Float32Array(27).fill(-0.5) });
});

describe.each([0, 30, 45, 90, 200, 270])('a bar that moves towards %i°', (direction) => {
  const grid = { height: 30, width: 36, squareSize: 50, frameRate: 30 };
  const values = { width: 150, length: 300, speed: 1000, contrast: -80, direction };
  const movie = generateStimulus({ kind: 'bar', values }, grid);
  const at = middles(grid);
  const angle = (direction * Math.PI) / 180;
  const [ux, uy] = [Math.cos(angle), Math.sin(angle)];
  const inside = Array.from({ length: movie.shape[0] }, (_, t) => t).filter(
    (t) => Math.abs(sum(frameOf(movie, t)) * 2500 + 0.8 * 150 * 300) < 1,
  );

  test('keeps its area while it is inside, moves by speed / frame rate within 1 % of a square, along a straight line', () => {
    expect(inside.length).toBeGreaterThan(25);
    expect(inside).toEqual(inside.map((_, i) => inside[0] + i));
    const centres = inside.map((t) => {
      const frame = frameOf(movie, t);
      const mean = (of: (i: number) => number) =>
        sum(frame.map((value, i) => value * of(i))) / sum(frame);
      return {
        along: mean((i) => at[i].x * ux + at[i].y * uy),
        across: mean((i) => at[i].y * ux - at[i].x * uy),
      };
    });
    centres.slice(1).forEach(({ along, across }, i) => {
      // Where a bar is not whole squares wide, the mean of squares' middles is not quite its own.
      expect(Math.abs(along - centres[i].along - 1000 / 30)).toBeLessThan(0.5);
      expect(Math.abs(across)).toBeLessThan(0.5);
    });
  });

  test('comes from outside, leaves, with 6 grey frames before and after', () => {
    const shown = Array.from({ length: movie.shape[0] }, (_, t) => sum(frameOf(movie, t)) < -1e-6);
    expect(shown.slice(0, 6)).toEqual(Array(6).fill(false));
    expect(shown.slice(-6)).toEqual(Array(6).fill(false));
    const first = shown.indexOf(true);
    // A bar that meets a corner of the grid alone is seen later.
    expect(first).toBeLessThan(direction % 90 === 0 ? 7 : 30);
    expect(Math.abs(first - (shown.length - 1 - shown.lastIndexOf(true)))).toBeLessThanOrEqual(1);
    const path = 50 * (36 * Math.abs(ux) + 30 * Math.abs(uy)) + 150;
    expect(movie.shape[0]).toBe(12 + Math.ceil((path * 30) / 1000 - 1e-9));
  });
});

test('a bar covers of each square what it covers of 64 × 64 points in it, within 1/60', () => {
  const grid = gridOf(10, 40);
  const values = { width: 90, length: 170, speed: 900, contrast: 100, direction: 35 };
  const movie = generateStimulus({ kind: 'bar', values }, grid);
  const [ux, uy] = [Math.cos((35 * Math.PI) / 180), Math.sin((35 * Math.PI) / 180)];
  const path = 400 * (ux + uy) + 90;
  const fine = 64;
  for (const t of [8, 13, 16]) {
    const travelled = ((t - 6 + 0.5) * 900) / 30 - path / 2;
    const frame = frameOf(movie, t);
    expect(sum(frame)).toBeGreaterThan(0);
    middles(grid).forEach((middle, i) => {
      let inside = 0;
      for (let p = 0; p < fine * fine; p++) {
        const x = middle.x + (((p % fine) + 0.5) / fine - 0.5) * 40;
        const y = middle.y + ((Math.floor(p / fine) + 0.5) / fine - 0.5) * 40;
        const along = Math.abs(x * ux + y * uy - travelled);
        if (along < 45 && Math.abs(y * ux - x * uy) < 85) inside++;
      }
      expect(Math.abs(frame[i] - inside / fine ** 2)).toBeLessThan(1 / 60);
    });
  }
});

test('an upright bar covers of each square the product of its shares along x and y (1e-6)', () => {
  const grid = gridOf(9, 40);
  const values = { width: 70, length: 130, speed: 700, contrast: 100, direction: 0 };
  const movie = generateStimulus({ kind: 'bar', values }, grid);
  const overlap = (middle: number, centre: number, half: number) =>
    Math.max(0, Math.min(middle + 20, centre + half) - Math.max(middle - 20, centre - half)) / 40;
  for (let t = 6; t < movie.shape[0] - 6; t++) {
    const travelled = ((t - 6 + 0.5) * 700) / 30 - (360 + 70) / 2;
    const frame = frameOf(movie, t);
    middles(grid).forEach(({ x, y }, i) => {
      const expected = overlap(x, travelled, 35) * overlap(y, 0, 65);
      expect(Math.abs(frame[i] - expected)).toBeLessThan(1e-6);
    });
  }
});

describe.each([
  { direction: 0, period: 400, temporalFrequency: 2 },
  { direction: 90, period: 200, temporalFrequency: 5 },
  { direction: 180, period: 400, temporalFrequency: 3 },
])('a grating towards $direction° of $period µm at $temporalFrequency Hz', (values) => {
  // Whole periods and cycles fit: 24 squares of 50 µm and 1 s.
  const grid = gridOf(24, 50);
  const movie = generateStimulus(
    { kind: 'grating', values: { ...values, contrast: 60, duration: 1000 } },
    grid,
  );
  /** Projection on a wave of `cycles` over the field along x or y and `hertz`, which moves towards larger ones. */
  const power = (axis: 'x' | 'y', cycles: number, hertz: number): number => {
    const at = middles(grid);
    let [re, im] = [0, 0];
    for (let t = 0; t < 30; t++) {
      frameOf(movie, t).forEach((value, i) => {
        const angle = 2 * Math.PI * ((cycles * at[i][axis]) / 1200 - (hertz * t) / 30);
        re += value * Math.cos(angle);
        im += value * Math.sin(angle);
      });
    }
    return Math.hypot(re, im) / (30 * 24 * 24);
  };

  test('is one wave of that period, frequency and direction, dimmed as squares dim it (1e-6)', () => {
    const axis = values.direction === 90 ? 'y' : 'x';
    const sign = values.direction === 180 ? -1 : 1;
    const f = 50 / values.period;
    const amplitude = (0.6 * Math.sin(Math.PI * f)) / (Math.PI * f);
    const found = power(axis, 1200 / values.period, sign * values.temporalFrequency);
    expect(movie.shape[0]).toBe(30);
    expect(Math.abs(found - amplitude / 2)).toBeLessThan(1e-6);
    for (const [cycles, hertz] of [
      [1200 / values.period + 1, sign * values.temporalFrequency],
      [1200 / values.period, sign * (values.temporalFrequency + 1)],
      [1200 / values.period, -sign * values.temporalFrequency],
    ]) {
      expect(power(axis, cycles, hertz)).toBeLessThan(1e-6);
    }
    expect(power(axis === 'x' ? 'y' : 'x', 1200 / values.period, 0)).toBeLessThan(1e-6);
  });
});

test('an oblique grating is the mean of its wave over 40 × 40 points a square (2e-3)', () => {
  const grid = gridOf(5, 60);
  const values = { direction: 30, period: 150, temporalFrequency: 4, contrast: 100, duration: 200 };
  const frame = frameOf(generateStimulus({ kind: 'grating', values }, grid), 3);
  const [ux, uy] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
  middles(grid).forEach((middle, i) => {
    let total = 0;
    for (let p = 0; p < 1600; p++) {
      const x = middle.x + (((p % 40) + 0.5) / 40 - 0.5) * 60;
      const y = middle.y + ((Math.floor(p / 40) + 0.5) / 40 - 0.5) * 60;
      total += Math.cos(2 * Math.PI * ((x * ux + y * uy) / 150 - (4 * 3.5) / 30));
    }
    expect(Math.abs(frame[i] - total / 1600)).toBeLessThan(2e-3);
  });
});

test('what cannot be drawn is refused', () => {
  const flash = { kind: 'flash', values: {} } as const;
  const attempt = (grid: Partial<StimulusGrid>, kind: StimulusKind = 'flash') =>
    generateStimulus({ ...flash, kind }, { ...gridOf(8, 50), ...grid });
  expect(() => attempt({ width: 2.5 })).toThrow(/width of the stimulus is 2.5; accepted: a whole/);
  expect(() => attempt({ height: 0 })).toThrow(expect.objectContaining({ kind: 'settings' }));
  expect(() => attempt({ squareSize: Number.NaN })).toThrow(/squareSize .* a number above 0/);
  expect(() => attempt({ frameRate: Number.POSITIVE_INFINITY })).toThrow(/frameRate/);
  expect(() => attempt({ width: 2000, height: 2000 })).toThrow(
    expect.objectContaining({
      kind: 'memory',
      message: expect.stringMatching(/60 frames .* at most 16000000 are accepted/),
    }),
  );
  expect(() => attempt({ width: 8000, height: 8000 })).toThrow(
    /8000 × 8000 squares; at most 16000000 squares are accepted/,
  );
  for (const kind of ['bar', 'grating', 'white-noise', 'natural-noise'] as const) {
    expect(() => attempt({ frameRate: 1e12 }, kind)).toThrow(
      expect.objectContaining({ kind: 'memory' }),
    );
  }
  expect(() => attempt({ squareSize: 1e9 }, 'checkerboard')).toThrow(
    /at most 16000000 checks are accepted/,
  );
  expect(() => attempt({}, 'plaid' as StimulusKind)).toThrow(/accepted: spot, annulus, bar/);
});
