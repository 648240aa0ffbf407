/**
 * Shows the receptive field of the chosen cell: where, when and how surely it responds. Computes nothing but
 * the outline; the receptive field comes from the session.
 */
import type { Crop, DatasetSummary, ReceptiveField } from '@retinoscope/worker';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import type { Session, SessionState } from '../../controllers/session.js';
import { SessionController } from '../../controllers/session-controller.js';
import { ThemeController } from '../../controllers/theme-controller.js';
import { WidthController } from '../../controllers/width-controller.js';
import {
  arrange,
  cutMap,
  heatmap,
  mapColumns,
  palettes,
  receptiveFieldEllipse,
  type Series,
  symmetricLimit,
  type Theme,
  temporalProfile,
  toCsv,
} from '../../plots/index.js';
import { base, controls, messages } from '../../styles/index.js';
import { notice } from '../retino-picture/notice.js';
import '../retino-picture/retino-picture.js';
import { VisibilityController } from '../retino-picture/visibility-controller.js';
import { styles } from './retino-receptive-field.styles.js';
import {
  facts,
  foundFrom,
  networkField,
  networkTemporal,
  significanceStatement,
  unitNorm,
} from './statements.js';

/**
 * Shows the spatial receptive field with its 1.5σ outline, the temporal filter, and how significant they are
 * (spike-triggered average, Yan et al. 2020). After a fit the network's own stand beside them.
 *
 * @element retino-receptive-field
 *
 * @attr {string} for - Id of the retino-cell whose session is used; else the closest or the first one.
 * @attr {'paper' | 'code'} preset - Built-in cell opened when there is no retino-cell.
 * @attr {'light' | 'dark'} theme - Overrides the page's colour scheme.
 * @attr {boolean} whole - Shows the whole stimulus, not only the crop around the peak.
 *
 * @fires retino-export - A file was saved or copied; `detail` is `{ name, type }`.
 *
 * @slot - Shown below the figure.
 *
 * @csspart figure - The retino-picture.
 * @csspart statement - The sentence on significance.
 * @csspart facts - The list of numbers.
 *
 * @cssproperty --retino-space - Unit of spacing.
 */
export class RetinoReceptiveField extends LitElement {
  static override styles = [base, controls, messages, styles];

  @property({ attribute: false }) session?: Session;
  @property() for?: string;
  @property() preset?: string;
  @property({ reflect: true }) theme?: string;
  @property({ type: Boolean, reflect: true }) whole = false;

  readonly #session = new SessionController(this, { needs: 'receptive-field' });
  readonly #theme = new ThemeController(this);
  readonly #width = new WidthController(this);
  readonly #visibility = new VisibilityController(this);

  protected override shouldUpdate(): boolean {
    return this.#visibility.visible;
  }

