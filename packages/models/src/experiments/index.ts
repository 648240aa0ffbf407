/** Experiments by the figures that they reproduce. */
import { fig2 } from './fig2.js';
import { fig3 } from './fig3.js';
import { fig4 } from './fig4.js';
import { fig5 } from './fig5.js';
import { fig6 } from './fig6.js';
import { fig7 } from './fig7.js';
import { fig8 } from './fig8.js';
import { fig9 } from './fig9.js';
import { fig10 } from './fig10.js';
import type { Experiment } from './types.js';

export { pictureSize } from './cells.js';
export { type MeasureCall, measureRun } from './measure.js';
export type * from './panels.js';
export { parseExperimentTable } from './stored.js';
export { csvField, experimentTable, tableCsv } from './table.js';
export type * from './types.js';

/** All experiments, in the order of the paper. */
export const experiments: readonly Experiment[] = [
  fig2,
  fig3,
  fig4,
  fig5,
  fig6,
  fig7,
  fig8,
  fig9,
  fig10,
];
