import fc from 'fast-check';
import { expect, test } from 'vitest';
import { greyOf, initialPlacement, placeFilm, placePicture, presentPicture } from './index.js';
import type { GreyPicture, Placement, StimulusGrid } from './types.js';

const grid: StimulusGrid = { height: 6, width: 9, squareSize: 50, frameRate: 30 };

function placed(change: Partial<Placement> = {}): Placement {
  return { x: 0, y: 0, pixelSize: 50, contrast: 1, polarity: 1, meanGrey: 0.5, ...change };
}

function plain(grey: number, height = 6, width = 9): GreyPicture {
  return { height, width, data: new Float32Array(height * width).fill(grey) };
}

function pictures(most = 12): fc.Arbitrary<GreyPicture> {
  const side = fc.integer({ min: 1, max: most });
  return fc.tuple(side, side).chain(([height, width]) =>
    fc
      .array(fc.float({ min: 0, max: 1, noNaN: true }), {
        minLength: height * width,
        maxLength: height * width,
      })
      .map((data) => ({ height, width, data: Float32Array.from(data) })),
  );
}

/** By its definition: over every square and every pixel, the area that they share. */
function reference(picture: GreyPicture, placement: Placement, on: StimulusGrid): number[] {
  const { x, y, pixelSize, contrast, polarity, meanGrey } = placement;
  const shared = (a: number, b: number, c: number, d: number) =>
    Math.max(0, Math.min(b, d) - Math.max(a, c));
  return Array.from({ length: on.height * on.width }, (_, i) => {
    const left = ((i % on.width) - on.width / 2) * on.squareSize;
    const top = (Math.floor(i / on.width) - on.height / 2) * on.squareSize;
    let [sum, rest] = [0, on.squareSize ** 2];
    picture.data.forEach((grey, p) => {
      const px = x + ((p % picture.width) - picture.width / 2) * pixelSize;
      const py = y + (Math.floor(p / picture.width) - picture.height / 2) * pixelSize;
      const area =
        shared(left, left + on.squareSize, px, px + pixelSize) *
        shared(top, top + on.squareSize, py, py + pixelSize);
      sum += area * grey;
      rest -= area;
    });
    const grey = (sum + rest * meanGrey) / on.squareSize ** 2;
    const value = (polarity * contrast * (grey - meanGrey)) / Math.max(meanGrey, 1 - meanGrey);
    return Math.min(1, Math.max(-1, value));
  });
}

test('each square is the mean of the pixels under it, as by brute force (1e-5)', () => {
  const unit = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      pictures(),
      fc.record({
        x: fc.double({ min: -400, max: 400, noNaN: true }),
        y: fc.double({ min: -400, max: 400, noNaN: true }),
        pixelSize: fc.double({ min: 3, max: 500, noNaN: true }),
        contrast: unit.map((value) => 4 * value),
        polarity: fc.constantFrom(1 as const, -1 as const),
        meanGrey: unit,
      }),
      fc.record({
        height: fc.integer({ min: 1, max: 8 }),
        width: fc.integer({ min: 1, max: 8 }),
        squareSize: fc.double({ min: 20, max: 120, noNaN: true }),
        frameRate: fc.constant(30),
      }),
      (picture, placement, on) => {
        const found = placePicture(picture, placement, on);
        const expected = reference(picture, placement, on);
        expect(found).toHaveLength(expected.length);
        expected.forEach((value, i) => {
          expect(Math.abs(found[i] - value)).toBeLessThan(1e-5);
        });
      },
    ),
    { numRuns: 300 },
  );
});

