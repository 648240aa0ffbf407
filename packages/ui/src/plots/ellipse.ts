/**
 * The outline of a receptive field: a two-dimensional Gaussian fitted to a spatial map by least squares
 * (Levenberg–Marquardt, started from moments). Pure. Not a test of whether there is a receptive field.
 */

/** A Gaussian's ellipse in squares; `x`, `y` its centre, 0-based, square i reaching from i − ½ to i + ½. */
export interface Ellipse {
  readonly x: number;
  readonly y: number;
  /** SD along the long and the short axis, squares. */
  readonly sigmaLong: number;
  readonly sigmaShort: number;
  /** Angle of the long axis, radians, from x towards y. */
  readonly angle: number;
}

/** Share of the peak below which squares are left out of the moments. */
const cut = 0.3;

/**
 * The Gaussian fitted to a spatial receptive field `[y, x]` by least squares in the region around its peak.
 * Undefined when the map is flat.
 */
export function receptiveFieldEllipse(
  values: ArrayLike<number>,
  height: number,
  width: number,
): Ellipse | undefined {
  const start = momentEllipse(values, height, width);
  if (!start) return undefined;
  const reach = Math.ceil(4 * start.sigmaLong) + 1;
  const region = {
    left: Math.max(0, Math.floor(start.x) - reach),
    top: Math.max(0, Math.floor(start.y) - reach),
    right: Math.min(width - 1, Math.ceil(start.x) + reach),
    bottom: Math.min(height - 1, Math.ceil(start.y) + reach),
  };
  const fitted = fit(values, width, region, parametersOf(start, values, width));
  const ellipse = ellipseOf(fitted);
  const inside =
    ellipse.x >= region.left &&
    ellipse.x <= region.right &&
    ellipse.y >= region.top &&
    ellipse.y <= region.bottom;
  return inside && ellipse.sigmaLong <= reach ? ellipse : start;
}

/**
 * The Gaussian that a spatial receptive field `[y, x]` resembles, by moments of the region that is joined to
 * the peak and stands above `cut` of it. Squares are weighted by what stands above the cut, and the variance is
 * corrected for that: exact for a noiseless Gaussian that is sampled finely. Undefined when the map is flat.
 */
function momentEllipse(
  values: ArrayLike<number>,
  height: number,
  width: number,
): Ellipse | undefined {
  let peak = 0;
  for (let i = 1; i < height * width; i++) {
    if (Math.abs(values[i]) > Math.abs(values[peak])) peak = i;
  }
  const top = values[peak];
  if (!(Math.abs(top) > 0)) return undefined;
  const weight = (i: number): number => values[i] / top - cut;

  const seen = new Uint8Array(height * width);
  const open = [peak];
  seen[peak] = 1;
  const sum = { w: 0, x: 0, y: 0, xx: 0, xy: 0, yy: 0 };
  for (let i = open.pop(); i !== undefined; i = open.pop()) {
    const x = i % width;
    const y = (i - x) / width;
    const w = weight(i);
    sum.w += w;
    sum.x += w * x;
    sum.y += w * y;
    sum.xx += w * x * x;
    sum.xy += w * x * y;
    sum.yy += w * y * y;
    const neighbours = [x > 0 ? i - 1 : -1, x < width - 1 ? i + 1 : -1, i - width, i + width];
    for (const j of neighbours) {
      if (j < 0 || j >= seen.length || seen[j] || weight(j) <= 0) continue;
      seen[j] = 1;
      open.push(j);
    }
  }

  const x = sum.x / sum.w;
  const y = sum.y / sum.w;
  const correct = (moment: number): number => moment / truncation();
  const xx = correct(sum.xx / sum.w - x * x);
  const yy = correct(sum.yy / sum.w - y * y);
  const xy = correct(sum.xy / sum.w - x * y);
  const middle = (xx + yy) / 2;
  const spread = Math.hypot((xx - yy) / 2, xy);
  const smallest = 1 / 12;
  return {
    x,
    y,
    sigmaLong: Math.sqrt(Math.max(middle + spread, smallest)),
    sigmaShort: Math.sqrt(Math.max(middle - spread, smallest)),
    angle: Math.atan2(2 * xy, xx - yy) / 2,
  };
}

/**
 * Variance, along one axis, of max(g − cut, 0) over that of the Gaussian g itself, both of unit height:
 * with u = r²/2σ² up to U = −ln cut, ∫u(e^−u − cut)du / ∫(e^−u − cut)du.
 */
