import { simulate } from '@retinoscope/core-wasm';
import { expect, test } from 'vitest';
import {
  blockSubunits,
  gaussianSubunits,
  hexagonalMosaic,
  populationSpec,
  retinaTemporalKernel,
  simulationSpec,
} from './index.js';

/** Yan et al. 2020, lags 0–19, from the authors' formula at 30 Hz. */
const published = [
  ...[0, 0, 0, -0.124, -0.406, -0.527, -0.428, -0.215, 0, 0.155],
  ...[0.238, 0.261, 0.245, 0.209, 0.167, 0.127, 0.093, 0.066, 0.046, 0.031],
];

test('the temporal kernel equals the published one within .001, has 20 lags and unit norm', () => {
  const kernel = retinaTemporalKernel({ frameRate: 30, taps: 20 });
  expect(kernel).toHaveLength(published.length);
  published.forEach((value, lag) => {
    expect(Math.abs(kernel[lag] - value)).toBeLessThan(0.001);
  });
  expect(Math.hypot(...kernel)).toBeCloseTo(1, 6);
  expect(retinaTemporalKernel()).toEqual(kernel);
  expect([...retinaTemporalKernel({ polarity: 'ON' })]).toEqual([...kernel].map((k) => -k || 0));
});

test('a kernel of half the slowness at twice the frame rate is the same shape', () => {
  const fast = retinaTemporalKernel({ frameRate: 60, slowness: 0.5, taps: 20 });
  retinaTemporalKernel().forEach((value, lag) => {
    expect(fast[lag]).toBeCloseTo(value, 5);
  });
});

test('kernels without a response in them are refused', () => {
  expect(() => retinaTemporalKernel({ taps: 2 })).toThrow(/beyond the delay/);
  expect(() => retinaTemporalKernel({ taps: 0.5 })).toThrow(/lags/);
  expect(() => retinaTemporalKernel({ frameRate: Number.NaN })).toThrow(/lags/);
  expect(() => retinaTemporalKernel({ taps: 1e9 })).toThrow(/up to 4096 lags/);
});

test('Gaussians have the norm asked for, their centre where it was put, and may overlap', () => {
  const field = { height: 11, width: 13 };
  const centres = [
    { x: 6, y: 5 },
    { x: 7.5, y: 5 },
  ];
  const [first, second] = gaussianSubunits(field, centres, { sigma: 1.2, nonlinearity: 'linear' });
  for (const [i, { spatial, nonlinearity, weight }] of [first, second].entries()) {
    expect(Math.hypot(...spatial)).toBeCloseTo(2, 5);
    expect([nonlinearity, weight]).toEqual(['linear', 1]);
    const mass = spatial.reduce((sum, w) => sum + w, 0);
    const x = spatial.reduce((sum, w, at) => sum + w * (at % 13), 0) / mass;
    const y = spatial.reduce((sum, w, at) => sum + w * Math.floor(at / 13), 0) / mass;
    expect(x).toBeCloseTo(centres[i].x, 1);
    expect(y).toBeCloseTo(centres[i].y, 5);
  }
  expect(first.spatial.some((w, at) => w > 0 && second.spatial[at] > 0)).toBe(true);
  expect(() => gaussianSubunits(field, [{ x: 99, y: 0 }], { sigma: 1 })).toThrow(/covers none/);
  expect(() => gaussianSubunits(field, centres, { sigma: 0 })).toThrow(/above 0/);
});

test('a hexagonal mosaic: 7 and 19 centres in one and two rings, each with neighbours at the spacing', () => {
  const centre = { x: 20, y: 30 };
  expect(hexagonalMosaic(centre, 3, 0)).toEqual([centre]);
  expect(hexagonalMosaic(centre, 3, 3)).toHaveLength(7);
  const mosaic = hexagonalMosaic(centre, 3, 6);
  expect(mosaic).toHaveLength(19);
  for (const a of mosaic) {
    const others = mosaic.filter((b) => b !== a).map((b) => Math.hypot(a.x - b.x, a.y - b.y));
    expect(Math.min(...others)).toBeCloseTo(3, 9);
  }
  expect(() => hexagonalMosaic(centre, 0, 1)).toThrow(/spacing/);
  expect(() => hexagonalMosaic(centre, 1e-9, 1)).toThrow(/spacing/);
});