  protected override render(): TemplateResult {
    const current = this.#session.state;
    const { receptiveField, summary } = current ?? {};
    if (!current || !receptiveField || !summary) {
      return html`${notice(current, 'No recording is open. Its receptive field will be shown here.', { own: ['receptive-field'], alone: this.#session.alone })}<slot></slot>`;
    }
    const { width } = this.#width;
    const { theme } = this.#theme;
    const { crop, fit, cell } = current;
    const name = summary.cells[cell]?.name ?? `cell ${cell}`;
    return html`<div class="stack">
      <p
        class="statement message ${receptiveField.significant ? '' : 'warning'}"
        part="statement"
        role="status"
      >
        ${significanceStatement(receptiveField, foundFrom(current.receptiveFieldBlocks, summary.blocks))}
      </p>
      ${crop ? this.#toggle(summary) : nothing}
      <retino-picture
        part="figure"
        name="receptive-field"
        heading="Receptive field of ${name}"
        caption=${caption(current)}
        .csv=${() => data(receptiveField, current)}
      >
        ${guard([receptiveField, crop, fit, width, theme, this.whole], () =>
          draw(receptiveField, summary, current, { width, theme, whole: this.whole }),
        )}
      </retino-picture>
      <dl class="facts" part="facts">
        ${facts(receptiveField, summary).map(
          ({ term, value }) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`,
        )}
      </dl>
      <slot></slot>
    </div>`;
  }

  #toggle(summary: DatasetSummary): TemplateResult {
    return html`<div class="view">
      <label>
        <input
          type="checkbox"
          .checked=${this.whole}
          @change=${(event: Event) => {
            this.whole = (event.target as HTMLInputElement).checked;
          }}
        />
        Whole stimulus (${summary.width} × ${summary.height} squares)
      </label>
    </div>`;
  }
}

function caption({ fit, crop, receptiveField }: SessionState): string {
  const parts = [
    receptiveField?.significant &&
      'The ellipse marks 1.5σ of a Gaussian fitted to the receptive field.',
    crop && 'Dashes mark the crop that is trained on.',
    fit &&
      'The second map is the sum of the network’s filters at their places, weighted by their strength.',
    fit?.model.architecture.version === 1 && 'The network was given the STA’s temporal filter.',
  ];
  return parts.filter(Boolean).join(' ');
}

function draw(
  field: ReceptiveField,
  summary: DatasetSummary,
  { crop, fit, cell }: SessionState,
  options: { width: number; theme: Theme; whole: boolean },
): SVGSVGElement {
  const { theme, whole } = options;
  const { squareSize, frameRate } = summary;
  const palette = palettes[theme];
  const everything: Crop = { x: 0, y: 0, width: field.width, height: field.height };
  const view = crop && !whole ? widened(crop, everything) : everything;
  const network = fit && networkField(fit.filters);
  const gap = 16;
  const panels = network ? 3 : 2;
  const wide = options.width >= panels * 270 + (panels - 1) * gap;
  const width = wide
    ? Math.floor((Math.min(options.width, 1400) - (panels - 1) * gap) / panels)
    : Math.min(options.width, 520);

  const ellipse = field.significant
    ? receptiveFieldEllipse(field.spatial, field.height, field.width)
    : undefined;
  const maps = [
    heatmap(cutMap(field.spatial, field.width, view), {
      width,
      height: 340,
      theme,
      unit: 'RF (stimulus units)',
      limit: symmetricLimit([field.spatial]),
      origin: view,
      squareSize,
      crop,
      ellipse,
      name: 'Spatial receptive field',
    }),
  ];
  if (network && fit) {
    const placed = fit.model.provenance.crop;
    maps.push(
      heatmap(
        { values: network, height: placed.height, width: placed.width },
        {
          width,
          height: 340,
          theme,
          unit: 'network RF (weight)',
          origin: placed,
          squareSize,
          name: 'Receptive field of the network',
        },
      ),
    );
  }
  const series: Series[] = [{ label: 'STA', values: field.temporal, colour: palette.sta }];
  const learned = fit?.model.architecture.version === 2 ? networkTemporal(fit.filters) : undefined;
  if (learned) {
    series.push({ label: 'network', values: learned, colour: palette.network, dash: '7 3' });
  }
  const truth = summary.truth?.[cell]?.temporalKernel;
  if (truth) {
    series.push({ label: 'true', values: unitNorm(truth), colour: palette.truth, dash: '2 3' });
  }
  const height = wide ? Number(maps[0].getAttribute('height')) : 260;
  const profile = temporalProfile(series, { width, height, theme, frameRate });
  return arrange([...maps, profile], { width: options.width, gap, theme });
}

/** `crop` with a quarter of its size around it, inside `limits`. */
function widened(crop: Crop, limits: Crop): Crop {
  const margin = Math.ceil(Math.max(crop.width, crop.height) / 4);
  const x = Math.max(0, crop.x - margin);
  const y = Math.max(0, crop.y - margin);
  return {
    x,
    y,
    width: Math.min(limits.width, crop.x + crop.width + margin) - x,
    height: Math.min(limits.height, crop.y + crop.height + margin) - y,
  };
}

/** Map and temporal filter in one table; the shorter one's columns end first. */
function data(field: ReceptiveField, { summary }: SessionState): string {
  const lags = Array.from(field.temporal, (_, lag) => lag);
  return toCsv({
    ...mapColumns(
      { values: field.spatial, height: field.height, width: field.width },
      'spatial (stimulus units)',
    ),
    z: field.z,
    lag: lags,
    'time before spike (ms)': lags.map((lag) => (1000 * lag) / (summary?.frameRate ?? 1)),
    'temporal (unit norm)': field.temporal,
  });
}