function truncation(): number {
  const end = -Math.log(cut);
  return (1 - (1 + end) * cut - (cut * end * end) / 2) / (1 - cut - cut * end);
}

/** Amplitude, centre, and the precision matrix (a, b; b, c) of A·exp(−½(a·dx² + 2b·dx·dy + c·dy²)). */
type Parameters = readonly [
  amplitude: number,
  x: number,
  y: number,
  a: number,
  b: number,
  c: number,
];

interface Region {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const iterations = 40;

function fit(
  values: ArrayLike<number>,
  width: number,
  region: Region,
  start: Parameters,
): Parameters {
  let best = start;
  let current = normalEquations(values, width, region, best);
  let damping = 1e-2;
  for (let i = 0; i < iterations && damping < 1e8; i++) {
    const step = solve(current.hessian, current.gradient, damping);
    const tried = best.map((value, k) => value + step[k]) as unknown as Parameters;
    const [, , , a, b, c] = tried;
    const next = a > 0 && a * c > b * b ? normalEquations(values, width, region, tried) : undefined;
    if (!next || !(next.error < current.error)) {
      damping *= 8;
      continue;
    }
    const gain = 1 - next.error / current.error;
    best = tried;
    current = next;
    damping /= 4;
    if (gain < 1e-9) break;
  }
  return best;
}

/** Squared error, JᵀJ and Jᵀr of the Gaussian over the region. */
function normalEquations(
  values: ArrayLike<number>,
  width: number,
  region: Region,
  [amplitude, x0, y0, a, b, c]: Parameters,
): { error: number; hessian: number[][]; gradient: number[] } {
  const hessian = Array.from({ length: 6 }, () => new Array<number>(6).fill(0));
  const gradient = new Array<number>(6).fill(0);
  let error = 0;
  for (let y = region.top; y <= region.bottom; y++) {
    for (let x = region.left; x <= region.right; x++) {
      const dx = x - x0;
      const dy = y - y0;
      const unit = Math.exp(-0.5 * (a * dx * dx + 2 * b * dx * dy + c * dy * dy));
      const value = amplitude * unit;
      const residual = values[y * width + x] - value;
      const slopes = [
        unit,
        value * (a * dx + b * dy),
        value * (b * dx + c * dy),
        -0.5 * value * dx * dx,
        -value * dx * dy,
        -0.5 * value * dy * dy,
      ];
      error += residual * residual;
      for (let i = 0; i < 6; i++) {
        gradient[i] += slopes[i] * residual;
        for (let j = 0; j < 6; j++) hessian[i][j] += slopes[i] * slopes[j];
      }
    }
  }
  return { error, hessian, gradient };
}

/** x of (H + damping·diag H)·x = g, by Gaussian elimination; H is positive semi-definite. */
function solve(
  hessian: readonly number[][],
  gradient: readonly number[],
  damping: number,
): number[] {
  const size = gradient.length;
  const rows = hessian.map((row, i) => [
    ...row.map((value, j) => (i === j ? value * (1 + damping) + 1e-12 : value)),
    gradient[i],
  ]);
  for (let k = 0; k < size; k++) {
    for (let i = k + 1; i < size; i++) {
      const factor = rows[i][k] / rows[k][k];
      for (let j = k; j <= size; j++) rows[i][j] -= factor * rows[k][j];
    }
  }
  const x = new Array<number>(size).fill(0);
  for (let k = size - 1; k >= 0; k--) {
    let rest = rows[k][size];
    for (let j = k + 1; j < size; j++) rest -= rows[k][j] * x[j];
    x[k] = rest / rows[k][k];
  }
  return x;
}

function parametersOf(ellipse: Ellipse, values: ArrayLike<number>, width: number): Parameters {
  const { x, y, sigmaLong, sigmaShort, angle } = ellipse;
  const long = 1 / sigmaLong ** 2;
  const short = 1 / sigmaShort ** 2;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  return [
    values[Math.round(y) * width + Math.round(x)],
    x,
    y,
    long * cos * cos + short * sin * sin,
    (long - short) * cos * sin,
    long * sin * sin + short * cos * cos,
  ];
}

function ellipseOf([, x, y, a, b, c]: Parameters): Ellipse {
  const middle = (a + c) / 2;
  const spread = Math.hypot((a - c) / 2, b);
  return {
    x,
    y,
    sigmaLong: 1 / Math.sqrt(middle - spread),
    sigmaShort: 1 / Math.sqrt(middle + spread),
    // The long axis is that of the smaller precision.
    angle: Math.atan2(-2 * b, c - a) / 2,
  };
}
