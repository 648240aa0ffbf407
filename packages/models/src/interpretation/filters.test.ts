import { describe, expect, test } from 'vitest';
import { describeFilters, effectiveFilters, embedFilter, firstLayer } from './filters.js';

const layer = (filters: number, size: number) => ({ filters, height: size, width: size });
const network = (parameters: {
  weights: Float32Array;
  readout: Float32Array;
  filters: number;
}) => ({
  layers: [{ weights: parameters.weights, bias: new Float32Array(parameters.filters) }],
  readout: parameters.readout,
  readoutBias: 0,
  alpha: 1,
  beta: 1,
});

describe('embedFilter', () => {
  test('puts each row where a valid convolution reads it', () => {
    const found = embedFilter(Float32Array.of(1, 2, 3, 4), 2, 2, { x: 2, y: 1 }, 3, 4);
    expect(Array.from(found)).toEqual([0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 3, 4]);
  });

  test('refuses a place outside of the input', () => {
    const filter = new Float32Array(4);
    expect(() => embedFilter(filter, 2, 2, { x: 3, y: 0 }, 3, 4)).toThrow(/does not fit/);
    expect(() => embedFilter(filter, 2, 2, { x: 0, y: -1 }, 3, 4)).toThrow(/does not fit/);
  });

  test('the embedded filter’s product with an image is the feature map at that position (1e-5)', () => {
    const filter = Float32Array.from({ length: 6 }, (_, i) => Math.sin(i + 1));
    const image = Float32Array.from({ length: 30 }, (_, i) => Math.cos(3 * i));
    for (let y = 0; y <= 3; y++) {
      for (let x = 0; x <= 3; x++) {
        let unit = 0;
        for (let i = 0; i < 2; i++) {
          for (let j = 0; j < 3; j++) unit += filter[i * 3 + j]! * image[(y + i) * 6 + x + j]!;
        }
        const embedded = embedFilter(filter, 2, 3, { x, y }, 5, 6);
        const dot = embedded.reduce((sum, v, i) => sum + v * image[i]!, 0);
        expect(dot).toBeCloseTo(unit, 5);
      }
    }
  });
});

describe('effectiveFilters', () => {
  test('needs Moran’s I above .25 and a tenth of the greatest strength', () => {
    expect(
      effectiveFilters([
        { moransI: 0.6, strength: 10 },
        { moransI: 0.6, strength: 1 },
        { moransI: 0.6, strength: 0.99 },
        { moransI: 0.25, strength: 10 },
        { moransI: -0.1, strength: 20 / 2 },
      ]),
    ).toEqual([true, true, false, false, false]);
  });

  test('no filter counts when all are silent, and none is none', () => {
    expect(effectiveFilters([{ moransI: 0.9, strength: 0 }])).toEqual([false]);
    expect(effectiveFilters([])).toEqual([]);
  });
});

describe('describeFilters', () => {
  // Three 4 × 4 filters in 5 × 5: a 2 × 2 spot, a suppressive spot, and a strong chessboard.
  const spot = [0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0];
  const board = spot.map((_, i) => 2 * (((i + Math.floor(i / 4)) % 2) - 0.5));
  const weights = Float32Array.from([...spot, ...spot.map((v) => v / 2), ...board]);
  const readout = Float32Array.of(0.1, 0, 0, 2, -1, 0, 0.5, 0, 0, 1, 0, 0);
  const shape = {
    lags: 1,
    height: 5,
    width: 5,
    layers: [layer(3, 4)],
    head: 'softplus' as const,
  };
  const bank = firstLayer(shape, network({ weights, readout, filters: 3 }));
  const [first, second, third] = describeFilters(bank);

  test('a filter read at many positions stands at the middle of them', () => {
    const wide = { ...shape, layers: [layer(1, 3)] };
    const one = { weights: new Float32Array(9).fill(1), readout: new Float32Array(9).fill(0.2) };
    const [filter] = describeFilters(firstLayer(wide, network({ ...one, filters: 1 })));
    expect(filter!.position).toEqual({ x: 1, y: 1 });
  });

  test('stands where its readout is centred, with the sign of its effect', () => {
    expect(first!.position).toEqual({ x: 1, y: 1 });
    expect(first!.embedded[2 * 5 + 2]).toBeCloseTo(1, 6);
    expect(second!.position).toEqual({ x: 0, y: 0 });
    expect(second!.spatial[5]).toBeCloseTo(-0.5, 6);
    expect(third!.position).toEqual({ x: 1, y: 0 });
    expect(Array.from(first!.temporal)).toEqual([1]);
  });

  test('strength is ‖w‖·max|readout| of the largest; chessboards do not count (1e-6)', () => {
    // 2·2, 1·1 and 4·1.
    expect(first!.strength).toBeCloseTo(1, 6);
    expect(second!.strength).toBeCloseTo(0.25, 6);
    expect(third!.strength).toBeCloseTo(1, 6);
    expect([first, second, third].map((filter) => filter!.effective)).toEqual([true, true, false]);
    expect(third!.moransI).toBeCloseTo(-1, 6);
  });

  test('Version II filters are split in space and time, signed by the STA’s filter (1e-6)', () => {
    const temporal = [0, -0.8, 0.6];
    const full = Float32Array.from(temporal.flatMap((t) => spot.map((s) => t * s)));
    const versionTwo = firstLayer(
      { ...shape, lags: 3, layers: [layer(1, 4)] },
      network({ weights: full, readout: Float32Array.of(0, 1, 0, 0), filters: 1 }),
    );
    const reference = Float32Array.of(0, -0.9, 0.4);
    const [filter] = describeFilters(versionTwo, { reference });
    spot.forEach((v, i) => {
      expect(filter!.spatial[i]).toBeCloseTo(v, 6);
    });
    expect(filter!.temporal[1]).toBeCloseTo(-0.8, 6);
    expect(describeFilters(versionTwo)[0]!.spatial[5]).toBeCloseTo(-1, 6);
  });

  test('a collapsed network has no effective filter and no NaN', () => {
    const silent = describeFilters({
      ...bank,
      weights: new Float32Array(48),
      readout: new Float32Array(12),
    });
    for (const filter of silent) {
      expect(filter.effective).toBe(false);
      expect(filter.strength).toBe(0);
      expect(filter.embedded.every((v) => v === 0)).toBe(true);
    }
  });
});

describe('firstLayer', () => {
  const shape = {
    lags: 1,
    height: 5,
    width: 5,
    layers: [layer(2, 3), layer(4, 3)],
    head: 'softplus' as const,
  };
  const parameters = {
    ...network({ weights: new Float32Array(18), readout: new Float32Array(4), filters: 2 }),
  };

  test('a deeper network needs an effective readout, of the first layer’s maps', () => {
    expect(() => firstLayer(shape, parameters)).toThrow(/gradient of its output/);
    expect(() => firstLayer(shape, parameters, new Float32Array(17))).toThrow(
      /readout of the first layer/,
    );
    expect(firstLayer(shape, parameters, new Float32Array(18)).readout).toHaveLength(18);
  });

  test('a network without convolution is refused', () => {
    expect(() => firstLayer({ ...shape, layers: [] }, { ...parameters, layers: [] })).toThrow(
      /no convolution/,
    );
  });
});
