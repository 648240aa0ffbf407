/** Prediction against what is varied: the size of the network, or the data. */
import { ExperimentElement } from '../retino-figure/experiment-element.js';

/**
 * The CC against the number of filters and layers (Yan et al. 2020, Fig. 3), or against the amount and cleanness of the data, with the spikes that a wanted CC needs (Fig. 6).
 *
 * Keys, while the focus is inside and not in a field: P pauses and resumes, Escape cancels.
 *
 * @element retino-sweep
 *
 * @attr {string} figure - Which figure: `3` or `6`.
 * @attr {'glance' | 'quick' | 'full'} size - How much data; `quick` when absent.
 * @attr {string} src - Address of a stored result, of the page's own origin, shown in place of what is computed.
 * @attr {boolean} autostart - Runs by itself what is not finished yet.
 * @attr {'light' | 'dark'} theme - Overrides the page's colour scheme.
 *
 * @fires retino-progress - A run began, went on or ended; `detail` has the numbers of runs.
 * @fires retino-experiment - All runs are finished; `detail` is the result.
 * @fires retino-export - A picture was saved or copied; `detail` is `{ name, type }`.
 *
 * @slot - Shown below the table.
 *
 * @csspart form - Choice of figure and size.
 * @csspart title - The title.
 * @csspart paper - What the paper says.
 * @csspart differs - What is done otherwise here.
 * @csspart buttons - The row of buttons.
 * @csspart progress - Progress of all runs and of each.
 * @csspart status - The line on what is finished.
 * @csspart claims - The claims, and whether they hold.
 * @csspart figure - The panels.
 * @csspart table - The table of the runs.
 *
 * @cssproperty --retino-accent - Colour of the main button, the progress bars and the focus ring.
 * @cssproperty --retino-space - Unit of spacing.
 */
export class RetinoSweep extends ExperimentElement {
  protected override readonly figures: readonly string[] = ['fig3', 'fig6'];
}
