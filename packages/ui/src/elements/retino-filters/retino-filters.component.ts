/**
 * Shows the first layer's filters of the network: live while it trains, and with what they mean once it is
 * fitted. Finds no subunits itself; all results come from the session.
 */
import type { Crop, DatasetSummary, FitResult } from '@retinoscope/worker';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import type { Session, SessionState } from '../../controllers/session.js';
import { SessionController } from '../../controllers/session-controller.js';
import { ThemeController } from '../../controllers/theme-controller.js';
import { WidthController } from '../../controllers/width-controller.js';
import {
  cutMap,
  filterCanvas,
  filterGrid,
  formatCount,
  type PixelMap,
  type Theme,
} from '../../plots/index.js';
import { base, controls, messages, tables } from '../../styles/index.js';
import { notice } from '../retino-picture/notice.js';
import '../retino-picture/retino-picture.js';
import { VisibilityController } from '../retino-picture/visibility-controller.js';
import { styles } from './retino-filters.styles.js';
import {
  columns,
  type FilterView,
  filtersCsv,
  filterViews,
  rows,
  statement,
  validView,
  viewedMap,
} from './table.js';

/** Pixels of a tile at most: four filters and four true subunits stand side by side on a wide page. */
const largestTile = 110;

/**
 * Shows the first-layer filters on one symmetric scale: which are effective, and, where the cell is simulated,
 * which true subunit each was matched to, with the true subunits beside.
 *
 * @element retino-filters
 *
 * @attr {string} for - Id of the retino-cell whose session is used; else the closest or the first one.
 * @attr {'paper' | 'code'} preset - Built-in cell opened and fitted when there is no retino-cell.
 * @attr {'light' | 'dark'} theme - Overrides the page's colour scheme.
 * @attr {'filter' | 'embedded' | 'feature'} view - Which map of a filter is shown.
 *
 * @fires retino-view - Another view was chosen; `detail` is its name.
 * @fires retino-export - A file was saved or copied; `detail` is `{ name, type }`.
 *
 * @slot - Shown below the figures.
 *
 * @csspart figure - The figure of the filters.
 * @csspart truth - The figure of the true subunits.
 * @csspart statement - The sentence on what was found.
 * @csspart table - The table of the filters.
 *
 * @cssproperty --retino-line - Lines of the table.
 * @cssproperty --retino-space - Unit of spacing.
 */
export class RetinoFilters extends LitElement {
  static override styles = [base, controls, messages, tables, styles];

  @property({ attribute: false }) session?: Session;
  @property() for?: string;
  @property() preset?: string;
  @property({ reflect: true }) theme?: string;
  @property({ reflect: true }) view?: string;

  readonly #session = new SessionController(this, { needs: 'fit' });
  readonly #theme = new ThemeController(this);
  readonly #width = new WidthController(this);
  readonly #visibility = new VisibilityController(this);
  #canvas?: HTMLCanvasElement;

  protected override shouldUpdate(): boolean {
    return this.#visibility.visible;
  }

  protected override render(): TemplateResult {
    const current = this.#session.state;
    const live = current && this.#live(current);
    if (live) return html`${live}<slot></slot>`;
    if (!current?.fit || !current.summary) {
      return html`${notice(current, 'No network has been trained yet. Its filters will be shown here.', { alone: this.#session.alone })}<slot
        ></slot>`;
    }
    return html`${this.#fitted(current.fit, current.summary)}<slot></slot>`;
  }

  #live({ activity, progress, fitRequest }: SessionState): TemplateResult | undefined {
    if (activity !== 'training' && activity !== 'paused') return undefined;
    if (progress?.kind !== 'training' || !progress.filters) return undefined;
    const shape = fitRequest?.layers[0];
    if (!shape) return undefined;
    const { filters, step, steps } = progress;
    const { height, width } = shape;
    const theme = this.#theme.theme;
    return html`<retino-picture
      part="figure"
      name="filters-in-training"
      heading="Filters in training"
      caption="Spatial weights of the first layer after step ${formatCount(step)} of ${formatCount(steps)}${
        activity === 'paused' ? ', paused' : ''
      }."
    >
      ${guard([filters, this.#width.width, theme], () => {
        this.#canvas = filterCanvas(
          filters.map((values) => ({ values, height, width })),
          { width: this.#width.width, theme },
          this.#canvas,
        );
        return this.#canvas;
      })}
    </retino-picture>`;
  }

  #fitted(fit: FitResult, summary: DatasetSummary): TemplateResult {
    const view = validView(this.view);
    const { crop, cell } = fit.model.provenance;
    const theme = this.#theme.theme;
    const { width } = this.#width;
    const truth = summary.truth?.[cell]?.subunits;
    const matched = fit.filters.some((filter) => filter.match);
    return html`<div class="stack">
      <p part="statement" role="status">${statement(fit)}</p>
      ${this.#choice(view)}
      <div class="both">
        <retino-picture
          part="figure"
          name="filters-${view}"
          heading="Filters of the first layer"
          caption=${filterViews.find((each) => each.view === view)?.meaning ?? ''}
          .csv=${() => filtersCsv(fit.filters, view, crop)}
        >
          ${guard([fit, view, width, theme], () =>
            filterGrid(
              fit.filters.map((filter) => ({
                ...viewedMap(filter, view, crop),
                effective: filter.effective,
                match: filter.match,
              })),
              {
                width,
                theme,
                unit: view === 'feature' ? 'feature (stimulus SD)' : 'weight',
                squareSize: summary.squareSize,
                largest: largestTile,
              },
            ),
          )}
        </retino-picture>
        ${truth ? this.#truth(truth, summary, crop, { width, theme }) : nothing}
      </div>
      <details part="table">
        <summary>Table of the filters</summary>
        <div class="scroll">${table(fit, matched)}</div>
      </details>
    </div>`;
  }

  #choice(view: FilterView): TemplateResult {
    return html`<fieldset>
      <legend>Show</legend>
      ${filterViews.map(
        (each) => html`<label>
          <input
            type="radio"
            name="view"
            .value=${each.view}
            .checked=${each.view === view}
            @change=${() => this.#choose(each.view)}
          />
          ${each.label}
        </label>`,
      )}
    </fieldset>`;
  }

  #choose(view: FilterView): void {
    this.view = view;
    this.dispatchEvent(
      new CustomEvent('retino-view', { detail: view, bubbles: true, composed: true }),
    );
  }

  #truth(
    subunits: readonly Float32Array[],
    summary: DatasetSummary,
    crop: Crop,
    options: { width: number; theme: Theme },
  ): TemplateResult {
    return html`<retino-picture
      part="truth"
      name="true-subunits"
      heading="True subunits"
      caption="Spatial weights that the simulated cell was built from."
    >
      ${guard([subunits, options.width, options.theme], () =>
        filterGrid(
          subunits.map((values): PixelMap => cutMap(values, summary.width, crop)),
          {
            ...options,
            noun: 'subunit',
            squareSize: summary.squareSize,
            largest: largestTile,
          },
        ),
      )}
    </retino-picture>`;
  }
}

function table(fit: FitResult, matched: boolean): TemplateResult {
  const shown = matched ? columns : columns.slice(0, -2);
  return html`<table>
    <caption class="visually-hidden">
      Filters of the first layer
    </caption>
    <thead>
      <tr>
        ${shown.map((column) => html`<th scope="col">${column}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows(fit.filters, matched).map(
        ([first, ...rest]) => html`<tr>
          <th scope="row">${first}</th>
          ${rest.map((value) => html`<td>${value}</td>`)}
        </tr>`,
      )}
    </tbody>
  </table>`;
}
