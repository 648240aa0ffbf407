/** Why a session does not do what was asked: each an error that says what would be accepted. */
import { type Crop, type DatasetSummary, RetinoscopeError } from '@retinoscope/worker';

export function noSuchCell({ cells }: DatasetSummary, cell: number): RetinoscopeError {
  const last = cells.length - 1;
  return new RetinoscopeError(
    'settings',
    `There is no cell ${cell}. This recording has cells 0 to ${last}.`,
    { field: 'cell', expected: [0, last], found: cell },
  );
}

/** One cell without a spike, or, with no cell given, a recording without one in any. */
export function silent({ name, cells }: DatasetSummary, cell?: number): RetinoscopeError {
  const said =
    cell === undefined ? `${name} has no spike in any cell` : `${cells[cell].name} has no spike`;
  return new RetinoscopeError('data', `${said}. A cell with spikes is needed.`, { cell });
}

export function cropOutside({ width, height }: DatasetSummary, crop: Crop): RetinoscopeError {
  return new RetinoscopeError(
    'settings',
    `The crop does not lie inside the stimulus of ${width} × ${height} squares.`,
    { field: 'crop', expected: [width, height], found: { ...crop } },
  );
}
