/**
 * Spatial weights of subunits, `[y, x]` over the whole stimulus: blocks, Gaussians and their mosaics.
 * Positions are in squares; (0, 0) is the middle of the first square.
 */
import type { SubunitNonlinearity, SubunitSpec } from '@retinoscope/core-wasm';
import { RetinoscopeError } from '../errors.js';

export interface FieldSize {
  readonly height: number;
  readonly width: number;
}

export interface Position {
  readonly x: number;
  readonly y: number;
}

/** What subunits share. */
export interface SubunitOptions {
  /** Weight in the cell's sum; 1 when absent. */
  readonly weight?: number;
  /** `rectified` when absent. */
  readonly nonlinearity?: SubunitNonlinearity;
  /** 0 when absent. */
  readonly threshold?: number;
}

export interface BlockOptions extends SubunitOptions {
  /** First square of the first block. */
  readonly x: number;
  readonly y: number;
  /** Side of a block, squares. */
  readonly side: number;
  readonly rows: number;
  readonly columns: number;
}

export interface GaussianOptions extends SubunitOptions {
  /** SD, squares. */
  readonly sigma: number;
  /** L2 norm of the weights; 2, that of the paper's 2×2 blocks, when absent, so that thresholds keep their meaning. */
  readonly norm?: number;
}

/** Weights below this share of the peak are 0. */
const negligible = 0.01;

function subunit(spatial: Float32Array, options: SubunitOptions): SubunitSpec {
  const { weight = 1, nonlinearity = 'rectified', threshold = 0 } = options;
  return { spatial, weight, nonlinearity, threshold };
}

/** Blocks of ones, side by side, row after row (Yan et al. 2020). */
export function blockSubunits(field: FieldSize, options: BlockOptions): SubunitSpec[] {
  const { x, y, side, rows, columns } = options;
  const inside = x + side * columns <= field.width && y + side * rows <= field.height;
  if (!inside || Math.min(x, y) < 0) {
    throw new RetinoscopeError(
      'settings',
      `${rows} × ${columns} blocks of ${side} squares at (${x}, ${y}) do not lie inside the ${field.width} × ${field.height} squares of the stimulus.`,
      { ...field, x, y, side, rows, columns },
    );
  }
  return Array.from({ length: rows * columns }, (_, i) => {
    const spatial = new Float32Array(field.height * field.width);
    const top = y + side * Math.floor(i / columns);
    const left = x + side * (i % columns);
    for (let row = top; row < top + side; row++) {
      spatial.fill(1, row * field.width + left, row * field.width + left + side);
    }
    return subunit(spatial, options);
  });
}

/** Round Gaussians, overlapping where they will, one at each of `centres`. */
export function gaussianSubunits(
  field: FieldSize,
  centres: readonly Position[],
  options: GaussianOptions,
): SubunitSpec[] {
  const { sigma, norm = 2 } = options;
  return centres.map((centre) => {
    const weights = Float64Array.from({ length: field.height * field.width }, (_, i) => {
      const dx = (i % field.width) - centre.x;
      const dy = Math.floor(i / field.width) - centre.y;
      const value = Math.exp(-(dx ** 2 + dy ** 2) / (2 * sigma ** 2));
      return value < negligible ? 0 : value;
    });
    const length = Math.sqrt(weights.reduce((sum, value) => sum + value ** 2, 0));
    if (!(length > 0)) {
      throw new RetinoscopeError(
        'settings',
        `A subunit of SD ${sigma} at (${centre.x}, ${centre.y}) covers none of the ${field.width} × ${field.height} squares; an SD above 0 and a centre inside are needed.`,
        { ...field, ...centre, sigma },
      );
    }
    return subunit(
      Float32Array.from(weights, (value) => (norm * value) / length),
      options,
    );
  });
}

/** Centres of a hexagonal lattice, `spacing` apart, within `radius` of `centre`, which is one of them. */
export function hexagonalMosaic(centre: Position, spacing: number, radius: number): Position[] {
  if (!(spacing > 0 && radius >= 0 && radius / spacing <= 64)) {
    throw new RetinoscopeError(
      'settings',
      `A mosaic of spacing ${spacing} and radius ${radius} cannot be laid; the spacing must be above 0 and the radius at most 64 spacings.`,
      { spacing, radius },
    );
  }
  const rowHeight = (spacing * Math.sqrt(3)) / 2;
  const rows = Math.floor(radius / rowHeight);
  const columns = Math.ceil(radius / spacing);
  const centres: Position[] = [];
  for (let row = -rows; row <= rows; row++) {
    const shift = row % 2 ? spacing / 2 : 0;
    for (let column = -columns - 1; column <= columns; column++) {
      const dx = column * spacing + shift;
      const dy = row * rowHeight;
      if (Math.hypot(dx, dy) <= radius * (1 + 1e-9)) {
        centres.push({ x: centre.x + dx, y: centre.y + dy });
      }
    }
  }
  return centres;
}