test('a pixel that covers exactly one square is its contrast, exactly, also when shifted by whole squares', () => {
  const data = Float32Array.from({ length: 54 }, (_, i) => ((i * 37) % 54) / 64);
  const picture = { height: 6, width: 9, data };
  const contrasts = data.map((grey) => (grey - 0.5) / 0.5);
  for (const squareSize of [30, 50, 100, 33.3, 0.1]) {
    const on = { ...grid, squareSize };
    const found = placePicture(picture, placed({ pixelSize: squareSize }), on);
    expect(found).toEqual(contrasts);
  }
  const shifted = placePicture(picture, placed({ x: 100, y: -50 }), grid);
  shifted.forEach((value, i) => {
    const [y, x] = [Math.floor(i / 9) + 1, (i % 9) - 2];
    expect(value).toBe(y < 6 && x >= 0 ? contrasts[y * 9 + x] : 0);
  });
});

test('contrast by polarity, factor and mean grey, clipped', () => {
  const first = (grey: number, change: Partial<Placement>) =>
    placePicture(plain(grey), placed(change), grid)[0];
  expect(first(1, {})).toBe(1);
  expect(first(0, {})).toBe(-1);
  expect(first(0.75, { polarity: -1 })).toBe(-0.5);
  expect(first(0.75, { contrast: 4 })).toBe(1);
  expect(first(0.25, { contrast: 4 })).toBe(-1);
  expect(first(0.25, { contrast: 0 })).toBeCloseTo(0);
  expect(first(1, { meanGrey: 0.25 })).toBe(1);
  expect(first(0, { meanGrey: 0.25 })).toBeCloseTo(-1 / 3, 6);
  expect(first(0, { meanGrey: 1 })).toBe(-1);
});

test('squares inside one pixel, however large, are its contrast, exactly', () => {
  for (const pixelSize of [1e3, 1e8, 1e14]) {
    const found = placePicture(plain(0.75, 1, 1), placed({ pixelSize }), grid);
    expect(found).toEqual(new Float32Array(54).fill(0.5));
  }
});

test('a picture beside the grid leaves it grey', () => {
  for (const change of [{ x: 1e4 }, { x: -1e4 }, { y: 1e4 }, { y: -1e4 }]) {
    expect(placePicture(plain(1), placed(change), grid)).toEqual(new Float32Array(54));
  }
});

test('at first a picture covers the grid and touches two of its edges', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 60 }),
      (height, width) => {
        const placement = initialPlacement(plain(1, height, width), grid);
        const found = placePicture(plain(1, height, width), placement, grid);
        found.forEach((value) => {
          expect(value).toBeCloseTo(1, 6);
        });
        const excess = [width * placement.pixelSize - 450, height * placement.pixelSize - 300];
        expect(Math.min(...excess.map(Math.abs))).toBeLessThan(1e-9);
      },
    ),
  );
  expect(initialPlacement(plain(0, 100, 100), grid)).toEqual(placed({ pixelSize: 4.5 }));
});

test('a presented picture: grey, on and grey for whole frames, at least one on', () => {
  const frame = Float32Array.from({ length: 54 }, (_, i) => (i - 30) / 54);
  const shown = (before: number, on: number, after: number) => {
    const { shape, data } = presentPicture(frame, { before, on, after }, grid);
    expect(data).toHaveLength(shape[0] * 54);
    return Array.from({ length: shape[0] }, (_, t) => {
      const part = data.subarray(t * 54, (t + 1) * 54);
      if (part.every((value) => value === 0)) return '.';
      return part.every((value, i) => value === frame[i]) ? 'x' : '?';
    }).join('');
  };
  expect(shown(100, 200, 66)).toBe('...xxxxxx..');
  expect(shown(0, 0, 0)).toBe('x');
  expect(shown(16, 17, 17)).toBe('x.');
});

