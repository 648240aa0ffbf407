/** Mixing of two colours in CIE L*a*b* (white point D50, as CSS has it). Pure. */

type Triple = readonly [number, number, number];

/** sRGB, linear, to XYZ relative to D50: CSS Color 4, with Bradford's adaptation. */
const toXyz: readonly Triple[] = [
  [0.4360747, 0.3850649, 0.1430804],
  [0.2225045, 0.7168786, 0.0606169],
  [0.0139322, 0.0971045, 0.7141733],
];
const fromXyz: readonly Triple[] = [
  [3.1338561, -1.6168667, -0.4906146],
  [-0.9787684, 1.9161415, 0.033454],
  [0.0719453, -0.2289914, 1.4052427],
];
const white: Triple = [0.96422, 1, 0.82521];
const epsilon = (6 / 29) ** 3;

/** Channels 0 … 255 of a mixture of `#rrggbb` colours, by its share of the second one, 0 … 1. */
export function labMixture(from: string, to: string): (share: number) => [number, number, number] {
  const a = labOf(from);
  const b = labOf(to);
  return (share) => channelsOf(map3((i) => a[i] + (b[i] - a[i]) * share));
}

function labOf(colour: string): Triple {
  const linear = map3((i) => {
    const c = Number.parseInt(colour.slice(1 + 2 * i, 3 + 2 * i), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  const [x, y, z] = map3((i) => {
    const t = dot(toXyz[i], linear) / white[i];
    return t > epsilon ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29;
  });
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function channelsOf([lightness, a, b]: Triple): [number, number, number] {
  const y = (lightness + 16) / 116;
  const f: Triple = [y + a / 500, y, y - b / 200];
  const xyz = map3(
    (i) => white[i] * (f[i] > 6 / 29 ? f[i] ** 3 : 3 * (6 / 29) ** 2 * (f[i] - 4 / 29)),
  );
  return map3((i) => {
    const c = dot(fromXyz[i], xyz);
    const s = c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055;
    return Math.round(255 * Math.min(1, Math.max(0, s)));
  });
}

function dot(a: Triple, b: Triple): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function map3(of: (i: 0 | 1 | 2) => number): [number, number, number] {
  return [of(0), of(1), of(2)];
}
