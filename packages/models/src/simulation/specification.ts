/** Built-in simulated cells: that of Yan et al. 2020, and a population that differs in everything. */
import type { CellSpec, Crop, SimulationSpec } from '@retinoscope/core-wasm';
import { RetinoscopeError } from '../errors.js';
import type { SimulatedSource, SimulationPreset } from '../recording/source.js';
import { blockSubunits, gaussianSubunits, hexagonalMosaic, type Position } from './subunits.js';
import { retinaTemporalKernel } from './temporal-kernel.js';

/** Threshold of the cell's sum: as the paper states it, and as in the authors' code. */
const thresholds: Readonly<Record<SimulationPreset, number>> = { paper: 1, code: 2.5 };

const frameRate = 30;
/** Hz per unit above the threshold. */
const gain = 2;
/** Stimulus values ±½. */
const contrast = 0.5;

/**
 * The model ganglion cell of Yan et al. 2020: four 2×2 subunits in the middle of 8×8 squares of binary
 * white noise at 30 Hz, each rectified, their sum thresholded; an OFF cell.
 */
export function simulationSpec(preset: SimulationPreset): SimulationSpec {
  const field = { height: 8, width: 8 };
  const subunits = blockSubunits(field, { x: 2, y: 2, side: 2, rows: 2, columns: 2 });
  const cell: CellSpec = {
    subunits,
    temporalKernel: retinaTemporalKernel({ frameRate }),
    threshold: thresholds[preset],
    gain,
  };
  return { frameRate, ...field, stimulus: 'binary', contrast, cells: [cell] };
}

export interface Population {
  readonly spec: SimulationSpec;
  /** The squares round each cell, all of one size. */
  readonly crops: readonly Crop[];
}

/** Side of the squares round a cell. */
const patch = 12;
const patchesAcross = 5;

/** Lags of the population's kernels. */
const taps = 20;
/** Rounding of a position on the line through the centre, squares. */
const onLine = 1e-9;

/**
 * `cells` cells side by side over one binary stimulus, each in its own 12×12 squares, that differ in the size,
 * number and layout of their subunits, thresholds and temporal kernels; every seventh is an ON cell.
 * The subunits on one side of a cell (right, left, below, above, from cell to cell) are 1.35 to 1.5 times slower
 * than the others, so that no cell is separable in space and time; the cell's own kernel is that of the others.
 */
export function populationSpec(cells = 10): Population {
  const rows = Math.ceil(cells / patchesAcross);
  const field = { height: rows * patch, width: Math.min(cells, patchesAcross) * patch };
  const crops = Array.from({ length: cells }, (_, i) => ({
    x: (i % patchesAcross) * patch,
    y: Math.floor(i / patchesAcross) * patch,
    width: patch,
    height: patch,
  }));
  const makeCell = (crop: Crop, i: number): CellSpec => {
    // Off the middle of the patch by up to a square, another way for each cell.
    const turn = i * 2.4;
    const centre = {
      x: crop.x + (patch - 1) / 2 + Math.cos(turn),
      y: crop.y + (patch - 1) / 2 + Math.sin(turn),
    };
    const spacing = 1.8 + 0.3 * (i % 4);
    const centres =
      i % 2
        ? hexagonalMosaic(centre, spacing, spacing)
        : pairOfRows(centre, spacing, 2 + (Math.floor(i / 2) % 2));
    const subunits = gaussianSubunits(field, centres, {
      sigma: 0.35 * spacing,
      // Sums of any number of subunits keep the mean of the paper's four.
      weight: 4 / centres.length,
    });
    const polarity = i % 7 === 6 ? 'ON' : 'OFF';
    const slowness = 0.7 + 0.06 * ((i * 3) % 10);
    const temporalKernel = retinaTemporalKernel({ frameRate, taps, slowness, polarity });
    const slower = slowness * (1.35 + 0.05 * (i % 4));
    const slowKernel = retinaTemporalKernel({ frameRate, taps, slowness: slower, polarity });
    return {
      subunits: subunits.map((subunit, j) =>
        isBeside(centres[j], centre, i) ? { ...subunit, temporalKernel: slowKernel } : subunit,
      ),
      temporalKernel,
      threshold: 1 + 0.15 * ((i * 7) % 5),
      gain: 3,
    };
  };
  const spec: SimulationSpec = {
    frameRate,
    ...field,
    stimulus: 'binary',
    contrast,
    cells: crops.map(makeCell),
  };
  return { spec, crops };
}

/** The specification that a source names or is. */
export function specificationOf(cell: SimulatedSource['cell']): SimulationSpec {
  if (typeof cell !== 'string') return cell;
  if (cell === 'population') return populationSpec().spec;
  if (cell === 'paper' || cell === 'code') return simulationSpec(cell);
  throw new RetinoscopeError(
    'settings',
    `There is no built-in cell "${cell}"; "paper", "code" and "population" are accepted.`,
    { field: 'cell', found: cell },
  );
}

/** Whether `position` lies right of (turn 0), left of (1), below (2) or above (3) `centre`; `turn` modulo 4. */
function isBeside(position: Position, centre: Position, turn: number): boolean {
  const [dx, dy] = [position.x - centre.x, position.y - centre.y];
  return [dx, -dx, dy, -dy][turn % 4] > onLine;
}

/** Two rows of `columns` positions round `centre`, `spacing` apart. */
function pairOfRows(centre: Position, spacing: number, columns: number) {
  return Array.from({ length: 2 * columns }, (_, i) => ({
    x: centre.x + ((i % columns) - (columns - 1) / 2) * spacing,
    y: centre.y + (i < columns ? -0.5 : 0.5) * spacing,
  }));
}
