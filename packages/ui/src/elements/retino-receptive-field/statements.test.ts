import type { DatasetSummary, FilterSummary, ReceptiveField } from '@retinoscope/worker';
import { describe, expect, test } from 'vitest';
import { facts, networkField, networkTemporal, significanceStatement } from './statements.js';

const field: ReceptiveField = {
  lags: 3,
  height: 1,
  width: 2,
  sta: new Float32Array(6),
  temporal: new Float32Array([0, 0.6, -0.8]),
  spatial: new Float32Array([0.1, -0.2]),
  z: new Float32Array([2, -12.34]),
  peakZ: 12.34,
  peak: { x: 1, y: 0 },
  screenPeak: { x: 1, y: 0 },
  polarity: 'OFF',
  significant: true,
  separability: 0.934,
  spikes: 25817,
};
const summary = { frameRate: 30, squareSize: 30 } as DatasetSummary;
const filter = (change: Partial<FilterSummary>): FilterSummary => ({
  spatial: new Float32Array(1),
  height: 1,
  width: 1,
  temporal: new Float32Array([1]),
  embedded: new Float32Array(2),
  feature: new Float32Array(2),
  moransI: 0,
  strength: 1,
  effective: true,
  ...change,
});

describe('significanceStatement', () => {
  test('gives the largest |z|', () => {
    expect(significanceStatement(field)).toContain('12.3');
    expect(significanceStatement(field)).not.toContain('No significant');
  });

  test('says that there is none before anything else', () => {
    const none = significanceStatement({ ...field, significant: false, peakZ: 3.1 });
    expect(none.startsWith('No significant receptive field')).toBe(true);
    expect(none).toContain('3.1');
  });
});

test('facts give the middle of the peak square in µm and the latency in ms', () => {
  const values = new Map(facts(field, summary).map(({ term, value }) => [term, value]));
  expect(values.get('Peak square (x, y)')).toBe('1, 0 (45, 15 µm)');
  expect(values.get('Peak of the temporal filter')).toBe('66.7 ms before the spike');
  expect(values.get('Spikes')).toBe('25\u202f817');
});

describe('the network', () => {
  test('has the sum of its embedded filters at unit norm, weighted by their strength', () => {
    const sum = networkField([
      filter({ embedded: new Float32Array([3, 4]), strength: 1 }),
      filter({ embedded: new Float32Array([0, -2]), strength: 0.5 }),
      filter({ embedded: new Float32Array([0, 0]), strength: 0.1 }),
    ])!;
    expect(sum[0]).toBeCloseTo(0.6, 6);
    expect(sum[1]).toBeCloseTo(0.3, 6);
    expect(networkField([])).toBeUndefined();
  });

  test('has the temporal profile of its strongest filter, at unit norm', () => {
    const profile = networkTemporal([
      filter({ temporal: new Float32Array([1, 0]), strength: 0.4 }),
      filter({ temporal: new Float32Array([3, -4]), strength: 1 }),
    ])!;
    expect(profile[0]).toBeCloseTo(0.6, 6);
    expect(profile[1]).toBeCloseTo(-0.8, 6);
    expect(networkTemporal([])).toBeUndefined();
  });
});