test('blocks outside the stimulus are refused', () => {
  const blocks = { x: 2, y: 2, side: 2, rows: 2, columns: 2 };
  expect(blockSubunits({ height: 6, width: 6 }, blocks)).toHaveLength(4);
  expect(() => blockSubunits({ height: 5, width: 6 }, blocks)).toThrow(/do not lie inside/);
});

test('presets differ in the threshold alone: 1 and 2.5', () => {
  const [paper, code] = [simulationSpec('paper'), simulationSpec('code')];
  expect([paper.cells[0].threshold, code.cells[0].threshold]).toEqual([1, 2.5]);
  const [cell] = paper.cells;
  expect({ ...paper, cells: [{ ...cell, threshold: 2.5 }] }).toEqual(code);
});

test('a population of ten: each inside its crop, all different, spikes in .5 to 15 % of frames', async () => {
  const { spec, crops } = populationSpec();
  expect(spec.cells).toHaveLength(10);
  spec.cells.forEach(({ subunits }, i) => {
    const { x, y, width, height } = crops[i];
    for (const { spatial } of subunits) {
      spatial.forEach((w, at) => {
        const [column, row] = [at % spec.width, Math.floor(at / spec.width)];
        const inside = column >= x && column < x + width && row >= y && row < y + height;
        if (w !== 0 && !inside) expect.fail(`cell ${i} has a weight at ${column}, ${row}`);
      });
    }
  });
  expect(new Set(spec.cells.map((cell) => String(cell.temporalKernel))).size).toBe(10);
  expect(new Set(spec.cells.map((cell) => cell.threshold)).size).toBe(5);
  const kernels = spec.cells.flatMap((cell) => [
    cell.temporalKernel,
    ...cell.subunits.map((subunit) => subunit.temporalKernel ?? cell.temporalKernel),
  ]);
  expect(new Set(kernels.map((kernel) => kernel.length))).toEqual(new Set([20]));
  const { rates } = await simulate(spec, { frames: 20_000, seed: 1 });
  for (const rate of rates) {
    const mean = rate.reduce((sum, r) => sum + r, 0) / rate.length;
    expect(mean).toBeGreaterThan(0.005);
    expect(mean).toBeLessThan(0.15);
  }
});

test('the cells of a population are not separable: two kernels, the later one on one side of the cell', () => {
  const { spec } = populationSpec();
  const middle = (spatial: Float32Array, along: 'x' | 'y') => {
    const places = spatial.map((_, at) =>
      along === 'x' ? at % spec.width : Math.floor(at / spec.width),
    );
    const mass = spatial.reduce((sum, w) => sum + w, 0);
    return spatial.reduce((sum, w, at) => sum + w * places[at], 0) / mass;
  };
  const peak = (kernel: Float32Array) => {
    const sizes = kernel.map(Math.abs);
    return sizes.indexOf(Math.max(...sizes));
  };
  const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
  spec.cells.forEach(({ subunits, temporalKernel }, i) => {
    const slow = subunits.filter((subunit) => subunit.temporalKernel);
    const rest = subunits.filter((subunit) => !subunit.temporalKernel);
    expect(slow.length).toBeGreaterThanOrEqual(2);
    expect(rest.length).toBeGreaterThanOrEqual(2);
    expect(new Set(slow.map((subunit) => subunit.temporalKernel)).size).toBe(1);
    expect(peak(slow[0].temporalKernel!)).toBeGreaterThan(peak(temporalKernel));
    const along = i % 4 < 2 ? 'x' : 'y';
    const towards = i % 2 ? -1 : 1;
    const at = (some: typeof subunits) => mean(some.map(({ spatial }) => middle(spatial, along)));
    expect(towards * (at(slow) - at(rest))).toBeGreaterThan(1);
  });
});