test('a film shows in each frame the picture that is on at its middle', () => {
  const film = (count: number, sourceRate: number, frameRate: number) => {
    // Greys that tell which picture it is.
    const shown = Array.from({ length: count }, (_, i) => plain((i + 1) / 128));
    const movie = placeFilm(shown, sourceRate, placed({ meanGrey: 0 }), { ...grid, frameRate });
    return Array.from({ length: movie.shape[0] }, (_, t) => movie.data[t * 54] * 128 - 1);
  };
  expect(film(4, 30, 30)).toEqual([0, 1, 2, 3]);
  expect(film(4, 15, 30)).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
  expect(film(6, 60, 30)).toEqual([1, 3, 5]);
  // Middles at 0.4, 1.2, 2, 2.8 and 3.6 pictures.
  expect(film(4, 24, 30)).toEqual([0, 1, 2, 2, 3]);
  expect(film(1, 60, 10)).toEqual([0]);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }),
      fc.constantFrom(12, 23.976, 25, 29.97, 60),
      fc.constantFrom(10, 30, 59.94),
      (count, sourceRate, frameRate) => {
        const order = film(count, sourceRate, frameRate);
        expect(Math.abs(order.length / frameRate - count / sourceRate)).toBeLessThan(1 / frameRate);
        order.forEach((found, t) => {
          const middle = ((t + 0.5) / frameRate) * sourceRate;
          const end = found === count - 1 ? Number.POSITIVE_INFINITY : found + 1;
          expect(middle).toBeGreaterThan(found - 1e-9);
          expect(middle).toBeLessThan(end + 1e-9);
        });
      },
    ),
  );
});

test('grey is Rec. 709 luma over mid grey (1e-6)', () => {
  const rgba = [
    [255, 255, 255, 255],
    [0, 0, 0, 255],
    [255, 0, 0, 255],
    [0, 255, 0, 255],
    [0, 0, 255, 255],
    [255, 255, 255, 0],
    [255, 255, 255, 51],
    [128, 128, 128, 255],
  ].flat();
  const { height, width, data } = greyOf(Uint8ClampedArray.from(rgba), 4, 2);
  expect([height, width]).toEqual([2, 4]);
  [1, 0, 0.2126, 0.7152, 0.0722, 0.5, 0.6, 128 / 255].forEach((grey, i) => {
    expect(Math.abs(data[i] - grey)).toBeLessThan(1e-6);
  });
});

test('what cannot be placed or presented is refused', () => {
  const wrong: [Partial<Placement>, RegExp][] = [
    [{ pixelSize: 0 }, /pixelSize of the placed picture is 0; accepted: a number of µm above 0/],
    [{ x: Number.NaN }, /x of the placed picture is NaN/],
    [{ y: Number.POSITIVE_INFINITY }, /y of the placed picture/],
    [{ contrast: 5 }, /a factor from 0 to 4/],
    [{ polarity: 0 as 1 }, /1 or −1/],
    [{ meanGrey: -0.1 }, /a grey from 0 to 1/],
  ];
  for (const [change, message] of wrong) {
    expect(() => placePicture(plain(1), placed(change), grid)).toThrow(
      expect.objectContaining({ kind: 'settings', message: expect.stringMatching(message) }),
    );
  }
  const data = expect.objectContaining({ kind: 'data' });
  const settings = expect.objectContaining({ kind: 'settings' });
  const short = { height: 2, width: 2, data: new Float32Array(3) };
  expect(() => placePicture(short, placed(), grid)).toThrow(data);
  expect(() => initialPlacement({ ...short, height: 0 }, grid)).toThrow(data);
  expect(() => greyOf(new Uint8ClampedArray(7), 2, 1)).toThrow(data);
  expect(() => placeFilm([], 30, placed(), grid)).toThrow(data);
  expect(() => placeFilm([plain(1)], 0, placed(), grid)).toThrow(settings);
  expect(() => placeFilm([plain(1)], 1e-9, placed(), grid)).toThrow(
    expect.objectContaining({ kind: 'memory' }),
  );
  const presentation = { before: 0, on: 100, after: 0 };
  expect(() => presentPicture(new Float32Array(53), presentation, grid)).toThrow(data);
  for (const change of [{ before: -1 }, { on: Number.NaN }, { after: Number.POSITIVE_INFINITY }]) {
    expect(() =>
      presentPicture(new Float32Array(54), { ...presentation, ...change }, grid),
    ).toThrow(settings);
  }
});
